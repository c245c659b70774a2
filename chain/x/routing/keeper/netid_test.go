package keeper_test

import (
	"errors"
	"fmt"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func addrs(owner sdk.AccAddress, org, blocks uint32) *types.MsgAddDevAddrRange {
	return &types.MsgAddDevAddrRange{Owner: owner.String(), Org: org, Blocks: blocks}
}

func setNetID(c *fixture.Chain, id string) error {
	_, err := c.RoutingM.SetNetID(c.Ctx, &types.MsgSetNetID{Authority: fixture.Authority(), NetId: id})
	return err
}

func TestDevAddrsAreContiguous(t *testing.T) {
	c := fixture.New(t)
	a, b := fixture.Account(1), fixture.Account(2)
	orgA, orgB := c.Org(a, 0), c.Org(b, 0)
	if orgA != 1 || orgB != 2 {
		t.Fatalf("orgs %d and %d", orgA, orgB)
	}
	c.Must(setNetID(c, "c00053"))
	c.Buy(a, 60_000_000)
	c.Buy(b, 20_000_000)
	for _, step := range []struct {
		who         sdk.AccAddress
		org, blocks uint32
		id          string
		first, last uint32
	}{
		{a, orgA, 1, "", 0x02000000, 0x02000007},
		{b, orgB, 1, "", 0x02000008, 0x0200000f},
		{a, orgA, 1, "c00053", 0xfc014c00, 0xfc014c07},
		{b, orgB, 1, "000000", 0, 7},
		{a, orgA, 1, "000000", 8, 15},
		{a, orgA, 3, "000001", 0x02000010, 0x02000027},
	} {
		m := addrs(step.who, step.org, step.blocks)
		m.NetId = step.id
		r, err := c.RoutingM.AddDevAddrRange(c.Ctx, m)
		c.Must(err)
		if r.Range.First != step.first || r.Range.Last != step.last || r.Range.Org != step.org {
			t.Errorf("range %08x to %08x, want %08x to %08x", r.Range.First, r.Range.Last, step.first, step.last)
		}
	}
	if left, err := c.Credits.Balance(c.Ctx, a); err != nil || left.Credits != 0 {
		t.Errorf("%d credits left, %v", left.Credits, err)
	}
	c.Check()
}

// The last address of a NetID is assigned, the one behind it is not.
func TestAddressesRunOut(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	c.Must(setNetID(c, "e00001")) // 128 addresses
	p := types.DefaultParams()
	p.NetId = 0xe00001
	_, err := c.RoutingM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	c.Buy(owner, 170_000_000)
	if _, err := c.RoutingM.AddDevAddrRange(c.Ctx, addrs(owner, org, 17)); !errors.Is(err, types.ErrDevAddrsGone) {
		t.Errorf("17 blocks of 16: %v", err)
	}
	r, err := c.RoutingM.AddDevAddrRange(c.Ctx, addrs(owner, org, 16))
	c.Must(err)
	if r.Range.First != 0xfe000080 || r.Range.Last != 0xfe0000ff {
		t.Errorf("%08x to %08x", r.Range.First, r.Range.Last)
	}
	if _, err := c.RoutingM.AddDevAddrRange(c.Ctx, addrs(owner, org, 1)); !errors.Is(err, types.ErrDevAddrsGone) {
		t.Errorf("a block of none: %v", err)
	}
	c.Check()
}

func TestNetIDRefusals(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	org := c.Org(owner, 0)
	c.Must(setNetID(c, "000024"))
	_, err := c.RoutingM.SetNetID(c.Ctx, &types.MsgSetNetID{Authority: owner.String(), NetId: "000025"})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for _, id := range []string{
		"", "24", "0000240", "00002g", "0x24", "000040", // reserved bits
		"000000", "000024", // known
	} {
		if err := setNetID(c, id); !errors.Is(err, types.ErrNetID) {
			t.Errorf("%q: %v", id, err)
		}
	}
	// Of type 3, 11 bits count: both have the same addresses.
	c.Must(setNetID(c, "600008"))
	if err := setNetID(c, "600808"); !errors.Is(err, types.ErrNetID) {
		t.Errorf("the same addresses: %v", err)
	}
	for _, id := range []string{"0", "00003c", "0000zz"} {
		m := addrs(owner, org, 1)
		m.NetId = id
		if _, err := c.RoutingM.AddDevAddrRange(c.Ctx, m); !errors.Is(err, types.ErrNetID) {
			t.Errorf("range of %q: %v", id, err)
		}
	}
	p := types.DefaultParams()
	p.NetId = 0x3c
	_, err = c.RoutingM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	if !errors.Is(err, types.ErrNetID) {
		t.Errorf("a default that is not known: %v", err)
	}
}

func TestNetIDsAreBounded(t *testing.T) {
	c := fixture.New(t)
	for n := range types.MaxNetIDs - 2 {
		c.Must(setNetID(c, fmt.Sprintf("e0%04x", n)))
	}
	if err := setNetID(c, "e0ffff"); !errors.Is(err, types.ErrNetID) {
		t.Errorf("one more: %v", err)
	}
	r, err := keeper.NewQueryServer(c.Routing).NetIDs(c.Ctx, &types.QueryNetIDsRequest{})
	if err != nil || len(r.NetIds) != types.MaxNetIDs {
		t.Errorf("%d NetIDs, %v", len(r.NetIds), err)
	}
	c.Check()
}
