// Package grid owns the geometry of cells: position to cell, outlines, rings. It is the only package of the
// explorer that calls H3's C library (h3-go, cgo).
//
// It never keeps state and never decides what a cell means.
package grid

import (
	"fmt"

	"github.com/uber/h3-go/v4"

	"github.com/hexwave/hexwave/explorer"
)

// CellOf returns the cell of resolution res (0 to 15) that holds p. It fails only for a position out of range.
func CellOf(p explorer.LatLng, res int) (explorer.Cell, error) {
	return CellOfDegrees(p.Lat(), p.Lng(), res)
}

// CellOfDegrees is CellOf for coordinates in degrees.
func CellOfDegrees(lat, lng float64, res int) (explorer.Cell, error) {
	c, err := h3.LatLngToCell(h3.LatLng{Lat: lat, Lng: lng}, res)
	if err != nil {
		return 0, fmt.Errorf("cell of %g,%g at resolution %d: %w", lat, lng, res, err)
	}
	return explorer.Cell(c), nil
}

// Point is a longitude and latitude in degrees, in GeoJSON's order.
type Point [2]float64

// Center returns the middle of a valid cell; the zero Point for an invalid one.
func Center(c explorer.Cell) Point {
	p, err := h3.CellToLatLng(h3.Cell(c))
	if err != nil {
		return Point{}
	}
	return Point{p.Lng, p.Lat}
}

// Boundary returns the 5 to 10 corners of a cell, counter-clockwise and not closed; nil for an invalid cell.
// Longitudes are made continuous around the first corner, so those of a cell across the antimeridian may lie
// beyond ±180.
func Boundary(c explorer.Cell) []Point {
	corners, err := h3.CellToBoundary(h3.Cell(c))
	if err != nil {
		return nil
	}
	out := make([]Point, len(corners))
	for i, p := range corners {
		lng := p.Lng
		if i > 0 {
			lng = near(lng, out[0][0])
		}
		out[i] = Point{lng, p.Lat}
	}
	return out
}

// near returns lng shifted by whole turns to within 180 degrees of ref.
func near(lng, ref float64) float64 {
	for lng-ref > 180 {
		lng -= 360
	}
	for lng-ref < -180 {
		lng += 360
	}
	return lng
}

// Disk returns c and all cells within k steps of it, in no particular order; nil for an invalid cell.
func Disk(c explorer.Cell, k int) []explorer.Cell {
	disk, err := h3.GridDisk(h3.Cell(c), k)
	if err != nil {
		return nil
	}
	out := make([]explorer.Cell, len(disk))
	for i, d := range disk {
		out[i] = explorer.Cell(d)
	}
	return out
}
