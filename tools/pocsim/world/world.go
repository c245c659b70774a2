package world

import (
	"math/rand/v2"
	"slices"

	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
	"github.com/hexwave/hexwave/tools/pocsim/land"
)

// World is a land with radios and the identities behind them.
type World struct {
	Land  *land.Land
	Chain *engine.Chain
	Rand  *rand.Rand

	radios     []land.Unit
	at         [][]uint32 // identities of each radio
	links      [][]land.Link
	identities []*Identity // by index; 0 nobody
	rings      map[int][]*Identity
	sending    map[int]uint64 // by radio: when it last sent
	seed       uint64

	// Censored is the share of reports on a beacon of somebody, or by somebody,
	// that do not get into a block in time.
	Censored func(witness *Identity) float64
	// Jammed is the share of beacons that are drowned by a false one, by those who
	// do not check preimages.
	Jammed func(c *wire.Challenge) bool
}

// New returns a world without anybody.
func New(l *land.Land, seed uint64) *World {
	return &World{
		Land: l, Rand: rand.New(rand.NewPCG(seed, 23)), seed: seed,
		identities: []*Identity{nil}, rings: map[int][]*Identity{}, sending: map[int]uint64{},
	}
}

// Radio puts up a radio and returns its number.
func (w *World) Radio(u land.Unit) int {
	w.radios, w.at = append(w.radios, u), append(w.at, nil)
	return len(w.radios) - 1
}

// Unit returns a radio.
func (w *World) Unit(radio int) *land.Unit { return &w.radios[radio] }

// Join registers an identity at the claimed place.
func (w *World) Join(id Identity, owner uint32, gain float64) (*Identity, error) {
	index, err := w.Chain.Register(engine.Claim{
		Owner: owner, Place: Place(id.Claimed.X, id.Claimed.Y), Gain: int16(10 * gain),
	})
	if err != nil {
		return nil, err
	}
	id.Index = index
	w.identities = append(w.identities, &id)
	if id.Radio != NoRadio {
		w.at[id.Radio] = append(w.at[id.Radio], index)
	}
	if id.Ring != 0 {
		w.rings[id.Ring] = append(w.rings[id.Ring], &id)
	}
	return &id, nil
}

// Leave takes an identity off its radio.
func (w *World) Leave(id *Identity) {
	if id.Radio != NoRadio {
		w.at[id.Radio] = slices.DeleteFunc(w.at[id.Radio], func(i uint32) bool { return i == id.Index })
		id.Radio = NoRadio
	}
}

// Connect computes what reaches whom. It is called when all radios are up.
func (w *World) Connect() { w.links = w.Land.Links(w.radios) }

// Identity returns who is behind a hotspot.
func (w *World) Identity(index uint32) *Identity { return w.identities[index] }

// Play sends a beacon and collects what is reported.
func (w *World) Play(c *wire.Challenge, preimage wire.Preimage, ask func(uint32) bool) engine.Played {
	me := w.identities[c.Hotspot]
	send := me.Conduct.Send(w, c, me)
	p := play{w: w, c: c, preimage: preimage, ask: ask, done: map[uint32]bool{c.Hotspot: true}}
	if send.OnAir && me.Radio != NoRadio && w.sending[me.Radio] != c.TxAt {
		w.sending[me.Radio] = c.TxAt
		p.radiate(me.Radio, float64(c.Power)/10+send.Boost)
		p.onAir = true
	}
	if send.Shared {
		p.tell(me.Ring)
	}
	p.tell(Public)
	if send.OwnRing {
		send.Reveal = p.mostlyOf(me.Ring)
	}
	return engine.Played{Reports: p.reports, Revealed: p.revealed || send.Reveal && (p.onAir || send.Shared)}
}

// play is a challenge while it is played.
type play struct {
	w        *World
	c        *wire.Challenge
	preimage wire.Preimage
	ask      func(uint32) bool
	done     map[uint32]bool
	reports  []wire.Report
	onAir    bool
	revealed bool
}

