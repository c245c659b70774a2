package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// CreateOrg adds an org with the next number.
func (s msgServer) CreateOrg(ctx context.Context, m *types.MsgCreateOrg) (*types.MsgCreateOrgResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	if _, err := types.ParseKey(m.BundleKey); err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.credits.BurnFee(ctx, owner, p.FeeOrg, "org"); err != nil {
		return nil, err
	}
	id, err := s.k.nextOrg.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.k.nextOrg.Set(ctx, id+1); err != nil {
		return nil, err
	}
	o := types.Org{Id: id, Owner: owner.String(), BundleKey: m.BundleKey}
	if err := s.k.orgs.Set(ctx, id, o); err != nil {
		return nil, err
	}
	return &types.MsgCreateOrgResponse{Org: id}, s.k.changed(ctx, id, noPart, &types.EventOrgCreated{Org: o})
}

// OfferOrg says who may become the owner of the org, in place of who might before.
func (s msgServer) OfferOrg(ctx context.Context, m *types.MsgOfferOrg) (*types.MsgOfferOrgResponse, error) {
	o, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	o.OfferedTo = ""
	if m.To != "" {
		to, err := account(m.To)
		if err != nil {
			return nil, err
		}
		if to.Equals(owner) {
			return nil, errorsmod.Wrap(types.ErrOffer, "it is the owner's")
		}
		o.OfferedTo = to.String()
	}
	return &types.MsgOfferOrgResponse{}, s.k.changeOrg(ctx, o)
}

// AcceptOrg makes who accepts the owner. Lanes and bonds stay: the new owner looks at
// them before paying anything in. Credits never move between owners, so there may be none.
func (s msgServer) AcceptOrg(ctx context.Context, m *types.MsgAcceptOrg) (*types.MsgAcceptOrgResponse, error) {
	o, err := s.k.Org(ctx, m.Org)
	if err != nil {
		return nil, err
	}
	to, err := account(m.To)
	if err != nil {
		return nil, err
	}
	if o.OfferedTo != to.String() {
		return nil, errorsmod.Wrapf(types.ErrOffer, "org %d", o.Id)
	}
	dc, err := s.k.credits.OrgCredits(ctx, o.Id)
	if err != nil {
		return nil, err
	}
	if dc > 0 {
		return nil, errorsmod.Wrapf(types.ErrCredits, "%d", dc)
	}
	if err := s.k.credits.DropTopUp(ctx, o.Id); err != nil {
		return nil, err
	}
	o.Owner, o.OfferedTo = o.OfferedTo, ""
	return &types.MsgAcceptOrgResponse{}, s.k.changeOrg(ctx, o)
}

// SetBundleKey changes the key of the bundles that the org commits from now on.
func (s msgServer) SetBundleKey(ctx context.Context, m *types.MsgSetBundleKey) (*types.MsgSetBundleKeyResponse, error) {
	o, _, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	if _, err := types.ParseKey(m.BundleKey); err != nil {
		return nil, err
	}
	o.BundleKey = m.BundleKey
	return &types.MsgSetBundleKeyResponse{}, s.k.changeOrg(ctx, o)
}

// CommitBundle records which bundle is the org's newest.
func (s msgServer) CommitBundle(ctx context.Context, m *types.MsgCommitBundle) (*types.MsgCommitBundleResponse, error) {
	o, _, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	if m.Sequence <= o.BundleSequence {
		return nil, errorsmod.Wrapf(types.ErrBundle, "sequence %d is not above %d", m.Sequence, o.BundleSequence)
	}
	if len(m.Digest) != 32 {
		return nil, errorsmod.Wrapf(types.ErrBundle, "digest of %d bytes", len(m.Digest))
	}
	o.BundleSequence, o.BundleDigest = m.Sequence, m.Digest
	if err := s.k.orgs.Set(ctx, o.Id, o); err != nil {
		return nil, err
	}
	e := types.EventBundleCommitted{Org: o.Id, Sequence: m.Sequence, Digest: m.Digest}
	return &types.MsgCommitBundleResponse{}, s.k.changed(ctx, o.Id, noPart, &e)
}

// CloseOrg ends an org: it revokes its lanes, at most MaxLanes, and frees its realms, at
// most MaxRealms. Its DevAddrs are nobody else's ever, since devices may use them.
func (s msgServer) CloseOrg(ctx context.Context, m *types.MsgCloseOrg) (*types.MsgCloseOrgResponse, error) {
	o, _, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	euis, err := s.k.joinEUIsOf(ctx, o.Id)
	if err != nil {
		return nil, err
	}
	if len(euis) > 0 {
		return nil, errorsmod.Wrapf(types.ErrInUse, "%d", len(euis))
	}
	signers, err := s.k.OrgSigners(ctx, o.Id)
	if err != nil {
		return nil, err
	}
	var events []types.TableEvent
	for _, signer := range signers {
		if signer.Revoked {
			continue
		}
		if err := s.k.revoke(ctx, &signer); err != nil {
			return nil, err
		}
		if err := s.k.setSigner(ctx, signer); err != nil {
			return nil, err
		}
		events = append(events, &types.EventSignerChanged{Signer: signer})
	}
	realms, err := s.k.realmsOf(ctx, o.Id)
	if err != nil {
		return nil, err
	}
	for _, realm := range realms {
		r := types.Realm{Org: o.Id, Realm: realm}
		if err := s.k.removeRealm(ctx, r); err != nil {
			return nil, err
		}
		events = append(events, &types.EventRealmRemoved{Realm: r})
	}
	if err := s.k.credits.DropTopUp(ctx, o.Id); err != nil {
		return nil, err
	}
	o.Closed, o.OfferedTo, o.WifiPrice = true, "", 0
	if err := s.k.orgs.Set(ctx, o.Id, o); err != nil {
		return nil, err
	}
	events = append(events, &types.EventOrgChanged{Org: o})
	return &types.MsgCloseOrgResponse{}, s.k.changed(ctx, o.Id, partSigners|partRealms, events...)
}

// changeOrg stores an org and says what it is now.
func (k *Keeper) changeOrg(ctx context.Context, o types.Org) error {
	if err := k.orgs.Set(ctx, o.Id, o); err != nil {
		return err
	}
	return k.changed(ctx, o.Id, noPart, &types.EventOrgChanged{Org: o})
}
