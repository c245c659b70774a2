package keeper_test

import (
	"errors"
	"strings"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

func (l *life) renew(by sdk.AccAddress, raw []byte) error {
	_, err := l.HotspotM.RenewChain(l.Ctx, &types.MsgRenewChain{Owner: by.String(), Hotspot: l.index, Renewal: raw})
	return err
}

func (l *life) rotate(by sdk.AccAddress, raw []byte) error {
	_, err := l.HotspotM.RotateKey(l.Ctx, &types.MsgRotateKey{Owner: by.String(), Hotspot: l.index, Rotation: raw})
	return err
}

func (l *life) payout(by sdk.AccAddress, parts ...types.Payout) error {
	_, err := l.HotspotM.SetPayout(l.Ctx, &types.MsgSetPayout{Owner: by.String(), Hotspot: l.index, Payout: parts})
	return err
}

func (l *life) retire(by sdk.AccAddress) error {
	_, err := l.HotspotM.Retire(l.Ctx, &types.MsgRetire{Owner: by.String(), Hotspot: l.index})
	return err
}

func TestRenewChain(t *testing.T) {
	l := newLife(t)
	l.refused("not the owner", types.ErrOwner, func() error { return l.renew(l.buyer, fixture.Renewal(1, l.index, 100, l.buyer, nil)) })
	l.refused("for another", types.ErrWrongOwner, func() error { return l.renew(l.owner, fixture.Renewal(1, l.index, 100, l.buyer, nil)) })
	l.refused("same anchor", types.ErrAnchorUsed, func() error { return l.renew(l.owner, fixture.Renewal(1, l.index, 1, l.owner, nil)) })
	l.refused("another's key", types.ErrSignature, func() error { return l.renew(l.owner, fixture.Renewal(2, l.index, 100, l.owner, nil)) })
	first := fixture.Renewal(1, l.index, 100, l.owner, nil)
	l.Must(l.renew(l.owner, first))
	anchor := fixture.Anchor(100)
	if h := l.hotspot(); string(h.Anchor) != string(anchor[:]) || h.AnchorIndex != 500 || h.Owner != l.owner.String() {
		t.Errorf("renewed: %+v", h)
	}
	l.refused("replay", types.ErrAnchorUsed, func() error { return l.renew(l.owner, first) })
	l.Must(l.renew(l.owner, fixture.Renewal(1, l.index, 101, l.owner, nil)))
	l.refused("replay of an anchor before", types.ErrAnchorUsed, func() error { return l.renew(l.owner, first) })
	_, err := l.HotspotM.Register(l.Ctx, &types.MsgRegister{
		Payer: l.owner.String(), Owner: l.owner.String(),
		Registration: fixture.Registration(7, l.owner, wire.ClassWiFi, func(g *wire.Registration) { g.Anchor = anchor }),
	})
	if !errors.Is(err, types.ErrAnchorUsed) {
		t.Errorf("registration with an old anchor: %v", err)
	}
	if totals, err := l.Credits.Totals(l.Ctx); err != nil || totals.Fees != 4_520_000 {
		t.Errorf("fees %d, %v", totals.Fees, err)
	}
	l.index = 77
	l.refused("unknown", types.ErrUnknown, func() error { return l.renew(l.owner, first) })
}

func TestRotateKey(t *testing.T) {
	l := newLife(t)
	l.Register(2, l.buyer, wire.ClassWiFi)
	rotation := func(change func(*wire.Rotation)) []byte {
		return fixture.Rotation(1, 60, l.index, 100, l.owner, change)
	}
	spoil := func(at int) []byte {
		raw := rotation(nil)
		raw[at] ^= 1
		return raw
	}
	offCurve := fixture.OffCurve()
	var err error
	for _, tc := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, types.ErrMalformed},
		{"another hotspot", rotation(func(n *wire.Rotation) { n.Hotspot++ }), types.ErrWrongHotspot},
		{"another chain", rotation(func(n *wire.Rotation) { n.Chain[0]++ }), types.ErrWrongChain},
		{"another owner", rotation(func(n *wire.Rotation) { n.Owner[0]++ }), types.ErrWrongOwner},
		{"expired", rotation(func(n *wire.Rotation) { n.ValidUntil = 0 }), types.ErrExpired},
		{"off the curve", rotation(func(n *wire.Rotation) { n.Key = offCurve }), types.ErrKeyPoint},
		{"same key", fixture.Rotation(1, 1, l.index, 100, l.owner, nil), types.ErrKeyUsed},
		{"key of another", fixture.Rotation(1, 2, l.index, 100, l.owner, nil), types.ErrKeyUsed},
		{"anchor of another", fixture.Rotation(1, 60, l.index, 2, l.owner, nil), types.ErrAnchorUsed},
		{"old key did not sign", spoil(wire.RotationBodySize), types.ErrSignature},
		{"new key did not sign", spoil(wire.RotationSize - 1), types.ErrSignature},
		{"by another old key", fixture.Rotation(3, 60, l.index, 100, l.owner, nil), types.ErrSignature},
	} {
		l.refused(tc.name, tc.want, func() error { return l.rotate(l.owner, tc.raw) })
	}
	l.refused("not the owner", types.ErrOwner, func() error { return l.rotate(l.buyer, rotation(nil)) })
	l.Must(l.rotate(l.owner, rotation(nil)))
	_, old := fixture.Key(1)
	_, key := fixture.Key(60)
	anchor := fixture.Anchor(100)
	if h := l.hotspot(); h.PubKey() != key || string(h.Anchor) != string(anchor[:]) {
		t.Errorf("rotated: %+v", h)
	}
	if h, err := l.Hotspot.HotspotByKey(l.Ctx, key); err != nil || h.Index != l.index {
		t.Errorf("by the new key: %v, %v", h, err)
	}
	if _, err := l.Hotspot.HotspotByKey(l.Ctx, old); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("by the old key: %v", err)
	}
	l.refused("back to the old key", types.ErrKeyUsed, func() error {
		return l.rotate(l.owner, fixture.Rotation(60, 1, l.index, 101, l.owner, nil))
	})
	l.refused("renewal by the old key", types.ErrSignature, func() error {
		return l.renew(l.owner, fixture.Renewal(1, l.index, 101, l.owner, nil))
	})
	l.Must(l.renew(l.owner, fixture.Renewal(60, l.index, 101, l.owner, nil)))
	_, err = l.HotspotM.Register(l.Ctx, &types.MsgRegister{
		Payer: l.owner.String(), Owner: l.owner.String(), Registration: fixture.Registration(1, l.owner, wire.ClassWiFi, nil),
	})
	if !errors.Is(err, types.ErrKeyUsed) {
		t.Errorf("registration with an old key: %v", err)
	}
}

