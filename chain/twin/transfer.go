package twin

// OfferTransfer offers a hotspot as it is, until a height or for ever (0).
func (e *Economy) OfferTransfer(owner Account, index uint32, to Account, expires uint64) error {
	h, err := e.mine(owner, index)
	switch {
	case err != nil:
		return err
	case to == owner:
		return HotspotSelf
	case expires != 0 && expires < e.Height:
		return HotspotOfferExpired
	}
	h.offered, h.to, h.expires, h.offer = true, to, expires, h.seen()
	e.hotspots[index] = h
	return nil
}

// CancelTransfer ends an offer.
func (e *Economy) CancelTransfer(owner Account, index uint32) error {
	h, err := e.mine(owner, index)
	if err != nil {
		return err
	}
	if !h.offered {
		return HotspotNoOffer
	}
	h.offered = false
	e.hotspots[index] = h
	return nil
}

// AcceptTransfer makes the buyer the owner; the device has a new anchor for it.
func (e *Economy) AcceptTransfer(buyer Account, index, anchor uint32) error {
	h, ok := e.hotspots[index]
	switch {
	case !ok:
		return HotspotUnknown
	case h.Retired:
		return HotspotRetired
	case !h.offered:
		return HotspotNoOffer
	case h.to != buyer:
		return HotspotNotOffered
	case h.expires != 0 && h.expires < e.Height:
		return HotspotOfferExpired
	case !h.offer.equals(h.seen()):
		return HotspotOfferChanged
	case e.anchors[anchor]:
		return HotspotAnchorUsed
	}
	if err := e.fee(buyer, e.Params.Hotspot.FeeTransfer); err != nil {
		return err
	}
	e.anchors[anchor] = true
	seller := h.Owner
	h.Owner, h.Payout, h.anchor, h.offered = buyer, nil, anchor, false
	e.hotspots[index] = h
	e.paySeller(index, seller)
	return nil
}
