package types

import (
	"crypto/sha256"
	"encoding/binary"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/proto/wire"
)

// seenTag opens what Seen hashes.
const seenTag = "hexwave/offer/1"

// Seen returns the hash of what a buyer sees of a hotspot: SHA-256 over the tag
// "hexwave/offer/1", u32 index, u8 class, 34 key, 20 anchor, u32 anchor index, 32
// owner hash, u8 0 or 1 and the 20 bytes of a location, u8 number of payout parts
// and for each 32 owner hash of its account and u16 bps; integers big-endian. It
// returns ErrAddress when an account's text is none.
func (h Hotspot) Seen() ([32]byte, error) {
	be := binary.BigEndian
	b := be.AppendUint32([]byte(seenTag), h.Index)
	b = append(b, byte(h.Class))
	b = append(b, h.Key...)
	b = append(b, h.Anchor...)
	b = be.AppendUint32(b, h.AnchorIndex)
	b, err := appendAccount(b, h.Owner)
	if err != nil {
		return [32]byte{}, err
	}
	if h.Location == nil {
		b = append(b, 0)
	} else {
		b = h.Location.Wire().AppendTo(append(b, 1))
	}
	b = append(b, byte(len(h.Payout)))
	for _, p := range h.Payout {
		if b, err = appendAccount(b, p.Account); err != nil {
			return [32]byte{}, err
		}
		b = be.AppendUint16(b, uint16(p.Bps))
	}
	return sha256.Sum256(b), nil
}

func appendAccount(b []byte, text string) ([]byte, error) {
	a, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return nil, ErrAddress.Wrapf("%q: %v", text, err)
	}
	hash := wire.OwnerHash(a)
	return append(b, hash[:]...), nil
}

// Check returns the first reason why a buyer cannot have h by the offer at a
// height: ErrNotOffered, ErrOfferExpired or ErrOfferChanged.
func (o Offer) Check(h Hotspot, buyer string, height uint64) error {
	if o.To != buyer {
		return ErrNotOffered.Wrapf("hotspot %d", h.Index)
	}
	if o.Expires != 0 && o.Expires < height {
		return ErrOfferExpired.Wrapf("at %d, now %d", o.Expires, height)
	}
	seen, err := h.Seen()
	if err != nil {
		return err
	}
	if string(o.Seen) != string(seen[:]) {
		return ErrOfferChanged.Wrapf("hotspot %d", h.Index)
	}
	return nil
}
