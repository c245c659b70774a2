package keeper

import (
	"context"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// RenewChain gives a hotspot a new hash chain. Challenges ask for it from the
// first window on that is frozen while none of the old chain is open.
func (s msgServer) RenewChain(ctx context.Context, m *types.MsgRenewChain) (*types.MsgRenewChainResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	n, err := s.k.checkRenewal(ctx, p, h, owner, m.Renewal)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeeRenew, "renew"); err != nil {
		return nil, err
	}
	h.Anchor, h.AnchorIndex = n.Anchor[:], n.AnchorIndex
	return &types.MsgRenewChainResponse{}, s.k.setAnchored(ctx, h)
}

// RotateKey gives a hotspot a new key, with a hash chain of its own. The old key
// stays taken for ever and finds nobody any more.
func (s msgServer) RotateKey(ctx context.Context, m *types.MsgRotateKey) (*types.MsgRotateKeyResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	n, err := s.k.checkRotation(ctx, p, h, owner, m.Rotation)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeeRotate, "rotate"); err != nil {
		return nil, err
	}
	old := h.PubKey()
	h.Key, h.Anchor, h.AnchorIndex = n.Key.Bytes(), n.Anchor[:], n.AnchorIndex
	if err := s.k.byKey.Set(ctx, h.Key, h.Index); err != nil {
		return nil, err
	}
	e := types.EventKeyRotated{
		Hotspot: h.Index, OldId: old.String(), Id: n.Key.String(), Name: wire.HotspotName(n.Key),
	}
	if err := emit(ctx, &e); err != nil {
		return nil, err
	}
	return &types.MsgRotateKeyResponse{}, s.k.setAnchored(ctx, h)
}

// setAnchored stores a hotspot that has a new anchor. The anchor before stays
// taken.
func (k *Keeper) setAnchored(ctx context.Context, h types.Hotspot) error {
	if err := k.anchors.Set(ctx, h.Anchor); err != nil {
		return err
	}
	if err := k.hotspots.Set(ctx, h.Index, h); err != nil {
		return err
	}
	return emit(ctx, &types.EventChainRenewed{Hotspot: h.Index, Anchor: h.Anchor, AnchorIndex: h.AnchorIndex})
}
