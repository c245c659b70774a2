package payer

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// fakeLane commits when it is told to.
type fakeLane struct {
	memory *Memory

	mu        sync.Mutex
	hidden    bool                              // guarded by mu: the chain does not show the lane
	allowance uint64                            // guarded by mu
	pending   []lanes.Booking                   // guarded by mu
	log       [][]byte                          // guarded by mu: memos committed
	paid      map[packetrouter.HotspotID]uint64 // guarded by mu: micro-DC committed
	order     []string                          // guarded by mu: of what was asked
}

var _ Lane = (*fakeLane)(nil)

func newFakeLane() *fakeLane {
	return &fakeLane{memory: NewMemory(), allowance: 1 << 50, paid: map[packetrouter.HotspotID]uint64{}}
}

func (f *fakeLane) Org() packetrouter.OrgID { return theOrg }

func (f *fakeLane) Ref() (packetrouter.LaneRef, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return theRef(), !f.hidden
}

func (f *fakeLane) Reserve(amount uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if amount > f.allowance {
		return false
	}
	f.allowance -= amount
	return true
}

func (f *fakeLane) Release(amount uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.allowance += amount
}

func (f *fakeLane) Append(b lanes.Booking) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.order = append(f.order, "append")
	f.pending = append(f.pending, b)
}

func (f *fakeLane) Present(packetrouter.HotspotID, [][]byte) [][]byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.order = append(f.order, "present")
	return nil
}

func (f *fakeLane) Sign(body []byte) wire.Signature {
	return wire.Signature(ed25519.Sign(routertest.LaneKey().Private, body))
}

func (f *fakeLane) Derive(purpose string) [32]byte {
	m := hmac.New(sha256.New, routertest.LaneKey().Private.Seed())
	m.Write([]byte(purpose))
	return [32]byte(m.Sum(nil))
}

// commit stores up to n bookings and answers them.
func (f *fakeLane) commit(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n = min(n, len(f.pending))
	for _, b := range f.pending[:n] {
		h, amount := b.Account()
		memo := b.AppendMemo(nil)
		if len(memo) > lanes.MaxMemo {
			panic("memo too long")
		}
		if err := f.memory.Remember(memo); err != nil {
			panic(err)
		}
		f.paid[h] += amount
		f.log = append(f.log, memo)
	}
	for _, b := range f.pending[:n] {
		b.Booked(nil)
	}
	f.pending = slices.Clone(f.pending[n:])
}

// breakDown answers what is pending as a lane with a broken disk does.
func (f *fakeLane) breakDown() {
	for _, b := range f.pending {
		b.Booked(errors.New("disk on fire"))
	}
	f.pending = nil
}

// crash forgets what is not committed and reads the log again.
func (f *fakeLane) crash() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.pending {
		_, amount := b.Account()
		f.allowance += amount
	}
	f.pending, f.memory = nil, NewMemory()
	for _, memo := range f.log {
		if err := f.memory.Remember(memo); err != nil {
			panic(err)
		}
	}
}

// rotate ends a segment of the log.
func (f *fakeLane) rotate(t interface{ Fatal(args ...any) }) {
	again := NewMemory()
	if err := again.Restore(f.memory.AppendTo(nil)); err != nil {
		t.Fatal(err)
	}
	f.memory = again
}

// inbox is a hotspot's end of everything.
type inbox struct {
	mu       sync.Mutex
	away     bool               // guarded by mu: no router has the hotspot
	results  []wire.UsageResult // guarded by mu
	packets  []delivery         // guarded by mu
	vouchers [][]byte           // guarded by mu
	broken   []string           // guarded by mu: what was not as it must be
}

type delivery struct {
	hotspot packetrouter.HotspotID
	proof   wire.RadiusProof
	packet  []byte
	raw     []byte // proof
}

var _ Downstream = (*inbox)(nil)

func (i *inbox) Radius(h packetrouter.HotspotID, proof, packet []byte) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	p, err := wire.ParseRadiusProof(proof)
	switch {
	case err != nil, !p.Covers(packet), packetrouter.HotspotID(p.Hotspot) != h, !p.Kind.FromPayer(),
		!laneSigned(proof[:wire.RadiusProofBodySize], p.Signature):
		i.broken = append(i.broken, "proof")
	}
	if i.away {
		return false
	}
	i.packets = append(i.packets, delivery{h, p, packet, proof})
	return true
}

func (i *inbox) Results(_ packetrouter.HotspotID, results [][]byte) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, raw := range results {
		r, err := wire.ParseUsageResult(raw)
		if err != nil || !laneSigned(raw[:wire.UsageResultBodySize], r.Signature) {
			i.broken = append(i.broken, "result")
		}
		if !i.away {
			i.results = append(i.results, r)
		}
	}
	return !i.away
}

func (i *inbox) Vouchers(_ packetrouter.HotspotID, vouchers [][]byte) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.vouchers = append(i.vouchers, vouchers...)
	return !i.away
}

func laneSigned(body []byte, s wire.Signature) bool {
	return ed25519.Verify(routertest.LaneKey().Public.Raw(), body, s[:])
}

// take returns and forgets the results so far.
func (i *inbox) take() []wire.UsageResult {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := i.results
	i.results = nil
	return out
}

// taken returns and forgets the packets so far.
func (i *inbox) taken() []delivery {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := i.packets
	i.packets = nil
	return out
}

var errNobody = errors.New("nobody there")

// noAAA is for tests without logins.
type noAAA struct{}

func (noAAA) Ask(_ *radius.Packet, answer func(reply, request *radius.Packet, err error)) {
	answer(nil, nil, errNobody)
}

// office is a payer with a fake lane, driven step by step: nothing goes out
// before flush.
type office struct {
	*Payer
	cfg  Config
	lane *fakeLane
	in   *inbox
	aaa  AAA
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{lane: newFakeLane(), in: &inbox{}, aaa: noAAA{}}
	o.cfg = Config{Chain: theChain(), Price: price, Ceiling: 37_500_000}
	o.open()
	t.Cleanup(func() {
		if len(o.in.broken) > 0 {
			t.Errorf("went out broken: %v", o.in.broken)
		}
	})
	return o
}

func (o *office) open() {
	o.cfg.Memory = o.lane.memory
	o.Payer = New(o.cfg, o.lane, o.aaa, o.in, slog.New(slog.DiscardHandler))
	o.SetSnapshot(theSnapshot())
}

// restart is a crash and a new start from the log.
func (o *office) restart() {
	o.lane.crash()
	o.open()
}

// settle commits all and sends what may go.
func (o *office) settle(t interface{ Fatal(args ...any) }) {
	o.lane.commit(1 << 20)
	if err := o.flush(); err != nil {
		t.Fatal(err)
	}
}

// grant books a grant as a login would.
func (o *office) grant(g wire.Grant) {
	o.mu.Lock()
	defer o.mu.Unlock()
	m := grantMemo{now: uint64(g.NotBefore) * 1000, grant: g}
	o.book(booking{hotspot: packetrouter.HotspotID(g.Hotspot), memo: m.appendTo(nil)})
}
