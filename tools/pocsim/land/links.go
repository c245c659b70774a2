package land

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
)

// Link is a way to another radio, by its number.
type Link struct {
	To   int32
	Loss float32 // dB
}

// reach is beyond what no frame is looked for, kilometres; budget is the loss that
// the best pair of antennas never overcomes.
const (
	reach  = 100.0
	budget = 16 + 8 + 8 + 145
)

// Links returns for each unit the units that might hear it.
func (g Ground) Links(units []Unit) [][]Link {
	grid := newGrid(units)
	all := make([][]Link, len(units))
	var wait sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := w; i < len(units); i += runtime.GOMAXPROCS(0) {
				all[i] = g.links(units, grid, i)
			}
		})
	}
	wait.Wait()
	return all
}

func (g Ground) links(units []Unit, grid *grid, i int) []Link {
	var near []Link
	a := &units[i]
	grid.around(a.X, a.Y, func(j int32) {
		b := &units[j]
		if int(j) == i || Distance(a, b) > reach || !g.mayReach(a, b) {
			return
		}
		lo, hi := min(i, int(j)), max(i, int(j))
		loss := g.Loss(&units[lo], &units[hi], hash(uint64(lo), uint64(hi)))
		if loss < budget-(8-b.Gain)-b.Noise {
			near = append(near, Link{To: j, Loss: float32(loss)})
		}
	})
	slices.SortFunc(near, func(a, b Link) int { return cmp.Compare(a.To, b.To) })
	return near
}

// mayReach is a cheap bound without the ground: four standard deviations of shadow.
func (g Ground) mayReach(a, b *Unit) bool {
	km := max(Distance(a, b), breakKm)
	loss := FreeSpace(km) + a.Indoor + b.Indoor + 10*((a.Exponent+b.Exponent)/2-2)*math.Log10(km/breakKm)
	return loss-20 < budget-(8-b.Gain)-b.Noise
}

// cellKm is the side of a cell of the grid.
const cellKm = 10.0

type grid struct{ cells map[[2]int32][]int32 }

func newGrid(units []Unit) *grid {
	g := &grid{cells: map[[2]int32][]int32{}}
	for i := range units {
		k := key(units[i].X, units[i].Y)
		g.cells[k] = append(g.cells[k], int32(i))
	}
	return g
}

func key(x, y float64) [2]int32 {
	return [2]int32{int32(math.Floor(x / cellKm)), int32(math.Floor(y / cellKm))}
}

// around calls fn for all units within reach, and some beyond.
func (g *grid) around(x, y float64, fn func(int32)) {
	k := key(x, y)
	const n = int32(reach/cellKm) + 1
	for dx := -n; dx <= n; dx++ {
		for dy := -n; dy <= n; dy++ {
			for _, i := range g.cells[[2]int32{k[0] + dx, k[1] + dy}] {
				fn(i)
			}
		}
	}
}
