package geo

import "testing"

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
