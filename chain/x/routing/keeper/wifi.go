package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// SetWifiPrice says what the org pays for Wi-Fi from now on. Grants hold the
// price of their time, so sessions under way keep it.
func (s msgServer) SetWifiPrice(ctx context.Context, m *types.MsgSetWifiPrice) (*types.MsgSetWifiPriceResponse, error) {
	o, _, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	o.WifiPrice = m.Price
	if err := s.k.orgs.Set(ctx, o.Id, o); err != nil {
		return nil, err
	}
	return &types.MsgSetWifiPriceResponse{}, s.k.changed(ctx, o.Id, noPart, &types.EventWifiPriceSet{Org: o.Id, Price: m.Price})
}

// AddRealm gives the org a realm that no org has. A login can go to one payer
// only, so unlike a JoinEUI a realm is never shared.
func (s msgServer) AddRealm(ctx context.Context, m *types.MsgAddRealm) (*types.MsgAddRealmResponse, error) {
	_, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	if err := types.ValidateRealm(m.Realm); err != nil {
		return nil, err
	}
	if has, err := s.k.realms.Has(ctx, m.Realm); err != nil || has {
		return nil, errorsmod.Wrap(types.ErrRealmTaken, m.Realm)
	}
	held, err := s.k.realmsOf(ctx, m.Org)
	if err != nil {
		return nil, err
	}
	if len(held) >= types.MaxRealms {
		return nil, errorsmod.Wrapf(types.ErrRealms, "%d", len(held))
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.credits.BurnFee(ctx, owner, p.FeeRealm, "realm"); err != nil {
		return nil, err
	}
	r := types.Realm{Org: m.Org, Realm: m.Realm}
	if err := s.k.setRealm(ctx, r); err != nil {
		return nil, err
	}
	return &types.MsgAddRealmResponse{}, s.k.changed(ctx, m.Org, partRealms, &types.EventRealmAdded{Realm: r})
}

// RemoveRealm takes a realm from an org, for its owner or for governance: a chain
// cannot see whose name a realm is.
func (s msgServer) RemoveRealm(ctx context.Context, m *types.MsgRemoveRealm) (*types.MsgRemoveRealmResponse, error) {
	if m.Sender != s.k.authority {
		if _, _, err := s.k.owned(ctx, m.Org, m.Sender); err != nil {
			return nil, err
		}
	}
	org, ok, err := s.k.realmOrg(ctx, m.Realm)
	if err != nil {
		return nil, err
	}
	if !ok || org != m.Org {
		return nil, errorsmod.Wrapf(types.ErrNoRealm, "%s of org %d", m.Realm, m.Org)
	}
	r := types.Realm{Org: m.Org, Realm: m.Realm}
	if err := s.k.removeRealm(ctx, r); err != nil {
		return nil, err
	}
	return &types.MsgRemoveRealmResponse{}, s.k.changed(ctx, m.Org, partRealms, &types.EventRealmRemoved{Realm: r})
}

func (k *Keeper) removeRealm(ctx context.Context, r types.Realm) error {
	if err := k.realms.Remove(ctx, r.Realm); err != nil {
		return err
	}
	return k.orgRealms.Remove(ctx, collections.Join(r.Org, r.Realm))
}

func (k *Keeper) setRealm(ctx context.Context, r types.Realm) error {
	if err := k.realms.Set(ctx, r.Realm, r.Org); err != nil {
		return err
	}
	return k.orgRealms.Set(ctx, collections.Join(r.Org, r.Realm))
}

// realmOrg returns the org of a realm, false when none has it.
func (k *Keeper) realmOrg(ctx context.Context, realm string) (uint32, bool, error) {
	org, err := k.realms.Get(ctx, realm)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, false, nil
	}
	return org, err == nil, err
}

// realmsOf returns the realms of an org, in order.
func (k *Keeper) realmsOf(ctx context.Context, org uint32) ([]string, error) {
	var out []string
	err := k.orgRealms.Walk(ctx, collections.NewPrefixedPairRange[uint32, string](org),
		func(key collections.Pair[uint32, string]) (bool, error) {
			out = append(out, key.K2())
			return false, nil
		})
	return out, err
}

// Realm returns the org of a Wi-Fi realm.
func (s queryServer) Realm(ctx context.Context, r *types.QueryRealmRequest) (*types.QueryRealmResponse, error) {
	org, ok, err := s.k.realmOrg(ctx, r.Realm)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errorsmod.Wrap(types.ErrNoRealm, r.Realm)
	}
	return &types.QueryRealmResponse{Org: org}, nil
}
