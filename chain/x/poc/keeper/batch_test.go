package keeper_test

import (
	"errors"
	"strings"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestCheckBatchRefuses(t *testing.T) {
	net := newNetwork(t, 6, testParams())
	c := net.firstOpen()
	w := others(6, c.Hotspot)
	net.begin()
	good := func() []byte { return net.report(c, w[0], nil) }
	for _, tc := range []struct {
		name string
		msg  func() *types.MsgSubmitReports
		want error
	}{
		{"no header", func() *types.MsgSubmitReports { return &types.MsgSubmitReports{} }, lane.ErrSize},
		{"other object", func() *types.MsgSubmitReports {
			return &types.MsgSubmitReports{Batch: make([]byte, wire.BatchSize)}
		}, lane.ErrFormat},
		{"vouchers", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchVouchers, nil, make([]byte, wire.VoucherSize))
		}, lane.ErrFormat},
		{"items cut", func() *types.MsgSubmitReports {
			m := net.batch(wire.BatchReports, nil, good())
			m.Items = m.Items[:len(m.Items)-1]
			return m
		}, lane.ErrSize},
		{"too many", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, func(b *wire.Batch) { b.Count = 2_000 }, good())
		}, lane.ErrSize},
		{"other chain", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, func(b *wire.Batch) { b.Chain[0]++ }, good())
		}, lane.ErrWrongChain},
		{"expired", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, func(b *wire.Batch) { b.ValidUntil = uint64(net.ctx.BlockHeight()) - 1 }, good())
		}, lane.ErrExpired},
		{"valid too long", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, func(b *wire.Batch) { b.ValidUntil += 100 }, good())
		}, lane.ErrExpired},
		{"no such lane", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, func(b *wire.Batch) { b.Lane = 9 }, good())
		}, lane.ErrRelay},
		{"other account", func() *types.MsgSubmitReports {
			m := net.batch(wire.BatchReports, nil, good())
			m.Relay = "somebody"
			return m
		}, lane.ErrRelay},
		{"header changed", func() *types.MsgSubmitReports {
			m := net.batch(wire.BatchReports, nil, good())
			m.Batch[wire.BatchSize-1] ^= 1
			return m
		}, lane.ErrRelaySignature},
		{"items changed", func() *types.MsgSubmitReports {
			m := net.batch(wire.BatchReports, nil, good())
			m.Items[40] ^= 1
			return m
		}, lane.ErrDigest},
		{"malformed item", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, nil, good(), make([]byte, wire.ReportSize))
		}, lane.ErrItem},
		{"forged item", func() *types.MsgSubmitReports {
			forged := net.report(c, w[1], nil)
			forged[len(forged)-1] ^= 1
			return net.batch(wire.BatchReports, nil, good(), forged)
		}, lane.ErrItem},
		{"nothing to accept", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, nil, net.report(c, 77, nil))
		}, lane.ErrNothing},
		{"unknown challenge", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, nil, net.report(c, w[0], func(r *wire.Report) { r.Challenge = 999 }))
		}, lane.ErrNothing},
		{"report of another chain", func() *types.MsgSubmitReports {
			return net.batch(wire.BatchReports, nil, net.report(c, w[0], func(r *wire.Report) { r.Chain[0]++ }))
		}, lane.ErrNothing},
		{"good", func() *types.MsgSubmitReports { return net.batch(wire.BatchReports, nil, good()) }, nil},
	} {
		if _, err := net.deliver(tc.msg()); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	net.relays.signer.Revoked = true
	if _, err := net.deliver(net.batch(wire.BatchReports, nil, net.report(c, w[2], nil))); !errors.Is(err, lane.ErrRelay) {
		t.Errorf("revoked relay: %v", err)
	}
}

