package types

import (
	"math"

	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// CellRes is the H3 resolution in which a location is stated; LedgerRes is the
// one of the cells that pay is booked in.
const (
	CellRes   = 12
	LedgerRes = 6
)

// PubKey returns the hotspot's key; the zero key if the stored bytes are none.
func (h Hotspot) PubKey() wire.PubKey {
	k, err := wire.ParsePubKey(h.Key)
	if err != nil {
		return wire.PubKey{}
	}
	return k
}

// WireClass returns what the hotspot does.
func (h Hotspot) WireClass() wire.HotspotClass { return wire.HotspotClass(h.Class) }

// Retired tells whether the hotspot left for ever.
func (h Hotspot) Retired() bool { return h.RetiredHeight != 0 }

// Banned tells whether the hotspot makes no coverage at a height.
func (h Hotspot) Banned(height uint64) bool { return h.BannedUntil >= height && h.BannedUntil != 0 }

// LedgerCell returns the res-6 cell the hotspot stands in, or 0 before it has a
// location.
func (h Hotspot) LedgerCell() geo.Cell {
	if h.Location == nil {
		return 0
	}
	return geo.Cell(h.Location.Cell).Parent(LedgerRes)
}

// Point returns the stated coordinates.
func (l Location) Point() geo.Point { return geo.Point{Lat: geo.E7(l.Lat), Lng: geo.E7(l.Lng)} }

// Wire returns the location in its frozen form.
func (l Location) Wire() wire.Location {
	return wire.Location{Lat: l.Lat, Lng: l.Lng, Cell: l.Cell, Gain: int16(l.Gain), Height: int16(l.Height)}
}

// Check returns the first reason why l cannot be asserted: ErrLocation, ErrGain
// or ErrCell.
func (l Location) Check(p Params) error {
	pt := l.Point()
	if pt.Validate() != nil || pt.Lng == geo.MaxLng {
		return errorsmod.Wrapf(ErrLocation, "%d, %d", l.Lat, l.Lng)
	}
	if l.Height < math.MinInt16 || l.Height > math.MaxInt16 {
		return errorsmod.Wrapf(ErrLocation, "height %d m", l.Height)
	}
	if l.Gain < p.MinGain || l.Gain > p.MaxGain {
		return errorsmod.Wrapf(ErrGain, "%d, want %d to %d tenths of dBi", l.Gain, p.MinGain, p.MaxGain)
	}
	if cell := geo.CellAt(pt, CellRes); uint64(cell) != l.Cell {
		return errorsmod.Wrapf(ErrCell, "%x, the point is in %s", l.Cell, cell)
	}
	return nil
}
