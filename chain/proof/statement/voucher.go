package statement

import (
	"encoding/binary"
	"fmt"

	"github.com/hexwave/hexwave/chain/proof"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// prefixSettled is that of settled rows: 04|epoch|org|lane|hotspot, each u32,
// big-endian.
const prefixSettled = 0x04

// microCredits is how many micro-DC are a DC.
const microCredits = 1_000_000

// Voucher is what a lane settled for a hotspot in an epoch.
type Voucher struct {
	Org     uint32 `json:"org"`
	Lane    uint32 `json:"lane"`
	Hotspot uint32 `json:"hotspot"`
	Epoch   uint32 `json:"epoch"`
	// Current is the epoch at the height. Rows of an epoch more than one before it
	// are deleted: Settled false says nothing of those.
	Current uint32 `json:"current_epoch"`
	Settled bool   `json:"settled"`
	Final   bool   `json:"final,omitempty"` // the one item below the minimum step was used
	// Credits is the whole DC settled, Micro the micro-DC above it, which a payer
	// of Wi-Fi counts and which moves nothing.
	Credits uint64 `json:"credits"`
	Micro   uint64 `json:"micro_credits"`
}

// Open tells whether the epoch could still be settled, so that the absence of a
// row means that nothing was.
func (v *Voucher) Open() bool { return uint64(v.Epoch)+1 >= uint64(v.Current) }

func readVoucher(q proof.About, get Source) (*Voucher, error) {
	key := []byte{prefixSettled}
	for _, part := range []uint32{q.Epoch, q.Org, q.Lane, q.Hotspot} {
		key = binary.BigEndian.AppendUint32(key, part)
	}
	row, err := get(settlementtypes.StoreKey, key)
	if err != nil {
		return nil, err
	}
	h, err := readHotspot(q, get)
	if err != nil {
		return nil, err
	}
	raw, err := get(rewardstypes.StoreKey, []byte{rewardstypes.PrefixState})
	if err != nil {
		return nil, err
	}
	now, err := rewardstypes.DecodeState(raw)
	if err != nil {
		return nil, fmt.Errorf("%w: epoch: %w", ErrState, err)
	}
	v := &Voucher{Org: q.Org, Lane: q.Lane, Hotspot: q.Hotspot, Epoch: q.Epoch, Current: now.Epoch}
	if row == nil {
		return v, nil
	}
	var s settlementtypes.Settled
	if err := s.Unmarshal(row); err != nil {
		return nil, fmt.Errorf("%w: settled row: %w", ErrState, err)
	}
	// What follows depends on the unit, which is that of the hotspot's class.
	if !h.Registered || s.Epoch != q.Epoch || s.Org != q.Org || s.Lane != q.Lane || s.Hotspot != q.Hotspot {
		return nil, fmt.Errorf("%w: settled row of epoch %d, org %d, lane %d, hotspot %d", ErrState, s.Epoch, s.Org, s.Lane, s.Hotspot)
	}
	v.Settled, v.Final, v.Credits = true, s.Final, s.Cum
	if h.class == wire.ClassWiFi {
		v.Credits, v.Micro = s.Cum/microCredits, s.Cum%microCredits
	}
	return v, nil
}
