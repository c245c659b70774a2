package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/keeper"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// net is a chain with an org of one lane and two full hotspots of another owner.
type net struct {
	*fixture.Chain
	owner, router, host sdk.AccAddress
	org, lane           uint32
	hotspots            []uint32
}

// laneKey is the number of the lane's test key.
const laneKey = 50

func newNet(tb testing.TB, price, escrow, allowance uint64) *net {
	return netOn(fixture.New(tb), price, escrow, allowance)
}

func netOn(c *fixture.Chain, price, escrow, allowance uint64) *net {
	n := &net{Chain: c, owner: fixture.Account(1), router: fixture.Account(2), host: fixture.Account(3)}
	n.SetPrice(price)
	n.org = n.Org(n.owner, escrow)
	n.lane = n.Lane(n.owner, n.org, laneKey, allowance, n.router)
	for i := range uint32(2) {
		index := n.Register(10+i, n.host, wire.ClassFullLoRa)
		n.Locate(n.host, index, fixture.Place(int32(i)))
		n.hotspots = append(n.hotspots, index)
	}
	return n
}

// voucher is a voucher of the current epoch.
func (n *net) voucher(hotspot int, cum uint64, change func(*wire.Voucher)) []byte {
	return fixture.Voucher(laneKey, n.org, n.lane, n.hotspots[hotspot], n.Rewards.CurrentEpoch(n.Ctx), cum, change)
}

func (n *net) escrow() (credits, reserved uint64) {
	e, err := n.Credits.Escrow(n.Ctx, n.org)
	n.Must(err)
	return e.Balance.Credits, e.Reserved
}

// At 2.50 USD a DC costs 400 spark. 250,000 DC are 100,000,000 spark of base:
// 95 % for the hotspot, 1 % for the router, 3 % for the cell, 1 % burned. The
// item costs 10 DC, and the rest of the reservation stays reserved.
func TestSettlePays(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	if have, reserved := n.escrow(); have != 1_000_000 || reserved != 300_000 {
		t.Fatalf("escrow %d, reserved %d", have, reserved)
	}
	before, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	r := n.Settle(n.voucher(0, 250_000, nil))
	if r.Settled != 1 || len(r.Refused) != 0 {
		t.Fatalf("response %v", r)
	}
	if have, reserved := n.escrow(); have != 749_990 || reserved != 49_990 {
		t.Errorf("escrow %d, reserved %d", have, reserved)
	}
	totals, err := n.Settlement.Totals(n.Ctx)
	n.Must(err)
	want := types.Totals{
		Items: 1, Credits: 250_000, Fees: 10, Base: 100_000_000,
		Hotspots: 95_000_000, Routers: 1_000_000, Demand: 3_000_000, Burned: 1_000_000,
	}
	if diff := cmp.Diff(want, totals); diff != "" {
		t.Error(diff)
	}
	after, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	// What stayed burned: 1,000,000 of the base and 10 * 400 of the item's fee.
	if got := after.StayedBurned - before.StayedBurned; got != 1_004_000 || after.Demand != 3_000_000 {
		t.Errorf("stayed burned %d, demand %d", got, after.Demand)
	}
	if got := n.Spark(n.router); got != 1_000_000 {
		t.Errorf("router got %d", got)
	}
	n.Check()
	// A higher voucher pays the difference.
	n.Settle(n.voucher(0, 252_000, nil))
	if totals, err = n.Settlement.Totals(n.Ctx); err != nil || totals.Credits != 252_000 || totals.Hotspots != 95_760_000 {
		t.Errorf("after the higher one %+v, %v", totals, err)
	}
	q, err := keeper.NewQueryServer(n.Settlement).Settled(n.Ctx, &types.QuerySettledRequest{Org: n.org, Lane: n.lane, Hotspot: n.hotspots[0]})
	if err != nil || q.Cum != 252_000 {
		t.Errorf("settled %v, %v", q, err)
	}
	n.Check()
}

