// Package geo is the canonical geography of proof-of-coverage: positions as
// integer degrees, positions as integer millimetres, H3 cells, and distances.
//
// It owns the one answer every validator must agree on to "which cell is this
// point in" and "how far apart are these two points". Everything is integer
// arithmetic, so that the answer does not depend on a CPU, a C library or a
// compiler that fuses multiplications. It never uses a floating point number,
// never allocates on the hot paths, and never draws cells: centres and outlines
// are for display and belong to the explorer.
//
// Cells are H3 indexes (https://h3geo.org, Apache-2.0, see NOTICE): the same
// cell as H3's own library except for points closer to an edge than the error
// of that library's double arithmetic, where this package decides.
package geo

//go:generate go run ../../tools/geotables -o tables.go
