package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
)

// OfferTransfer offers a hotspot, as it is now, to another account.
func (s msgServer) OfferTransfer(ctx context.Context, m *types.MsgOfferTransfer) (*types.MsgOfferTransferResponse, error) {
	h, owner, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	to, err := account(m.To)
	if err != nil {
		return nil, err
	}
	if to.Equals(owner) {
		return nil, errorsmod.Wrapf(types.ErrSelf, "hotspot %d", h.Index)
	}
	if now := height(ctx); m.Expires != 0 && m.Expires < now {
		return nil, errorsmod.Wrapf(types.ErrOfferExpired, "at %d, now %d", m.Expires, now)
	}
	seen, err := h.Seen()
	if err != nil {
		return nil, err
	}
	o := types.Offer{Hotspot: h.Index, To: to.String(), Expires: m.Expires, Seen: seen[:]}
	if err := s.k.offers.Set(ctx, h.Index, o); err != nil {
		return nil, err
	}
	return &types.MsgOfferTransferResponse{}, emit(ctx, &types.EventTransferOffered{Hotspot: h.Index, Owner: h.Owner, Offer: o})
}

// CancelTransfer takes an offer back.
func (s msgServer) CancelTransfer(ctx context.Context, m *types.MsgCancelTransfer) (*types.MsgCancelTransferResponse, error) {
	h, _, err := s.k.owned(ctx, m.Hotspot, m.Owner)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.offer(ctx, h.Index); err != nil {
		return nil, err
	}
	if err := s.k.offers.Remove(ctx, h.Index); err != nil {
		return nil, err
	}
	return &types.MsgCancelTransferResponse{}, emit(ctx, &types.EventTransferCancelled{Hotspot: h.Index, Owner: h.Owner})
}

// AcceptTransfer makes the buyer the owner of what was offered. The device signs
// a new hash chain for the buyer, whom the fee is taken from. Pay rated so far is
// the seller's; the split of pay ends with the seller.
func (s msgServer) AcceptTransfer(ctx context.Context, m *types.MsgAcceptTransfer) (*types.MsgAcceptTransferResponse, error) {
	h, err := s.k.active(ctx, m.Hotspot)
	if err != nil {
		return nil, err
	}
	buyer, err := account(m.Buyer)
	if err != nil {
		return nil, err
	}
	o, err := s.k.offer(ctx, h.Index)
	if err != nil {
		return nil, err
	}
	if err := o.Check(h, buyer.String(), height(ctx)); err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	n, err := s.k.checkRenewal(ctx, p, h, buyer, m.Renewal)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, buyer, p.FeeTransfer, "transfer"); err != nil {
		return nil, err
	}
	seller := h.Owner
	h.Owner, h.Payout = buyer.String(), nil
	h.Anchor, h.AnchorIndex = n.Anchor[:], n.AnchorIndex
	if err := s.k.changeOwner(ctx, h, seller, buyer); err != nil {
		return nil, err
	}
	if err := emit(ctx, &types.EventTransferred{Hotspot: h.Index, From: seller, To: h.Owner}); err != nil {
		return nil, err
	}
	if err := s.k.setAnchored(ctx, h); err != nil {
		return nil, err
	}
	for _, hook := range s.k.hooks {
		if err := hook.AfterTransferred(ctx, h, seller); err != nil {
			return nil, err
		}
	}
	return &types.MsgAcceptTransferResponse{}, nil
}

// changeOwner moves a hotspot from one owner's list to another's and ends its
// offer.
func (k *Keeper) changeOwner(ctx context.Context, h types.Hotspot, seller string, buyer sdk.AccAddress) error {
	from, err := account(seller)
	if err != nil {
		return err
	}
	if err := k.byOwner.Remove(ctx, collections.Join([]byte(from), h.Index)); err != nil {
		return err
	}
	if err := k.byOwner.Set(ctx, collections.Join([]byte(buyer), h.Index)); err != nil {
		return err
	}
	return k.offers.Remove(ctx, h.Index)
}

// offer returns the offer of a hotspot, or ErrNoOffer.
func (k *Keeper) offer(ctx context.Context, index uint32) (types.Offer, error) {
	o, err := k.offers.Get(ctx, index)
	if errors.Is(err, collections.ErrNotFound) {
		return o, errorsmod.Wrapf(types.ErrNoOffer, "hotspot %d", index)
	}
	return o, err
}
