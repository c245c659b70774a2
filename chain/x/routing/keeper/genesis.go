package keeper

import (
	"context"

	"cosmossdk.io/collections"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// InitGenesis stores g. The bonds must stand in the module account.
func (k *Keeper) InitGenesis(ctx context.Context, g types.GenesisState) error {
	if err := g.Validate(); err != nil {
		return err
	}
	if err := k.params.Set(ctx, g.Params); err != nil {
		return err
	}
	if err := k.nextOrg.Set(ctx, g.NextOrg); err != nil {
		return err
	}
	for _, n := range g.NetIds {
		if err := k.netIDs.Set(ctx, n.NetId, n); err != nil {
			return err
		}
	}
	for _, o := range g.Orgs {
		if err := k.orgs.Set(ctx, o.Id, o); err != nil {
			return err
		}
	}
	for _, r := range g.Ranges {
		if err := k.ranges.Set(ctx, collections.Join(r.Org, r.First), r); err != nil {
			return err
		}
	}
	for _, j := range g.JoinEuis {
		if err := k.joinEUIs.Set(ctx, collections.Join(j.Org, j.JoinEui)); err != nil {
			return err
		}
	}
	for _, r := range g.Realms {
		if err := k.setRealm(ctx, r); err != nil {
			return err
		}
	}
	for _, s := range g.Signers {
		if err := k.setSigner(ctx, s); err != nil {
			return err
		}
	}
	if err := k.totals.Set(ctx, g.Totals); err != nil {
		return err
	}
	return k.initTable(ctx, g)
}

// ExportGenesis returns the state that InitGenesis would store.
func (k *Keeper) ExportGenesis(ctx context.Context) (*types.GenesisState, error) {
	g := &types.GenesisState{}
	var err error
	if g.Params, err = k.params.Get(ctx); err != nil {
		return nil, err
	}
	if g.NextOrg, err = k.nextOrg.Get(ctx); err != nil {
		return nil, err
	}
	if g.NetIds, err = k.allNetIDs(ctx); err != nil {
		return nil, err
	}
	if g.Totals, err = k.Totals(ctx); err != nil {
		return nil, err
	}
	head, err := k.TableHead(ctx)
	if err != nil {
		return nil, err
	}
	g.TableSequence = head.Sequence
	err = k.orgs.Walk(ctx, nil, func(id uint32, o types.Org) (bool, error) {
		g.Orgs = append(g.Orgs, o)
		d, err := k.detail(ctx, o)
		g.Ranges = append(g.Ranges, d.Ranges...)
		g.Signers = append(g.Signers, d.Signers...)
		for _, eui := range d.JoinEuis {
			g.JoinEuis = append(g.JoinEuis, types.JoinEUI{Org: id, JoinEui: eui})
		}
		for _, realm := range d.Realms {
			g.Realms = append(g.Realms, types.Realm{Org: id, Realm: realm})
		}
		return false, err
	})
	return g, err
}
