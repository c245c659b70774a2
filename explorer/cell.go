package explorer

import (
	"strconv"

	"github.com/hexwave/hexwave/poc/geo"
)

// Resolutions of the map (H3 resolution numbers, 0 coarsest to 15 finest).
const (
	ChunkRes    = 5  // cells of one chunk of the index
	CoverageRes = 8  // cells of LoRa coverage, 0.74 km² each
	AssertRes   = 12 // cells in which owners assert a hotspot's place
	MaxRes      = geo.MaxRes
)

// ErrCell says that a text or number is not an H3 cell.
var ErrCell = geo.ErrCell

// Cell is an H3 cell index. The zero Cell is no cell. Its bits are those of geo.Cell, which holds the rules; here it
// gains a dense numbering and a text form in JSON.
type Cell uint64

// ParseCell reads the form of String, 15 lower case hexadecimal characters. It returns ErrCell for anything else.
func ParseCell(s string) (Cell, error) {
	c, err := geo.ParseCell(s)
	return Cell(c), err
}

// String returns the 15 character lower case hexadecimal form.
func (c Cell) String() string { return geo.Cell(c).String() }

// MarshalText writes the form of String; nothing for the zero Cell.
func (c Cell) MarshalText() ([]byte, error) {
	if c == 0 {
		return []byte{}, nil
	}
	return strconv.AppendUint(nil, uint64(c), 16), nil
}

// UnmarshalText reads what MarshalText writes.
func (c *Cell) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*c = 0
		return nil
	}
	v, err := ParseCell(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Resolution returns the H3 resolution, 0 to 15.
func (c Cell) Resolution() int { return geo.Cell(c).Res() }

// Parent returns the cell of resolution r that holds c, by bit masks alone; 0 if c is coarser than r.
func (c Cell) Parent(r int) Cell { return Cell(geo.Cell(c).Parent(r)) }

// Valid reports whether c is an H3 cell of any resolution.
func (c Cell) Valid() bool { return geo.Cell(c).Valid() }

// baseShift is where the base cell stands in an index, above 15 digits of 3 bits.
const baseShift = 45

// digit returns the child number (0 to 6) of c at resolution r.
func (c Cell) digit(r int) uint64 { return uint64(c) >> (3 * uint(MaxRes-r)) & 7 }

// Position returns the place of c among all digit strings of its resolution: base cell · 7^res + its digits in
// base 7. It is below 122 · 7^res, so a resolution 8 position fits 30 bits, and different cells of one
// resolution have different positions. Children follow each other where their parent stands.
func (c Cell) Position() uint64 {
	p := uint64(geo.Cell(c).BaseCell())
	for r := 1; r <= c.Resolution(); r++ {
		p = p*7 + c.digit(r)
	}
	return p
}

// CellAt returns the cell of resolution res at a position; it is the inverse of Position. The result is not Valid
// for positions under a pentagon's deleted child or beyond the last.
func CellAt(position uint64, res int) Cell {
	c := Cell(1)<<59 | Cell(res)<<52 | (Cell(1)<<(3*uint(MaxRes-res)) - 1) // mode 1, unused digits 7
	for r := res; r >= 1; r-- {
		c |= Cell(position%7) << (3 * uint(MaxRes-r))
		position /= 7
	}
	return c | Cell(position)<<baseShift
}
