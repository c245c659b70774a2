package keeper_test

import (
	"errors"
	"testing"
	"time"

	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// bond is what is left of the bond of the net's lane, and whether it is revoked.
func (n *net) bond() (spark uint64, revoked bool) {
	s, ok := n.Routing.Signer(n.Ctx, n.org, n.lane)
	if !ok {
		return 0, false
	}
	return s.Bond, s.Revoked
}

// accrued is what a hotspot may claim.
func (n *net) accrued(hotspot int) uint64 {
	r, err := rewardskeeper.NewQueryServer(n.Rewards).Owed(n.Ctx, &rewards.QueryOwedRequest{Hotspot: n.hotspots[hotspot]})
	n.Must(err)
	return r.Accrued
}

func (n *net) accuse(voucher, other []byte) (*types.MsgProveOverIssueResponse, error) {
	return n.SettlementM.ProveOverIssue(n.Ctx, &types.MsgProveOverIssue{Prover: fixture.Account(77).String(), Voucher: voucher, Other: other})
}

// numbered is a voucher with a sequence number and an issued counter.
func (n *net) numbered(hotspot int, seq, cum, issued uint64) []byte {
	return n.voucher(hotspot, cum, func(v *wire.Voucher) { v.Seq, v.Issued = seq, issued })
}

// What a lane signs is judged against its reservation, against what was settled, and
// against itself. An honest lane can show all of its vouchers.
func TestOverIssueIsProven(t *testing.T) {
	for _, tc := range []struct {
		name  string
		proof func(n *net) (voucher, other []byte)
		want  types.Fault // 0: nothing is proven
	}{
		{"all that is reserved", func(n *net) ([]byte, []byte) { return n.numbered(0, 5, 4_000, 300_000), nil }, 0},
		{"one more", func(n *net) ([]byte, []byte) { return n.numbered(0, 5, 4_000, 300_001), nil }, types.FAULT_OVER_RESERVATION},
		{"settled and more", func(n *net) ([]byte, []byte) {
			n.Settle(n.numbered(0, 5, 9_000, 9_000), n.numbered(1, 6, 9_000, 18_000))
			return n.numbered(0, 6, 9_500, 18_000), nil
		}, 0},
		{"less than was settled", func(n *net) ([]byte, []byte) {
			n.Settle(n.numbered(0, 5, 9_000, 9_000), n.numbered(1, 6, 9_000, 9_000))
			return n.numbered(1, 6, 9_000, 9_000), nil
		}, types.FAULT_UNCOUNTED},
		{"less, but earlier", func(n *net) ([]byte, []byte) {
			n.Settle(n.numbered(0, 5, 9_000, 9_000), n.numbered(1, 6, 9_000, 18_000))
			return n.numbered(0, 5, 9_000, 9_000), nil
		}, 0},
		{"rising", func(n *net) ([]byte, []byte) {
			return n.numbered(0, 5, 4_000, 4_000), n.numbered(1, 6, 4_000, 8_000)
		}, 0},
		{"counter falls", func(n *net) ([]byte, []byte) {
			return n.numbered(1, 6, 4_000, 7_999), n.numbered(0, 5, 4_000, 8_000)
		}, types.FAULT_NOT_RISING},
		{"total falls", func(n *net) ([]byte, []byte) {
			return n.numbered(0, 5, 4_000, 8_000), n.numbered(0, 6, 3_999, 8_000)
		}, types.FAULT_NOT_RISING},
		{"same voucher", func(n *net) ([]byte, []byte) {
			v := n.numbered(0, 5, 4_000, 8_000)
			return v, v
		}, 0},
		{"number twice", func(n *net) ([]byte, []byte) {
			return n.numbered(0, 5, 4_000, 8_000), n.numbered(1, 5, 4_000, 8_000)
		}, types.FAULT_TWICE},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNet(t, 250_000_000, 1_000_000, 300_000)
			v, other := tc.proof(n)
			before, _ := n.bond()
			supply := n.Supply()
			r, err := n.accuse(v, other)
			after, revoked := n.bond()
			if tc.want == 0 {
				if !errors.Is(err, types.ErrNoFault) || after != before || revoked {
					t.Errorf("%v, bond %d of %d, revoked %v", err, after, before, revoked)
				}
				return
			}
			if err != nil || r.Fault != tc.want || r.Burned != before || after != 0 || !revoked || n.Supply() != supply-before {
				t.Errorf("%v, %v, bond %d of %d, revoked %v, burned %d", r, err, after, before, revoked, supply-n.Supply())
			}
			if _, err := n.accuse(v, other); !errors.Is(err, types.ErrNoBond) {
				t.Errorf("again: %v", err)
			}
			n.Check()
		})
	}
}

