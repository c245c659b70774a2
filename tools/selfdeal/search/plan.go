package search

import (
	"slices"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// Bounds of a plan.
const (
	maxStands = 6
	maxActs   = 8
	maxTail   = 300    // epochs
	maxPoints = 10_000 // an epoch
	midPrice  = 27_000_000
	minPrice  = midPrice / 20
	maxPrice  = midPrice * 20
	minBurn   = 100 * economy.HXW
	maxBurn   = 20_000 * economy.HXW
	maxWait   = 60 * day
	years     = 6
	day       = 86_400
	whole     = 1_000 // permille
)

// Cells of the world.
const (
	busy  = iota // strangers have traffic and points here
	own          // nobody else is here
	other        // nor here
	cells
)

// Stand is a station of the coalition. Points are whole ones, an epoch.
type Stand struct {
	Class  economy.Class
	Cell   int
	Points uint64
}

// Act is what the coalition does at one moment: it waits, lets the feeders report a
// price, buys credits for spark, and settles permille of what it can for a station.
type Act struct {
	Wait, Price, Burn, Settle uint64
	Stand                     int
}

// Plan is all that a coalition decides.
type Plan struct {
	Year         uint64 // in which it comes, from 0
	Turns, Votes uint64 // permille of validators and of the community
	Stands       []Stand
	Acts         []Act
	Tail         uint64 // epochs that it waits for what is still to come
}

func (p Plan) clone() Plan {
	p.Stands, p.Acts = slices.Clone(p.Stands), slices.Clone(p.Acts)
	return p
}

// fix brings a plan back into its bounds.
func (p *Plan) fix() {
	p.Year, p.Turns, p.Votes, p.Tail = min(p.Year, years-1), min(p.Turns, whole), min(p.Votes, whole), min(p.Tail, maxTail)
	for i := range p.Stands {
		p.Stands[i].Points = min(p.Stands[i].Points, maxPoints)
	}
	for i := range p.Acts {
		a := &p.Acts[i]
		a.Price = max(minPrice, min(a.Price, maxPrice))
		a.Wait, a.Settle = min(a.Wait, maxWait), min(a.Settle, whole)
		if a.Burn = min(a.Burn, maxBurn); a.Burn < minBurn {
			a.Burn = 0
		}
		a.Stand = min(a.Stand, len(p.Stands)-1)
	}
}
