package keeper_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// The scenarios that vouchers change, each with its numbers derived again. The table in
// docs/spec/economy.md says where the others are.

// Scenarios 9 and 10: 10,000,000 DC at 2.50 US$, carried by three hotspots as 6 : 3 : 1.
// Nothing comes out of the schedule. A DC costs 10^11 / 250,000,000 = 400 spark, so the
// parts are 2.4, 1.2 and 0.4 * 10^9 spark of basis, and as much of value. Of each
//
//	95 %: 2,280,000,000  1,140,000,000  380,000,000 to the hotspots,
//	 1 %:    24,000,000     12,000,000    4,000,000 to the router,
//	 3 %:    72,000,000     36,000,000   12,000,000 to the cell,
//
// and the rest, 40,000,000 spark, stays burned, with 3 item fees of 10 DC, 12,000 spark.
func TestScenarios9And10PayFollowsUse(t *testing.T) {
	const dc = 10_000_000
	n := newNet(t, 250_000_000, dc+30, dc+30)
	third := n.Register(12, n.host, wire.ClassFullLoRa)
	n.Locate(n.host, third, fixture.Place(2))
	n.hotspots = append(n.hotspots, third)
	before, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	issued := uint64(0)
	for i, cum := range []uint64{6_000_000, 3_000_000, 1_000_000} {
		issued += cum
		if r := n.Settle(n.numbered(i, uint64(i)+1, cum, issued)); r.Settled != 1 {
			t.Fatalf("hotspot %d: %v", i, r)
		}
	}
	for i, want := range []uint64{2_280_000_000, 1_140_000_000, 380_000_000} {
		if got := n.accrued(i); got != want {
			t.Errorf("hotspot %d has %d, want %d", i, got, want)
		}
	}
	totals, err := n.Settlement.Totals(n.Ctx)
	n.Must(err)
	if totals.Base != 4_000_000_000 || totals.Routers != 40_000_000 || totals.Demand != 120_000_000 || totals.Burned != 40_000_000 {
		t.Errorf("%+v", totals)
	}
	after, err := n.Rewards.Totals(n.Ctx)
	n.Must(err)
	if got := after.StayedBurned - before.StayedBurned; got != 40_012_000 {
		t.Errorf("stayed burned %d", got)
	}
	n.Check()
}

// Scenario 15: an escrow of 1,000,000 DC, of which a lane reserves 300,000 for an epoch,
// leaves 700,000 free. 250,000 settled burn 250,010 with their item fee: 749,990 are left,
// of which 49,990 stay reserved until the epoch's deadline. The same voucher again pays
// nothing.
func TestScenario15ReservedAndSettled(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	if have, reserved := n.escrow(); have-reserved != 700_000 {
		t.Errorf("%d free", have-reserved)
	}
	v := n.voucher(0, 250_000, nil)
	n.Settle(v)
	for range 2 {
		if have, reserved := n.escrow(); have != 749_990 || reserved != 49_990 {
			t.Errorf("escrow %d, reserved %d", have, reserved)
		}
		if r := n.Settle(v); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_NOT_HIGHER {
			t.Errorf("again: %v", r)
		}
	}
	n.Check()
}

// Scenario 16: 300,001 DC on 300,000 reserved are refused, the reservation stays whole, and
// the voucher proves over-issue: instead of a tenth, all of the bond of 1,000 HXW burns.
func TestScenario16MoreThanReserved(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	v := n.voucher(0, 300_001, nil)
	if r := n.Settle(v); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_OVER_ALLOWANCE {
		t.Errorf("%v", r)
	}
	if have, reserved := n.escrow(); have != 1_000_000 || reserved != 300_000 {
		t.Errorf("escrow %d, reserved %d", have, reserved)
	}
	r, err := n.accuse(v, nil)
	if err != nil || r.Burned != 100_000_000_000 || r.Fault != types.FAULT_OVER_RESERVATION {
		t.Errorf("%v, %v", r, err)
	}
	if left, revoked := n.bond(); left != 0 || !revoked {
		t.Errorf("bond %d, revoked %v", left, revoked)
	}
	n.Check()
}

// Scenario 17: an epoch that nobody settled gives its reservation back whole after the
// deadline, which is the end of the next: 300,000, where the predecessor kept 3,000. Who
// does not settle what it signed loses by its bond instead, once somebody brings it.
func TestScenario17NothingSettled(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.NextEpoch()
	if have, reserved := n.escrow(); have != 1_000_000 || reserved != 600_000 {
		t.Errorf("in the next epoch: escrow %d, reserved %d", have, reserved)
	}
	n.NextEpoch()
	if have, reserved := n.escrow(); have != 1_000_000 || reserved != 600_000 { // of epochs 2 and 3
		t.Errorf("after the deadline: escrow %d, reserved %d", have, reserved)
	}
	n.Check()
}

// Scenario 21, of a router: a voucher of 5,000 DC and then one of 12,000 pay 5,000 and
// 7,000; shown again, or for another hotspot with the first one's signature, they pay
// nothing.
func TestScenario21OfARouter(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	credits := func() uint64 {
		totals, err := n.Settlement.Totals(n.Ctx)
		n.Must(err)
		return totals.Credits
	}
	first, second := n.voucher(0, 5_000, nil), n.voucher(0, 12_000, nil)
	for _, s := range []struct {
		raw  []byte
		sum  uint64
		name string
	}{{first, 5_000, "first"}, {second, 12_000, "higher"}, {second, 12_000, "again"}, {first, 12_000, "lower"}} {
		n.Settle(s.raw)
		if got := credits(); got != s.sum {
			t.Errorf("%s: %d DC in all, want %d", s.name, got, s.sum)
		}
	}
	v, err := wire.ParseVoucher(second)
	n.Must(err)
	v.Hotspot = n.hotspots[1]
	if r := n.Settle(v.AppendTo(nil)); len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_BAD_SIGNATURE {
		t.Errorf("of another hotspot: %v", r)
	}
	n.Check()
}

// The page names tests that exist.
func TestScenariosAreWhereThePageSays(t *testing.T) {
	root := filepath.Join("..", "..", "..", "..")
	page, err := os.ReadFile(filepath.Join(root, "docs", "spec", "economy.md"))
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, name := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllSubmatch(page, -1) {
		missing[string(name[1])] = true
	}
	if len(missing) < 20 {
		t.Errorf("the page names %d tests", len(missing))
	}
	function := regexp.MustCompile(`(?m)^func (Test[A-Za-z0-9]+)\(`)
	for _, folder := range []string{"chain", "poc", "packetrouter"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(name, "_test.go") {
				return err
			}
			text, err := os.ReadFile(name)
			for _, found := range function.FindAllSubmatch(text, -1) {
				delete(missing, string(found[1]))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range missing {
		t.Errorf("there is no %s", name)
	}
}
