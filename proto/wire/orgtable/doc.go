// Package orgtable owns the hash of the table of orgs that the chain keeps: who checks
// all rows against it knows that none was left out or changed. docs/spec/orgtable.md is
// the same text for a second implementation, with vectors.
//
// It never reads a row from anywhere and never judges what a row says.
package orgtable
