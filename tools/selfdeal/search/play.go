package search

import (
	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// What strangers do in each epoch: a station in the busy cell and one elsewhere make
// points; their org settles for the first, and for a Wi-Fi station.
const (
	strangerPoints = 100
	strangerDC     = 3_000_000     // of each class
	strangerFunds  = 4_000_000_000 // DC, enough for the longest plan
	// strangerSlack is what strangers burned before and nobody was minted, in spark:
	// what the breaker of re-mints has to give.
	strangerSlack = 10_000 * economy.HXW
	// unit is a coverage point.
	unit = 100_000_000
	// allowance is more than anybody has.
	allowance = 1 << 50
)

// least is what a coalition has to use of its own, in spark: who does nothing loses
// nothing.
const least = 1_000 * economy.HXW

// The accounts, each with an org, and that of Wi-Fi after that of LoRa.
const theirs, ours = 0, 2

// game is a world in which a plan is played.
type game struct {
	p         Plan
	w         *economy.World
	strangers [3]int // stations: in the busy cell, in another, for Wi-Fi
	stands    []int
}

// Params returns the rules of a case: those of a new chain, but orgs and places cost
// nothing.
func Params(without economy.Rules) economy.Params {
	p := economy.Launch()
	p.FeeOrg, p.FeeLocation, p.Without = 0, [2]uint64{}, without
	return p
}

// Play plays a plan and returns what dealing with itself brought the coalition.
func (p Plan) Play(params economy.Params) economy.Account {
	return economy.Gain(p.world(params, false), p.world(params, true))
}

// Return is what an account gained for each spark it used, below -1 when it used less
// than it has to.
func Return(a economy.Account) float64 {
	used := a.Used + a.Fees
	if used < least {
		return -3 + float64(used)/least
	}
	return float64(a.Net()) / float64(used)
}

func (p Plan) world(params economy.Params, idle bool) *economy.World {
	w := economy.New(params, economy.Begin{
		Time: 1_700_000_000, Epoch: 1 + p.Year*params.EpochsPerYear, Cells: cells,
		Turns: p.Turns, Votes: p.Votes, Backing: strangerSlack, Idle: idle,
	})
	g := &game{p: p, w: w}
	g.begin(params)
	for _, a := range p.Acts {
		g.act(a)
	}
	for range p.Tail {
		g.advance(w.ToNextEpoch())
	}
	return w
}

// orgs are those of a world: two a side, because a lane reserves all that its org has.
var orgs = [...]struct {
	side economy.Side
	wifi bool
}{{economy.Strangers, false}, {economy.Strangers, true}, {economy.Coalition, false}, {economy.Coalition, true}}

func (g *game) begin(params economy.Params) {
	w := g.w
	w.Quote(midPrice)
	for i, o := range orgs {
		w.Account(o.side)
		w.Org(i)
		w.Lane(i, o.side, o.wifi, allowance)
		if o.side == economy.Strangers {
			w.Buy(i, strangerFunds)
			w.Fund(i, strangerFunds)
		}
	}
	for i, s := range []Stand{{economy.LoRa, busy, 0}, {economy.LoRa, other, 0}, {economy.WiFi, busy, 0}} {
		g.strangers[i] = g.station(theirs, s, params)
	}
	for _, s := range g.p.Stands {
		g.stands = append(g.stands, g.station(ours, s, params))
	}
	g.dawn()
}

func (g *game) station(account int, s Stand, params economy.Params) int {
	g.w.Buy(account, params.FeeRegister[s.Class])
	n, _ := g.w.Register(account, s.Class)
	g.w.Locate(account, n, s.Cell)
	return n
}

// dawn is what happens at the beginning of each epoch.
func (g *game) dawn() {
	g.w.Points(g.strangers[0], strangerPoints*unit)
	g.w.Points(g.strangers[1], strangerPoints*unit)
	for i, n := range g.stands {
		g.w.Points(n, g.p.Stands[i].Points*unit)
	}
	g.w.Settle(economy.Item{Org: theirs, Station: g.strangers[0], Step: strangerDC})
	g.w.Settle(economy.Item{Org: theirs + 1, Station: g.strangers[2], Step: strangerDC})
}

// advance lets time go by, epoch by epoch.
func (g *game) advance(seconds uint64) {
	for seconds > 0 {
		d := min(seconds, g.w.ToNextEpoch())
		ends := d == g.w.ToNextEpoch()
		g.w.Wait(d)
		seconds -= d
		if ends {
			g.dawn()
		}
	}
}

func (g *game) act(a Act) {
	g.advance(a.Wait)
	g.w.Quote(a.Price)
	org := ours + int(g.p.Stands[a.Stand].Class)
	if a.Burn > 0 && g.w.BuyFor(org, a.Burn) {
		g.w.Fund(org, g.w.Credits(org).DC)
	}
	if a.Settle == 0 {
		return
	}
	it := economy.Item{Org: org, Station: g.stands[a.Stand]}
	late := it
	late.Late = true
	if g.w.Left(late) > g.w.Left(it) {
		it = late
	}
	it.Step = g.w.Left(it) / whole * a.Settle
	g.w.Settle(it)
}