func TestBatchIsUsedOnce(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	w := others(4, c.Hotspot)
	net.begin()
	m := net.batch(wire.BatchReports, nil, net.report(c, w[0], nil))
	if _, err := net.deliver(m); err != nil {
		t.Fatal(err)
	}
	if _, err := net.deliver(m); !errors.Is(err, lane.ErrNonce) {
		t.Errorf("again: %v", err)
	}
	same := func(b *wire.Batch) { b.Nonce = 1 }
	if _, err := net.deliver(net.batch(wire.BatchReports, same, net.report(c, w[1], nil))); !errors.Is(err, lane.ErrNonce) {
		t.Errorf("same nonce: %v", err)
	}
	net.end()
	net.blocks(6) // the mark is gone with the batch's validity
	c = net.opened()[len(net.opened())-1]
	net.begin()
	if _, err := net.deliver(net.batch(wire.BatchReports, same, net.report(c, others(4, c.Hotspot)[2], nil))); err != nil {
		t.Errorf("nonce free again: %v", err)
	}
}

func TestByteQuotas(t *testing.T) {
	p := testParams()
	p.RelayBytesPerBlock = 1 << 10
	net := newNetwork(t, 16, p)
	c := net.firstOpen()
	w := others(16, c.Hotspot)
	var items [][]byte
	for _, i := range w[:6] {
		items = append(items, net.report(c, i, nil))
	}
	net.begin()
	net.mustDeliver(wire.BatchReports, items...)
	over := net.batch(wire.BatchReports, nil, net.report(c, w[6], nil), net.report(c, w[7], nil), net.report(c, w[8], nil))
	if _, err := net.deliver(over); !errors.Is(err, lane.ErrQuota) {
		t.Errorf("%v", err)
	}
	check := net.ctx.WithIsCheckTx(true)
	if err := net.k.CheckBatch(check, over); err != nil {
		t.Errorf("refused where no block is being filled: %v", err)
	}
	net.end()
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, w[6], nil))
}

// A batch that waits is kept while one item would be accepted, without a look at
// its signatures, and dropped when none would or its nonce is used.
func TestRecheck(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	w := others(4, c.Hotspot)
	one, two := net.report(c, w[0], nil), net.report(c, w[1], nil)
	waits, copied := net.batch(wire.BatchReports, nil, one, two), net.batch(wire.BatchReports, nil, one)
	recheck := func(m *types.MsgSubmitReports) error {
		ctx, _ := net.ctx.CacheContext()
		return net.k.CheckBatch(ctx.WithIsCheckTx(true).WithIsReCheckTx(true), m)
	}
	unsigned := *waits
	unsigned.Batch = append([]byte(nil), waits.Batch...)
	unsigned.Batch[wire.BatchSize-1] ^= 1
	if err := recheck(&unsigned); err != nil {
		t.Errorf("a signature was checked again: %v", err)
	}
	net.begin()
	net.mustDeliver(wire.BatchReports, one)
	if err := recheck(waits); err != nil {
		t.Errorf("one of two is left: %v", err)
	}
	if err := recheck(copied); !errors.Is(err, lane.ErrNothing) {
		t.Errorf("nothing is left: %v", err)
	}
	if _, err := net.deliver(waits); err != nil {
		t.Fatal(err)
	}
	if err := recheck(waits); !errors.Is(err, lane.ErrNonce) {
		t.Errorf("included: %v", err)
	}
}

func TestSubmitNeedsTheLane(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	m := net.batch(wire.BatchReports, nil, net.report(c, others(3, c.Hotspot)[0], nil))
	if _, err := net.msgs.SubmitReports(net.ctx, m); !errors.Is(err, lane.ErrNotAdmitted) {
		t.Errorf("%v", err)
	}
}

// The relay pays its rate after its own signature and before its items are
// looked at.
func TestRateIsSpentBehindTheRelaySignature(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	spent := 0
	gate := errors.New("over its rate")
	ctx := lane.WithGate(net.ctx, func(relay string, items int) error {
		spent += items
		return gate
	})
	m := net.batch(wire.BatchReports, nil, net.report(c, others(3, c.Hotspot)[0], nil))
	forged := *m
	forged.Batch = append([]byte(nil), m.Batch...)
	forged.Batch[wire.BatchSize-1] ^= 1
	if err := net.k.CheckBatch(ctx, &forged); !errors.Is(err, lane.ErrRelaySignature) || spent != 0 {
		t.Errorf("forged: %v, spent %d", err, spent)
	}
	if err := net.k.CheckBatch(ctx, m); !errors.Is(err, gate) || spent != 1 {
		t.Errorf("%v, spent %d", err, spent)
	}
	if err := net.k.CheckBatch(net.ctx, &types.MsgUpdateParams{}); err == nil {
		t.Error("another message was taken for a batch")
	}
}

