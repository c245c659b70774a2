package town

import (
	"encoding/binary"
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	registry "github.com/hexwave/hexwave/chain/x/hotspot/types"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// Funding is what each org has.
type Funding struct {
	Escrow, Allowance uint64 // DC
	// TopUp keeps the escrow between a half and all of Escrow.
	TopUp bool
}

// Fill writes the town into a chain that has just begun.
func (t *Town) Fill(ctx sdk.Context, k *app.Keepers, f Funding) error {
	for _, a := range t.Accounts {
		known := k.Account.GetAccount(ctx, a.Address())
		if known == nil {
			return fmt.Errorf("account %s is not in the genesis", a)
		}
		a.number = known.GetAccountNumber()
	}
	if err := t.register(ctx, k); err != nil {
		return fmt.Errorf("register hotspots: %w", err)
	}
	if err := t.open(ctx, k, f.Allowance); err != nil {
		return fmt.Errorf("open lanes: %w", err)
	}
	if err := t.pay(ctx, k, f); err != nil {
		return fmt.Errorf("pay credits in: %w", err)
	}
	for _, o := range t.Orgs {
		if err := k.Settlement.Hooks().AfterFunded(ctx, o.ID); err != nil {
			return fmt.Errorf("reserve for org %d: %w", o.ID, err)
		}
	}
	return nil
}

// register puts all hotspots into the registry and into the cells of the ledger. Each
// cost what registration costs.
func (t *Town) register(ctx sdk.Context, k *app.Keepers) error {
	p := registry.DefaultParams()
	g := registry.GenesisState{Params: p, NextIndex: uint32(len(t.hotspots) + 1)}
	basis := credits.Cost(p.RegistrationFee(wire.ClassFullLoRa), price.DefaultParams().FixedPrice)
	for n := range t.hotspots {
		h := &t.hotspots[n]
		index := uint32(n + 1)
		at := Location(h.at)
		where := registry.RegionAt(h.at)
		if where == region.Unknown {
			return fmt.Errorf("hotspot %d stands nowhere: %v", index, h.at)
		}
		anchor := wire.WalkPreimage(t.chain, h.public, 0, chainLength, root(index))
		g.Hotspots = append(g.Hotspots, registry.Hotspot{
			Index: index, Key: h.public.Bytes(), Owner: t.Owner(index).String(), Class: uint32(wire.ClassFullLoRa),
			Region: uint32(where), Location: &at, Anchor: anchor[:], AnchorIndex: chainLength,
			RegisteredHeight: 1, AssertedHeight: 1, BondBasis: basis,
		})
	}
	if err := k.Hotspot.InitGenesis(ctx, g); err != nil {
		return err
	}
	hooks := k.Rewards.HotspotHooks()
	for _, h := range g.Hotspots {
		if err := hooks.AfterLocationAsserted(ctx, h, nil); err != nil {
			return err
		}
	}
	return nil
}

// Location is what a hotspot asserts that stands at a point.
func Location(at geo.Point) registry.Location {
	return registry.Location{
		Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, registry.CellRes)), Gain: 12, Height: 5,
	}
}

func root(index uint32) (a wire.Preimage) {
	binary.BigEndian.PutUint32(a[:], index)
	return a
}

// open writes the orgs with their lanes, whose bonds are in the genesis.
func (t *Town) open(ctx sdk.Context, k *app.Keepers, allowance uint64) error {
	g := *routing.DefaultGenesis()
	for _, o := range t.Orgs {
		g.Orgs = append(g.Orgs, routing.Org{Id: o.ID, Owner: o.Account.String(), BundleKey: o.public.Bytes(), Lanes: 1})
		g.Signers = append(g.Signers, routing.Signer{
			Org: o.ID, Lane: 1, Key: o.public.Bytes(), Kind: routing.SIGNER_KIND_ROUTER,
			Allowance: allowance, Bond: g.Params.MinBond, Payout: o.Account.String(),
		})
	}
	g.NextOrg = uint32(len(t.Orgs) + 1)
	return k.Routing.InitGenesis(ctx, g)
}

// pay fills the escrows, with what their credits would have cost, and gives owners
// credits for fees.
func (t *Town) pay(ctx sdk.Context, k *app.Keepers, f Funding) error {
	g := *credits.DefaultGenesis()
	basis := credits.Cost(f.Escrow, price.DefaultParams().FixedPrice)
	for _, o := range t.Orgs {
		g.Escrows = append(g.Escrows, credits.OrgEscrow{Org: o.ID, Escrow: credits.Escrow{
			Balance: credits.Balance{Credits: f.Escrow, Basis: basis},
		}})
		g.Totals.BurnedSpark += basis
		if f.TopUp {
			g.TopUps = append(g.TopUps, credits.TopUp{Org: o.ID, Threshold: f.Escrow / 2, Target: f.Escrow, MaxSpark: basis})
		}
	}
	for _, a := range t.Accounts {
		g.Balances = append(g.Balances, credits.AccountBalance{Address: a.String(), Balance: credits.Balance{Credits: ownerCredits}})
	}
	return k.Credits.InitGenesis(ctx, g)
}
