package grpcapi

import (
	"sync"

	"github.com/hexwave/hexwave/packetrouter"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// Bounds of a stream's queue. A hotspot that reads so slowly that one is
// reached loses its stream.
const (
	maxAcks       = 8192
	maxChallenges = 16384
	maxResults    = 8192
	maxDownlinks  = 64
	maxRadius     = 512 // packets of payers, and refusals
	maxUsage      = 4096
	// sendItems bounds one message, so that a downlink never waits long behind it.
	sendItems = 256
)

// link implements packetrouter.Link: what waits to be sent on one stream. What
// replaces older news (vouchers of a lane, heads) takes the older one's place.
type link struct {
	wake chan struct{} // one token: there is something to send

	mu         sync.Mutex
	acks       []ack                     // guarded by mu
	downlinks  []*routerv1.Down          // guarded by mu
	vouchers   map[voucherKey][]byte     // guarded by mu
	challenges [][]byte                  // guarded by mu
	results    []packetrouter.ItemResult // guarded by mu
	radius     []*routerv1.Down          // guarded by mu: packets and refusals
	usage      [][]byte                  // guarded by mu: results
	pongs      []uint64                  // guarded by mu
	newHead    *packetrouter.Head        // guarded by mu
	closing    string                    // guarded by mu: reason, once closing
	overrun    bool                      // guarded by mu: a bound was reached
}

type ack struct {
	id      uint64
	outcome wire.Outcome
}

type voucherKey struct {
	ref   packetrouter.LaneRef
	epoch uint32
}

var _ packetrouter.Link = (*link)(nil)

func newLink() *link {
	return &link{wake: make(chan struct{}, 1), vouchers: map[voucherKey][]byte{}}
}

// put runs f under the lock and wakes the sender.
func (l *link) put(f func()) {
	l.mu.Lock()
	f()
	l.overrun = l.overrun || len(l.acks) > maxAcks || len(l.challenges) > maxChallenges || len(l.results) > maxResults
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Ack implements packetrouter.Link.
func (l *link) Ack(id uint64, o wire.Outcome) {
	l.put(func() {
		if !l.overrun {
			l.acks = append(l.acks, ack{id, o})
		}
	})
}

// Downlink implements packetrouter.Link.
func (l *link) Downlink(id uint64, d packetrouter.Downlink) bool {
	ok := false
	l.put(func() {
		if ok = len(l.downlinks) < maxDownlinks && l.closing == ""; ok {
			l.downlinks = append(l.downlinks, downlink(id, d))
		}
	})
	return ok
}

// Voucher implements packetrouter.Link.
func (l *link) Voucher(ref packetrouter.LaneRef, epoch uint32, raw []byte) {
	l.put(func() { l.vouchers[voucherKey{ref, epoch}] = raw })
}

// Challenges implements packetrouter.Link.
func (l *link) Challenges(raw [][]byte) {
	l.put(func() {
		if !l.overrun {
			l.challenges = append(l.challenges, raw...)
		}
	})
}

// Head implements packetrouter.Link.
func (l *link) Head(h packetrouter.Head) { l.put(func() { l.newHead = &h }) }

// Result implements packetrouter.Link.
func (l *link) Result(r packetrouter.ItemResult) {
	l.put(func() {
		if !l.overrun {
			l.results = append(l.results, r)
		}
	})
}

// Radius implements packetrouter.Link. What does not fit is dropped, as on any
// RADIUS hop: the asking side asks again.
func (l *link) Radius(m packetrouter.Radius) {
	l.putRadius(&routerv1.Down{Message: &routerv1.Down_Radius{Radius: &routerv1.Radius{
		Proof: m.Proof, Packet: m.Packet, Exchange: m.Exchange,
	}}})
}

// RadiusRefused implements packetrouter.Link.
func (l *link) RadiusRefused(x packetrouter.RadiusRefusal) {
	l.putRadius(&routerv1.Down{Message: &routerv1.Down_RadiusRefusal{RadiusRefusal: &routerv1.RadiusRefusal{
		Exchange: x.Exchange, Realm: x.Realm, Outcome: routerv1.Outcome(x.Outcome),
	}}})
}

func (l *link) putRadius(m *routerv1.Down) {
	l.put(func() {
		if len(l.radius) < maxRadius {
			l.radius = append(l.radius, m)
		}
	})
}

// UsageResults implements packetrouter.Link. What does not fit is dropped: the
// hotspot presents the records again.
func (l *link) UsageResults(raw [][]byte) {
	l.put(func() {
		if len(l.usage)+len(raw) <= maxUsage {
			l.usage = append(l.usage, raw...)
		}
	})
}

// Close implements packetrouter.Link.
func (l *link) Close(reason string) { l.put(func() { l.closing = reason }) }

func (l *link) pong(token uint64) {
	l.put(func() {
		if len(l.pongs) < 16 {
			l.pongs = append(l.pongs, token)
		}
	})
}

// outbox is all that waits, taken at once.
type outbox struct {
	acks       []ack
	downlinks  []*routerv1.Down
	vouchers   [][]byte
	challenges [][]byte
	results    []packetrouter.ItemResult
	radius     []*routerv1.Down
	usage      [][]byte
	pongs      []uint64
	head       *packetrouter.Head
	closing    string
	overrun    bool
}

func (l *link) take() outbox {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := outbox{
		acks: l.acks, downlinks: l.downlinks, challenges: l.challenges, results: l.results, pongs: l.pongs,
		radius: l.radius, usage: l.usage,
		head: l.newHead, closing: l.closing, overrun: l.overrun,
	}
	for _, raw := range l.vouchers {
		o.vouchers = append(o.vouchers, raw)
	}
	clear(l.vouchers)
	l.acks, l.downlinks, l.challenges, l.results, l.pongs, l.newHead = nil, nil, nil, nil, nil, nil
	l.radius, l.usage = nil, nil
	return o
}

// send writes the outbox, downlinks first: they have an appointment on the air.
func (o *outbox) send(send func(*routerv1.Down) error) error {
	for _, d := range o.downlinks {
		if err := send(d); err != nil {
			return err
		}
	}
	for _, m := range o.radius {
		if err := send(m); err != nil {
			return err
		}
	}
	for _, token := range o.pongs {
		if err := send(&routerv1.Down{Message: &routerv1.Down_Pong{Pong: &routerv1.Ping{Token: token}}}); err != nil {
			return err
		}
	}
	if err := chunked(o.acks, func(part []ack) error { return send(acks(part)) }); err != nil {
		return err
	}
	if o.head != nil {
		if err := send(&routerv1.Down{Message: &routerv1.Down_Head{Head: head(*o.head)}}); err != nil {
			return err
		}
	}
	err := chunked(o.challenges, func(part [][]byte) error {
		return send(&routerv1.Down{Message: &routerv1.Down_Challenges{Challenges: items(part)}})
	})
	if err != nil {
		return err
	}
	err = chunked(o.vouchers, func(part [][]byte) error {
		return send(&routerv1.Down{Message: &routerv1.Down_Vouchers{Vouchers: items(part)}})
	})
	if err != nil {
		return err
	}
	err = chunked(o.usage, func(part [][]byte) error {
		return send(&routerv1.Down{Message: &routerv1.Down_UsageResults{UsageResults: items(part)}})
	})
	if err != nil {
		return err
	}
	return chunked(o.results, func(part []packetrouter.ItemResult) error { return send(results(part)) })
}

func chunked[T any](list []T, f func([]T) error) error {
	for len(list) > 0 {
		n := min(len(list), sendItems)
		if err := f(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}
