package app_test

import (
	"testing"

	"github.com/hexwave/hexwave/chain/chaintest"
	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// join brings the last hotspot of the town, whose key is P-256, onto the chain by
// transactions of its owner.
func (v *coverage) join(owner *chaintest.Account) {
	v.t.Helper()
	p, err := v.c.App.Keepers.Hotspot.Params(v.c.Context())
	if err != nil {
		v.t.Fatal(err)
	}
	sign, key := coverageKey(covered)
	registration := func(sign func([]byte) wire.Signature, key wire.PubKey) *hotspot.MsgRegister {
		g := wire.Registration{
			Chain: coverageChain, Owner: wire.OwnerHash(owner.Address()), Class: wire.ClassFullLoRa, Key: key,
			Anchor: coveragePreimage(covered, elements), AnchorIndex: elements, ValidUntil: uint64(v.c.Height()) + 20,
		}
		g.Signature = sign(g.AppendBody(nil))
		return &hotspot.MsgRegister{Payer: owner.String(), Owner: owner.String(), Registration: g.AppendTo(nil)}
	}
	v.c.Deliver(owner, &credits.MsgMintCredits{Sender: owner.String(), Credits: p.RegistrationFee(wire.ClassFullLoRa) + p.FeeLocation})
	private, _ := fixture.P256Key(covered)
	high := func(body []byte) wire.Signature { return fixture.P256Signed(private, body, true) }
	for _, c := range []struct {
		m    *hotspot.MsgRegister
		want uint32
	}{
		{registration(sign, fixture.OffCurve()), hotspot.ErrKeyPoint.ABCICode()},
		{registration(high, key), hotspot.ErrSignature.ABCICode()},
	} {
		if r := v.c.TryDeliver(owner, c.m); r.Code != c.want || r.Codespace != hotspot.ModuleName {
			v.t.Errorf("%+v, want code %d", r, c.want)
		}
	}
	v.c.Deliver(owner, registration(sign, key))
	at := geo.Point{Lat: 525_000_000, Lng: 130_000_000 + geo.E7(covered)*295_000}
	v.c.Deliver(owner, &hotspot.MsgAssertLocation{Owner: owner.String(), Hotspot: covered, Location: hotspot.Location{
		Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, 12)), Gain: 20, Height: 10,
	}})
}

// A hotspot with a secure element joins by transactions, is challenged, reports what it
// hears, and is owed for it. A node that replays the blocks comes to the same state.
func TestSecureElementFromRegistrationToPay(t *testing.T) {
	v := &coverage{
		t: t, reported: map[uint64]bool{},
		c: chaintest.New(t, chaintest.Options{Patch: coverageGenesis(t, covered-1), Accounts: []string{"alice"}, Bonds: coverageBond}),
	}
	v.join(v.c.Account("alice"))
	v.run(60)
	v.check(v.c)
	owed, err := rewardskeeper.NewQueryServer(v.c.App.Keepers.Rewards).Owed(v.c.Context(), &rewards.QueryOwedRequest{Hotspot: covered})
	if err != nil || owed.Accrued+owed.PointsCurrent == 0 {
		t.Errorf("it is owed %v: %v", owed, err)
	}
	if got := v.totals(v.c); got.Missed != 0 || got.ReportsKept == 0 {
		t.Errorf("totals %+v", got)
	}
	v.c.Replay(t)
}
