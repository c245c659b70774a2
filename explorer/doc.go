// Package explorer owns the words of the map: cells, positions, radio levels, and the block events from which
// the coverage index is built. It is what every package below it shares.
//
// It never reads a network, a clock or a file, never imports the chain (a source translates the chain's events
// into these structs), and never calls H3's C library: package grid does that.
package explorer
