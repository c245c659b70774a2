package statement

import (
	"encoding/binary"
	"fmt"

	"github.com/hexwave/hexwave/chain/proof"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// prefixHotspot is that of the registry's rows: 01|index u32, big-endian.
const prefixHotspot = 0x01

// Hotspot is a row of the registry. Only Index is set when there is none.
type Hotspot struct {
	Index      uint32   `json:"index"`
	Registered bool     `json:"registered"`
	Name       string   `json:"name,omitempty"` // three words
	ID         string   `json:"id,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	Class      string   `json:"class,omitempty"` // full, data or wifi
	Place      *Place   `json:"place,omitempty"` // absent until asserted
	Payout     []Payout `json:"payout,omitempty"`
	Since      int64    `json:"registered_height,omitempty"`
	Retired    int64    `json:"retired_height,omitempty"`
	class      wire.HotspotClass
}

// Place is where its owner says it stands.
type Place struct {
	Lat    int32  `json:"lat_e7"` // degrees * 1e7
	Lng    int32  `json:"lng_e7"`
	Cell   uint64 `json:"cell,string"` // H3, resolution 12
	Gain   int32  `json:"gain_ddbi"`   // 0.1 dBi
	Height int32  `json:"height_m"`
}

// Payout is an account's part of the pay.
type Payout struct {
	Account string `json:"account"`
	Bps     uint32 `json:"bps"`
}

func readHotspot(q proof.About, get Source) (*Hotspot, error) {
	raw, err := get(hotspottypes.StoreKey, binary.BigEndian.AppendUint32([]byte{prefixHotspot}, q.Hotspot))
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return &Hotspot{Index: q.Hotspot}, nil
	}
	var h hotspottypes.Hotspot
	if err := h.Unmarshal(raw); err != nil {
		return nil, fmt.Errorf("%w: hotspot %d: %w", ErrState, q.Hotspot, err)
	}
	key, err := wire.ParsePubKey(h.Key)
	if err != nil || h.Index != q.Hotspot {
		return nil, fmt.Errorf("%w: hotspot %d: row of %d with key %x", ErrState, q.Hotspot, h.Index, h.Key)
	}
	out := &Hotspot{
		Index: h.Index, Registered: true, Name: wire.HotspotName(key), ID: key.String(), Owner: h.Owner,
		Class: className(h.WireClass()), Since: h.RegisteredHeight, Retired: h.RetiredHeight, class: h.WireClass(),
	}
	if l := h.Location; l != nil {
		out.Place = &Place{Lat: l.Lat, Lng: l.Lng, Cell: l.Cell, Gain: l.Gain, Height: l.Height}
	}
	for _, p := range h.Payout {
		out.Payout = append(out.Payout, Payout{Account: p.Account, Bps: p.Bps})
	}
	return out, nil
}

func className(c wire.HotspotClass) string {
	switch c {
	case wire.ClassFullLoRa:
		return "full"
	case wire.ClassDataLoRa:
		return "data"
	case wire.ClassWiFi:
		return "wifi"
	default:
		return fmt.Sprintf("class %d", c)
	}
}
