package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/x/credits/keeper"
	"github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// use lets an org use credits of its escrow for carried data.
func use(c *fixture.Chain, org uint32, dc uint64) {
	c.Must(c.Credits.Reserve(c.Ctx, org, dc))
	_, err := c.Credits.BurnEscrow(c.Ctx, org, dc)
	c.Must(err)
}

func room(c *fixture.Chain, who sdk.AccAddress, org uint32) types.QueryRoomResponse {
	r, err := keeper.NewQueryServer(c.Credits).Room(c.Ctx, &types.QueryRoomRequest{Address: who.String(), Org: org})
	c.Must(err)
	return *r
}

// setParams changes the parameters.
func setParams(c *fixture.Chain, change func(*types.Params)) {
	p := types.DefaultParams()
	change(&p)
	_, err := c.CreditsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
}

// Half of the cap is open, of which an account has a twentieth, each epoch anew.
func TestOpenHalfOfTheCap(t *testing.T) {
	c := fixture.New(t)
	a, b := fixture.Account(1), fixture.Account(2)
	c.Buy(a, 499_999_990)
	c.Give(a, 1e9)
	mint := func(dc uint64) error {
		_, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: a.String(), Credits: dc})
		return err
	}
	if err := mint(11); !errors.Is(err, types.ErrMintCap) {
		t.Errorf("more than a twentieth: %v", err)
	}
	if err := mint(10); err != nil {
		t.Errorf("all of a twentieth: %v", err)
	}
	if r := room(c, b, 0); r.Open != 500_000_000 || r.Kept != 0 {
		t.Errorf("of another account: %v", r)
	}
	for n := range uint32(19) {
		c.Buy(fixture.Account(2+n), 500_000_000)
	}
	if r := room(c, fixture.Account(99), 0); r.Open != 0 {
		t.Errorf("when all is gone: %v", r)
	}
	c.NextEpoch()
	if err := mint(11); err != nil {
		t.Errorf("in the next epoch: %v", err)
	}
	c.Block(0)
	g, err := c.Credits.ExportGenesis(c.Ctx)
	c.Must(err)
	if len(g.AccountMints) != 1 {
		t.Errorf("%d accounts' mints are kept", len(g.AccountMints))
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// The other half is kept for orgs by what they used in the thirty epochs before: who
// fills the open half keeps nobody from buying.
func TestKeptHalfOfTheCap(t *testing.T) {
	c := fixture.New(t)
	setParams(c, func(p *types.Params) { p.MaxMintPerEpoch, p.AccountBps = 1_000_000_000, 10_000 })
	owner, other := fixture.Account(1), fixture.Account(2)
	org, second := c.Org(owner, 3_000), c.Org(other, 1_000)
	use(c, org, 3_000)
	use(c, second, 1_000)
	if r := room(c, owner, org); r.Kept != 0 {
		t.Errorf("in the epoch of the use: %v", r)
	}
	c.NextEpoch()
	// Three quarters and one of 500,000,000.
	if r, x := room(c, owner, org), room(c, other, second); r.Kept != 375_000_000 || x.Kept != 125_000_000 {
		t.Errorf("after it: %v, %v", r, x)
	}
	c.Buy(fixture.Account(9), 500_000_000)
	if r := room(c, owner, org); r.Kept != 375_000_000 || r.Open != 0 {
		t.Errorf("when the open half is gone: %v", r)
	}
	c.Give(owner, 1e13)
	mint := func(dc uint64) error {
		_, err := c.CreditsM.MintCredits(c.Ctx, &types.MsgMintCredits{Sender: owner.String(), Org: org, Credits: dc})
		return err
	}
	if err := mint(375_000_001); !errors.Is(err, types.ErrMintCap) {
		t.Errorf("more than is kept: %v", err)
	}
	c.Must(mint(375_000_000))
	if r, x := room(c, owner, org), room(c, other, second); r.Kept != 0 || x.Kept != 125_000_000 {
		t.Errorf("afterwards: %v, %v", r, x)
	}
	if e, err := c.Credits.Escrow(c.Ctx, org); err != nil || e.Balance.Credits != 375_000_000 {
		t.Errorf("escrow %v, %v", e, err)
	}
	for range 30 {
		c.NextEpoch()
	}
	if r := room(c, owner, org); r.Kept != 0 {
		t.Errorf("after thirty epochs: %v", r)
	}
	c.Must(c.Credits.CheckInvariants(c.Ctx))
}

// Use is counted exactly over the thirty epochs before, whatever the gaps.
func TestUseAgainstAList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var u types.Use
		all := map[uint32]uint64{}
		epoch := rapid.Uint32Range(1, 5).Draw(t, "first")
		for range rapid.IntRange(1, 40).Draw(t, "uses") {
			epoch += rapid.Uint32Range(0, 12).Draw(t, "gap")
			dc := rapid.Uint64Max(1e12).Draw(t, "dc")
			u = u.Add(epoch, dc)
			all[epoch] += dc
			now := epoch + rapid.Uint32Range(0, 40).Draw(t, "ahead")
			var want uint64
			for e := max(now, types.KeptUse) - types.KeptUse; e < now; e++ {
				want += all[e]
			}
			if got := u.Sum(now); got != want || len(u.Used) > types.KeptUse+1 {
				t.Fatalf("in %d: %d, want %d, %d values", now, got, want, len(u.Used))
			}
		}
	})
}

// Shares of all orgs together never exceed the half that is kept.
func TestKeptSharesFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := types.Params{MaxMintPerEpoch: rapid.Uint64Range(2, 1<<60).Draw(t, "cap"), AccountBps: rapid.Uint32Range(1, 10_000).Draw(t, "bps")}
		used := rapid.SliceOfN(rapid.Uint64Max(1e15), 1, 20).Draw(t, "used")
		var all, kept uint64
		for _, dc := range used {
			all += dc
		}
		for _, dc := range used {
			kept += p.KeptFor(dc, all)
		}
		if kept+p.Open() > p.MaxMintPerEpoch || p.OpenFor() > p.Open() {
			t.Fatalf("%d kept and %d open of %d, %d for one", kept, p.Open(), p.MaxMintPerEpoch, p.OpenFor())
		}
		r := types.Room{Kept: rapid.Uint64Max(1e12).Draw(t, "kept"), Open: rapid.Uint64Max(1e12).Draw(t, "open")}
		dc := rapid.Uint64Max(3e12).Draw(t, "dc")
		if k, o, ok := r.Split(dc); k+o != dc || k > r.Kept || ok != (dc <= r.Most()) {
			t.Fatalf("%d of %+v: %d and %d, %v", dc, r, k, o, ok)
		}
	})
}
