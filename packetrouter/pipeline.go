package packetrouter

import "github.com/hexwave/hexwave/proto/wire"

// stage is one step of an uplink. It returns pass to hand the packet on, an
// outcome to end it, or held when the packet will be resumed by [Router.advance]
// once an answer from outside is there.
type stage struct {
	name string
	run  func(*Router, *transit) wire.Outcome
}

const (
	pass wire.Outcome = 0
	held wire.Outcome = 0xff
)

// pipeline is the life of an uplink, in order. The order is the design: what
// costs least refuses first; nothing is looked up for a stranger, no session
// key is tried without a route, no budget is taken for a forged frame, no
// credit is set aside for a copy nobody wants, nothing is metered that was not
// delivered. A stage must not care which stages stand before it beyond the
// fields of transit they fill.
//
// From route on a packet has a leg for each route; legs drop out one by one,
// and the packet ends when none is left.
func pipeline() []stage {
	return []stage{
		{"admit", admit},       // size, kind, rate, window, resends
		{"identify", identify}, // stream key is a registered, placed LoRa hotspot
		{"decode", decode},     // header and layout
		{"route", route},       // EUI pair or DevAddr range
		{"filter", filter},     // route and destination in service, age, session keys
		{"budget", budget},     // copies of the transmission, frame counter
		{"credit", credit},     // the payer can pay
		{"deliver", deliver},   // network server acknowledged
		{"meter", meter},       // on stable storage
	}
}

// advance runs a packet through its remaining stages, until one holds it.
func (r *Router) advance(t *transit) {
	for t.stage < len(r.stages) {
		s := &r.stages[t.stage]
		t.stage++
		switch o := s.run(r, t); o {
		case pass:
		case held:
			return
		default:
			r.finish(t, o)
			return
		}
	}
	r.finish(t, wire.Delivered)
}

// finish counts the outcome, tells the hotspot, and forgets the packet.
func (r *Router) finish(t *transit, o wire.Outcome) {
	r.outcomes[o].Add(1)
	t.peer.settle(t.up.ID, o)
	if t.counted {
		r.inFlight.Add(-1)
		t.session.inFlight.Add(-1)
	}
	r.release(t)
}
