package statement

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/types/bech32"

	"github.com/hexwave/hexwave/chain/proof"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// Claim is what the ledger holds for a hotspot.
type Claim struct {
	Hotspot *Hotspot `json:"hotspot"`
	// Accrued spark is paid by the next claim; rating may add to it first. Escrow
	// is kept back until the hotspot is mature.
	Accrued uint64 `json:"accrued_spark"`
	Escrow  uint64 `json:"escrow_spark"`
	// Draining tells that a part of it still stands where the hotspot was before.
	Draining bool `json:"draining,omitempty"`
	// Lifetime is the base pay of the hotspot so far, spark.
	Lifetime uint64 `json:"lifetime_spark"`
	// Owed spark of the owner's account, for all hotspots it sold or retired; nil
	// when not asked for.
	Owed *uint64 `json:"owed_spark,omitempty"`
}

// readClaim asks for the registry's row, the residence, the page of the home, that
// of the old home while it drains, and the account of the owner: when asked for,
// and always for a retired hotspot, whose pay is there.
func readClaim(q proof.About, get Source) (*Claim, error) {
	h, err := readHotspot(proof.About{Hotspot: q.Hotspot}, get)
	if err != nil {
		return nil, err
	}
	c := &Claim{Hotspot: h}
	if !h.Registered {
		return c, nil
	}
	r, err := readResidence(q.Hotspot, get)
	if err != nil {
		return nil, err
	}
	c.Lifetime, c.Draining = r.Lifetime, r.Draining()
	if !r.Gone() {
		if err := c.addSlot(r.Home, get); err != nil {
			return nil, err
		}
	}
	if r.Draining() {
		if err := c.addSlot(r.Old, get); err != nil {
			return nil, err
		}
	}
	if q.Owed || h.Retired != 0 {
		err = c.addOwed(get)
	}
	return c, err
}

func readResidence(hotspot uint32, get Source) (rewardstypes.Residence, error) {
	var r rewardstypes.Residence
	raw, err := get(rewardstypes.StoreKey, rewardstypes.NumberKey(rewardstypes.PrefixHome, hotspot))
	if err != nil {
		return r, err
	}
	if raw == nil { // it has the slot of its index
		r.Home, err = rewardstypes.Unplaced(hotspot)
	} else {
		r, err = rewardstypes.DecodeResidence(raw)
	}
	if err != nil {
		return r, fmt.Errorf("%w: home of hotspot %d: %w", ErrState, hotspot, err)
	}
	return r, nil
}

// addSlot adds what a slot holds. The slot of an index is empty until its first
// pay, and a page nobody has a slot in is not stored.
func (c *Claim) addSlot(at rewardstypes.Place, get Source) error {
	raw, err := get(rewardstypes.StoreKey, rewardstypes.ColdKey(at.Cell, at.Page))
	if err != nil || raw == nil {
		return err
	}
	page, err := rewardstypes.DecodeCold(raw)
	if err != nil {
		return fmt.Errorf("%w: page %d of cell %x: %w", ErrState, at.Page, at.Cell, err)
	}
	slot := page.Slots[at.Slot]
	if page.Used>>at.Slot&1 == 0 || slot.Hotspot != c.Hotspot.Index {
		return nil
	}
	if c.Accrued+slot.Accrued < c.Accrued || c.Escrow+slot.Escrow < c.Escrow {
		return fmt.Errorf("%w: pay of hotspot %d overflows", ErrState, c.Hotspot.Index)
	}
	c.Accrued += slot.Accrued
	c.Escrow += slot.Escrow
	return nil
}

func (c *Claim) addOwed(get Source) error {
	_, owner, err := bech32.DecodeAndConvert(c.Hotspot.Owner)
	if err != nil {
		return fmt.Errorf("%w: owner: %w", ErrState, err)
	}
	raw, err := get(rewardstypes.StoreKey, rewardstypes.OwedKey(owner))
	if err != nil {
		return err
	}
	var spark uint64
	if raw != nil {
		if spark, err = rewardstypes.DecodeOwed(raw); err != nil {
			return fmt.Errorf("%w: owed: %w", ErrState, err)
		}
	}
	c.Owed = &spark
	return nil
}
