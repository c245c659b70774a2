package twin

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// perSequence is how many operations a sequence has beside those that set it up.
const perSequence = 150

// TestTwin does random operations to the modules and to the model.
func TestTwin(t *testing.T) {
	run(t, perSequence, func(rt *rapid.T) *world { return newWorld(t, rt) })
}

// run does sequences of n operations and tells what became of them.
func run(t *testing.T, n int, start func(*rapid.T) *world) {
	t.Helper()
	seen, operations, began := map[string]int{}, 0, time.Now()
	rapid.Check(t, func(rt *rapid.T) {
		w := start(rt)
		w.setUp()
		ops := operationsOf(w)
		for range n {
			ops[w.n("operation", 0, len(ops)-1)]()
		}
		operations += w.operations
		for what, n := range w.seen {
			seen[what] += n
		}
	})
	var list strings.Builder
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		fmt.Fprintf(&list, "%8d %s\n", seen[what], what)
	}
	t.Logf("%d operations, %.0f a second\n%s", operations, float64(operations)/time.Since(began).Seconds(), &list)
}

// operationsOf has each operation as often as it is likely.
func operationsOf(w *world) (all []func()) {
	for _, op := range []struct {
		times int
		do    func()
	}{
		{30, w.opSettle},
		{14, w.opBlocks},
		{9, w.opDay},
		{8, w.opBook},
		{8, w.opClaim},
		{8, w.opMint},
		{6, w.opFund},
		{4, w.opSend},
		{4, w.opTopUp},
		{6, w.opLocate},
		{2, w.opProve},
		{4, w.opParams},
		{3, w.opPrice},
		{6, w.opSubmit},
		{3, w.opRegister},
		{3, w.opWithdraw},
		{3, w.opMove},
		{5, w.opAuthorize},
		{3, w.opSetSigner},
		{3, w.opClaimOwed},
		{3, w.opOfferTransfer},
		{3, w.opAcceptTransfer},
		{2, w.opRedeem},
		{2, w.opCancelOrder},
		{2, w.opAddBond},
		{2, w.opWithdrawBond},
		{2, w.opPayout},
		{2, w.opBadBatch},
		{2, w.opMature},
		{2, w.opBan},
		{2, w.opCreateOrg},
		{2, w.opOfferOrg},
		{3, w.opAcceptOrg},
		{1, w.opHandOver},
		{1, w.opQueue},
		{1, w.opCancelWithdraw},
		{1, w.opCancelTransfer},
		{1, w.opJoinEUI},
		{1, w.opRevoke},
		{1, w.opRetire},
		{1, w.opCloseOrg},
	} {
		for range op.times {
			all = append(all, op.do)
		}
	}
	return all
}

// opBlocks ends some blocks that are not far from each other.
func (w *world) opBlocks() {
	after := pick(w, "after", 6*time.Second, time.Second, 700*time.Second, 7_201*time.Second)
	for range w.n("blocks", 1, 6) {
		w.block(after)
	}
}

// opDay ends an epoch, or lets the chain stand still for some.
func (w *world) opDay() {
	w.block(time.Duration(pick(w, "days", 1, 1, 1, 1, 2, 4)) * day * time.Second)
}

// setUp has users with HXW and credits, an org with a lane of a router and one of a payer,
// and hotspots: two in one cell and one for Wi-Fi.
func (w *world) setUp() {
	for a := Account(1); a <= users; a++ {
		w.give(a, 100_000*hxw)
		w.e.Give(a, 100_000*hxw)
	}
	p := w.e.Params
	p.Settlement.OpenBlocks, p.Rewards.FoldBlocks = 0, 1
	if w.rarely(2, "other parameters") {
		w.drawRewards(&p.Rewards)
		w.drawSettlement(&p.Settlement)
	}
	w.setParams(p)
	w.setPrice(p.Price, fixture.Authority())
	for a := Account(1); a <= 4; a++ {
		w.mint(Mint{From: a, DC: 40_000_000})
	}
	w.createOrg(1)
	w.mint(Mint{From: 1, DC: 5_000_000, Org: 1})
	w.authorize(1, 1, false, 2_000_000, 1_000*hxw, 3)
	w.authorize(1, 1, true, 300_000, 1_000*hxw, 4)
	for index, class := range []Class{Full, Full, WiFi} {
		w.register(2, 2, 2, w.number(), class, w.e.Height+10)
		w.locate(2, uint32(index)+1, index)
	}
}

// The parameters of the model are those of the modules.
func TestLaunchIsTheDefault(t *testing.T) {
	p := Launch()
	for _, c := range []struct{ got, want any }{
		{p.Price.real(), price.DefaultParams()},
		{p.Credits.real(), credits.DefaultParams()},
		{p.Routing.real(), routing.DefaultParams()},
		{p.Hotspot.real(), hotspot.DefaultParams()},
		{p.Rewards.real(), rewards.DefaultParams()},
		{p.Settlement.real(), settlement.DefaultParams()},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Error(diff)
		}
	}
}
