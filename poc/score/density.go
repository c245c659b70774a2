package score

import (
	"math/big"
	"slices"

	"github.com/hexwave/hexwave/poc/geo"
)

// Resolutions of the density rule.
const (
	finestDensity   = 11
	coarsestDensity = 4
)

// densityRule says how many hotspots a cell may hold before they share: target
// times the number of busy cells among the seven around it beyond
// neighbours-1, at most most. It needs most >= target, without which the result
// would depend on the order of evaluation.
type densityRule struct{ neighbours, target, most uint64 }

// densityRules are those of resolutions 4 to 10 (HIP 104).
var densityRules = [...]densityRule{
	{2, 500, 1000}, {4, 100, 200}, {4, 25, 50}, {4, 5, 10}, {2, 1, 1}, {2, 1, 1}, {2, 1, 1},
}

func ruleOf(res int) densityRule { return densityRules[res-coarsestDensity] }

// limit returns how many hotspots count in a cell with busy cells of seven
// around it (HIP 17).
func (d densityRule) limit(busy uint64) uint64 {
	factor := uint64(1)
	if busy >= d.neighbours {
		factor = busy - d.neighbours + 1
	}
	return min(d.most, d.target*factor)
}

// Density is the density map of an active set.
type Density struct {
	cells map[geo.Cell]occupancy
}

// occupancy counts a cell: all that its children let through, and what it lets
// through itself.
type occupancy struct{ all, clipped uint64 }

// NewDensity returns the density map of hotspots given by their cells, of
// resolution 11 or finer. Cells that are coarser or invalid are left out. The
// order of cells does not matter.
func NewDensity(cells []geo.Cell) Density {
	d := Density{cells: make(map[geo.Cell]occupancy)}
	var level []geo.Cell
	for _, c := range cells {
		if p := c.Parent(finestDensity); p != 0 && c.Valid() {
			o := d.cells[p]
			d.cells[p] = occupancy{o.all + 1, o.clipped + 1}
			level = append(level, p)
		}
	}
	level = distinct(level)
	for res := finestDensity - 1; res >= coarsestDensity; res-- {
		level = d.raise(level, res)
	}
	return d
}

// raise fills in the resolution above level and returns its cells.
func (d Density) raise(level []geo.Cell, res int) []geo.Cell {
	next := make([]geo.Cell, 0, len(level))
	for _, c := range level {
		p := c.Parent(res)
		o := d.cells[p]
		o.all += d.cells[c].clipped
		d.cells[p] = o
		next = append(next, p)
	}
	next = distinct(next)
	rule := ruleOf(res)
	for _, p := range next {
		o := d.cells[p]
		o.clipped = min(rule.limit(d.busy(p, rule.target)), o.all)
		d.cells[p] = o
	}
	return next
}

// busy counts the cells among p and its ring that hold at least target.
func (d Density) busy(p geo.Cell, target uint64) uint64 {
	disk, err := geo.Disk(p, 1)
	if err != nil {
		return 0
	}
	var n uint64
	for _, c := range disk {
		if d.cells[c].all >= target {
			n++
		}
	}
	return n
}

func distinct(cells []geo.Cell) []geo.Cell {
	slices.Sort(cells)
	return slices.Compact(cells)
}

// Scale returns the density scale of a hotspot's cell times 10^4, rounded half
// to even: the product over resolutions 4 to 10 of what its cells let through
// over what they hold. A cell outside the map has the scale of an empty place.
func (d Density) Scale(c geo.Cell) uint32 {
	num, den := big.NewInt(scaleOne), big.NewInt(1)
	for res := coarsestDensity; res < finestDensity; res++ {
		o := d.cells[c.Parent(res)]
		if o.all == 0 {
			return scaleOne
		}
		num.Mul(num, new(big.Int).SetUint64(o.clipped))
		den.Mul(den, new(big.Int).SetUint64(o.all))
	}
	return uint32(roundHalfEven(num, den))
}

func roundHalfEven(num, den *big.Int) uint64 {
	q, r := new(big.Int).QuoRem(num, den, new(big.Int))
	n := q.Uint64()
	switch r.Lsh(r, 1).Cmp(den) {
	case 1:
		n++
	case 0:
		n += n & 1
	}
	return n
}