// A batch that was verified once is remembered; one that differs in a byte is
// not.
func TestVerifiedBatchesCannotBeConfused(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	w := others(3, c.Hotspot)[0]
	raw := net.report(c, w, nil)
	net.begin()
	run := func(raw []byte) error {
		ctx, _ := net.ctx.CacheContext()
		return net.k.CheckBatch(ctx, net.batch(wire.BatchReports, nil, raw))
	}
	for range 3 {
		if err := run(raw); err != nil {
			t.Fatal(err)
		}
	}
	forged := append([]byte(nil), raw...)
	forged[len(forged)-1] ^= 1
	for range 2 {
		if err := run(forged); !errors.Is(err, lane.ErrItem) {
			t.Errorf("%v", err)
		}
	}
}

// A good signature next to a bad one is remembered by itself, and the bad one is
// named whatever is known of the others.
func TestVerifiedItemsAreKnownInOtherBatches(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	w := others(4, c.Hotspot)
	one, two := net.report(c, w[0], nil), net.report(c, w[1], nil)
	forged := append([]byte(nil), two...)
	forged[len(forged)-1] ^= 1
	net.begin()
	run := func(items ...[]byte) error {
		ctx, _ := net.ctx.CacheContext()
		return net.k.CheckBatch(ctx, net.batch(wire.BatchReports, nil, items...))
	}
	for range 2 {
		if err := run(one, forged); !errors.Is(err, lane.ErrItem) || !strings.Contains(err.Error(), "item 1") {
			t.Errorf("the second is forged: %v", err)
		}
		if err := run(forged, one); !errors.Is(err, lane.ErrItem) || !strings.Contains(err.Error(), "item 0") {
			t.Errorf("the first is forged: %v", err)
		}
	}
	if err := run(two, one); err != nil {
		t.Errorf("both are good: %v", err)
	}
}

func TestStandingsAtInclusion(t *testing.T) {
	net := newNetwork(t, 8, testParams())
	net.registry.hotspots[6].Class = uint32(wire.ClassDataLoRa)
	net.registry.hotspots[7].Location = nil
	c := net.firstOpen()
	net.add(9) // joined after the window was frozen
	net.begin()
	var honest uint32
	for _, w := range others(6, c.Hotspot) {
		honest = w
	}
	got := net.mustDeliver(wire.BatchReports, net.report(c, honest, nil), net.report(c, 7, nil), net.report(c, 8, nil), net.report(c, 9, nil))
	want := []wire.Verdict{wire.Accepted, wire.WrongClass, wire.NotAsserted, wire.NotEligible}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("item %d: %v, want %v", i, got[i], want[i])
		}
	}
	refused := net.totals().Refused
	if len(refused) != 3 || refused[0].Verdict != uint32(wire.NotAsserted) || refused[2].Count != 1 {
		t.Errorf("%+v", refused)
	}
}

// A witness of another region cannot have heard the channel.
func TestRegionIsFrozen(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	net.registry.hotspots[3].Region = 6 // AS923_1
	c := net.firstOpen()
	for c.Hotspot == 4 {
		net.blocks(1)
		c = net.opened()[len(net.opened())-1]
	}
	net.begin()
	honest := others(3, c.Hotspot)[0]
	got := net.mustDeliver(wire.BatchReports, net.report(c, honest, nil), net.report(c, 4, nil))
	if got[1] != wire.WrongRegion {
		t.Errorf("%v", got)
	}
}

// The work of a batch is bounded by its items, so the lane's small gas limit
// does not cut it short.
func TestSubmitIsNotMetered(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	net.begin()
	m := net.batch(wire.BatchReports, nil, net.report(c, others(3, c.Hotspot)[0], nil))
	if err := net.k.CheckBatch(net.ctx, m); err != nil {
		t.Fatal(err)
	}
	res, err := net.msgs.SubmitReports(lane.Admit(net.ctx.WithGasMeter(storetypes.NewGasMeter(1))), m)
	if err != nil || res.Accepted != 1 {
		t.Errorf("%+v, %v", res, err)
	}
}
