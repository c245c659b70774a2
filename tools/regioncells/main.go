// Command regioncells writes poc/region/where/world.bin: the region of every
// place of the world, from the shapes of countries and a reviewed table of the
// region that each has.
//
// It owns that table, the only floating point arithmetic behind the file, and
// the decision of borders and coasts. It never runs in the product: the chain
// reads the file with integers only. README.md says where the shapes are from.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hexwave/hexwave/poc/region/where"
)

// shapesSHA256 pins countries-10m.json of world-atlas 2.0.2.
const shapesSHA256 = "3bc6f1d367a9bcec479841bae0e76092f512838411d0cef124e92eec4db45f79"

func main() {
	shapes := flag.String("shapes", "countries-10m.json", "TopoJSON `file` of world-atlas 2.0.2")
	out := flag.String("o", "poc/region/where/world.bin", "`file` to write")
	res := flag.Int("res", 7, "finest H3 resolution, 5 to 8")
	flag.Parse()
	if err := run(*shapes, *out, *res, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(shapes, out string, res int, report io.Writer) error {
	text, err := os.ReadFile(shapes)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(text); hex.EncodeToString(sum[:]) != shapesSHA256 {
		return fmt.Errorf("%s is not countries-10m.json of world-atlas 2.0.2", shapes)
	}
	if res < 5 || res >= len(radii) {
		return fmt.Errorf("resolution %d is not 5 to %d", res, len(radii)-1)
	}
	arcs, polygons, err := readShapes(text)
	if err != nil {
		return err
	}
	arcs, polygons = divide(arcs, polygons)
	ids, err := assign(arcs, polygons)
	if err != nil {
		return err
	}
	b, err := newBorders(arcs, polygons, ids)
	if err != nil {
		return err
	}
	a := asker{borders: b, res: res}
	t, err := where.Build(res, a.ask)
	if err != nil {
		return err
	}
	if a.err != nil {
		return fmt.Errorf("centre of a cell: %w", a.err)
	}
	encoded, err := t.Encode()
	if err != nil {
		return err
	}
	cells := 0
	for _, id := range t.Regions() {
		fmt.Fprintf(report, "%-10s %7d cells\n", id, t.Cells(id))
		cells += t.Cells(id)
	}
	fmt.Fprintf(report, "%-10s %7d cells in %d bytes\n", "all", cells, len(encoded))
	return os.WriteFile(out, encoded, 0o644)
}
