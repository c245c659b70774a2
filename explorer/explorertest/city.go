// Package explorertest makes chains for tests of the explorer: a town of hotspots whose beacons, witnesses and lies
// follow from a seed, and a Source that plays recorded blocks.
//
// It is imported by tests alone and holds no rule of the map.
package explorertest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
)

// Town describes a chain to make. The zero value of a field means its default.
type Town struct {
	Seed     uint64
	Center   explorer.LatLng // default: Berlin, 52.52 N 13.405 E
	Hotspots int             // default 60
	SpreadM  float64         // typical distance from the centre, metres; default 9,000
	Blocks   int             // default 120; block 1 registers the hotspots
	Start    time.Time       // time of block 1; default 2026-01-01
	Interval time.Duration   // default 1 s
}

func (t Town) withDefaults() Town {
	if t.Center == (explorer.LatLng{}) {
		t.Center = explorer.E7(52.52, 13.405)
	}
	if t.Hotspots == 0 {
		t.Hotspots = 60
	}
	if t.SpreadM == 0 {
		t.SpreadM = 9_000
	}
	if t.Blocks == 0 {
		t.Blocks = 120
	}
	if t.Start.IsZero() {
		t.Start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	}
	if t.Interval == 0 {
		t.Interval = time.Second
	}
	return t
}

// Chain returns the town's blocks. Equal towns give equal chains.
func (t Town) Chain() []explorer.Block {
	t = t.withDefaults()
	rng := rand.New(rand.NewPCG(t.Seed, 0x6865786d6170))
	places := make([]explorer.LatLng, t.Hotspots)
	blocks := make([]explorer.Block, t.Blocks)
	for i := range blocks {
		blocks[i] = explorer.Block{Height: explorer.Height(i + 1), Time: t.Start.Add(time.Duration(i) * t.Interval)}
	}
	for i := range places {
		places[i] = t.place(rng)
		blocks[0].Events = append(blocks[0].Events, newcomer(explorer.HotspotIndex(i+1), places[i])...)
	}
	for i := 1; i < len(blocks); i++ {
		for range 1 + rng.IntN(2) {
			id := explorer.ChallengeID(i*10 + len(blocks[i].Events))
			blocks[i].Events = append(blocks[i].Events, beacon(rng, id, places))
		}
		if i%30 == 0 {
			blocks[i].Events = append(blocks[i].Events, payday(rng, uint64(i/30), len(places))...)
		}
	}
	return blocks
}

// place draws a hotspot's place: most in town, some in villages far out.
func (t Town) place(rng *rand.Rand) explorer.LatLng {
	r := t.SpreadM * math.Abs(rng.NormFloat64())
	if rng.IntN(8) == 0 {
		r += 2 * t.SpreadM
	}
	a := rng.Float64() * 2 * math.Pi
	const perDegree = 111_195
	lat := t.Center.Lat() + r*math.Sin(a)/perDegree
	lng := t.Center.Lng() + r*math.Cos(a)/(perDegree*math.Cos(t.Center.Lat()*math.Pi/180))
	return explorer.E7(lat, lng)
}

func newcomer(i explorer.HotspotIndex, p explorer.LatLng) []explorer.Event {
	cell, err := grid.CellOf(p, explorer.AssertRes)
	if err != nil {
		panic("explorertest: place out of range: " + err.Error())
	}
	return []explorer.Event{
		explorer.HotspotRegistered{Index: i, ID: fmt.Sprintf("hxwspot1%032x", uint64(i)*0x9e3779b97f4a7c15), Name: Name(i), Owner: fmt.Sprintf("hxw1%038x", i%7), Class: explorer.ClassLoRa},
		explorer.HotspotLocated{Index: i, Position: p, Cell: cell, GainDeciDBi: 30, HeightM: 12, Region: "EU868"},
	}
}

// Name returns a three-word name that differs for all indexes below 16^3.
func Name(i explorer.HotspotIndex) string {
	how := [...]string{"tidy", "brave", "calm", "quick", "shiny", "merry", "proud", "gentle", "lucky", "bold", "keen", "mellow", "noble", "rapid", "sunny", "witty"}
	hue := [...]string{"plum", "azure", "amber", "coral", "ivory", "jade", "lemon", "mauve", "olive", "pearl", "ruby", "sage", "teal", "umber", "violet", "wheat"}
	who := [...]string{"otter", "badger", "crane", "dingo", "egret", "falcon", "gecko", "heron", "ibex", "jackal", "koala", "lynx", "marten", "newt", "oriole", "puffin"}
	return how[i%16] + "-" + hue[i/16%16] + "-" + who[(i/256+i*7)%16]
}

// beacon plays one challenge: log-distance path loss with shadowing decides who hears it.
func beacon(rng *rand.Rand, id explorer.ChallengeID, places []explorer.LatLng) explorer.ChallengeSettled {
	from := rng.IntN(len(places))
	e := explorer.ChallengeSettled{ID: id, Beaconer: explorer.HotspotIndex(from + 1), Kind: "regular"}
	if rng.IntN(30) == 0 {
		e.Outcome = explorer.OutcomeMissed
		return e
	}
	for to := range places {
		d := explorer.Distance(places[from], places[to])
		if to == from || d < 400 {
			continue
		}
		rssi := 14 + 3 + 3 - (101 + 35*math.Log10(d/1000)) + 6*rng.NormFloat64() - indoors(from) - indoors(to)
		snr := rssi + 117
		if snr < -12 {
			continue
		}
		h := explorer.HotspotIndex(to + 1)
		if rng.IntN(25) == 0 {
			reason := [...]string{"bad-rssi", "bad-tag", "too-late", "too-close"}[rng.IntN(4)]
			e.Rejected = append(e.Rejected, explorer.Rejection{Hotspot: h, RSSI: explorer.DeciDBm(10 * rssi), SNR: explorer.DeciDB(10 * min(snr, 10)), DistanceM: uint64(d), Reason: reason})
			continue
		}
		if len(e.Kept) < 14 {
			e.Kept = append(e.Kept, explorer.Witness{Hotspot: h, RSSI: explorer.DeciDBm(10 * rssi), SNR: explorer.DeciDB(10 * min(snr, 10)), DistanceM: uint64(d), Points: 12_000_000})
		}
	}
	e.Points = uint64(len(e.Kept)) * 9_000_000
	return e
}

// indoors returns the loss in dB of a hotspot's walls: one in nine stands in a cellar.
func indoors(i int) float64 {
	if i%9 == 4 {
		return 40
	}
	return 0
}

func payday(rng *rand.Rand, epoch uint64, n int) []explorer.Event {
	h := explorer.HotspotIndex(rng.IntN(n) + 1)
	return []explorer.Event{
		explorer.EpochClosed{Epoch: epoch, Scheduled: 12_345_678_900},
		explorer.Claimed{Hotspot: h, Amount: explorer.Spark(rng.IntN(1e9))},
		explorer.Settled{Hotspot: h, Burned: explorer.DC(1000 + rng.IntN(1000)), Amount: explorer.Spark(rng.IntN(1e8))},
	}
}