func TestSetPayout(t *testing.T) {
	l := newLife(t)
	part := func(n, bps uint32) types.Payout { return types.Payout{Account: fixture.Account(n).String(), Bps: bps} }
	for _, tc := range []struct {
		name  string
		parts []types.Payout
	}{
		{"five", []types.Payout{part(1, 2_000), part(2, 2_000), part(3, 2_000), part(4, 2_000), part(5, 2_000)}},
		{"too little", []types.Payout{part(1, 9_999)}},
		{"too much", []types.Payout{part(1, 5_000), part(2, 5_001)}},
		{"wraps around", []types.Payout{part(1, 1<<32-1), part(2, 10_001)}},
		{"nothing", []types.Payout{part(1, 10_000), part(2, 0)}},
		{"twice", []types.Payout{part(1, 5_000), part(1, 5_000)}},
		{"no address", []types.Payout{{Account: "x", Bps: 10_000}}},
	} {
		l.refused(tc.name, types.ErrPayout, func() error { return l.payout(l.owner, tc.parts...) })
	}
	l.refused("not the owner", types.ErrOwner, func() error { return l.payout(l.buyer, part(2, 10_000)) })
	want := []types.Payout{part(4, 1), part(2, 5_000), part(3, 4_999)}
	l.Must(l.payout(l.owner, want...))
	if diff := cmp.Diff(want, l.hotspot().Payout); diff != "" {
		t.Error(diff)
	}
	l.Must(l.payout(l.owner))
	if got := l.hotspot().Payout; got != nil {
		t.Errorf("all to the owner: %v", got)
	}
}

