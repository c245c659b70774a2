package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// signers is a chain with an org of one lane.
type signers struct {
	*fixture.Chain
	owner     sdk.AccAddress
	org, lane uint32
}

func newSigners(t *testing.T) *signers {
	t.Helper()
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 1_000_000)
	return &signers{c, owner, org, c.Lane(owner, org, 5, 400_000, owner)}
}

func (s *signers) do(msg sdk.Msg) error { return send(s.Chain, msg) }

func (s *signers) signer() types.Signer {
	x, _ := s.Routing.Signer(s.Ctx, s.org, s.lane)
	return x
}

func (s *signers) reserved() uint64 {
	e, err := s.Credits.Escrow(s.Ctx, s.org)
	s.Must(err)
	return e.Reserved
}

func TestSignerRefusals(t *testing.T) {
	s := newSigners(t)
	me, other := s.owner.String(), fixture.Account(2).String()
	set := func(change func(*types.MsgSetSigner)) sdk.Msg {
		m := &types.MsgSetSigner{Owner: me, Org: s.org, Lane: s.lane, Allowance: 1_000, Payout: other}
		change(m)
		return m
	}
	for _, tc := range []struct {
		name string
		msg  sdk.Msg
		want error
	}{
		{"set, unknown org", set(func(m *types.MsgSetSigner) { m.Org = 9 }), types.ErrOrg},
		{"set, not the owner", set(func(m *types.MsgSetSigner) { m.Owner = other }), types.ErrOwner},
		{"set, no lane", set(func(m *types.MsgSetSigner) { m.Lane = 0 }), types.ErrSigner},
		{"set, lane to come", set(func(m *types.MsgSetSigner) { m.Lane = 2 }), types.ErrSigner},
		{"set, no allowance", set(func(m *types.MsgSetSigner) { m.Allowance = 0 }), types.ErrAllowance},
		{"set, all there can be", set(func(m *types.MsgSetSigner) { m.Allowance = 1<<64 - 1 }), types.ErrBond},
		{"set, payout", set(func(m *types.MsgSetSigner) { m.Payout = "x" }), types.ErrAddress},
		{"add, not the owner", &types.MsgAddBond{Owner: other, Org: s.org, Lane: s.lane, Spark: 1}, types.ErrOwner},
		{"add, no lane", &types.MsgAddBond{Owner: me, Org: s.org, Lane: 2, Spark: 1}, types.ErrSigner},
		{"add nothing", &types.MsgAddBond{Owner: me, Org: s.org, Lane: s.lane}, types.ErrBond},
		{"add too much", &types.MsgAddBond{Owner: me, Org: s.org, Lane: s.lane, Spark: 1<<64 - 1}, types.ErrBond},
		{"revoke, not the owner", &types.MsgRevokeSigner{Owner: other, Org: s.org, Lane: s.lane}, types.ErrOwner},
		{"revoke, no lane", &types.MsgRevokeSigner{Owner: me, Org: s.org, Lane: 2}, types.ErrSigner},
		{"withdraw, not revoked", &types.MsgWithdrawBond{Owner: me, Org: s.org, Lane: s.lane}, types.ErrHeld},
		{"revoke", &types.MsgRevokeSigner{Owner: me, Org: s.org, Lane: s.lane}, nil},
		{"revoke again", &types.MsgRevokeSigner{Owner: me, Org: s.org, Lane: s.lane}, types.ErrRevoked},
		{"set, revoked", set(func(*types.MsgSetSigner) {}), types.ErrRevoked},
		{"add, revoked", &types.MsgAddBond{Owner: me, Org: s.org, Lane: s.lane, Spark: 1}, types.ErrRevoked},
		{"withdraw, held", &types.MsgWithdrawBond{Owner: me, Org: s.org, Lane: s.lane}, types.ErrHeld},
		{"withdraw, not the owner", &types.MsgWithdrawBond{Owner: other, Org: s.org, Lane: s.lane}, types.ErrOwner},
	} {
		if err := s.do(tc.msg); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	s.Check()
}

// More allowance reserves at once, less from the next epoch.
func TestAllowanceChanges(t *testing.T) {
	s := newSigners(t)
	set := func(dc uint64) {
		s.Must(s.do(&types.MsgSetSigner{Owner: s.owner.String(), Org: s.org, Lane: s.lane, Allowance: dc, Payout: fixture.Account(2).String()}))
	}
	set(600_000)
	if got := s.reserved(); got != 600_000 {
		t.Errorf("more: %d reserved", got)
	}
	set(100_000)
	if got := s.reserved(); got != 600_000 || s.signer().Payout != fixture.Account(2).String() {
		t.Errorf("less: %d reserved, %v", got, s.signer())
	}
	s.NextEpoch()
	s.NextEpoch()
	if got := s.reserved(); got != 200_000 { // of two epochs
		t.Errorf("afterwards %d reserved", got)
	}
	s.Check()
}

// The bond grows with the allowance: at 0.27 USD an eighth of 10^12 DC costs
// ceil(1.25e11 * 1e11 / 2.7e7) = 462,962,962,962,963 spark.
func TestBondFollowsTheAllowance(t *testing.T) {
	s := newSigners(t)
	const least = 462_962_962_962_963
	set := &types.MsgSetSigner{Owner: s.owner.String(), Org: s.org, Lane: s.lane, Allowance: 1e12, Payout: s.owner.String()}
	add := func(spark uint64) {
		s.Give(s.owner, spark)
		s.Must(s.do(&types.MsgAddBond{Owner: s.owner.String(), Org: s.org, Lane: s.lane, Spark: spark}))
	}
	add(least - 1 - s.signer().Bond)
	if err := s.do(set); !errors.Is(err, types.ErrBond) {
		t.Errorf("one spark short: %v", err)
	}
	add(1)
	s.Must(s.do(set))
	s.Check()
}

// A revoked lane reserves nothing more; its bond is free after a week, less what faults
// took.
func TestRevokeAndWithdraw(t *testing.T) {
	s := newSigners(t)
	s.Must(s.do(&types.MsgRevokeSigner{Owner: s.owner.String(), Org: s.org, Lane: s.lane}))
	if x := s.signer(); x.RevokedEpoch != 1 || x.BondUntilMs != s.Ctx.BlockTime().UnixMilli()+7*86_400_000 {
		t.Errorf("%v", x)
	}
	for range 3 {
		s.NextEpoch()
	}
	if got := s.reserved(); got != 0 {
		t.Errorf("%d reserved", got)
	}
	_, err := s.Routing.Slash(s.Ctx, s.org, s.lane, 1_000, fixture.Account(3))
	s.Must(err)
	withdraw := &types.MsgWithdrawBond{Owner: s.owner.String(), Org: s.org, Lane: s.lane}
	s.Block(4*24*time.Hour - time.Millisecond)
	if err := s.do(withdraw); !errors.Is(err, types.ErrHeld) {
		t.Errorf("a moment early: %v", err)
	}
	s.Block(time.Millisecond)
	before := s.Spark(s.owner)
	s.Must(s.do(withdraw))
	if got := s.Spark(s.owner) - before; got != 1e11-1_000 {
		t.Errorf("got %d back", got)
	}
	if err := s.do(withdraw); !errors.Is(err, types.ErrBond) {
		t.Errorf("again: %v", err)
	}
	_, key := fixture.Key(5)
	_, err = s.RoutingM.AuthorizeSigner(s.Ctx, &types.MsgAuthorizeSigner{
		Owner: s.owner.String(), Org: s.org, Key: key.Bytes(), Kind: types.SIGNER_KIND_ROUTER, Allowance: 1, Bond: 1e11, Payout: s.owner.String(),
	})
	if !errors.Is(err, types.ErrSignerKey) {
		t.Errorf("its key again: %v", err)
	}
	s.Check()
}
