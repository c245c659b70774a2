// Package bundle is an org's private routing table on its way to the org's
// routers (docs/spec/bundle.md): a strict JSON document behind a header that
// the org's bundle key signs, and whose sequence and digest stand on chain.
//
// It owns the format: signing, opening, and the checks that need nothing but
// the document and the org's record (ranges, JoinEUIs, limits, duplicates). It
// never decides whether a newer bundle should exist, and knows no chain.
package bundle
