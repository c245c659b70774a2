package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// deviceKey are the rules for a device's signature: the equation of ZIP 215, by
// which all signatures of Hexwave are judged, but the key itself must be
// canonical and of large order. Otherwise one key would have two encodings, or
// anybody could sign for it.
var deviceKey = &ed25519.Options{Verify: &ed25519.VerifyOptions{
	AllowSmallOrderR:   true,
	AllowNonCanonicalR: true,
}}

// signed tells whether a device key signed a body. P-256 keys have one encoding and
// no small order, so the rules of reports are enough for them.
func signed(by wire.PubKey, body []byte, sig wire.Signature) bool {
	if by.Alg == wire.KeyEd25519 {
		return ed25519.VerifyWithOptions(by.Raw(), body, sig[:], deviceKey)
	}
	return verify.Signature(verify.Signed{Key: by, Body: body, Sig: &sig})
}

// checkBounds returns why a device's statement does not hold here and now:
// another chain, another owner than the one it must name, past its last height,
// or valid for too long.
func checkBounds(ctx context.Context, p types.Params, owner sdk.AccAddress, chain wire.ChainHash, named [32]byte, until uint64) error {
	sdkCtx := sdk.UnwrapSDKContext(ctx)
	height := uint64(sdkCtx.BlockHeight())
	switch {
	case chain != wire.HashChainID(sdkCtx.ChainID()):
		return types.ErrWrongChain
	case named != wire.OwnerHash(owner):
		return types.ErrWrongOwner
	case until < height:
		return errorsmod.Wrapf(types.ErrExpired, "at %d, now %d", until, height)
	case until-height > p.MaxRegistrationBlocks:
		return errorsmod.Wrapf(types.ErrValidTooLong, "%d blocks, at most %d", until-height, p.MaxRegistrationBlocks)
	}
	return nil
}

// checkNewKey returns why a key cannot become a hotspot's.
func (k *Keeper) checkNewKey(ctx context.Context, key wire.PubKey) error {
	if !verify.IsPoint(key) {
		return types.ErrKeyPoint
	}
	has, err := k.byKey.Has(ctx, key.Bytes())
	if err == nil && has {
		err = errorsmod.Wrap(types.ErrKeyUsed, key.String())
	}
	return err
}

// checkNewAnchor returns why an anchor cannot become a hotspot's.
func (k *Keeper) checkNewAnchor(ctx context.Context, anchor wire.Preimage) error {
	has, err := k.anchors.Has(ctx, anchor[:])
	if err == nil && has {
		err = types.ErrAnchorUsed
	}
	return err
}

// checkRenewal reads a renewal of h for an owner and returns the first reason why
// it does not count, the signature last.
func (k *Keeper) checkRenewal(ctx context.Context, p types.Params, h types.Hotspot, owner sdk.AccAddress, raw []byte) (wire.Renewal, error) {
	n, err := wire.ParseRenewal(raw)
	if err != nil {
		return n, errorsmod.Wrap(types.ErrMalformed, err.Error())
	}
	if n.Hotspot != h.Index {
		return n, errorsmod.Wrapf(types.ErrWrongHotspot, "%d, not %d", n.Hotspot, h.Index)
	}
	if err := checkBounds(ctx, p, owner, n.Chain, n.Owner, n.ValidUntil); err != nil {
		return n, err
	}
	if err := k.checkNewAnchor(ctx, n.Anchor); err != nil {
		return n, err
	}
	if !signed(h.PubKey(), raw[:wire.RenewalBodySize], n.Signature) {
		return n, types.ErrSignature
	}
	return n, nil
}

// checkRotation reads a rotation of h and returns the first reason why it does
// not count, the signatures last.
func (k *Keeper) checkRotation(ctx context.Context, p types.Params, h types.Hotspot, owner sdk.AccAddress, raw []byte) (wire.Rotation, error) {
	n, err := wire.ParseRotation(raw)
	if err != nil {
		return n, errorsmod.Wrap(types.ErrMalformed, err.Error())
	}
	if n.Hotspot != h.Index {
		return n, errorsmod.Wrapf(types.ErrWrongHotspot, "%d, not %d", n.Hotspot, h.Index)
	}
	if err := checkBounds(ctx, p, owner, n.Chain, n.Owner, n.ValidUntil); err != nil {
		return n, err
	}
	if err := k.checkNewKey(ctx, n.Key); err != nil {
		return n, err
	}
	if err := k.checkNewAnchor(ctx, n.Anchor); err != nil {
		return n, err
	}
	body := raw[:wire.RotationBodySize]
	if !signed(h.PubKey(), body, n.OldSignature) {
		return n, errorsmod.Wrap(types.ErrSignature, "of the old key")
	}
	if !signed(n.Key, body, n.NewSignature) {
		return n, errorsmod.Wrap(types.ErrSignature, "of the new key")
	}
	return n, nil
}
