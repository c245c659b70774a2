package app

import "runtime/debug"

// A node lives on a few gigabytes of caches that hardly change, and a collection
// reads them all. At Go's default, one each time the heap doubled, that was a fifth
// of a busy validator's time.
const (
	// heapGrowth is by how much the heap may grow between collections, percent.
	heapGrowth = 200
	// memoryLimit is from where on collections come earlier than that, bytes: a node
	// of a million hotspots is to fit into 8 GiB.
	memoryLimit = 6 << 30
)

// TuneCollector sets how much memory the process trades for time. GOGC and
// GOMEMLIMIT, asked for with lookup, win: they are the operator's word.
func TuneCollector(lookup func(string) (string, bool)) {
	if _, set := lookup("GOGC"); !set {
		debug.SetGCPercent(heapGrowth)
	}
	if _, set := lookup("GOMEMLIMIT"); !set {
		debug.SetMemoryLimit(memoryLimit)
	}
}
