package types

import (
	"cmp"

	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Booking is coverage points of a hotspot, in 1e-8 units.
type Booking struct {
	Hotspot uint32
	Points  uint64
}

// PageID names a page of a cell.
type PageID struct {
	Cell uint64
	Page uint16
}

// Compare orders pages by cell and number, as the store does.
func (p PageID) Compare(o PageID) int {
	return cmp.Or(cmp.Compare(p.Cell, o.Cell), cmp.Compare(p.Page, o.Page))
}

// PageID returns the page that a slot is in.
func (p Place) PageID() PageID { return PageID{p.Cell, p.Page} }

// Payment is what carried data earns, in spark, out of HXW that was burned for it.
type Payment struct {
	Basis     uint64 // burned; at least what is paid
	Hotspot   uint32
	ToHotspot uint64
	ToCell    uint64 // for the demand account of the cell where the hotspot stands
	Router    sdk.AccAddress
	ToRouter  uint64
}
