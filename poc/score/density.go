package score

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
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

// ErrCounts is returned for counts that cannot be: fewer than none in a cell.
var ErrCounts = errors.New("density counts do not add up")

// Counts are the hotspots of a cell: all that its children let through, and what
// it lets through itself.
type Counts struct{ All, Let uint32 }

// DensityStore keeps the density map: the counts of cells of resolutions 4 to 11.
// A cell that is not kept has none.
type DensityStore interface {
	Counts(ctx context.Context, c geo.Cell) (Counts, error)
	// SetCounts keeps counts; zero ones need not be kept.
	SetCounts(ctx context.Context, c geo.Cell, n Counts) error
}

// AddDensity counts a hotspot that stands in a cell of resolution 11 or finer.
func AddDensity(ctx context.Context, s DensityStore, c geo.Cell) error { return shift(ctx, s, c, 1) }

// RemoveDensity takes a hotspot out of the map again, or returns ErrCounts when
// none is counted there.
func RemoveDensity(ctx context.Context, s DensityStore, c geo.Cell) error {
	return shift(ctx, s, c, -1)
}

// shift changes the count of a cell and what follows from it, one resolution
// after the other. A cell that becomes busy, or ceases to be, changes the limits
// of the seven around it, so a level may change more cells than the one before;
// in a town it is a handful, and never more than a disk of radius seven.
func shift(ctx context.Context, s DensityStore, c geo.Cell, by int64) error {
	finest := c.Parent(finestDensity)
	if finest == 0 || !c.Valid() {
		return fmt.Errorf("density of cell %s: %w", c, ErrCounts)
	}
	n, err := s.Counts(ctx, finest)
	if err != nil {
		return err
	}
	if n.All, err = add(n.All, by); err != nil {
		return fmt.Errorf("density of cell %s: %w", finest, err)
	}
	n.Let = n.All
	if err := s.SetCounts(ctx, finest, n); err != nil {
		return err
	}
	changes := []change{{finest.Parent(finestDensity - 1), by}}
	for res := finestDensity - 1; res >= coarsestDensity && len(changes) > 0; res-- {
		l := level{s: s, rule: ruleOf(res)}
		if changes, err = l.apply(ctx, changes); err != nil {
			return err
		}
	}
	return nil
}

// change is by how much a cell's children let through more, or less.
type change struct {
	cell geo.Cell
	by   int64
}

func add(n uint32, by int64) (uint32, error) {
	sum := int64(n) + by
	if sum < 0 || sum > 1<<32-1 {
		return n, ErrCounts
	}
	return uint32(sum), nil
}

// level is one resolution while a change passes through it.
type level struct {
	s    DensityStore
	rule densityRule
	read []cellCounts // so far: a few
}

type cellCounts struct {
	cell geo.Cell
	Counts
}

func (l *level) get(ctx context.Context, c geo.Cell) (*cellCounts, error) {
	for i := range l.read {
		if l.read[i].cell == c {
			return &l.read[i], nil
		}
	}
	n, err := l.s.Counts(ctx, c)
	l.read = append(l.read, cellCounts{c, n})
	return &l.read[len(l.read)-1], err
}

// apply changes what cells hold, then what they and those around them let
// through, and returns the changes to their parents.
func (l *level) apply(ctx context.Context, changes []change) (parents []change, err error) {
	var affected []geo.Cell
	for _, c := range changes {
		n, err := l.get(ctx, c.cell)
		if err != nil {
			return nil, err
		}
		was := uint64(n.All) >= l.rule.target
		if n.All, err = add(n.All, c.by); err != nil {
			return nil, fmt.Errorf("density of cell %s: %w", c.cell, err)
		}
		affected = append(affected, c.cell)
		if is := uint64(n.All) >= l.rule.target; is == was {
			continue
		}
		disk, err := geo.Disk(c.cell, 1)
		if err != nil {
			return nil, fmt.Errorf("around cell %s: %w", c.cell, err)
		}
		affected = append(affected, disk...)
	}
	for _, c := range distinct(affected) {
		isChanged := slices.ContainsFunc(changes, func(x change) bool { return x.cell == c })
		by, err := l.clip(ctx, c, isChanged)
		if err != nil {
			return nil, err
		}
		parents = sum(parents, change{c.Parent(c.Res() - 1), by})
	}
	return slices.DeleteFunc(parents, func(c change) bool { return c.by == 0 }), nil
}