func TestSplitPay(t *testing.T) {
	parts := []types.Payout{{Bps: 3_333}, {Bps: 3_333}, {Bps: 3_334}}
	for _, tc := range []struct {
		spark uint64
		want  []uint64
		dust  uint64
	}{
		{0, []uint64{0, 0, 0}, 0},
		{1, []uint64{0, 0, 0}, 1},
		{10_001, []uint64{3_333, 3_333, 3_334}, 1},
		{1<<64 - 1, []uint64{6148299799767393553, 6148299799767393553, 6150144474174764508}, 1},
	} {
		got, dust := types.SplitPay(tc.spark, parts)
		if diff := cmp.Diff(tc.want, got); diff != "" || dust != tc.dust {
			t.Errorf("%d: dust %d, %s", tc.spark, dust, diff)
		}
	}
	// Acceptance scenario 22 of the reference sheet.
	got, dust := types.SplitPay(7_001, []types.Payout{{Bps: 5_000}, {Bps: 3_000}, {Bps: 2_000}})
	if diff := cmp.Diff([]uint64{3_500, 2_100, 1_400}, got); diff != "" || dust != 1 {
		t.Errorf("dust %d, %s", dust, diff)
	}
	if got, dust := types.SplitPay(7, nil); len(got) != 0 || dust != 7 {
		t.Errorf("without parts %v and %d", got, dust)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b, spark := rapid.Uint32Range(1, 5_000).Draw(t, "a"), rapid.Uint32Range(1, 4_999).Draw(t, "b"), rapid.Uint64().Draw(t, "spark")
		got, sum := types.SplitPay(spark, []types.Payout{{Bps: a}, {Bps: b}, {Bps: 10_000 - a - b}})
		if sum > 2 {
			t.Fatalf("%d are dust", sum)
		}
		for _, x := range got {
			sum += x
		}
		if sum != spark {
			t.Fatalf("parts and dust of %d sum to %d", spark, sum)
		}
	})
}

func TestRetire(t *testing.T) {
	l := newLife(t)
	l.Must(l.offer(l.owner, l.buyer, 0))
	cell := uint64(l.hotspot().LedgerCell())
	l.refused("not the owner", types.ErrOwner, func() error { return l.retire(l.buyer) })
	l.Must(l.retire(l.owner))
	h := l.hotspot()
	if !h.Retired() || h.Location != nil || h.Region != 0 || h.Owner != l.owner.String() {
		t.Errorf("retired: %+v", h)
	}
	if n, err := l.Hotspot.InCell(l.Ctx, cell); n != 0 || err != nil {
		t.Errorf("its cell counts %d, %v", n, err)
	}
	if !l.has(proto.Message(&types.EventRetired{})) {
		t.Error("no event")
	}
	for name, send := range map[string]func() error{
		"retire": func() error { return l.retire(l.owner) },
		"offer":  func() error { return l.offer(l.owner, l.buyer, 0) },
		"accept": func() error { return l.accept(l.buyer, fixture.Renewal(1, l.index, 100, l.buyer, nil)) },
		"cancel": func() error {
			_, err := l.HotspotM.CancelTransfer(l.Ctx, &types.MsgCancelTransfer{Owner: l.owner.String(), Hotspot: l.index})
			return err
		},
		"renew":  func() error { return l.renew(l.owner, fixture.Renewal(1, l.index, 100, l.owner, nil)) },
		"rotate": func() error { return l.rotate(l.owner, fixture.Rotation(1, 60, l.index, 100, l.owner, nil)) },
		"payout": func() error { return l.payout(l.owner) },
		"locate": func() error {
			_, err := l.HotspotM.AssertLocation(l.Ctx, &types.MsgAssertLocation{Owner: l.owner.String(), Hotspot: l.index, Location: fixture.Place(0)})
			return err
		},
	} {
		l.refused(name, types.ErrRetired, send)
	}
	_, err := l.HotspotM.Register(l.Ctx, &types.MsgRegister{
		Payer: l.owner.String(), Owner: l.owner.String(), Registration: fixture.Registration(1, l.owner, wire.ClassFullLoRa, nil),
	})
	if !errors.Is(err, types.ErrKeyUsed) {
		t.Errorf("registered again: %v", err)
	}
	if next := l.Register(3, l.owner, wire.ClassWiFi); next != l.index+1 {
		t.Errorf("the next index is %d", next)
	}
	l.Check()
}

