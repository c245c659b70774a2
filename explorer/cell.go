package explorer

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
)

// Resolutions of the map (H3 resolution numbers, 0 coarsest to 15 finest).
const (
	ChunkRes    = 5  // cells of one chunk of the index
	CoverageRes = 8  // cells of LoRa coverage, 0.74 km² each
	AssertRes   = 12 // cells in which owners assert a hotspot's place
	MaxRes      = 15
)

// ErrCell says that a text or number is not an H3 cell.
var ErrCell = errors.New("not an H3 cell")

// Cell is an H3 cell index. The zero Cell is no cell.
//
// Bit layout (H3 core library, "H3 index representations"): 1 reserved, 4 mode, 3 reserved, 4 resolution,
// 7 base cell, then 15 digits of 3 bits; digits finer than the resolution are 7.
type Cell uint64

const (
	cellMode    = 1
	modeShift   = 59
	resShift    = 52
	baseShift   = 45
	baseCells   = 122
	digitMask   = 7
	resMask     = 15
	baseMask    = 127
	digitUnused = 7
)

// ParseCell reads the 15 or 16 character hexadecimal form of a cell. It returns ErrCell for anything else.
func ParseCell(s string) (Cell, error) {
	if len(s) != 15 && len(s) != 16 {
		return 0, fmt.Errorf("%w: %d characters, want 15", ErrCell, len(s))
	}
	v, err := strconv.ParseUint(s, 16, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: not hexadecimal", ErrCell)
	}
	c := Cell(v)
	if !c.Valid() {
		return 0, ErrCell
	}
	return c, nil
}

// String returns the 15 character lower case hexadecimal form.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// MarshalText writes the form of String.
func (c Cell) MarshalText() ([]byte, error) { return strconv.AppendUint(nil, uint64(c), 16), nil }

// UnmarshalText reads the form of String.
func (c *Cell) UnmarshalText(b []byte) error {
	v, err := ParseCell(string(b))
	if err != nil {
		return err
	}
	*c = v
	return nil
}

// Resolution returns the H3 resolution, 0 to 15.
func (c Cell) Resolution() int { return int(c>>resShift) & resMask }

// BaseCell returns the number of the resolution 0 cell that holds c, 0 to 121 in a valid cell.
func (c Cell) BaseCell() int { return int(c>>baseShift) & baseMask }

// Digit returns the child number (0 to 6) that c has at resolution r, 1 ≤ r ≤ c.Resolution().
func (c Cell) Digit(r int) int { return int(c>>(3*uint(MaxRes-r))) & digitMask }

// Parent returns the cell of resolution r ≤ c.Resolution() that holds c, by bit masks alone.
func (c Cell) Parent(r int) Cell {
	low := Cell(1)<<(3*uint(MaxRes-r)) - 1
	return c&^(Cell(resMask)<<resShift) | Cell(r)<<resShift | low
}

// Valid reports whether c is a cell index: mode 1, reserved bits zero, base cell below 122, digits 0 to 6 down to its
// resolution and 7 beyond, and no pentagon's deleted child.
func (c Cell) Valid() bool {
	if c>>63 != 0 || int(c>>modeShift)&15 != cellMode || int(c>>56)&7 != 0 || c.BaseCell() >= baseCells {
		return false
	}
	res := c.Resolution()
	first := 0
	for r := 1; r <= MaxRes; r++ {
		d := c.Digit(r)
		if r > res {
			if d != digitUnused {
				return false
			}
			continue
		}
		if d == digitUnused {
			return false
		}
		if first == 0 {
			first = d
		}
	}
	// A pentagon has no child 1: the first digit that is not 0 below a pentagon is never 1 (H3 "k axis" deletion).
	return first != 1 || !pentagonBase(c.BaseCell())
}

// pentagonBase reports whether base cell b is one of the twelve pentagons.
func pentagonBase(b int) bool {
	const low = uint64(1)<<4 | 1<<14 | 1<<24 | 1<<38 | 1<<49 | 1<<58 | 1<<63
	const high = uint64(1)<<(72-64) | 1<<(83-64) | 1<<(97-64) | 1<<(107-64) | 1<<(117-64)
	if b < 64 {
		return low>>uint(b)&1 == 1
	}
	return high>>uint(b-64)&1 == 1
}

// Position returns the place of c among all digit strings of its resolution: base cell · 7^res + its digits in
// base 7. It is below 122 · 7^res, so a resolution 8 position fits 30 bits, and different cells of one
// resolution have different positions.
func (c Cell) Position() uint64 {
	p := uint64(c.BaseCell())
	for r := 1; r <= c.Resolution(); r++ {
		p = p*7 + uint64(c.Digit(r))
	}
	return p
}

// CellAt returns the cell of resolution res at a position; it is the inverse of Position. The result is not Valid
// for positions under a pentagon's deleted child or beyond the last.
func CellAt(position uint64, res int) Cell {
	c := Cell(cellMode)<<modeShift | Cell(res)<<resShift
	for r := MaxRes; r > res; r-- {
		c |= Cell(digitUnused) << (3 * uint(MaxRes-r))
	}
	for r := res; r >= 1; r-- {
		c |= Cell(position%7) << (3 * uint(MaxRes-r))
		position /= 7
	}
	if bits.Len64(position) > 7 {
		return 0
	}
	return c | Cell(position)<<baseShift
}
