package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/hexwave/hexwave/chain/proof/statement"
	"github.com/hexwave/hexwave/internal/cli"
)

func proofView() cli.View[statement.Row] {
	return cli.View[statement.Row]{
		Schema: "proof/v1", ID: func(r statement.Row) string { return r.Header },
		Columns: []cli.Column[statement.Row]{
			{Name: "proven", Text: says},
			{Name: "chain", Text: func(r statement.Row) string { return r.ChainID }},
			{Name: "state", Text: func(r statement.Row) string {
				return fmt.Sprintf("after block %d, sealed at %s by block %d, %s", r.Height, r.Sealed.Format(time.RFC3339), r.Height+1, r.Header)
			}},
			{Name: "signed", Text: func(r statement.Row) string {
				return fmt.Sprintf("by %d of %d power, %d validators", r.Signed, r.Power, r.Validators)
			}},
			{Name: "trusted", Text: trusted},
		},
	}
}

// trusted says on what the proof stands.
func trusted(r statement.Row) string {
	switch r.Trusted {
	case "":
		return fmt.Sprintf("nothing: you must know that validator set %s is the chain's, or name --genesis or --trust-hash", r.Set)
	case "header":
		return "the block hash you named"
	case "genesis":
		return "more than two thirds of the genesis validators, who signed; they must not have left since"
	default:
		return "the block hash you named and the genesis validators"
	}
}

// says is the statement in words.
func says(r statement.Row) string {
	switch {
	case r.Hotspot != nil:
		return saysHotspot(r.Hotspot)
	case r.Voucher != nil:
		return saysVoucher(r.Voucher)
	case r.Claim != nil:
		return saysClaim(r.Claim)
	case r.Table != nil:
		return fmt.Sprintf("There are %d orgs; the root over their rows is %s, after %d changes.", r.Table.Orgs, r.Table.Root, r.Table.Sequence)
	default:
		return ""
	}
}

func saysHotspot(h *statement.Hotspot) string {
	if !h.Registered {
		return fmt.Sprintf("No hotspot has index %d.", h.Index)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Hotspot %d, %s (%s), of class %s, registered at block %d, belongs to %s.", h.Index, h.Name, h.ID, h.Class, h.Since, h.Owner)
	switch {
	case h.Retired != 0:
		fmt.Fprintf(&b, " It left the network at block %d.", h.Retired)
	case h.Place == nil:
		b.WriteString(" It has no place.")
	default:
		fmt.Fprintf(&b, " Its owner says that it stands at %s,%s, %d m above ground, in cell %x.",
			degreesText(h.Place.Lat), degreesText(h.Place.Lng), h.Place.Height, h.Place.Cell)
	}
	for _, p := range h.Payout {
		fmt.Fprintf(&b, " %d.%02d %% of its pay goes to %s.", p.Bps/100, p.Bps%100, p.Account)
	}
	return b.String()
}

func saysVoucher(v *statement.Voucher) string {
	what := fmt.Sprintf("for hotspot %d in epoch %d", v.Hotspot, v.Epoch)
	lane := fmt.Sprintf("lane %d of org %d", v.Lane, v.Org)
	switch {
	case v.Settled && v.Micro != 0:
		return fmt.Sprintf("%s settled %d DC (and %d micro-DC, which move nothing yet) %s.", upper(lane), v.Credits, v.Micro, what)
	case v.Settled:
		return fmt.Sprintf("%s settled %d DC %s.", upper(lane), v.Credits, what)
	case v.Open():
		return fmt.Sprintf("%s settled nothing %s.", upper(lane), what)
	default:
		return fmt.Sprintf("There is no record of %s %s. It is epoch %d and records of closed epochs are deleted: this does not say that nothing was settled.", lane, what, v.Current)
	}
}

func saysClaim(c *statement.Claim) string {
	h := c.Hotspot
	if !h.Registered {
		return saysHotspot(h)
	}
	var b strings.Builder
	if h.Retired != 0 {
		fmt.Fprintf(&b, "Hotspot %d, %s, left the network at block %d.", h.Index, h.Name, h.Retired)
		if c.Draining {
			fmt.Fprintf(&b, " %s still stand in its slot and will be owed to its owner.", hxwText(c.Accrued+c.Escrow))
		}
	} else {
		fmt.Fprintf(&b, "Hotspot %d, %s, can claim %s; %s are kept back until it is mature.", h.Index, h.Name, hxwText(c.Accrued), hxwText(c.Escrow))
		if len(h.Payout) == 0 {
			fmt.Fprintf(&b, " It is paid to %s.", h.Owner)
		}
		for _, p := range h.Payout {
			fmt.Fprintf(&b, " %d.%02d %% of it is paid to %s.", p.Bps/100, p.Bps%100, p.Account)
		}
	}
	if c.Owed != nil {
		fmt.Fprintf(&b, " Its owner %s is owed %s for hotspots sold or retired.", h.Owner, hxwText(*c.Owed))
	}
	return b.String()
}

func upper(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
