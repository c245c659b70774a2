package types

import (
	"bytes"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/proto/wire"
)

// Validate checks the state without a store.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if g.NextIndex == 0 {
		return errorsmod.Wrap(ErrGenesis, "indices begin at 1")
	}
	v := validation{keys: map[string]bool{}, anchors: map[string]bool{}, at: map[uint32]int{}}
	for i, h := range g.Hotspots {
		if h.Index == 0 || h.Index >= g.NextIndex || (i > 0 && h.Index <= g.Hotspots[i-1].Index) {
			return errorsmod.Wrapf(ErrGenesis, "hotspot %d is out of order", h.Index)
		}
		if err := v.hotspot(h); err != nil {
			return err
		}
		v.at[h.Index] = i
	}
	for _, old := range g.OldKeys {
		if _, ok := v.at[old.Hotspot]; !ok || !v.key(old.Key) {
			return errorsmod.Wrapf(ErrGenesis, "old key of hotspot %d", old.Hotspot)
		}
	}
	for _, anchor := range g.OldAnchors {
		if !v.anchor(anchor) {
			return errorsmod.Wrapf(ErrGenesis, "old anchor %x", anchor)
		}
	}
	for i, o := range g.Offers {
		at, ok := v.at[o.Hotspot]
		if !ok || (i > 0 && o.Hotspot <= g.Offers[i-1].Hotspot) || o.check(g.Hotspots[at]) != nil {
			return errorsmod.Wrapf(ErrGenesis, "offer of hotspot %d", o.Hotspot)
		}
	}
	return nil
}

// validation is what a genesis state has named so far.
type validation struct {
	keys, anchors map[string]bool
	at            map[uint32]int // position of each hotspot
}

// key takes a key, or returns false when it is none or was taken before.
func (v *validation) key(raw []byte) bool {
	if _, err := wire.ParsePubKey(raw); err != nil || v.keys[string(raw)] {
		return false
	}
	v.keys[string(raw)] = true
	return true
}

// anchor takes an anchor, or returns false.
func (v *validation) anchor(raw []byte) bool {
	if len(raw) != wire.PreimageSize || v.anchors[string(raw)] {
		return false
	}
	v.anchors[string(raw)] = true
	return true
}

// hotspot checks one hotspot and takes its key and anchor.
func (v *validation) hotspot(h Hotspot) error {
	if !v.key(h.Key) {
		return errorsmod.Wrapf(ErrGenesis, "key of hotspot %d", h.Index)
	}
	if !v.anchor(h.Anchor) {
		return errorsmod.Wrapf(ErrGenesis, "anchor of hotspot %d", h.Index)
	}
	if c := h.WireClass(); c < wire.ClassFullLoRa || c > wire.ClassWiFi || h.Class > uint32(wire.ClassWiFi) {
		return errorsmod.Wrapf(ErrGenesis, "class of hotspot %d", h.Index)
	}
	if _, err := sdk.AccAddressFromBech32(h.Owner); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "owner of hotspot %d: %v", h.Index, err)
	}
	if _, err := CheckPayout(h.Payout); err != nil {
		return errorsmod.Wrapf(ErrGenesis, "payout of hotspot %d: %v", h.Index, err)
	}
	if h.RetiredHeight < 0 || (h.Retired() && (h.Location != nil || len(h.Payout) > 0)) {
		return errorsmod.Wrapf(ErrGenesis, "retired hotspot %d", h.Index)
	}
	return nil
}

// check returns why an offer cannot stand in a genesis state.
func (o Offer) check(h Hotspot) error {
	to, err := sdk.AccAddressFromBech32(o.To)
	if err != nil {
		return err
	}
	owner, err := sdk.AccAddressFromBech32(h.Owner)
	if err != nil {
		return err
	}
	if len(o.Seen) != 32 || h.Retired() || bytes.Equal(to, owner) {
		return ErrGenesis
	}
	return nil
}
