package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/keeper"
	"github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// told tells whether the block so far has an event, and forgets all of them.
func told(c *fixture.Chain, name string) bool {
	found := false
	for _, e := range c.Ctx.EventManager().Events() {
		found = found || e.Type == "hexwave.credits.v1."+name
	}
	c.Ctx = c.Ctx.WithEventManager(sdk.NewEventManager())
	return found
}

// try runs something that leaves nothing behind when it is refused.
func try(c *fixture.Chain, do func() error) error {
	outer := c.Ctx
	ctx, write := outer.CacheContext()
	c.Ctx = ctx
	err := do()
	if err == nil {
		write()
	}
	c.Ctx = outer
	return err
}

func TestMoveEscrow(t *testing.T) {
	c := fixture.New(t)
	owner, other := fixture.Account(1), fixture.Account(2)
	a, b, foreign := c.Org(owner, 1_000), c.Org(owner, 0), c.Org(other, 500)
	c.Must(c.Credits.Reserve(c.Ctx, a, 400))
	move := func(who sdk.AccAddress, from, to uint32, dc uint64) error {
		return try(c, func() error {
			_, err := c.CreditsM.MoveEscrow(c.Ctx, &types.MsgMoveEscrow{Owner: who.String(), From: from, To: to, Credits: dc})
			return err
		})
	}
	for _, tc := range []struct {
		name     string
		who      sdk.AccAddress
		from, to uint32
		dc       uint64
		want     error
	}{
		{"no account", sdk.AccAddress{}, a, b, 1, types.ErrAddress},
		{"to another owner", owner, a, foreign, 1, types.ErrOwner},
		{"from another owner", owner, foreign, a, 1, types.ErrOwner},
		{"no such org", owner, 99, a, 1, types.ErrOwner},
		{"nothing", owner, a, b, 0, types.ErrEscrow},
		{"what is reserved", owner, a, b, 601, types.ErrEscrow},
		{"all there can be", owner, a, b, 1<<64 - 1, types.ErrEscrow},
		{"all that is free", owner, a, b, 600, nil},
	} {
		if err := move(tc.who, tc.from, tc.to, tc.dc); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	x, _ := c.Credits.Escrow(c.Ctx, a)
	y, _ := c.Credits.Escrow(c.Ctx, b)
	if x.Balance.Credits != 400 || y.Balance.Credits != 600 || y.Balance.Basis <= x.Balance.Basis {
		t.Errorf("%v and %v", x, y)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// Credits leave an escrow at once and reach their owner after a week.
func TestWithdraw(t *testing.T) {
	c := fixture.New(t)
	owner, other := fixture.Account(1), fixture.Account(2)
	org := c.Org(owner, 5_000)
	start := func(who sdk.AccAddress, dc uint64) error {
		return try(c, func() error {
			_, err := c.CreditsM.Withdraw(c.Ctx, &types.MsgWithdraw{Owner: who.String(), Org: org, Credits: dc})
			return err
		})
	}
	redeem := func(who sdk.AccAddress) (uint64, error) {
		var got uint64
		err := try(c, func() error {
			r, err := c.CreditsM.Redeem(c.Ctx, &types.MsgRedeem{Owner: who.String(), Org: org})
			if r != nil {
				got = r.Credits
			}
			return err
		})
		return got, err
	}
	cancel := func() error {
		return try(c, func() error {
			_, err := c.CreditsM.CancelWithdraw(c.Ctx, &types.MsgCancelWithdraw{Owner: owner.String(), Org: org})
			return err
		})
	}
	expect := func(what string, err, want error) {
		t.Helper()
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	_, err := redeem(owner)
	expect("nothing to redeem", err, types.ErrWithdrawal)
	expect("nothing to cancel", cancel(), types.ErrWithdrawal)
	expect("another's", start(other, 1), types.ErrOwner)
	expect("too much", start(owner, 5_001), types.ErrEscrow)
	expect("start", start(owner, 4_500), nil)
	expect("a second", start(owner, 1), types.ErrWithdrawal)
	if e, _ := c.Credits.Escrow(c.Ctx, org); e.Balance.Credits != 500 {
		t.Errorf("escrow %v", e)
	}
	if n, err := c.Credits.OrgCredits(c.Ctx, org); n != 5_000 || err != nil {
		t.Errorf("%d credits of the org, %v", n, err)
	}
	q, err := keeper.NewQueryServer(c.Credits).Escrow(c.Ctx, &types.QueryEscrowRequest{Org: org})
	if err != nil || q.Withdrawal == nil || q.Withdrawal.Balance.Credits != 4_500 || !q.Suspended || q.Value == 0 {
		t.Errorf("query %v, %v", q, err)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
	expect("cancel", cancel(), nil)
	expect("again", start(owner, 4_500), nil)
	c.Block(7*24*time.Hour - time.Second)
	_, err = redeem(owner)
	expect("a second early", err, types.ErrEarly)
	c.Block(time.Second)
	_, err = redeem(other)
	expect("by another", err, types.ErrOwner)
	if got, err := redeem(owner); got != 4_500 || err != nil {
		t.Errorf("redeemed %d, %v", got, err)
	}
	if b, _ := c.Credits.Balance(c.Ctx, owner); b.Credits != 4_500 || b.Basis == 0 {
		t.Errorf("balance %v", b)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// An org that runs dry in a block goes on in the same block: its owner's HXW buys what it
// lacks, within the bound.
func TestTopUp(t *testing.T) {
	c := fixture.New(t)
	c.SetPrice(100_000_000) // 1,000 spark a credit
	owner := fixture.Account(1)
	org := c.Org(owner, 2_000)
	set := func(threshold, target, most uint64) error {
		return try(c, func() error {
			_, err := c.CreditsM.SetTopUp(c.Ctx, &types.MsgSetTopUp{
				Owner: owner.String(), Org: org, Threshold: threshold, Target: target, MaxSpark: most,
			})
			return err
		})
	}
	escrow := func() uint64 { e, _ := c.Credits.Escrow(c.Ctx, org); return e.Balance.Credits }
	for name, m := range map[string][3]uint64{
		"threshold at target": {5, 5, 1}, "no threshold": {0, 5, 1}, "no money": {1, 5, 0}, "off with a threshold": {1, 0, 0},
	} {
		if err := set(m[0], m[1], m[2]); !errors.Is(err, types.ErrTopUp) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c.Must(set(2_000, 10_000, 20_000_000))
	c.Block(0)
	if got := escrow(); got != 2_000 {
		t.Errorf("not below the threshold, %d", got)
	}
	c.Give(owner, 100_000_000)
	told(c, "")
	use(c, org, 1_500)
	if !told(c, "EventOrgSuspended") {
		t.Error("nobody was told that the org ran dry")
	}
	c.Credits.EndBlock(c.Ctx)
	if got := escrow(); got != 10_000 || !told(c, "EventOrgResumed") {
		t.Errorf("escrow %d", got)
	}
	if got := c.Spark(owner); got != 100_000_000-9_500_000 {
		t.Errorf("owner has %d", got)
	}
	use(c, org, 9_999)
	c.Credits.EndBlock(c.Ctx)
	if got := escrow(); got != 10_000 { // 9,999 more for 9,999,000
		t.Errorf("again %d", got)
	}
	use(c, org, 10_000)
	c.Block(0)
	// 20,000,000 - 9,500,000 - 9,999,000 are 501 credits.
	if got := escrow(); got != 501 {
		t.Errorf("within the bound %d", got)
	}
	c.Block(0)
	if q, err := keeper.NewQueryServer(c.Credits).TopUp(c.Ctx, &types.QueryTopUpRequest{Org: org}); err != nil || !q.Due || !q.TopUp.Failing {
		t.Errorf("%v, %v", q, err)
	}
	c.NextEpoch() // the bound is an epoch's
	c.Block(0)
	if got := escrow(); got != 10_000 {
		t.Errorf("in the next epoch %d", got)
	}
	c.Must(set(0, 0, 0))
	use(c, org, 10_000)
	c.Block(0)
	if got := escrow(); got != 0 {
		t.Errorf("switched off: %d", got)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// What cannot be bought is told once, waits, and is bought when it can be.
func TestTopUpWaitsForMoney(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	_, err := c.CreditsM.SetTopUp(c.Ctx, &types.MsgSetTopUp{Owner: owner.String(), Org: org, Threshold: 10, Target: 1_000_000, MaxSpark: 1 << 60})
	c.Must(err)
	told(c, "")
	for i := range 3 {
		c.Credits.EndBlock(c.Ctx)
		if got := told(c, "EventTopUpFailed"); got != (i == 0) {
			t.Errorf("block %d: told %v", i, got)
		}
	}
	c.Give(owner, types.Cost(1_000, 27_000_000))
	c.Block(0)
	if e, _ := c.Credits.Escrow(c.Ctx, org); e.Balance.Credits != 1_000 {
		t.Errorf("as far as the money goes: %v", e)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// More orgs than one block serves are served in turn.
func TestTopUpsTakeTurns(t *testing.T) {
	c := fixture.New(t)
	c.WithoutFees()
	var orgs []uint32
	for n := range uint32(250) {
		owner := fixture.Account(1 + n%3)
		orgs = append(orgs, freeOrg(c, owner))
		_, err := c.CreditsM.SetTopUp(c.Ctx, &types.MsgSetTopUp{Owner: owner.String(), Org: orgs[n], Threshold: 10, Target: 100, MaxSpark: 1 << 60})
		c.Must(err)
	}
	for n := range uint32(3) {
		c.Give(fixture.Account(1+n), 1e12)
	}
	for block, want := range []int{100, 200, 250} {
		c.Credits.EndBlock(c.Ctx)
		n := 0
		for _, org := range orgs {
			if e, _ := c.Credits.Escrow(c.Ctx, org); e.Balance.Credits == 100 {
				n++
			}
		}
		if n != want {
			t.Errorf("after block %d: %d", block, n)
		}
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}