func TestOverIssueEvidence(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	second := n.Lane(n.owner, n.org, 51, 300_000, n.router)
	good := n.numbered(0, 5, 4_000, 4_000)
	forged := append([]byte(nil), good...)
	forged[len(forged)-1] ^= 1
	for name, tc := range map[string]struct {
		voucher, other []byte
		want           error
	}{
		"no voucher":     {nil, nil, types.ErrEvidence},
		"forged":         {forged, nil, types.ErrEvidence},
		"other forged":   {good, forged, types.ErrEvidence},
		"another chain":  {n.voucher(0, 4_000, func(v *wire.Voucher) { v.Chain[0]++ }), nil, types.ErrEvidence},
		"no such lane":   {n.voucher(0, 4_000, func(v *wire.Voucher) { v.Lane = 9 }), nil, types.ErrEvidence},
		"epoch to come":  {n.voucher(0, 4_000, func(v *wire.Voucher) { v.Epoch = 9 }), nil, types.ErrEvidence},
		"of two lanes":   {good, fixture.Voucher(51, n.org, second, n.hotspots[0], 1, 4_000, nil), types.ErrEvidence},
		"nothing proven": {good, nil, types.ErrNoFault},
	} {
		if _, err := n.accuse(tc.voucher, tc.other); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	m := &types.MsgProveOverIssue{Prover: "x", Voucher: good}
	if _, err := n.SettlementM.ProveOverIssue(n.Ctx, m); !errors.Is(err, types.ErrAddress) {
		t.Errorf("prover: %v", err)
	}
	if bond, _ := n.bond(); bond == 0 {
		t.Error("the bond is gone")
	}
}

// A lane signs for 900,000 DC with 300,000 reserved and settles its friend's voucher
// first. The honest hotspot gets the half of the bond that is not burned, but no more
// than it carried; a claim that is paid after all is none any more.
func TestBondPaysWhoWasLeft(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	friend, honest := n.numbered(0, 1, 290_000, 600_000), n.numbered(1, 2, 100_000, 900_000)
	if r := n.SettleAs(n.router, friend); r.Settled != 1 {
		t.Fatalf("%v", r)
	}
	if r := n.Settle(honest); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_OVER_ALLOWANCE {
		t.Fatalf("before the proof: %v", r)
	}
	if _, err := n.accuse(honest, nil); err != nil {
		t.Fatal(err)
	}
	for range 2 { // a claim counts once
		if r := n.Settle(honest); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_CLAIMED {
			t.Fatalf("after it: %v", r)
		}
	}
	// 290,000 and 10 of 300,000 are used: 9,000 fit in.
	if r := n.Settle(n.numbered(1, 3, 9_000, 900_000)); r.Settled != 1 {
		t.Fatalf("what fits: %v", r)
	}
	n.Check()
	if l, err := n.Settlement.ExportGenesis(n.Ctx); err != nil || l.Lanes[0].Claimed != 91_000 || l.Claims[0].Credits != 91_000 {
		t.Errorf("%+v, %v", l.Lanes, err)
	}
	before := n.accrued(1)
	n.NextEpoch()
	n.NextEpoch()
	n.Check()
	// 91,000 DC at 400 spark; half of the bond, 50,000,000,000, would be more.
	if got := n.accrued(1) - before; got != 36_400_000 {
		t.Errorf("compensated with %d", got)
	}
	g, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	if len(g.Claims) != 0 || g.Totals.Compensated != 36_400_000 || g.Totals.Bonds != 100_000_000_000 {
		t.Errorf("%d claims, %+v", len(g.Claims), g.Totals)
	}
}

// When the bond is too small for all, each gets its part.
func TestBondIsShared(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.SettleAs(n.router, n.numbered(0, 1, 290_000, 290_000))
	a, b := n.numbered(0, 2, 290_000+600_000_000, 2_000_000_000), n.numbered(1, 3, 200_000_000, 2_000_000_000)
	_, err := n.accuse(a, nil)
	n.Must(err)
	n.Settle(a, b)
	x, y := n.accrued(0), n.accrued(1)
	n.NextEpoch()
	n.NextEpoch()
	// 3:1 of 50,000,000,000.
	if x, y := n.accrued(0)-x, n.accrued(1)-y; x != 37_500_000_000 || y != 12_500_000_000 {
		t.Errorf("%d and %d", x, y)
	}
	n.Check()
}

// A router has two hours of the next epoch to settle. Who has to do it after that gets
// as much again from its bond, and as much is burned.
func TestShortfall(t *testing.T) {
	for _, tc := range []struct {
		name     string
		after    time.Duration
		byRouter bool
		settled  uint64 // before, by the router
		taken    uint64
	}{
		{"in the same epoch", 0, false, 5_000, 0},
		{"in time", 24*time.Hour + 7_199*time.Second, false, 5_000, 0},
		// 95,000 DC at 400 spark, twice.
		{"late", 24*time.Hour + 7_200*time.Second, false, 5_000, 76_000_000},
		{"late, but by itself", 26 * time.Hour, true, 5_000, 0},
		{"all but a hundredth", 26 * time.Hour, false, 99_000, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := newNet(t, 250_000_000, 1_000_000, 300_000)
			n.SettleAs(n.router, n.numbered(0, 1, tc.settled, tc.settled))
			v := n.numbered(0, 2, 100_000, 100_000)
			if tc.after > 24*time.Hour {
				n.NextEpoch()
			}
			n.Block(tc.after % (24 * time.Hour))
			before, _ := n.bond()
			submitter := fixture.Account(88)
			if tc.byRouter {
				submitter = n.router
			}
			had := n.Spark(submitter)
			if r := n.SettleAs(submitter, v); r.Settled != 1 {
				t.Fatalf("%v", r)
			}
			after, _ := n.bond()
			if before-after != tc.taken {
				t.Errorf("took %d, want %d", before-after, tc.taken)
			}
			if got := n.Spark(submitter) - had; !tc.byRouter && got != tc.taken/2 {
				t.Errorf("submitter got %d", got)
			}
			n.Check()
		})
	}
}