// Bought at 2.50 and used at 5.00, a DC is worth 200 spark, half its basis: pay
// is from the lower. Used at 1.00 it is worth 1,000, but pays from the 400 that
// were burned for it.
func TestPayIsTheLowerOfBasisAndValue(t *testing.T) {
	for _, tc := range []struct{ price, base uint64 }{{500_000_000, 2_000_000}, {100_000_000, 4_000_000}} {
		n := newNet(t, 250_000_000, 1_000_000, 300_000)
		n.SetPrice(tc.price)
		n.Settle(n.voucher(0, 10_000, nil))
		totals, err := n.Settlement.Totals(n.Ctx)
		n.Must(err)
		if totals.Base != tc.base || totals.Hotspots != tc.base*95/100 {
			t.Errorf("at %d: %+v", tc.price, totals)
		}
		n.Check()
	}
}

func TestRefusals(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.Settle(n.voucher(0, 5_000, nil))
	poor := n.Org(fixture.Account(4), 0)
	empty := n.Lane(fixture.Account(4), poor, 51, 100, n.router)
	for _, tc := range []struct {
		name string
		raw  []byte
		want types.Reason
	}{
		{"zeros", make([]byte, wire.VoucherSize), types.REASON_MALFORMED},
		{"cum above issued", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Issued = 1 }), types.REASON_MALFORMED},
		{"chain", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Chain[0]++ }), types.REASON_WRONG_CHAIN},
		{"micro-DC", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Unit = wire.UnitMicroDC }), types.REASON_UNSUPPORTED_UNIT},
		{"next epoch", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Epoch++ }), types.REASON_BAD_EPOCH},
		{"org", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Org = 77 }), types.REASON_UNKNOWN_LANE},
		{"lane", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Lane = 2 }), types.REASON_UNKNOWN_LANE},
		{"hotspot", n.voucher(0, 9_000, func(v *wire.Voucher) { v.Hotspot = 77 }), types.REASON_UNKNOWN_HOTSPOT},
		{"same", n.voucher(0, 5_000, nil), types.REASON_NOT_HIGHER},
		{"lower", n.voucher(0, 4_000, nil), types.REASON_NOT_HIGHER},
		{"zero", n.voucher(1, 0, nil), types.REASON_NOT_HIGHER},
		{"small step", n.voucher(0, 5_999, nil), types.REASON_STEP_TOO_SMALL},
		{"no escrow", fixture.Voucher(51, poor, empty, n.hotspots[0], 1, 9_000, nil), types.REASON_NO_ESCROW},
		// 300,000 - 5,000 - 10 are left, 10 of them for the item.
		{"over", n.voucher(0, 5_000+294_981, nil), types.REASON_OVER_ALLOWANCE},
		{"another's key", fixture.Voucher(51, n.org, n.lane, n.hotspots[0], 1, 9_000, nil), types.REASON_BAD_SIGNATURE},
	} {
		r := n.Settle(tc.raw)
		if r.Settled != 0 || len(r.Refused) != 1 || r.Refused[0].Reason != tc.want {
			t.Errorf("%s: %v, want %s", tc.name, r, tc.want)
		}
	}
	if r := n.Settle(n.voucher(0, 5_000+294_980, nil)); r.Settled != 1 {
		t.Errorf("all that is left: %v", r)
	}
	n.Check()
}

// A revoked lane answers for what it signed until then, within what it had reserved,
// and for nothing of later epochs, in which it reserves nothing.
func TestRevokedLane(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	g, err := n.Routing.ExportGenesis(n.Ctx)
	n.Must(err)
	g.Signers[0].Revoked, g.Signers[0].RevokedEpoch = true, 1
	n.Must(n.Routing.InitGenesis(n.Ctx, *g))
	before := n.voucher(0, 5_000, nil)
	n.NextEpoch()
	r := n.Settle(before, n.voucher(0, 5_000, nil))
	want := []types.ItemRefusal{{Item: 1, Reason: types.REASON_REVOKED}}
	if diff := cmp.Diff(want, r.Refused); diff != "" || r.Settled != 1 {
		t.Errorf("%d settled, %s", r.Settled, diff)
	}
	if have, reserved := n.escrow(); have != 994_990 || reserved != 294_990 {
		t.Errorf("%d reserved of %d", reserved, have)
	}
	n.Check()
}