// radiate sends the beacon over the land.
func (p *play) radiate(radio int, eirp float64) {
	var told []int
	jammed := p.w.Jammed != nil && p.w.Jammed(p.c)
	for _, l := range p.w.links[radio] {
		if !p.matters(l.To) {
			continue
		}
		h, ok := land.Receive(p.w.Rand, &p.w.radios[l.To], eirp, float64(l.Loss), p.c.SF)
		if !ok || p.w.sending[int(l.To)] == p.c.TxAt {
			continue
		}
		for _, index := range p.w.at[l.To] {
			id := p.w.identities[index]
			if id.Conduct.Tells() {
				told = append(told, id.Ring)
			}
			p.revealed = p.revealed || p.mayReveal(id)
			p.hear(id, h, jammed)
		}
	}
	for _, ring := range told {
		p.tell(ring)
	}
}

// matters tells whether it changes anything that a radio hears the beacon: when
// one of its identities may report, tells others, or is the first to know the
// secret.
func (p *play) matters(radio int32) bool {
	for _, index := range p.w.at[radio] {
		id := p.w.identities[index]
		if !p.done[index] && (p.ask(index) || id.Conduct.Tells() || !p.revealed && p.mayReveal(id)) {
			return true
		}
	}
	return false
}

// mostlyOf tells whether most of what was reported is by a ring.
func (p *play) mostlyOf(ring int) bool {
	n := 0
	for i := range p.reports {
		if p.w.identities[p.reports[i].Witness].Ring == ring {
			n++
		}
	}
	return 2*n > len(p.reports)
}

// mayReveal tells whether a hearer brings the secret to the chain after the close.
func (p *play) mayReveal(id *Identity) bool {
	_, honest := id.Conduct.(Honest)
	return honest && !p.w.Chain.Rules.OwnReveal
}

// hear has a hotspot report what it heard.
func (p *play) hear(id *Identity, h land.Heard, jammed bool) {
	if p.done[id.Index] {
		return
	}
	p.done[id.Index] = true
	r := p.report(id)
	if !p.ask(id.Index) || !id.Conduct.Hear(p.w, p.c, id, h, &r) {
		return
	}
	if jammed && p.w.Chain.Rules.NoAnchor {
		r.Tag = wire.WitnessTag{1} // of the false frame, which came first
	}
	p.include(id, &r)
}

// tell lets a ring know the secret: who did not hear may report all the same.
func (p *play) tell(ring int) {
	from := p.w.identities[p.c.Hotspot]
	for _, id := range p.w.rings[ring] {
		if p.done[id.Index] {
			continue
		}
		p.done[id.Index] = true
		r := p.report(id)
		if p.ask(id.Index) && id.Conduct.Know(p.w, p.c, from, id, &r) {
			p.include(id, &r)
		}
	}
}

// report returns a report with what is not measured. Its tag is the true one; who
// does not know the secret puts another.
func (p *play) report(id *Identity) wire.Report {
	return wire.Report{
		Chain: p.c.Chain, Challenge: p.c.ID, Witness: id.Index, SF: p.c.SF, Tag: TrueTag,
		FreqError: int32((p.w.crystal(p.c.Hotspot) - p.w.crystal(id.Index)) * float64(p.c.Frequency) / 1e6),
	}
}

// TrueTag stands for the tag of the beacon in a report that is not sent yet.
var TrueTag = wire.WitnessTag{0: 0xff}

func (p *play) include(id *Identity, r *wire.Report) {
	if p.w.Censored != nil && p.w.Rand.Float64() < p.w.Censored(id) {
		return
	}
	if r.Tag == TrueTag {
		r.Tag = wire.Tag(p.c.Chain, wire.NewBeacon(p.c.ID, p.preimage), p.w.Chain.Hotspot(id.Index).Site.Key)
	}
	p.reports = append(p.reports, *r)
}

// crystal returns by how many parts per million a hotspot's oscillator is wrong.
func (w *World) crystal(index uint32) float64 {
	return max(-2.5, min(2.5, land.Normal(w.seed, uint64(index))))
}

// downShare is the part of the time in which a hotspot is away, by the hour.
const downShare = 0.03

func (w *World) up(c *wire.Challenge, index uint32) bool {
	return land.Uniform(w.seed, uint64(index), c.Drawn/600) >= downShare
}

// MaxPower is the most that a beacon is sent with, dBm.
func MaxPower() float64 {
	plan, _ := region.ByID(region.EU868)
	return float64(plan.MaxEIRP) / 10
}
