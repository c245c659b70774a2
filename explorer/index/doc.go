// Package index owns the coverage index: which resolution 8 cells were measured or tested, how well, by whom and
// when; the hotspots; the totals. It is a function of the blocks applied to it and of nothing else.
//
// One writer applies blocks; any number of readers each load one immutable View and see one sequence and one
// height in all they read from it, without locks. A block copies only what it touches: the root of the directory, the
// pages and chunks under it, and the hotspots it names.
//
// What is painted (architecture §7): the cells of the two ends of a kept link are measured; the cell of a revealed
// beacon that nobody validly heard is tested-empty if an active hotspot stood within Reach of it; nothing between
// cells, nothing else. A hotspot that retires leaves its place and its links, and the paint stays: a cell that was measured was
// measured, though only who may still reach it is named.
//
// The package never models, never reads a clock, and never does I/O.
package index
