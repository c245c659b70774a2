package study

import (
	"fmt"
	"math/rand/v2"

	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/attack"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/world"
)

// Case is one simulation.
type Case struct {
	Size     land.Size
	Hotspots int // honest ones
	Before   int // days that the honest ones are alone
	Days     int
	Seed     uint64
	Rules    engine.Rules
	Attack   *attack.Attack // nil for honest ones alone
}

// Group is what the hotspots of one kind came to.
type Group struct {
	N        int
	Pay      float64 // a day and hotspot in the second half, kept back or not, in the mean pay of an honest network
	Earned   float64 // the same of what was paid out, from the first day of the attack
	Points   uint64
	Withheld uint64
	Mature   int
	Out      int
	Beacons  int
	Answered int
	Verdicts [256]int
}

// Result is what came of a case.
type Result struct {
	Honest, Attackers Group
	Totals            engine.Totals
}

// Run simulates a case.
func Run(c Case) (Result, error) {
	w := world.New(land.New(c.Size, c.Seed), c.Seed)
	w.Chain = engine.New(c.Rules, w, c.Hotspots, c.Seed)
	if err := settle(w, c); err != nil {
		return Result{}, fmt.Errorf("put up honest hotspots: %w", err)
	}
	w.Connect()
	if err := w.Chain.Run(uint64(c.Before) * engine.EpochBlocks); err != nil {
		return Result{}, err
	}
	if err := attacked(w, c); err != nil {
		return Result{}, err
	}
	r := Result{Totals: w.Chain.Totals}
	for i := 1; i <= w.Chain.Len(); i++ {
		g := &r.Honest
		if i > c.Hotspots {
			g = &r.Attackers
		}
		g.add(w.Chain.Hotspot(uint32(i)))
	}
	for _, g := range []*Group{&r.Honest, &r.Attackers} {
		if g.N > 0 {
			g.Pay, g.Earned = g.Pay/float64(g.N*(c.Days-c.Days/2)), g.Earned/float64(g.N*c.Days)
		}
	}
	return r, nil
}

// attacked runs the days of a case, with its attackers.
func attacked(w *world.World, c Case) error {
	s := &attack.Stage{World: w, Rand: rand.New(rand.NewPCG(c.Seed, 31))}
	if c.Attack != nil {
		s.Size = c.Hotspots * c.Attack.Share / 1_000
		if err := c.Attack.Setup(s); err != nil {
			return fmt.Errorf("set up %s: %w", c.Attack.Name, err)
		}
		w.Connect()
	}
	w.Chain.Mark(engine.Early)
	for day := range c.Days {
		if c.Attack != nil && c.Attack.Later != nil {
			if err := c.Attack.Later(s, day); err != nil {
				return fmt.Errorf("%s on day %d: %w", c.Attack.Name, day, err)
			}
		}
		if day == c.Days/2 {
			w.Chain.Mark(engine.Late)
		}
		if err := w.Chain.Run(uint64(c.Before+day+1) * engine.EpochBlocks); err != nil {
			return err
		}
	}
	return nil
}

// settle puts up the honest hotspots. They have been there since before.
func settle(w *world.World, c Case) error {
	r := rand.New(rand.NewPCG(c.Seed, 29))
	for i := range c.Hotspots {
		x, y := w.Land.Site(r)
		u := w.Land.NewUnit(r.Uint64(), x, y)
		id := world.Identity{Radio: w.Radio(u), Conduct: world.Honest{}, Claimed: u}
		if _, err := w.Join(id, uint32(i), u.Gain); err != nil {
			return err
		}
	}
	return nil
}

func (g *Group) add(h *engine.Hotspot) {
	g.N++
	g.Earned += h.Paid - h.Marks[engine.Early].Paid
	g.Pay += h.Paid + h.Escrow - h.Marks[engine.Late].Paid - h.Marks[engine.Late].Escrow
	g.Points += h.Points
	g.Withheld += h.Withheld
	g.Beacons += h.Beacons
	g.Answered += h.Answered
	if h.Mature > 0 {
		g.Mature++
	}
	if h.Out {
		g.Out++
	}
	for v, n := range h.Verdicts {
		g.Verdicts[v] += int(n)
	}
}

// Refused returns how many reports of a group had a verdict.
func (g *Group) Refused(v wire.Verdict) int { return g.Verdicts[v] }