// A chain that stood still closes the missed epochs one a block, and who carried before
// has time to settle all the same.
func TestVouchersOutliveAHalt(t *testing.T) {
	n := newNet(t, 250_000_000, 2_000_000, 300_000)
	p := fixture.SettlementParams()
	p.OpenBlocks = 5
	_, err := n.SettlementM.UpdateParams(n.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	n.Must(err)
	old := func(cum uint64) []byte { return n.voucher(0, cum, func(v *wire.Voucher) { v.Epoch = 1 }) }
	n.Block(74 * time.Hour)
	n.Block(0)
	n.Block(0)
	if now := n.Rewards.CurrentEpoch(n.Ctx); now != 4 {
		t.Fatalf("epoch %d", now)
	}
	if r := n.Settle(old(5_000)); r.Settled != 1 {
		t.Errorf("after the halt: %v", r)
	}
	n.Check()
	for range 3 {
		n.Block(0)
	}
	if r := n.Settle(old(9_000)); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_BAD_EPOCH {
		t.Errorf("too late: %v", r)
	}
	n.Check()
}

func TestOneRefusalDoesNotUndoOthers(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	r := n.Settle(n.voucher(0, 5_000, nil), n.voucher(0, 5_000, nil), n.voucher(1, 6_000, nil))
	want := []types.ItemRefusal{{Item: 1, Reason: types.REASON_NOT_HIGHER}}
	if diff := cmp.Diff(want, r.Refused); diff != "" || r.Settled != 2 {
		t.Errorf("%d settled, %s", r.Settled, diff)
	}
}

// Vouchers of the last epoch settle until the end of this one; one of them may
// be below the step. After that what is left is released.
func TestDeadline(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.Settle(n.voucher(0, 5_000, nil))
	old := func(cum uint64) []byte {
		return n.voucher(0, cum, func(v *wire.Voucher) { v.Epoch = 1 })
	}
	n.NextEpoch()
	if have, reserved := n.escrow(); have != 994_990 || reserved != 594_990 {
		t.Errorf("two epochs reserve %d of %d", reserved, have)
	}
	if r := n.Settle(old(5_001)); r.Settled != 1 {
		t.Errorf("the final item: %v", r)
	}
	if r := n.Settle(old(5_002)); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_STEP_TOO_SMALL {
		t.Errorf("a second one: %v", r)
	}
	if r := n.Settle(old(7_000)); r.Settled != 1 {
		t.Errorf("a whole step: %v", r)
	}
	n.NextEpoch()
	if r := n.Settle(old(9_000)); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_BAD_EPOCH {
		t.Errorf("too late: %v", r)
	}
	// Settled 7,000 in three items; lanes of epochs 2 and 3 reserve again.
	if have, reserved := n.escrow(); have != 992_970 || reserved != 600_000 {
		t.Errorf("escrow %d, reserved %d", have, reserved)
	}
	g, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	if len(g.Settled) != 0 || len(g.Lanes) != 2 {
		t.Errorf("%d rows and %d lanes are kept", len(g.Settled), len(g.Lanes))
	}
	n.Check()
}

// An escrow smaller than the allowances is shared first come first served by
// lane, and funding it fills the reservations of the epoch.
func TestReservation(t *testing.T) {
	n := newNet(t, 250_000_000, 100_000, 70_000)
	second := n.Lane(n.owner, n.org, 51, 70_000, n.router)
	lane := func(lane uint32) uint64 {
		r, err := keeper.NewQueryServer(n.Settlement).Lane(n.Ctx, &types.QueryLaneRequest{Org: n.org, Lane: lane})
		n.Must(err)
		return r.Lane.Reserved
	}
	if a, b := lane(n.lane), lane(second); a != 70_000 || b != 30_000 {
		t.Errorf("reserved %d and %d", a, b)
	}
	n.Buy(n.owner, 15_000)
	if _, err := n.Credits.Fund(n.Ctx, n.owner, n.org, 15_000); err != nil {
		t.Fatal(err)
	}
	if a, b := lane(n.lane), lane(second); a != 70_000 || b != 45_000 {
		t.Errorf("after funding reserved %d and %d", a, b)
	}
	n.NextEpoch()
	if got := lane(n.lane); got != 0 {
		t.Errorf("nothing is free, %d reserved", got)
	}
	n.NextEpoch()
	if a, b := lane(n.lane), lane(second); a != 70_000 || b != 45_000 {
		t.Errorf("after the release reserved %d and %d", a, b)
	}
	n.Check()
}

func TestMessageRefusals(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	v := n.voucher(0, 5_000, nil)
	for name, items := range map[string][]byte{
		"empty": nil, "cut": v[1:], "too many": make([]byte, 1_001*wire.VoucherSize),
	} {
		_, err := n.SettlementM.Settle(n.Ctx, &types.MsgSettle{Sender: n.host.String(), Items: items})
		if !errors.Is(err, types.ErrItems) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParamsRefuse(t *testing.T) {
	n := newNet(t, 250_000_000, 0, 1)
	_, err := n.SettlementM.UpdateParams(n.Ctx, &types.MsgUpdateParams{Authority: "x", Params: types.DefaultParams()})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for name, change := range map[string]func(*types.Params){
		"burned below a fifth": func(p *types.Params) { p.BurnBps = 99 },
		"nothing burned":       func(p *types.Params) { p.RouterBps, p.DemandBps, p.BurnBps = 0, 0, 0 },
		"above the whole":      func(p *types.Params) { p.BurnBps = 10_000 },
		"item fee":             func(p *types.Params) { p.ItemFee = 1_001 },
		"items":                func(p *types.Params) { p.MaxItems = 0 },
		"no room for one":      func(p *types.Params) { p.RelayBytesPerBlock = 100 },
		"relay above all":      func(p *types.Params) { p.LaneBytesPerBlock = p.RelayBytesPerBlock - 1 },
		"more than a lane":     func(p *types.Params) { p.LaneBytesPerBlock = 2 << 20 },
		"open":                 func(p *types.Params) { p.OpenBlocks = 100_001 },
		"shortfall":            func(p *types.Params) { p.ShortfallBps = 10_001 },
		"bad batch":            func(p *types.Params) { p.BadBatchSpark = 1 << 61 },
	} {
		p := types.DefaultParams()
		change(&p)
		_, err := n.SettlementM.UpdateParams(n.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		if !errors.Is(err, types.ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.Settle(n.voucher(0, 5_000, nil), n.voucher(1, 6_000, nil))
	n.Must(n.Settlement.CheckBatch(n.Ctx, n.batch(1, nil, n.voucher(0, 7_000, nil))))
	g, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	d := fixture.New(t)
	d.Must(d.Settlement.InitGenesis(d.Ctx, *g))
	again, err := d.Settlement.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" || len(g.Settled) != 2 || len(g.Lanes) != 1 {
		t.Errorf("%d rows, %d lanes: %s", len(g.Settled), len(g.Lanes), diff)
	}
	for name, change := range map[string]func(*types.GenesisState){
		"over-used lane": func(g *types.GenesisState) { g.Lanes[0].Fees = g.Lanes[0].Reserved },
		"no lane":        func(g *types.GenesisState) { g.Lanes[0].Lane = 0 },
		"doubled lane":   func(g *types.GenesisState) { g.Lanes = append(g.Lanes, g.Lanes[0]) },
		"empty row":      func(g *types.GenesisState) { g.Settled[0].Cum = 0 },
		"parts":          func(g *types.GenesisState) { g.Totals.Burned++ },
		"bonds":          func(g *types.GenesisState) { g.Totals.Compensated++ },
		"empty claim":    func(g *types.GenesisState) { g.Claims = []types.Claim{{Epoch: 1, Org: 1, Lane: 1, Hotspot: 1}} },
		"claim uncounted": func(g *types.GenesisState) {
			g.Claims = []types.Claim{{Epoch: 1, Org: 1, Lane: 1, Hotspot: 1, Credits: 5}}
		},
		"claim on no lane": func(g *types.GenesisState) {
			g.Claims = []types.Claim{{Epoch: 1, Org: 1, Lane: 9, Hotspot: 1, Credits: 5}}
		},
	} {
		bad, err := n.Settlement.ExportGenesis(n.Ctx)
		n.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