// sum adds a change to a list of changes.
func sum(all []change, c change) []change {
	for i := range all {
		if all[i].cell == c.cell {
			all[i].by += c.by
			return all
		}
	}
	return append(all, c)
}

func distinct(cells []geo.Cell) []geo.Cell {
	slices.Sort(cells)
	return slices.Compact(cells)
}

// clip computes what a cell lets through, stores the cell if it changed, and
// returns how much more it lets through.
func (l *level) clip(ctx context.Context, c geo.Cell, isChanged bool) (by int64, err error) {
	at, err := l.get(ctx, c)
	if err != nil || at.All == 0 && !isChanged {
		return 0, err
	}
	n := at.Counts
	limit := l.rule.limit(0)
	if uint64(n.All) > limit { // else the neighbours cannot matter
		busy, err := l.busy(ctx, c)
		if err != nil {
			return 0, err
		}
		limit = l.rule.limit(busy)
	}
	let := uint32(min(limit, uint64(n.All)))
	if let == n.Let && !isChanged {
		return 0, nil
	}
	by = int64(let) - int64(n.Let)
	n.Let = let
	return by, l.s.SetCounts(ctx, c, n)
}

// busy counts the cells among c and its ring that hold at least target.
func (l *level) busy(ctx context.Context, c geo.Cell) (busy uint64, err error) {
	disk, err := geo.Disk(c, 1)
	if err != nil {
		return 0, fmt.Errorf("around cell %s: %w", c, err)
	}
	for _, near := range disk {
		m, err := l.get(ctx, near)
		if err != nil {
			return 0, err
		}
		if uint64(m.All) >= l.rule.target {
			busy++
		}
	}
	return busy, nil
}

// DensityScale returns the density scale of a hotspot's cell times 10^4, rounded
// half to even: the product over resolutions 4 to 10 of what its cells let through
// over what they hold. A place that is not in the map has the scale of an empty
// one.
func DensityScale(ctx context.Context, s DensityStore, c geo.Cell) (uint32, error) {
	num, den, fits := uint64(scaleOne), uint64(1), true
	var fractions []Counts
	for res := coarsestDensity; res < finestDensity; res++ {
		n, err := s.Counts(ctx, c.Parent(res))
		if err != nil {
			return 0, err
		}
		if n.All == 0 {
			return scaleOne, nil
		}
		fractions = append(fractions, n)
		num, fits = mul(num, n.Let, fits)
		den, fits = mul(den, n.All, fits)
	}
	if fits {
		return uint32(halfEven(num, den)), nil
	}
	bigNum, bigDen := big.NewInt(scaleOne), big.NewInt(1)
	for _, n := range fractions {
		bigNum.Mul(bigNum, new(big.Int).SetUint64(uint64(n.Let)))
		bigDen.Mul(bigDen, new(big.Int).SetUint64(uint64(n.All)))
	}
	return uint32(roundHalfEven(bigNum, bigDen)), nil
}

// mul multiplies as long as it fits 64 bits, which it does in any town.
func mul(a uint64, b uint32, fits bool) (uint64, bool) {
	hi, lo := bits.Mul64(a, uint64(b))
	return lo, fits && hi == 0
}

func halfEven(num, den uint64) uint64 {
	n, r := num/den, num%den
	switch rest := den - r; {
	case r > rest:
		n++
	case r == rest:
		n += n & 1
	}
	return n
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
