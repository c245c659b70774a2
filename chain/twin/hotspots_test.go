package twin

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

const mostHotspots = 8

func (w *world) opRegister() {
	if len(w.e.hotspots) == mostHotspots {
		return
	}
	owner := w.account()
	signed, key, until := owner, w.number(), w.e.Height+100
	switch w.n("wrong", 0, 19) {
	case 17:
		signed = w.account()
	case 18:
		key = w.oldKey()
	case 19:
		until = w.e.Height - 1
	}
	w.register(w.account(), owner, signed, key, pick(w, "class", Full, Full, Data, WiFi), until)
}

func (w *world) register(payer, owner, signed Account, key uint32, class Class, until uint64) {
	raw := fixture.Registration(key, address(signed), wire.HotspotClass(class), func(r *wire.Registration) { r.ValidUntil = until })
	index := uint32(len(w.e.hotspots)) + 1
	w.do("register", func(ctx sdk.Context) error {
		_, err := w.HotspotM.Register(ctx, &hotspot.MsgRegister{Payer: name(payer), Owner: name(owner), Registration: raw})
		return err
	}, func(e *Economy) error { return e.Register(payer, owner, signed, key, class, until) }, func() { w.devices[index] = key })
}

func (w *world) opLocate() {
	index := w.hotspotWith(func(h Hotspot) bool { return !h.Retired })
	w.locate(w.ownerOf(index), index, w.n("place", 0, len(placeNumbers)-1))
}

func (w *world) locate(owner Account, index uint32, n int) {
	at := fixture.Place(placeNumbers[n])
	w.do("locate", func(ctx sdk.Context) error {
		_, err := w.HotspotM.AssertLocation(ctx, &hotspot.MsgAssertLocation{Owner: name(owner), Hotspot: index, Location: at})
		return err
	}, func(e *Economy) error { return e.AssertLocation(owner, index, w.places[n]) })
}

func (w *world) opPayout() {
	index := w.hotspotWith(func(h Hotspot) bool { return !h.Retired })
	owner := w.ownerOf(index)
	a, b := w.account(), w.account()
	parts := pick(w, "parts", nil, []Part{{a, 10_000}}, []Part{{a, 3_333}, {b, 6_667}}, []Part{{a, 5_000}, {b, 4_999}}, []Part{{a, 1}, {b, 9_998}, {a%users + 1, 1}})
	w.do("payout", func(ctx sdk.Context) error {
		_, err := w.HotspotM.SetPayout(ctx, &hotspot.MsgSetPayout{Owner: name(owner), Hotspot: index, Payout: payouts(parts)})
		return err
	}, func(e *Economy) error { return e.SetPayout(owner, index, parts) })
}

func (w *world) opOfferTransfer() {
	index := w.hotspotWith(func(h Hotspot) bool { return !h.Retired })
	owner, to := w.ownerOf(index), w.account()
	expires := pick(w, "expires", 0, w.e.Height+5, w.e.Height, w.e.Height-1)
	w.do("offer", func(ctx sdk.Context) error {
		_, err := w.HotspotM.OfferTransfer(ctx, &hotspot.MsgOfferTransfer{Owner: name(owner), Hotspot: index, To: name(to), Expires: expires})
		return err
	}, func(e *Economy) error { return e.OfferTransfer(owner, index, to, expires) })
}

func (w *world) opCancelTransfer() {
	index := w.hotspotWith(func(h Hotspot) bool { return h.offered })
	owner := w.ownerOf(index)
	w.do("cancel offer", func(ctx sdk.Context) error {
		_, err := w.HotspotM.CancelTransfer(ctx, &hotspot.MsgCancelTransfer{Owner: name(owner), Hotspot: index})
		return err
	}, func(e *Economy) error { return e.CancelTransfer(owner, index) })
}

func (w *world) opAcceptTransfer() {
	index := w.hotspotWith(func(h Hotspot) bool { return h.offered })
	h := w.e.hotspots[index]
	buyer, anchor := h.to, w.number()
	if buyer == 0 || w.rarely(8, "other buyer") {
		buyer = w.account()
	}
	if w.rarely(15, "old anchor") {
		anchor = w.oldKey()
	}
	raw := fixture.Renewal(w.devices[index], index, anchor, address(buyer), func(r *wire.Renewal) { r.ValidUntil = w.e.Height + 10 })
	w.do("accept offer", func(ctx sdk.Context) error {
		_, err := w.HotspotM.AcceptTransfer(ctx, &hotspot.MsgAcceptTransfer{Buyer: name(buyer), Hotspot: index, Renewal: raw})
		return err
	}, func(e *Economy) error { return e.AcceptTransfer(buyer, index, anchor) })
}

func (w *world) opRetire() {
	index := w.hotspotWith(func(h Hotspot) bool { return h.home != 0 && h.old == 0 })
	owner := w.ownerOf(index)
	w.do("retire", func(ctx sdk.Context) error {
		_, err := w.HotspotM.Retire(ctx, &hotspot.MsgRetire{Owner: name(owner), Hotspot: index})
		return err
	}, func(e *Economy) error { return e.Retire(owner, index) })
}

func (w *world) opBan() {
	all, lift, by := []uint32{w.hotspot(), w.hotspot()}, w.rarely(4, "lift"), fixture.Authority()
	if w.rarely(10, "not by governance") {
		by = name(1)
	}
	until := w.e.Height + 20
	if lift {
		until = 0
	}
	w.do("ban", func(ctx sdk.Context) error {
		_, err := w.HotspotM.Ban(ctx, &hotspot.MsgBan{Authority: by, Hotspots: all, Until: until, Reason: "a test"})
		return err
	}, func(e *Economy) error {
		if by != fixture.Authority() {
			return HotspotAuthority
		}
		return e.Ban(all, lift)
	})
}

// opBook is what a settled challenge does: points of some hotspots.
func (w *world) opBook() {
	all := []rewards.Booking{}
	for range w.n("hotspots", 1, 3) {
		all = append(all, rewards.Booking{Hotspot: w.hotspot(), Points: uint64(w.n("points", 1, 300_000_000))})
	}
	w.do("book", func(ctx sdk.Context) error { return w.Chain.Rewards.Book(ctx, all) }, func(e *Economy) error {
		for _, b := range all {
			e.Book(b.Hotspot, b.Points)
		}
		return nil
	})
}

func (w *world) opMature() {
	index := w.hotspot()
	w.do("mature", func(ctx sdk.Context) error { return w.Chain.Rewards.Mature(ctx, index) }, func(e *Economy) error {
		e.Mature(index)
		return nil
	})
}

func (w *world) opClaim() {
	all := []uint32{}
	for range w.n("hotspots", 0, 4) {
		all = append(all, w.hotspotWith(func(h Hotspot) bool { return !h.Retired }))
	}
	sender := w.account()
	w.do("claim", func(ctx sdk.Context) error {
		_, err := w.RewardsM.Claim(ctx, &rewards.MsgClaim{Sender: name(sender), Hotspots: all})
		return err
	}, func(e *Economy) error { return e.Claim(all) })
}

func (w *world) opClaimOwed() {
	owner, sender := w.account(), w.account()
	w.do("claim owed", func(ctx sdk.Context) error {
		_, err := w.RewardsM.ClaimOwed(ctx, &rewards.MsgClaimOwed{Sender: name(sender), Owner: name(owner)})
		return err
	}, func(e *Economy) error {
		e.ClaimOwed(owner)
		return nil
	})
}
