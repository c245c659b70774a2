package keeper_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/keeper"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/proto/wire"
)

// payerKey is the number of the payer lane's test key.
const payerKey = 60

// wifiNet is a net whose org has a payer's lane too, and a Wi-Fi hotspot.
type wifiNet struct {
	*net
	payer, wifi uint32
}

func newWiFi(tb testing.TB) *wifiNet {
	n := newNet(tb, 250_000_000, 1_000_000, 300_000)
	return &wifiNet{n, n.PayerLane(n.owner, n.org, payerKey, 300_000, n.router), n.Register(30, n.host, wire.ClassWiFi)}
}

// micro is a voucher of the payer for the Wi-Fi hotspot in this epoch.
func (n *wifiNet) micro(cum uint64) []byte {
	return fixture.MicroVoucher(payerKey, n.org, n.payer, n.wifi, n.Rewards.CurrentEpoch(n.Ctx), cum)
}

func (n *wifiNet) totals() types.Totals {
	t, err := n.Settlement.Totals(n.Ctx)
	n.Must(err)
	return t
}

// At 2.50 USD a DC costs 400 spark. 250,000.7 DC in micro-DC move 250,000 DC:
// 100,000,000 spark of base, 95 % for the hotspot, 1 % for the router, nothing
// for a cell, the other 4 % stay burned.
func TestWiFiDemandIsBurned(t *testing.T) {
	n := newWiFi(t)
	if r := n.Settle(n.micro(250_000_700_000)); r.Settled != 1 {
		t.Fatalf("%v", r)
	}
	want := types.Totals{
		Items: 1, Credits: 250_000, Fees: 10, Base: 100_000_000, Hotspots: 95_000_000, Routers: 1_000_000, Burned: 4_000_000,
		MicroCredits: 250_000_700_000, WifiCredits: 250_000,
	}
	if diff := cmp.Diff(want, n.totals()); diff != "" {
		t.Error(diff)
	}
	n.Check()
}

// 22: bytes to DC by the cumulative floor. At 10,000,000 micro-DC per 10^6 bytes
// three sessions of 52,428,800 + 10,485,760 + 500,000 bytes are 634,145,600
// micro-DC and pay 634 DC, not 635; however they are split, and with a price
// that changed in between: the voucher holds what each grant's price made of it.
func TestScenario22BytesToCredits(t *testing.T) {
	for name, c := range map[string]struct {
		parts []uint64 // bytes
		price []uint32
		want  uint64 // DC
	}{
		"three sessions":      {[]uint64{52_428_800, 10_485_760, 500_000}, []uint32{1e7, 1e7, 1e7}, 634},
		"a gigabyte":          {[]uint64{1_000_000_000}, []uint32{1e7}, 10_000},
		"2^30 bytes":          {[]uint64{1 << 30}, []uint32{1e7}, 10_737},
		"price doubled later": {[]uint64{100_000_000, 100_000_000}, []uint32{1e7, 2e7}, 3_000},
	} {
		t.Run(name, func(t *testing.T) {
			n := newWiFi(t)
			n.minStep(1)
			var cum uint64
			var rest uint32
			for i, bytes := range c.parts {
				micro, left, ok := reward.MicroCredits(bytes, c.price[i], rest)
				if !ok {
					t.Fatal("does not fit")
				}
				rest, cum = left, cum+micro
				n.Settle(n.micro(cum))
			}
			if got := n.totals(); got.Credits != c.want || got.MicroCredits/1e6 != c.want {
				t.Errorf("%d DC, %d micro-DC, want %d DC", got.Credits, got.MicroCredits, c.want)
			}
			n.Check()
		})
	}
}

