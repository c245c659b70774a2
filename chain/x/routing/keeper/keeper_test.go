package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func TestRefusals(t *testing.T) {
	c := fixture.New(t)
	a, b := fixture.Account(1), fixture.Account(2)
	org := c.Org(a, 0)
	c.Buy(a, 2_000_000)
	c.Give(a, 1e12)
	_, key := fixture.Key(5)
	c.Lane(a, org, 6, 100, a)
	_, used := fixture.Key(6)
	signer := func(change func(*types.MsgAuthorizeSigner)) func() error {
		m := types.MsgAuthorizeSigner{
			Owner: a.String(), Org: org, Key: key.Bytes(), Kind: types.SIGNER_KIND_ROUTER,
			Allowance: 1, Bond: 1e11, Payout: b.String(),
		}
		change(&m)
		return func() error { _, err := c.RoutingM.AuthorizeSigner(c.Ctx, &m); return err }
	}
	devaddr := func(m *types.MsgAddDevAddrRange) func() error {
		return func() error { _, err := c.RoutingM.AddDevAddrRange(c.Ctx, m); return err }
	}
	bundle := func(who sdk.AccAddress, seq uint64, digest int) func() error {
		return func() error {
			_, err := c.RoutingM.CommitBundle(c.Ctx, &types.MsgCommitBundle{
				Owner: who.String(), Org: org, Sequence: seq, Digest: make([]byte, digest),
			})
			return err
		}
	}
	eui := func() error {
		_, err := c.RoutingM.AddJoinEUI(c.Ctx, &types.MsgAddJoinEUI{Owner: a.String(), Org: org, JoinEui: 7})
		return err
	}
	for _, tc := range []struct {
		name string
		do   func() error
		want error
	}{
		{"unknown org", devaddr(addrs(a, 9, 1)), types.ErrOrg},
		{"not the owner", devaddr(addrs(b, org, 1)), types.ErrOwner},
		{"no blocks", devaddr(addrs(a, org, 0)), types.ErrBlocks},
		{"too many blocks", devaddr(addrs(a, org, 65_537)), types.ErrBlocks},
		{"join eui", eui, nil},
		{"join eui again", eui, types.ErrJoinEUI},
		{"kind", signer(func(m *types.MsgAuthorizeSigner) { m.Kind = 9 }), types.ErrSignerKind},
		{"key", signer(func(m *types.MsgAuthorizeSigner) { m.Key = nil }), types.ErrKey},
		{"p256 key", signer(func(m *types.MsgAuthorizeSigner) { m.Key = append([]byte{2, 2}, make([]byte, 32)...) }), types.ErrKey},
		{"allowance", signer(func(m *types.MsgAuthorizeSigner) { m.Allowance = 0 }), types.ErrAllowance},
		{"bond", signer(func(m *types.MsgAuthorizeSigner) { m.Bond = 1e11 - 1 }), types.ErrBond},
		{"key in use", signer(func(m *types.MsgAuthorizeSigner) { m.Key = used.Bytes() }), types.ErrSignerKey},
		{"payout", signer(func(m *types.MsgAuthorizeSigner) { m.Payout = "x" }), types.ErrAddress},
		{"signer", signer(func(*types.MsgAuthorizeSigner) {}), nil},
		{"digest", bundle(a, 1, 31), types.ErrBundle},
		{"bundle", bundle(a, 5, 32), nil},
		{"old sequence", bundle(a, 5, 32), types.ErrBundle},
		{"bundle of another", bundle(b, 6, 32), types.ErrOwner},
	} {
		if err := tc.do(); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestLanesAndBonds(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	for n := range uint32(types.MaxLanes) {
		if lane := c.Lane(owner, org, 100+n, 50, fixture.Account(2)); lane != n+1 {
			t.Fatalf("lane %d, want %d", lane, n+1)
		}
	}
	if got := c.Spark(authtypes.NewModuleAddress(types.ModuleName)); got != types.MaxLanes*1e11 {
		t.Errorf("%d spark of bonds", got)
	}
	c.Give(owner, 1e11)
	_, key := fixture.Key(9)
	_, err := c.RoutingM.AuthorizeSigner(c.Ctx, &types.MsgAuthorizeSigner{
		Owner: owner.String(), Org: org, Key: key.Bytes(), Kind: types.SIGNER_KIND_PAYER, Allowance: 1, Bond: 1e11, Payout: owner.String(),
	})
	if !errors.Is(err, types.ErrLanes) {
		t.Errorf("one lane more: %v", err)
	}
	if s, ok := c.Routing.Signer(c.Ctx, org, 64); !ok || s.Payout != fixture.Account(2).String() {
		t.Errorf("signer %v, %v", s, ok)
	}
	if _, ok := c.Routing.Signer(c.Ctx, org, 65); ok {
		t.Error("lane 65 exists")
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	a, b := fixture.Account(1), fixture.Account(2)
	org := c.Org(a, 0)
	c.Org(b, 0)
	c.Buy(a, 22_000_000)
	_, err := c.RoutingM.AddDevAddrRange(c.Ctx, addrs(a, org, 2))
	c.Must(err)
	_, err = c.RoutingM.AddJoinEUI(c.Ctx, &types.MsgAddJoinEUI{Owner: a.String(), Org: org, JoinEui: 1})
	c.Must(err)
	c.Lane(a, org, 5, 100, b)
	g, err := c.Routing.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Routing.InitGenesis(d.Ctx, *g))
	again, err := d.Routing.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
	r, err := keeper.NewQueryServer(d.Routing).Orgs(d.Ctx, &types.QueryOrgsRequest{})
	if err != nil || len(r.Orgs) != 2 || len(r.Orgs[0].Ranges) != 1 || len(r.Orgs[0].JoinEuis) != 1 || len(r.Orgs[0].Signers) != 1 {
		t.Errorf("orgs %v, %v", r, err)
	}
	for name, change := range map[string]func(*types.GenesisState){
		"owner":      func(g *types.GenesisState) { g.Orgs[0].Owner = "" },
		"offered to": func(g *types.GenesisState) { g.Orgs[0].OfferedTo = "x" },
		"payout":     func(g *types.GenesisState) { g.Signers[0].Payout = "x" },
	} {
		bad, err := c.Routing.ExportGenesis(c.Ctx)
		c.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrAddress) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*types.GenesisState){
		"range of nobody": func(g *types.GenesisState) { g.Ranges[0].Org = 9 },
		"lane above":      func(g *types.GenesisState) { g.Signers[0].Lane = 2 },
		"address unknown": func(g *types.GenesisState) { g.Ranges[0].Last += types.BlockSize },
		"half a block":    func(g *types.GenesisState) { g.Ranges[0].Last-- },
		"ranges overlap":  func(g *types.GenesisState) { g.Ranges = append(g.Ranges, g.Ranges[0]) },
		"no NetID":        func(g *types.GenesisState) { g.NetIds = g.NetIds[:1] },
		"NetID twice":     func(g *types.GenesisState) { g.NetIds = append(g.NetIds, g.NetIds[1]) },
		"NetID grown":     func(g *types.GenesisState) { g.NetIds[0].Last++ },
		"NetID overdrawn": func(g *types.GenesisState) { g.NetIds[1].Next = g.NetIds[1].Last + 9 },
		"many NetIDs":     func(g *types.GenesisState) { g.NetIds = make([]types.NetID, types.MaxNetIDs+1) },
		"JoinEUI twice":   func(g *types.GenesisState) { g.JoinEuis = append(g.JoinEuis, g.JoinEuis[0]) },
		"JoinEUI of none": func(g *types.GenesisState) { g.JoinEuis[0].Org = 3 },
		"lane missing":    func(g *types.GenesisState) { g.Signers = nil },
		"lane twice":      func(g *types.GenesisState) { g.Signers = append(g.Signers, g.Signers[0]) },
		"org missing":     func(g *types.GenesisState) { g.Orgs = g.Orgs[:1] },
		"org closed":      func(g *types.GenesisState) { g.Orgs[0].Closed = true },
		"closed, offered": func(g *types.GenesisState) { g.Orgs[1].Closed, g.Orgs[1].OfferedTo = true, a.String() },
		"half a digest":   func(g *types.GenesisState) { g.Orgs[1].BundleDigest = make([]byte, 16) },
		"org from 0":      func(g *types.GenesisState) { g.NextOrg = 0 },
	} {
		bad, err := c.Routing.ExportGenesis(c.Ctx)
		c.Must(err)
		change(bad)
		if err := bad.Validate(); !errors.Is(err, types.ErrGenesis) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestUpdateParamsRefuses(t *testing.T) {
	c := fixture.New(t)
	_, err := c.RoutingM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Account(1).String(), Params: types.DefaultParams()})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for name, change := range map[string]func(*types.Params){
		"fee":        func(p *types.Params) { p.FeeOrg = 1 << 60 },
		"no bond":    func(p *types.Params) { p.MinBond = 99_999_999 },
		"bond":       func(p *types.Params) { p.BondBps = 100_001 },
		"short hold": func(p *types.Params) { p.UnbondSeconds = 3*86_400 - 1 },
		"long hold":  func(p *types.Params) { p.UnbondSeconds = 366 * 86_400 },
	} {
		p := types.DefaultParams()
		change(&p)
		_, err := c.RoutingM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		if !errors.Is(err, types.ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A fault takes from the bond what there is, half for who proved it, and burns the
// rest.
func TestSlash(t *testing.T) {
	c := fixture.New(t)
	owner, prover := fixture.Account(1), fixture.Account(2)
	org := c.Org(owner, 1_000_000)
	lane := c.Lane(owner, org, 1, 1_000, owner)
	before, _ := c.Routing.Signer(c.Ctx, org, lane)
	supply := c.Supply()
	taken, err := c.Routing.Slash(c.Ctx, org, lane, 101, prover)
	if err != nil || taken != 101 || c.Spark(prover) != 50 || c.Supply() != supply-51 {
		t.Errorf("took %d, %v; prover %d, burned %d", taken, err, c.Spark(prover), supply-c.Supply())
	}
	taken, err = c.Routing.Slash(c.Ctx, org, lane, 1<<60, prover)
	after, _ := c.Routing.Signer(c.Ctx, org, lane)
	if err != nil || taken != before.Bond-101 || after.Bond != 0 {
		t.Errorf("took %d of %d, %v; left %d", taken, before.Bond-101, err, after.Bond)
	}
	if taken, err := c.Routing.Slash(c.Ctx, org, lane, 1, prover); err != nil || taken != 0 {
		t.Errorf("of nothing %d, %v", taken, err)
	}
	if _, err := c.Routing.Slash(c.Ctx, org, lane+9, 1, prover); !errors.Is(err, types.ErrSigner) {
		t.Errorf("no such lane: %v", err)
	}
	totals, err := c.Routing.Totals(c.Ctx)
	if err != nil || totals.BondsBurned+totals.BondsPaid != before.Bond || totals.BondsPaid != c.Spark(prover) {
		t.Errorf("%+v, %v", totals, err)
	}
	c.Check()
}

func TestConfiscate(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	lane := c.Lane(owner, org, 1, 1_000, owner)
	supply := c.Supply()
	burned, err := c.Routing.Confiscate(c.Ctx, org, lane)
	s, _ := c.Routing.Signer(c.Ctx, org, lane)
	if err != nil || burned != 1e11 || c.Supply() != supply-1e11 || s.Bond != 0 || !s.Revoked || s.RevokedEpoch != 1 {
		t.Errorf("burned %d, %v, %v", burned, err, s)
	}
	if burned, err := c.Routing.Confiscate(c.Ctx, org, lane); burned != 0 || err != nil {
		t.Errorf("again %d, %v", burned, err)
	}
	// A lane whose bond other faults took ends as well.
	poor := c.Lane(owner, org, 2, 1_000, owner)
	_, err = c.Routing.Slash(c.Ctx, org, poor, 1<<60, owner)
	c.Must(err)
	burned, err = c.Routing.Confiscate(c.Ctx, org, poor)
	if s, _ := c.Routing.Signer(c.Ctx, org, poor); err != nil || burned != 0 || !s.Revoked {
		t.Errorf("without a bond: burned %d, %v, %v", burned, err, s)
	}
	if _, err := c.Routing.Confiscate(c.Ctx, org, 9); !errors.Is(err, types.ErrSigner) {
		t.Errorf("no such lane: %v", err)
	}
	c.Check()
}
