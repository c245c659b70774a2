package keeper_test

import (
	"errors"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// ownedBy returns every message that changes an org, valid but for who sends it and for
// the state of the org.
func ownedBy(who string, org uint32) []sdk.Msg {
	_, key := fixture.Key(77)
	return []sdk.Msg{
		&types.MsgOfferOrg{Owner: who, Org: org, To: fixture.Account(8).String()},
		&types.MsgCloseOrg{Owner: who, Org: org},
		&types.MsgSetBundleKey{Owner: who, Org: org, BundleKey: key.Bytes()},
		&types.MsgAddDevAddrRange{Owner: who, Org: org, Blocks: 1},
		&types.MsgAddJoinEUI{Owner: who, Org: org, JoinEui: 3},
		&types.MsgRemoveJoinEUI{Owner: who, Org: org, JoinEui: 3},
		&types.MsgAuthorizeSigner{
			Owner: who, Org: org, Key: key.Bytes(), Kind: types.SIGNER_KIND_ROUTER, Allowance: 1, Bond: 1e11, Payout: who,
		},
		&types.MsgSetSigner{Owner: who, Org: org, Lane: 1, Allowance: 1, Payout: who},
		&types.MsgAddBond{Owner: who, Org: org, Lane: 1, Spark: 1},
		&types.MsgRevokeSigner{Owner: who, Org: org, Lane: 1},
		&types.MsgWithdrawBond{Owner: who, Org: org, Lane: 1},
		&types.MsgCommitBundle{Owner: who, Org: org, Sequence: 1, Digest: make([]byte, 32)},
		&types.MsgSetWifiPrice{Owner: who, Org: org, Price: 1},
		&types.MsgAddRealm{Owner: who, Org: org, Realm: "a.example"},
		&types.MsgRemoveRealm{Sender: who, Org: org, Realm: "a.example"},
	}
}

// Nobody but its owner changes an org, and nobody one that does not exist.
func TestOnlyTheOwner(t *testing.T) {
	c := fixture.New(t)
	me, other := fixture.Account(1), fixture.Account(2)
	org := c.Org(me, 0)
	c.Lane(me, org, 5, 1, me)
	for _, m := range ownedBy(other.String(), org) {
		if err := send(c, m); !errors.Is(err, types.ErrOwner) {
			t.Errorf("%T of another: %v", m, err)
		}
	}
	for _, none := range []uint32{0, org + 1, 1<<32 - 1} {
		for _, m := range append(ownedBy(me.String(), none), &types.MsgAcceptOrg{To: me.String(), Org: none}) {
			if err := send(c, m); !errors.Is(err, types.ErrOrg) {
				t.Errorf("%T of org %d: %v", m, none, err)
			}
		}
	}
}

// A closed org's lanes are revoked and its realms are free. Nothing is left to do but to
// take back bonds.
func TestCloseOrg(t *testing.T) {
	c, org, other := realms(t)
	me := fixture.Account(1)
	c.Must(addRealm(c, 1, org, "a.example"))
	c.Must(addRealm(c, 1, org, "b.example"))
	c.Must(send(c, &types.MsgAddDevAddrRange{Owner: me.String(), Org: org, Blocks: 1}))
	c.Must(send(c, &types.MsgAddJoinEUI{Owner: me.String(), Org: org, JoinEui: 3}))
	c.Must(send(c, &types.MsgOfferOrg{Owner: me.String(), Org: org, To: fixture.Account(2).String()}))
	for n := range uint32(3) {
		c.Lane(me, org, 5+n, 1, me)
	}
	c.Must(send(c, &types.MsgRevokeSigner{Owner: me.String(), Org: org, Lane: 2}))
	early, _ := c.Routing.Signer(c.Ctx, org, 2)
	c.Block(time.Hour)
	closing := &types.MsgCloseOrg{Owner: me.String(), Org: org}
	if err := send(c, closing); !errors.Is(err, types.ErrInUse) {
		t.Errorf("with a JoinEUI: %v", err)
	}
	c.Must(send(c, &types.MsgRemoveJoinEUI{Owner: me.String(), Org: org, JoinEui: 3}))
	c.Must(send(c, closing))
	d, err := keeper.NewQueryServer(c.Routing).Org(c.Ctx, &types.QueryOrgRequest{Org: org})
	c.Must(err)
	if o := d.Org.Org; !o.Closed || o.OfferedTo != "" || o.WifiPrice != 0 || len(d.Org.Realms) != 0 || len(d.Org.Ranges) != 1 {
		t.Errorf("%+v", d.Org)
	}
	for _, s := range d.Org.Signers {
		if !s.Revoked || s.Lane == 2 && s.BondUntilMs != early.BondUntilMs {
			t.Errorf("lane %d: %v", s.Lane, s)
		}
	}
	for _, m := range ownedBy(me.String(), org) {
		want := types.ErrClosed
		switch m.(type) {
		case *types.MsgSetSigner, *types.MsgAddBond, *types.MsgRevokeSigner:
			want = types.ErrRevoked
		case *types.MsgWithdrawBond:
			want = types.ErrHeld
		}
		if err := send(c, m); !errors.Is(err, want) {
			t.Errorf("%T of a closed org: %v", m, err)
		}
	}
	if err := send(c, &types.MsgAcceptOrg{To: fixture.Account(2).String(), Org: org}); !errors.Is(err, types.ErrOffer) {
		t.Errorf("accepted: %v", err)
	}
	c.Must(addRealm(c, 2, other, "a.example"))
	c.Check()
	c.Block(7 * 24 * time.Hour)
	for lane := range uint32(3) {
		c.Must(send(c, &types.MsgWithdrawBond{Owner: me.String(), Org: org, Lane: lane + 1}))
	}
	if got := c.Spark(me); got != 3e11 {
		t.Errorf("%d spark back", got)
	}
	c.Check()
}

// An org gets another owner in two steps, and never while it has credits, also such as
// are on their way to the old one.
func TestOfferAndAccept(t *testing.T) {
	c := fixture.New(t)
	a, b, x := fixture.Account(1), fixture.Account(2), fixture.Account(3)
	org := c.Org(a, 5_000)
	c.Lane(a, org, 5, 1, a)
	offer := func(to string) error {
		return send(c, &types.MsgOfferOrg{Owner: a.String(), Org: org, To: to})
	}
	accept := func(who string) error { return send(c, &types.MsgAcceptOrg{To: who, Org: org}) }
	for _, step := range []struct {
		name string
		err  error
		want error
	}{
		{"to the owner", offer(a.String()), types.ErrOffer},
		{"to no account", offer("hxw1"), types.ErrAddress},
		{"not offered", accept(b.String()), types.ErrOffer},
		{"nobody accepts", accept(""), types.ErrAddress},
		{"offer", offer(b.String()), nil},
		{"another accepts", accept(x.String()), types.ErrOffer},
		{"with credits", accept(b.String()), types.ErrCredits},
		{"replaced", offer(x.String()), nil},
		{"accepted too late", accept(b.String()), types.ErrOffer},
		{"withdrawn", offer(""), nil},
		{"accepted after that", accept(x.String()), types.ErrOffer},
		{"offered again", offer(b.String()), nil},
	} {
		if !errors.Is(step.err, step.want) {
			t.Errorf("%s: %v, want %v", step.name, step.err, step.want)
		}
	}
	c.Must(send(c, &types.MsgRevokeSigner{Owner: a.String(), Org: org, Lane: 1}))
	for range 3 { // until nothing is reserved
		c.NextEpoch()
	}
	e, err := c.Credits.Escrow(c.Ctx, org)
	c.Must(err)
	_, err = c.CreditsM.Withdraw(c.Ctx, &credits.MsgWithdraw{Owner: a.String(), Org: org, Credits: e.Balance.Credits})
	c.Must(err)
	if err := accept(b.String()); !errors.Is(err, types.ErrCredits) {
		t.Errorf("with credits on their way: %v", err)
	}
	c.Block(30 * 24 * time.Hour)
	_, err = c.CreditsM.Redeem(c.Ctx, &credits.MsgRedeem{Owner: a.String(), Org: org})
	c.Must(err)
	c.Must(accept(b.String()))
	o, err := c.Routing.Org(c.Ctx, org)
	if err != nil || o.Owner != b.String() || o.OfferedTo != "" {
		t.Errorf("%v, %v", o, err)
	}
	if err := accept(b.String()); !errors.Is(err, types.ErrOffer) {
		t.Errorf("again: %v", err)
	}
	if err := offer(""); !errors.Is(err, types.ErrOwner) {
		t.Errorf("offered by the old owner: %v", err)
	}
	// The bonds are the new owner's.
	c.Must(send(c, &types.MsgWithdrawBond{Owner: b.String(), Org: org, Lane: 1}))
	if c.Spark(b) != 1e11 {
		t.Errorf("%d spark of bonds", c.Spark(b))
	}
	c.Check()
}

func TestSetBundleKey(t *testing.T) {
	c := fixture.New(t)
	me := fixture.Account(1)
	org := c.Org(me, 0)
	c.Must(send(c, &types.MsgCommitBundle{Owner: me.String(), Org: org, Sequence: 4, Digest: make([]byte, 32)}))
	for name, key := range map[string][]byte{"none": nil, "short": make([]byte, 33), "of P-256": append([]byte{2, 2}, make([]byte, 32)...)} {
		if err := send(c, &types.MsgSetBundleKey{Owner: me.String(), Org: org, BundleKey: key}); !errors.Is(err, types.ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
		if err := send(c, &types.MsgCreateOrg{Owner: me.String(), BundleKey: key}); !errors.Is(err, types.ErrKey) {
			t.Errorf("new org with %s: %v", name, err)
		}
	}
	_, key := fixture.Key(9)
	c.Must(send(c, &types.MsgSetBundleKey{Owner: me.String(), Org: org, BundleKey: key.Bytes()}))
	o, err := c.Routing.Org(c.Ctx, org)
	c.Must(err)
	if diff := cmp.Diff(key.Bytes(), o.BundleKey); diff != "" || o.BundleSequence != 4 {
		t.Errorf("sequence %d, %s", o.BundleSequence, diff)
	}
	if err := send(c, &types.MsgCreateOrg{Owner: "x", BundleKey: key.Bytes()}); !errors.Is(err, types.ErrAddress) {
		t.Errorf("owner: %v", err)
	}
	if err := send(c, &types.MsgCreateOrg{Owner: me.String(), BundleKey: key.Bytes()}); !errors.Is(err, credits.ErrBalance) {
		t.Errorf("without credits: %v", err)
	}
}

// What an org has is bounded, and so what a change of it costs.
func TestPartsAreBounded(t *testing.T) {
	old := fixture.New(t)
	old.WithoutFees()
	me := fixture.Account(1)
	org := old.Org(me, 0)
	g, err := old.Routing.ExportGenesis(old.Ctx)
	old.Must(err)
	for n := range uint64(types.MaxJoinEUIs) {
		g.JoinEuis = append(g.JoinEuis, types.JoinEUI{Org: org, JoinEui: n})
	}
	for n := range uint32(types.MaxRanges) {
		first := g.NetIds[1].Next + n*16
		g.Ranges = append(g.Ranges, types.DevAddrRange{Org: org, First: first, Last: first + 7})
	}
	g.NetIds[1].Next += types.MaxRanges * 16
	c := fixture.New(t)
	c.Must(c.Routing.InitGenesis(c.Ctx, *g))
	for _, step := range []struct {
		msg  sdk.Msg
		want error
	}{
		{&types.MsgAddJoinEUI{Owner: me.String(), Org: org, JoinEui: types.MaxJoinEUIs}, types.ErrJoinEUIs},
		{&types.MsgRemoveJoinEUI{Owner: me.String(), Org: org, JoinEui: 7}, nil},
		{&types.MsgRemoveJoinEUI{Owner: me.String(), Org: org, JoinEui: 7}, types.ErrNoJoinEUI},
		{&types.MsgAddJoinEUI{Owner: me.String(), Org: org, JoinEui: 1<<64 - 1}, nil},
		{addrs(me, org, 1), types.ErrRanges},
	} {
		if err := send(c, step.msg); !errors.Is(err, step.want) {
			t.Errorf("%T: %v, want %v", step.msg, err, step.want)
		}
	}
	c.Check()
	for name, change := range map[string]func(*types.GenesisState){
		"JoinEUIs": func(g *types.GenesisState) {
			g.JoinEuis = append(g.JoinEuis, types.JoinEUI{Org: org, JoinEui: 1 << 40})
		},
		"ranges": func(g *types.GenesisState) {
			g.Ranges = append(g.Ranges, types.DevAddrRange{Org: org, First: g.NetIds[1].Next - 8, Last: g.NetIds[1].Next - 1})
		},
	} {
		change(g)
		if err := g.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("too many %s: %v", name, err)
		}
	}
}

// Who takes an org over does not take over what its old owner wanted to be bought for it.
func TestTopUpEndsWithItsOwner(t *testing.T) {
	for name, leave := range map[string]func(s *signers, to sdk.AccAddress) error{
		"accept": func(s *signers, to sdk.AccAddress) error {
			_, err := s.RoutingM.OfferOrg(s.Ctx, &types.MsgOfferOrg{Owner: s.owner.String(), Org: s.org, To: to.String()})
			s.Must(err)
			_, err = s.RoutingM.AcceptOrg(s.Ctx, &types.MsgAcceptOrg{To: to.String(), Org: s.org})
			return err
		},
		"close": func(s *signers, _ sdk.AccAddress) error {
			_, err := s.RoutingM.CloseOrg(s.Ctx, &types.MsgCloseOrg{Owner: s.owner.String(), Org: s.org})
			return err
		},
	} {
		c := fixture.New(t)
		owner, to := fixture.Account(1), fixture.Account(2)
		org := c.Org(owner, 0)
		s := &signers{c, owner, org, c.Lane(owner, org, 5, 400_000, owner)}
		c.Give(to, 1e12)
		_, err := c.CreditsM.SetTopUp(c.Ctx, &credits.MsgSetTopUp{Owner: owner.String(), Org: org, Threshold: 10, Target: 1_000_000, MaxSpark: 1 << 60})
		c.Must(err)
		if err := leave(s, to); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.Give(owner, 1e12)
		c.Block(0)
		c.Block(0)
		if a, b := c.Spark(owner), c.Spark(to); a != 1e12 || b != 1e12 {
			t.Errorf("%s: the owners have %d and %d", name, a, b)
		}
		c.Check()
	}
}

// A lane without enough bond to hold it to its word signs no more.
func TestSlashedLaneEnds(t *testing.T) {
	s := newSigners(t)
	half := s.signer().Bond / 2
	_, err := s.Routing.Slash(s.Ctx, s.org, s.lane, half, fixture.Account(3))
	s.Must(err)
	if s.signer().Revoked {
		t.Error("revoked with half of the least bond")
	}
	_, err = s.Routing.Slash(s.Ctx, s.org, s.lane, 1, fixture.Account(3))
	s.Must(err)
	if x := s.signer(); !x.Revoked || x.RevokedEpoch != 1 || x.BondUntilMs == 0 {
		t.Errorf("with less: %v", x)
	}
	for range 2 {
		s.NextEpoch()
	}
	if got := s.reserved(); got != 0 {
		t.Errorf("%d reserved", got)
	}
	s.Check()
}
