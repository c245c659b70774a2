// Package million runs a whole node, without consensus, over a state of a million
// registered hotspots: real keys, real hash chains, real signatures, a database
// on disk. It owns the world and the load, and measures what a block costs; it
// changes nothing of what it measures.
package million
