package packetrouter

import (
	"crypto/sha256"
	"time"

	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// windowSlack is what hotspots' backhauls may differ by for copies of one
// transmission, microseconds. A device repeats itself no sooner than its second
// receive window, 2 s after the frame.
const windowSlack = int64(2 * time.Second / time.Microsecond)

// admit refuses by what needs no table: size, message type, the hotspot's
// window and rate, and packets and frames seen already.
func admit(r *Router, t *transit) wire.Outcome {
	switch n := len(t.up.Payload); {
	case n == 0 || n > MaxPayload:
		return wire.BadSize
	case t.up.ID == 0:
		return wire.BadFrame
	}
	t.counted = true
	all, own := r.inFlight.Add(1), t.session.inFlight.Add(1)
	if all > int64(r.limits.MaxInFlight) || own > int64(r.limits.Window) {
		return wire.Overloaded
	}
	t.received = t.now - int64(t.up.Hold)*1000
	if !t.peer.allow(t.now, r.limits) {
		return wire.RateLimited
	}
	sum := sha256.Sum256(t.up.Payload)
	t.hash = FrameHash(sum[:16])
	if t.peer.repeated(t.hash, t.received) {
		return wire.Repeated
	}
	return pass
}

// identify looks the stream's key up in the newest snapshot.
func identify(r *Router, t *transit) wire.Outcome {
	t.hotspot = r.snapshot.Load().Hotspots.ByKey(t.peer.key)
	if t.hotspot == nil || !t.hotspot.Asserted || !t.hotspot.LoRa {
		return wire.UnknownSender
	}
	if !frequencyInRegion(t.hotspot.Region, t.up.Frequency) {
		return wire.WrongRegionPlan
	}
	return pass
}

// decode reads the routing fields.
func decode(_ *Router, t *transit) wire.Outcome {
	f, err := ParseFrame(t.up.Payload)
	if err != nil || t.up.SF < 5 {
		return wire.BadFrame // below SF5 is FSK, which no hotspot of this version sends
	}
	t.frame = f
	t.price = Credits(f, len(t.up.Payload))
	return pass
}

// route makes a leg for every route that takes the frame.
func route(r *Router, t *transit) wire.Outcome {
	table := r.table.Load()
	table.EachRoute(t.frame, func(rt *Route) {
		if len(t.legs) < r.limits.MaxLegs {
			t.legs = append(t.legs, leg{t: t, route: rt, max: rt.MaxCopies})
		}
	})
	if len(t.legs) == 0 {
		return wire.NoRoute
	}
	return pass
}

// filter drops legs that are out of service, too late, or whose session keys
// do not fit.
func filter(r *Router, t *transit) wire.Outcome {
	table := r.table.Load()
	t.each(func(l *leg) {
		if o := filterLeg(table, t, l); o != pass {
			l.refuse(o)
		}
	})
	return t.living()
}

func filterLeg(table *Table, t *transit, l *leg) wire.Outcome {
	rt := l.route
	switch {
	case !rt.Active:
		return wire.Inactive
	case t.now-t.received > int64(rt.MaxAge/time.Microsecond):
		return wire.TooOld
	}
	if t.frame.Kind != FrameData {
		l.counter = Counter{Route: rt.Key, Device: uint64(t.frame.DevEUI), Value: uint32(t.frame.Nonce), Nonce: true}
		return pass
	}
	set := table.keys[keyRef{rt.Key, t.frame.Addr}]
	if set == nil {
		if rt.KeysRequired {
			return wire.BadMIC
		}
		return pass
	}
	k, counter, ok := set.match(t.up.Payload, t.frame, &t.mic)
	if !ok {
		return wire.BadMIC
	}
	if k.maxCopies != 0 {
		l.max = k.maxCopies
	}
	l.proven = true
	l.counter = Counter{Route: rt.Key, Device: uint64(t.frame.Addr), Session: k.id, Value: counter}
	return pass
}

// budget takes one of the transmission's copies on each route, and refuses
// frame counters that were used before.
func budget(r *Router, t *transit) wire.Outcome {
	window := windowSlack + airtime(&t.up)
	if o := t.await(func(l *leg) {
		l.query = CopyQuery{
			Route: l.route.Key, Frame: t.hash, Received: t.received, Window: window, Max: max(1, l.max), leg: l,
		}
		r.budgets.Take(&l.query)
	}); o != pass {
		return o
	}
	return t.living()
}

// airtime is how long the frame was on the air, microseconds, 0 when unknown.
func airtime(u *Uplink) int64 {
	d, err := region.TimeOnAir(region.Frame{
		SF: u.SF, BandwidthKHz: uint16(u.Bandwidth / 1000), Size: len(u.Payload), CRC: true,
	})
	if err != nil {
		return 0
	}
	return int64(d)
}

// budgetAnswer continues a leg whose copy was asked for.
func (l *leg) budgetAnswer(granted bool) {
	t := l.t
	if !granted {
		l.refuse(wire.BudgetSpent)
		t.answered()
		return
	}
	l.granted = true
	switch fresh := l.freshness(); {
	case fresh == StaleUsed, fresh == Resent && l.counter.Nonce:
		l.giveBack()
		l.refuse(wire.Replayed)
	case fresh == Resent:
		// The device repeats itself because it got no answer: the network server
		// must hear it. The payer has paid, or will when the transmission that
		// holds the counter is delivered.
		l.bill = 0
	default:
		l.bill = t.price
	}
	t.answered()
}

// freshness takes the counter where there is one to take.
func (l *leg) freshness() Freshness {
	if !l.proven && !l.counter.Nonce {
		return Fresh
	}
	fresh := l.t.router.guard.Take(l.counter, l.query.Transmission)
	l.held = fresh == Fresh || fresh == SameCopy
	return fresh
}

// settle ends the leg's copy and its hold on the counter.
func (l *leg) settle(delivered bool) {
	r := l.t.router
	if l.granted {
		l.granted = false
		r.budgets.Settle(&l.query, delivered)
	}
	if l.held {
		l.held = false
		r.guard.Settle(l.counter, l.query.Transmission, delivered)
	}
}

// giveBack returns what the leg holds.
func (l *leg) giveBack() {
	l.settle(false)
	if l.reserved {
		l.reserved = false
		l.t.router.book.Release(l.route.Org, l.bill)
	}
}

// credit sets the price of the copy aside.
func credit(r *Router, t *transit) wire.Outcome {
	t.each(func(l *leg) {
		if l.bill == 0 {
			return
		}
		if !l.proven && !t.peer.unproven(l.route, l.bill, t.now) {
			l.giveBack()
			l.refuse(wire.NoCredit)
			return
		}
		if !r.book.Reserve(l.route.Org, l.bill) {
			l.giveBack()
			l.refuse(wire.NoCredit)
			return
		}
		l.reserved = true
	})
	return t.living()
}

// deliver hands the packet to the network servers and waits for their word.
func deliver(_ *Router, t *transit) wire.Outcome {
	t.each(func(l *leg) {
		if !l.route.Destination.open(t.now) {
			l.giveBack()
			l.refuse(wire.BackingOff)
		}
	})
	if o := t.living(); o != pass {
		return o
	}
	if o := t.await(func(l *leg) {
		l.delivery = Delivery{
			Hotspot: t.hotspot, Uplink: &t.up, Destination: l.route.Destination, Received: t.received, leg: l,
		}
		l.route.sink.Deliver(&l.delivery)
	}); o != pass {
		return o
	}
	return t.living()
}

// delivered continues a leg whose delivery has ended.
func (l *leg) delivered(ok bool) {
	t := l.t
	if ok {
		l.route.Destination.succeeded()
		l.settle(true)
	} else {
		l.route.Destination.failed(t.now)
		l.giveBack()
		l.refuse(wire.DeliveryFailed)
	}
	t.answered()
}

// meter appends what was delivered to the lanes and waits until it is safe.
// A leg that failed before may still stand beside one that did not: the packet
// was delivered as soon as one was.
func meter(r *Router, t *transit) wire.Outcome {
	if o := t.living(); o != pass {
		return o
	}
	if o := t.await(func(l *leg) {
		if l.bill == 0 {
			t.pending.Add(-1)
			return
		}
		l.entry = Entry{
			Org: l.route.Org, Hotspot: t.hotspot.ID, Uplink: t.up.ID, Credits: l.bill,
			Route: l.route.Key, Transmission: l.query.Transmission, Counter: l.counter, leg: l,
		}
		l.reserved = false // the book has it now
		r.book.Append(&l.entry)
	}); o != pass {
		return o
	}
	return t.living()
}

// booked continues a leg whose entry is on stable storage, or could not be put
// there.
func (l *leg) booked(err error) {
	t := l.t
	if err != nil {
		l.refuse(wire.Overloaded)
		t.router.unbooked.Add(1)
	} else {
		t.router.creditsMetered.Add(uint64(l.bill))
	}
	t.answered()
}
