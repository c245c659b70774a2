package keeper_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/proto/wire"
)

// A batch with any bytes for items, properly signed by the relay, never panics,
// and a report that is stored is signed by its witness. It is a property rather
// than a fuzz target because building the SDK for fuzzing takes minutes; the
// layouts themselves are fuzzed in proto/wire.
func TestHostileBatches(t *testing.T) {
	seed := newNetwork(t, 6, testParams())
	c := seed.firstOpen()
	var valid [][]byte
	for _, w := range others(6, c.Hotspot) {
		valid = append(valid, seed.report(c, w, nil))
	}
	valid = append(valid, reveal(c))
	rapid.Check(t, func(rt *rapid.T) {
		ctx, _ := seed.ctx.CacheContext()
		net := *seed
		net.ctx = ctx.WithBlockHeight(seed.ctx.BlockHeight() + 1)
		var items []byte
		for range rapid.IntRange(0, 6).Draw(rt, "items") {
			items = append(items, mutate(rt, rapid.SampledFrom(valid).Draw(rt, "item"))...)
		}
		kind := wire.BatchKind(rapid.SampledFrom([]int{1, 1, 1, 2, 3}).Draw(rt, "kind"))
		m := net.batch(wire.BatchReports, func(b *wire.Batch) {
			b.Kind, b.Count, b.Digest = kind, uint16(len(items)/kind.ItemSize()), sha256.Sum256(items)
		})
		m.Items = items
		if _, err := net.deliver(m); err != nil {
			return
		}
		for _, r := range net.record(c.ID).Reports {
			report, err := wire.ParseReportBody(r.Report)
			if err != nil {
				rt.Fatal(err)
			}
			if !isSigned(items, r.Report, publicKey(report.Witness)) {
				rt.Fatalf("stored a report that hotspot %d did not sign", report.Witness)
			}
		}
	})
}

// mutate flips a bit, cuts or keeps an item.
func mutate(t *rapid.T, item []byte) []byte {
	item = append([]byte(nil), item...)
	switch rapid.IntRange(0, 4).Draw(t, "mutation") {
	case 0:
		item[rapid.IntRange(0, len(item)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
	case 1:
		item = item[:rapid.IntRange(0, len(item)).Draw(t, "length")]
	}
	return item
}

// isSigned tells whether items hold a report with this body under a signature of
// key.
func isSigned(items, body []byte, key wire.PubKey) bool {
	for ; len(items) >= wire.ReportSize; items = items[wire.ReportSize:] {
		if bytes.Equal(items[:wire.ReportBodySize], body) && ed25519.Verify(key.Raw(), body, items[wire.ReportBodySize:wire.ReportSize]) {
			return true
		}
	}
	return false
}