// minStep sets the least step of an item, and its fee, which is no more.
func (n *wifiNet) minStep(dc uint64) {
	p := types.DefaultParams()
	p.MinStep, p.ItemFee = dc, dc
	_, err := n.SettlementM.UpdateParams(n.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	n.Must(err)
}

// 21: 500, then 450, then 700 thousand DC pay 500, nothing and 200; the same
// voucher sent by two relays pays once.
func TestScenario21HigherVoucherPaysTheDifference(t *testing.T) {
	n := newWiFi(t)
	paid := uint64(0)
	for _, step := range []struct{ cum, pays uint64 }{{50_000, 50_000}, {45_000, 0}, {70_000, 20_000}, {70_000, 0}} {
		n.Settle(n.micro(step.cum * 1e6))
		if got := n.totals().Credits - paid; got != step.pays {
			t.Errorf("voucher of %d DC paid %d, want %d", step.cum, got, step.pays)
		}
		paid = n.totals().Credits
	}
	same := n.micro(90_000 * 1e6)
	if r := n.Settle(same, same); r.Settled != 1 || len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_NOT_HIGHER {
		t.Errorf("twice in a message: %v", r)
	}
	if n.totals().Credits != 90_000 {
		t.Errorf("paid %d", n.totals().Credits)
	}
	q, err := keeper.NewQueryServer(n.Settlement).Settled(n.Ctx, &types.QuerySettledRequest{Org: n.org, Lane: n.payer, Hotspot: n.wifi})
	if err != nil || q.Cum != 90_000*1e6 {
		t.Errorf("settled %v, %v", q, err)
	}
	n.Check()
}

// 13: a voucher of two epochs ago, of another chain or settled before pays
// nothing and changes nothing.
func TestScenario13ReplayedVouchersChangeNothing(t *testing.T) {
	n := newWiFi(t)
	old := n.micro(5_000 * 1e6)
	n.NextEpoch()
	n.NextEpoch()
	settled := n.micro(6_000 * 1e6)
	n.Settle(settled)
	foreign := fixture.Voucher(payerKey, n.org, n.payer, n.wifi, n.Rewards.CurrentEpoch(n.Ctx), 9_000*1e6, func(v *wire.Voucher) {
		v.Unit, v.Chain = wire.UnitMicroDC, wire.HashChainID("hexwave-test-2")
	})
	before, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	escrow, reserved := n.escrow()
	for name, c := range map[string]struct {
		raw  []byte
		want types.Reason
	}{
		"two epochs ago": {old, types.REASON_BAD_EPOCH}, "settled before": {settled, types.REASON_NOT_HIGHER}, "another chain": {foreign, types.REASON_WRONG_CHAIN},
	} {
		if r := n.Settle(c.raw); r.Settled != 0 || len(r.Refused) != 1 || r.Refused[0].Reason != c.want {
			t.Errorf("%s: %v", name, r)
		}
	}
	after, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Error(diff)
	}
	if e, r := n.escrow(); e != escrow || r != reserved {
		t.Errorf("escrow %d, reserved %d", e, r)
	}
}

func TestUnitsAndClassesStayApart(t *testing.T) {
	n := newWiFi(t)
	epoch := n.Rewards.CurrentEpoch(n.Ctx)
	for name, c := range map[string]struct {
		raw  []byte
		want types.Reason
	}{
		"payer in DC":              {fixture.Voucher(payerKey, n.org, n.payer, n.wifi, epoch, 5_000, nil), types.REASON_UNSUPPORTED_UNIT},
		"router in micro-DC":       {fixture.MicroVoucher(laneKey, n.org, n.lane, n.hotspots[0], epoch, 5_000*1e6), types.REASON_UNSUPPORTED_UNIT},
		"micro-DC for LoRa":        {fixture.MicroVoucher(payerKey, n.org, n.payer, n.hotspots[0], epoch, 5_000*1e6), types.REASON_WRONG_CLASS},
		"DC for Wi-Fi":             {fixture.Voucher(laneKey, n.org, n.lane, n.wifi, epoch, 5_000, nil), types.REASON_WRONG_CLASS},
		"below the step":           {n.micro(999_999_999), types.REASON_STEP_TOO_SMALL},
		"over the allowance":       {n.micro(300_000 * 1e6), types.REASON_OVER_ALLOWANCE},
		"the lane's key of others": {fixture.MicroVoucher(laneKey, n.org, n.payer, n.wifi, epoch, 5_000*1e6), types.REASON_BAD_SIGNATURE},
	} {
		if r := n.Settle(c.raw); r.Settled != 0 || len(r.Refused) != 1 || r.Refused[0].Reason != c.want {
			t.Errorf("%s: %v, want %s", name, r, c.want)
		}
	}
	// After the epoch one smaller item may follow, but not one of no DC at all.
	last := n.micro(500_900_000)
	n.NextEpoch()
	if r := n.Settle(last); r.Settled != 1 {
		t.Errorf("final item: %v", r)
	}
	higher := fixture.MicroVoucher(payerKey, n.org, n.payer, n.wifi, epoch, 500_999_999)
	if r := n.Settle(higher); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_STEP_TOO_SMALL {
		t.Errorf("item of 0 DC: %v", r)
	}
	n.Check()
}
