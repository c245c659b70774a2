package geo

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
)

// MaxRes is the finest H3 resolution; cells there have edges of about 0.5 m.
const MaxRes = 15

// ZoneRes is the resolution of a radio zone: cells of about 253 km^2.
const ZoneRes = 5

// ErrCell is returned for text or a number that is not an H3 cell.
var ErrCell = errors.New("not an H3 cell")

// Cell is an H3 cell index, mode 1. The zero Cell is not a valid cell and
// stands for "none".
//
// Layout, from the top: 1 zero bit, 4 mode bits, 3 zero bits, 4 bits
// resolution, 7 bits base cell, 15 digits of 3 bits; unused digits are 7.
type Cell uint64

const (
	cellHeader  = 0x08 << 56
	resShift    = 52
	baseShift   = 45
	digitBits   = 1<<baseShift - 1
	lowestBits  = 0o111111111111111
	baseCells   = 122
	cellTextLen = 15
)

// Res returns the resolution, 0 to 15. It is meaningful for a valid cell only.
func (c Cell) Res() int { return int(c >> resShift & 15) }

// BaseCell returns the base cell number, 0 to 121 for a valid cell.
func (c Cell) BaseCell() int { return int(c >> baseShift & 127) }

// Valid tells whether c is an H3 cell: header, base cell and digits in range,
// unused digits filled, and not in the direction a pentagon lacks.
func (c Cell) Valid() bool {
	if c>>56 != cellHeader>>56 || c.BaseCell() >= baseCells {
		return false
	}
	unused := 3 * (MaxRes - c.Res())
	if fill := Cell(1)<<unused - 1; c&fill != fill {
		return false
	}
	used := uint64(c&digitBits) >> unused << unused
	if used&(used>>1)&(used>>2)&lowestBits != 0 {
		return false
	}
	return !bases[c.BaseCell()].pentagon || leading(used) != dirK
}

// leading returns the first non-zero digit of the 45 digit bits.
func leading(digits uint64) uint8 {
	if digits == 0 {
		return 0
	}
	at := (bits.Len64(digits) - 1) / 3 * 3
	return uint8(digits >> at & 7)
}

// Pentagon tells whether a valid cell is one of the twelve pentagons of its
// resolution.
func (c Cell) Pentagon() bool {
	unused := 3 * (MaxRes - c.Res())
	return bases[c.BaseCell()].pentagon && uint64(c&digitBits)>>unused == 0
}

// Parent returns the cell of the coarser (or same) resolution that contains c
// in the index hierarchy, or 0 if res is negative or finer than c.
func (c Cell) Parent(res int) Cell {
	if res < 0 || res > c.Res() {
		return 0
	}
	c = c&^(15<<resShift) | Cell(res)<<resShift
	return c | (1<<(3*(MaxRes-res)) - 1)
}

// Child returns the child of c in a direction, digit 0 to 6, or 0 if c is of the
// finest resolution or there is no such digit. The child of a pentagon in the
// direction it lacks is not valid.
func (c Cell) Child(digit uint8) Cell {
	res := c.Res() + 1
	if res > MaxRes || digit > 6 {
		return 0
	}
	at := 3 * (MaxRes - res)
	return c&^(15<<resShift|7<<at) | Cell(res)<<resShift | Cell(digit)<<at
}

// Zone returns the radio zone of c, its parent at [ZoneRes], or 0 if c is
// coarser than a zone. Beacons of a zone and its ring never share air.
func Zone(c Cell) Cell { return c.Parent(ZoneRes) }

// String returns the canonical text form, 15 lower case hex digits for a valid
// cell.
func (c Cell) String() string {
	return fmt.Sprintf("%0*x", cellTextLen, uint64(c))
}

// ParseCell reads the text form. It accepts exactly what [Cell.String] gives
// for valid cells, and returns [ErrCell] for anything else.
func ParseCell(s string) (Cell, error) {
	n, err := strconv.ParseUint(s, 16, 64)
	if err != nil || !Cell(n).Valid() || Cell(n).String() != s {
		return 0, fmt.Errorf("%.20q: %w", s, ErrCell)
	}
	return Cell(n), nil
}
