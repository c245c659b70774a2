package geo

import (
	"errors"
	"slices"
)

// MaxDisk is the largest radius of [Disk] and [Ring]. Zones need 1.
const MaxDisk = 2

// maxDiskCells is the size of a disk of MaxDisk without pentagons.
const maxDiskCells = 1 + 6 + 12

// ErrDisk is returned for an invalid centre or a radius outside 0..MaxDisk.
var ErrDisk = errors.New("disk out of range")

// Disk returns the cells at most k steps from c: c first, then ring by ring,
// ascending within a ring. Without a pentagon in reach there are 1 + 3k(k+1).
// It returns [ErrDisk] if c is invalid or k is not in [0, MaxDisk].
func Disk(c Cell, k int) ([]Cell, error) {
	disk, _, err := grow(c, k)
	return disk, err
}

// Ring returns the cells exactly k steps from c, ascending; c itself for k = 0.
// Errors are those of [Disk].
func Ring(c Cell, k int) ([]Cell, error) {
	disk, last, err := grow(c, k)
	if err != nil {
		return nil, err
	}
	return disk[last:], nil
}

// Touch tells whether two cells of one resolution are the same or neighbours.
func Touch(a, b Cell) bool {
	if a == b {
		return true
	}
	if !a.Valid() {
		return false
	}
	for dir := uint8(1); dir < 7; dir++ {
		if c, ok := neighbour(a, dir); ok && c == b {
			return true
		}
	}
	return false
}

// grow returns the disk and where its outermost ring starts.
func grow(c Cell, k int) (disk []Cell, last int, err error) {
	if !c.Valid() || k < 0 || k > MaxDisk {
		return nil, 0, ErrDisk
	}
	disk = append(make([]Cell, 0, maxDiskCells), c)
	for range k {
		inner, outer := last, len(disk)
		for _, from := range disk[inner:outer] {
			for dir := uint8(1); dir < 7; dir++ {
				if to, ok := neighbour(from, dir); ok && !slices.Contains(disk, to) {
					disk = append(disk, to)
				}
			}
		}
		last = outer
		slices.Sort(disk[last:])
	}
	return disk, last, nil
}

// neighbour returns the cell one step from a valid cell, dir being a digit in
// the frame of c's base cell. It is false for the direction a pentagon lacks.
func neighbour(c Cell, dir uint8) (Cell, bool) {
	res, from, d := c.Res(), c.BaseCell(), c.digits()
	oldLead := d.lead(res)

	// Carry the step up the digits, as in addition, until it is absorbed.
	step := dir
	for r := res; r > 0 && step != 0; r-- {
		var carried axial
		carried, d[r] = unitVectors[d[r]].add(unitVectors[step]).split(r)
		step = stepDigits[3*(carried.a+1)+carried.b+1]
	}
	to := placedBase{cell: uint8(from)}
	if step != 0 {
		if to = baseLinks[from][step]; to.cell == noBase {
			// The missing direction borders the cell that IK leads to.
			to = baseLinks[from][dirIK]
			d.turn(res, 1)
		}
	}

	if !bases[to.cell].pentagon {
		d.turn(res, int(to.turns))
		return d.cell(to.cell, res), true
	}
	if d.lead(res) == dirK {
		turns, ok := leaveGap(from, int(to.cell), oldLead)
		if !ok {
			return 0, false
		}
		d.turn(res, turns)
	}
	d.turnPentagon(res, int(to.turns))
	return d.cell(to.cell, res), true
}

// leaveGap returns the turn out of the missing direction of the pentagon base
// cell to, entered from base cell from; lead is the old leading digit.
func leaveGap(from, to int, lead uint8) (turns int, ok bool) {
	switch {
	case from != to:
		return wayOut(bases[to].clockwiseFrom(bases[from].home)), true
	case lead == dirJK:
		return wayOut(false), true
	case lead == dirIK:
		return wayOut(true), true
	default:
		return 0, false
	}
}