// Nothing of the life cycle is lost in a genesis.
func TestLifeGenesis(t *testing.T) {
	l := newLife(t)
	l.Must(l.rotate(l.owner, fixture.Rotation(1, 60, l.index, 100, l.owner, nil)))
	l.Must(l.renew(l.owner, fixture.Renewal(60, l.index, 101, l.owner, nil)))
	l.Must(l.payout(l.owner, types.Payout{Account: l.buyer.String(), Bps: 10_000}))
	l.Must(l.offer(l.owner, l.buyer, 99))
	kept := l.index
	l.index = l.Register(2, l.buyer, wire.ClassDataLoRa)
	l.Must(l.retire(l.buyer))
	l.index = kept
	g, err := l.Hotspot.ExportGenesis(l.Ctx)
	l.Must(err)
	if len(g.OldKeys) != 1 || len(g.OldAnchors) != 2 || len(g.Offers) != 1 {
		t.Errorf("%d old keys, %d old anchors, %d offers", len(g.OldKeys), len(g.OldAnchors), len(g.Offers))
	}
	d := &life{Chain: fixture.New(t), t: t, owner: l.owner, buyer: l.buyer, index: kept}
	d.Must(d.Hotspot.InitGenesis(d.Ctx, *g))
	again, err := d.Hotspot.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
	d.refused("old anchor", types.ErrAnchorUsed, func() error { return d.renew(d.owner, fixture.Renewal(60, kept, 1, d.owner, nil)) })
	d.refused("old key", types.ErrKeyUsed, func() error { return d.rotate(d.owner, fixture.Rotation(60, 1, kept, 102, d.owner, nil)) })
	d.Buy(d.buyer, 10_000)
	d.Must(d.accept(d.buyer, fixture.Renewal(60, kept, 102, d.buyer, nil)))
	for name, change := range map[string]func(*types.GenesisState){
		"old key in use":      func(g *types.GenesisState) { g.OldKeys[0].Key = g.Hotspots[0].Key },
		"old key of nobody":   func(g *types.GenesisState) { g.OldKeys[0].Hotspot = 9 },
		"old anchor in use":   func(g *types.GenesisState) { g.OldAnchors[0] = g.Hotspots[0].Anchor },
		"old anchor too long": func(g *types.GenesisState) { g.OldAnchors[0] = make([]byte, 21) },
		"offer of nobody":     func(g *types.GenesisState) { g.Offers[0].Hotspot = 9 },
		"offer of a retired":  func(g *types.GenesisState) { g.Offers[0].Hotspot = 2 },
		"offer to the owner":  func(g *types.GenesisState) { g.Offers[0].To = g.Hotspots[0].Owner },
		"offer twice":         func(g *types.GenesisState) { g.Offers = append(g.Offers, g.Offers[0]) },
		"payout":              func(g *types.GenesisState) { g.Hotspots[0].Payout[0].Bps-- },
		"retired with place":  func(g *types.GenesisState) { g.Hotspots[1].Location = g.Hotspots[0].Location },
	} {
		bad, err := l.Hotspot.ExportGenesis(l.Ctx)
		l.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever bit of a statement is wrong, it is refused and nothing changes.
func TestOneWrongBitIsRefused(t *testing.T) {
	l := newLife(t)
	l.Must(l.offer(l.owner, l.buyer, 0))
	for name, tc := range map[string]struct {
		raw  []byte
		send func([]byte) error
	}{
		"accept": {fixture.Renewal(1, l.index, 100, l.buyer, nil), func(raw []byte) error { return l.accept(l.buyer, raw) }},
		"renew":  {fixture.Renewal(1, l.index, 100, l.owner, nil), func(raw []byte) error { return l.renew(l.owner, raw) }},
		"rotate": {fixture.Rotation(1, 60, l.index, 100, l.owner, nil), func(raw []byte) error { return l.rotate(l.owner, raw) }},
	} {
		before := l.hotspot()
		for bit := range 8 * len(tc.raw) {
			raw := append([]byte(nil), tc.raw...)
			raw[bit/8] ^= 1 << (bit % 8)
			if tc.send(raw) == nil {
				t.Errorf("%s: bit %d does not matter", name, bit)
			}
		}
		if diff := cmp.Diff(before, l.hotspot()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if err := tc.send(tc.raw[:len(tc.raw)-1]); !errors.Is(err, types.ErrMalformed) {
			t.Errorf("%s: one byte less: %v", name, err)
		}
	}
}

// Governance bans up to a hundred hotspots, for a reason and never for ever.
func TestBan(t *testing.T) {
	l := newLife(t)
	now := uint64(l.Ctx.BlockHeight())
	ban := func(change func(*types.MsgBan)) error {
		m := &types.MsgBan{Authority: fixture.Authority(), Hotspots: []uint32{l.index}, Until: now + 10, Reason: "stands elsewhere"}
		change(m)
		ctx, write := l.Ctx.CacheContext()
		_, err := l.HotspotM.Ban(ctx, m)
		if err == nil {
			write()
		}
		return err
	}
	for name, tc := range map[string]struct {
		change func(*types.MsgBan)
		want   error
	}{
		"not governance": {func(m *types.MsgBan) { m.Authority = l.owner.String() }, types.ErrAuthority},
		"nobody":         {func(m *types.MsgBan) { m.Hotspots = nil }, types.ErrBan},
		"too many":       {func(m *types.MsgBan) { m.Hotspots = make([]uint32, 101) }, types.ErrBan},
		"no reason":      {func(m *types.MsgBan) { m.Reason = "" }, types.ErrBan},
		"long reason":    {func(m *types.MsgBan) { m.Reason = strings.Repeat("x", 201) }, types.ErrBan},
		"past":           {func(m *types.MsgBan) { m.Until = now }, types.ErrBan},
		"for ever":       {func(m *types.MsgBan) { m.Until = 1<<64 - 1 }, types.ErrBan},
		"no hotspot":     {func(m *types.MsgBan) { m.Hotspots = []uint32{l.index, 99} }, types.ErrUnknown},
	} {
		if err := ban(tc.change); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if h := l.hotspot(); h.BannedUntil != 0 {
		t.Errorf("a refused ban holds until %d", h.BannedUntil)
	}
	l.Must(ban(func(*types.MsgBan) {}))
	if h := l.hotspot(); !h.Banned(now+10) || h.Banned(now+11) {
		t.Errorf("banned until %d, now %d", h.BannedUntil, now)
	}
	l.Must(ban(func(m *types.MsgBan) { m.Until = 0 }))
	if h := l.hotspot(); h.Banned(now) {
		t.Error("the ban was not lifted")
	}
	l.Must(l.retire(l.owner))
	if err := ban(func(*types.MsgBan) {}); !errors.Is(err, types.ErrRetired) {
		t.Errorf("retired: %v", err)
	}
}
