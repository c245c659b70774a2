package geo

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A child is a cell of the next resolution in its parent; pentagons lack one.
func TestChild(t *testing.T) {
	for _, text := range []string{"821f87fffffffff", "821c07fffffffff", "8009fffffffffff"} {
		c, err := ParseCell(text)
		if err != nil {
			t.Fatal(err)
		}
		valid := 0
		for d := range uint8(7) {
			child := c.Child(d)
			if child.Parent(c.Res()) != c || child.Res() != c.Res()+1 {
				t.Errorf("%s child %d: %s", c, d, child)
			}
			if child.Valid() {
				valid++
			}
		}
		if want := 7; c.Pentagon() && valid != want-1 || !c.Pentagon() && valid != want {
			t.Errorf("%s: %d children", c, valid)
		}
		if c.Child(7) != 0 {
			t.Error("a child in direction 7")
		}
	}
	finest := CellAt(Point{}, MaxRes)
	if finest.Child(0) != 0 {
		t.Error("a child of the finest cell")
	}
}

// Cells touch that are in each other's disk of radius one, across the whole world.
func TestTouch(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := Point{Lat: E7(rapid.Int32Range(-int32(MaxLat), int32(MaxLat)).Draw(rt, "lat")), Lng: E7(rapid.Int32Range(-int32(MaxLng), int32(MaxLng)).Draw(rt, "lng"))}
		c := CellAt(p, rapid.IntRange(0, 9).Draw(rt, "res"))
		near, err := Disk(c, 2)
		if err != nil {
			return // a pentagon in the way
		}
		ring, err := Disk(c, 1)
		if err != nil {
			return
		}
		for _, d := range near {
			if want := slices.Contains(ring, d); Touch(c, d) != want {
				rt.Fatalf("%s and %s: %v", c, d, !want)
			}
		}
	})
	if Touch(0, CellAt(Point{}, 5)) {
		t.Error("no cell touches another")
	}
}
