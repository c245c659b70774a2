package twin

import "slices"

// Class is what a hotspot does.
type Class int

// Classes.
const (
	Full Class = iota + 1 // makes coverage, and carries for LoRa
	Data                  // carries for LoRa
	WiFi                  // carries for Wi-Fi
)

// Part is an account's part of a hotspot's pay.
type Part struct {
	To  Account
	Bps uint64
}

// Place is where a hotspot says it stands; the zero Place is nowhere.
type Place struct{ Fine, Cell uint64 }

// seen is what a buyer sees of a hotspot.
type seen struct {
	owner  Account
	anchor uint32
	at     Place
	payout []Part
}

func (s seen) equals(o seen) bool {
	return s.owner == o.owner && s.anchor == o.anchor && s.at == o.at && slices.Equal(s.payout, o.payout)
}

// Hotspot is a hotspot, and where it earns.
type Hotspot struct {
	Class   Class
	Owner   Account
	Basis   uint64 // spark burned to register it
	At      Place
	Payout  []Part
	Retired bool
	anchor  uint32

	offered bool
	to      Account
	expires uint64
	offer   seen

	home, old uint64 // cells in which it has slots: 0 for the slot of its index, and none
	gone      bool   // it has no home
	moved     uint32 // epoch in which it left old
	Life      uint64 // spark of base pay
}

func (h Hotspot) seen() seen { return seen{h.Owner, h.anchor, h.At, h.Payout} }

// Register adds the device with a key, which signed for signedOwner until a height.
func (e *Economy) Register(payer, owner, signedOwner Account, key uint32, class Class, until uint64) error {
	switch {
	case signedOwner != owner:
		return HotspotWrongOwner
	case until < e.Height:
		return HotspotExpired
	case e.keys[key]:
		return HotspotKeyUsed
	case e.anchors[key]:
		return HotspotAnchorUsed
	}
	p := e.Params.Hotspot
	basis, err := e.bond(payer, []uint64{p.FeeFull, p.FeeData, p.FeeWiFi}[class-Full])
	if err != nil {
		return err
	}
	e.keys[key], e.anchors[key] = true, true
	e.hotspots[uint32(len(e.hotspots))+1] = Hotspot{Class: class, Owner: owner, Basis: basis, anchor: key}
	return nil
}

// mine returns a hotspot that its owner may change.
func (e *Economy) mine(owner Account, index uint32) (Hotspot, error) {
	h, ok := e.hotspots[index]
	switch {
	case !ok:
		return h, HotspotUnknown
	case h.Retired:
		return h, HotspotRetired
	case h.Owner != owner:
		return h, HotspotOwner
	}
	return h, nil
}

// AssertLocation says where a hotspot stands.
func (e *Economy) AssertLocation(owner Account, index uint32, at Place) error {
	h, err := e.mine(owner, index)
	if err != nil {
		return err
	}
	if h.At.Fine != at.Fine {
		dc := e.Params.Hotspot.FeeLocation
		if h.Class != Full {
			dc = e.Params.Hotspot.FeeLocationData
		}
		if err := e.fee(owner, dc); err != nil {
			return err
		}
	}
	h.At = at
	e.hotspots[index] = h
	if h.Class != Full || h.home == at.Cell {
		return nil
	}
	return e.move(index, at.Cell)
}

// SetPayout says who shares a hotspot's pay.
func (e *Economy) SetPayout(owner Account, index uint32, parts []Part) error {
	h, err := e.mine(owner, index)
	if err != nil {
		return err
	}
	var sum uint64
	seen := map[Account]bool{}
	for _, p := range parts {
		if p.Bps == 0 || seen[p.To] {
			return HotspotPayout
		}
		seen[p.To] = true
		sum += p.Bps
	}
	if len(parts) > 4 || len(parts) > 0 && sum != bps {
		return HotspotPayout
	}
	if err := e.fee(owner, e.Params.Hotspot.FeePayout); err != nil {
		return err
	}
	h.Payout = parts
	e.hotspots[index] = h
	return nil
}

// Retire takes a hotspot out of the network.
func (e *Economy) Retire(owner Account, index uint32) error {
	h, err := e.mine(owner, index)
	if err != nil {
		return err
	}
	if err := e.fee(owner, e.Params.Hotspot.FeeRetire); err != nil {
		return err
	}
	h.Retired, h.At, h.Payout, h.offered = true, Place{}, nil, false
	e.hotspots[index] = h
	return e.leave(index)
}

// Ban takes hotspots out of coverage, or in again: what was kept back of their pay is
// burned by it.
func (e *Economy) Ban(all []uint32, lift bool) error {
	for _, index := range all {
		h, ok := e.hotspots[index]
		switch {
		case !ok:
			return HotspotUnknown
		case h.Retired:
			return HotspotRetired
		case !lift:
			e.forfeitAll(index)
		}
	}
	return nil
}
