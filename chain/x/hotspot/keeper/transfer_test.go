package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/google/go-cmp/cmp"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/hotspot/keeper"
	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire"
)

// life is a chain with a full hotspot of key and anchor 1 that stands somewhere,
// and has credits of its owner, account 1, and of a buyer, account 2.
type life struct {
	*fixture.Chain
	t            *testing.T
	owner, buyer sdk.AccAddress
	index        uint32
}

func newLife(t *testing.T) *life {
	t.Helper()
	l := &life{Chain: fixture.New(t), t: t, owner: fixture.Account(1), buyer: fixture.Account(2)}
	l.index = l.Register(1, l.owner, wire.ClassFullLoRa)
	l.Locate(l.owner, l.index, fixture.Place(0))
	l.Buy(l.owner, 100_000)
	l.Buy(l.buyer, 100_000)
	return l
}

func (l *life) hotspot() types.Hotspot {
	l.t.Helper()
	h, err := l.Hotspot.Hotspot(l.Ctx, l.index)
	l.Must(err)
	return h
}

// refused checks that a message has the wanted error and changed nothing.
func (l *life) refused(name string, want error, send func() error) {
	l.t.Helper()
	before, err := l.Hotspot.ExportGenesis(l.Ctx)
	l.Must(err)
	if err := send(); !errors.Is(err, want) {
		l.t.Errorf("%s: %v, want %v", name, err, want)
	}
	after, err := l.Hotspot.ExportGenesis(l.Ctx)
	l.Must(err)
	if diff := cmp.Diff(before, after); diff != "" {
		l.t.Errorf("%s: refused, but %s", name, diff)
	}
}

func (l *life) offer(owner, to sdk.AccAddress, expires uint64) error {
	_, err := l.HotspotM.OfferTransfer(l.Ctx, &types.MsgOfferTransfer{
		Owner: owner.String(), Hotspot: l.index, To: to.String(), Expires: expires,
	})
	return err
}

func (l *life) accept(buyer sdk.AccAddress, renewal []byte) error {
	_, err := l.HotspotM.AcceptTransfer(l.Ctx, &types.MsgAcceptTransfer{Buyer: buyer.String(), Hotspot: l.index, Renewal: renewal})
	return err
}

// has tells whether the events so far have one of the type of e.
func (l *life) has(e proto.Message) bool {
	for _, event := range l.Ctx.EventManager().Events() {
		if event.Type == proto.MessageName(e) {
			return true
		}
	}
	return false
}

func TestTransfer(t *testing.T) {
	l := newLife(t)
	_, err := l.HotspotM.SetPayout(l.Ctx, &types.MsgSetPayout{
		Owner: l.owner.String(), Hotspot: l.index, Payout: []types.Payout{{Account: fixture.Account(9).String(), Bps: 10_000}},
	})
	l.Must(err)
	l.Must(l.offer(l.owner, l.buyer, 0))
	q := keeper.NewQueryServer(l.Hotspot)
	if r, err := q.Offer(l.Ctx, &types.QueryOfferRequest{Hotspot: l.index}); err != nil || !r.Stands || r.Offer.To != l.buyer.String() {
		t.Errorf("offer: %v, %v", r, err)
	}
	l.Must(l.accept(l.buyer, fixture.Renewal(1, l.index, 100, l.buyer, nil)))
	h, anchor := l.hotspot(), fixture.Anchor(100)
	if h.Owner != l.buyer.String() || len(h.Payout) != 0 || string(h.Anchor) != string(anchor[:]) || h.AnchorIndex != 500 || h.Location == nil {
		t.Errorf("after the transfer: %+v", h)
	}
	for _, tc := range []struct {
		of   sdk.AccAddress
		want int
	}{{l.owner, 0}, {l.buyer, 1}} {
		r, err := q.Hotspots(l.Ctx, &types.QueryHotspotsRequest{Owner: tc.of.String()})
		if err != nil || len(r.Hotspots) != tc.want {
			t.Errorf("%s has %v, %v, want %d", tc.of, r, err, tc.want)
		}
	}
	b, err := l.Credits.Balance(l.Ctx, l.buyer)
	if err != nil || b.Credits != 90_000 {
		t.Errorf("the buyer has %v, %v", b, err)
	}
	for _, e := range []proto.Message{&types.EventTransferOffered{}, &types.EventTransferred{}, &types.EventChainRenewed{}, &types.EventPayoutSet{}} {
		if !l.has(e) {
			t.Errorf("no %s", proto.MessageName(e))
		}
	}
	l.refused("accept again", types.ErrNoOffer, func() error {
		return l.accept(l.buyer, fixture.Renewal(1, l.index, 101, l.buyer, nil))
	})
	l.refused("the seller offers again", types.ErrOwner, func() error { return l.offer(l.owner, fixture.Account(3), 0) })
	l.Check()
}

func TestOfferRefuses(t *testing.T) {
	l := newLife(t)
	l.refused("not the owner", types.ErrOwner, func() error { return l.offer(l.buyer, fixture.Account(3), 0) })
	l.refused("to oneself", types.ErrSelf, func() error { return l.offer(l.owner, l.owner, 0) })
	l.refused("in the past", types.ErrOfferExpired, func() error { return l.offer(l.owner, l.buyer, 1) })
	l.refused("to nobody", types.ErrAddress, func() error { return l.offer(l.owner, nil, 0) })
	cancel := func(by sdk.AccAddress) error {
		_, err := l.HotspotM.CancelTransfer(l.Ctx, &types.MsgCancelTransfer{Owner: by.String(), Hotspot: l.index})
		return err
	}
	l.refused("cancel without an offer", types.ErrNoOffer, func() error { return cancel(l.owner) })
	l.Must(l.offer(l.owner, l.buyer, 0))
	l.refused("cancel by another", types.ErrOwner, func() error { return cancel(l.buyer) })
	l.Must(cancel(l.owner))
	l.refused("cancelled", types.ErrNoOffer, func() error {
		return l.accept(l.buyer, fixture.Renewal(1, l.index, 100, l.buyer, nil))
	})
	l.index = 77
	l.refused("unknown", types.ErrUnknown, func() error { return l.offer(l.owner, l.buyer, 0) })
	l.refused("accept unknown", types.ErrUnknown, func() error { return l.accept(l.buyer, nil) })
	q := keeper.NewQueryServer(l.Hotspot)
	if _, err := q.Offer(l.Ctx, &types.QueryOfferRequest{Hotspot: 77}); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("query: %v", err)
	}
}

func TestAcceptRefuses(t *testing.T) {
	l := newLife(t)
	l.Must(l.offer(l.owner, fixture.Account(3), 0))
	l.Must(l.offer(l.owner, l.buyer, 0)) // replaces the one before
	renewal := func(change func(*wire.Renewal)) []byte { return fixture.Renewal(1, l.index, 100, l.buyer, change) }
	unsigned := renewal(nil)
	unsigned[len(unsigned)-1] ^= 1
	for _, tc := range []struct {
		name string
		who  uint32
		raw  []byte
		want error
	}{
		{"offer that was replaced", 3, fixture.Renewal(1, l.index, 100, fixture.Account(3), nil), types.ErrNotOffered},
		{"empty", 2, nil, types.ErrMalformed},
		{"registration", 2, fixture.Registration(1, l.buyer, wire.ClassFullLoRa, nil), types.ErrMalformed},
		{"another hotspot", 2, renewal(func(n *wire.Renewal) { n.Hotspot++ }), types.ErrWrongHotspot},
		{"another chain", 2, renewal(func(n *wire.Renewal) { n.Chain[0]++ }), types.ErrWrongChain},
		{"for the seller", 2, fixture.Renewal(1, l.index, 100, l.owner, nil), types.ErrWrongOwner},
		{"expired", 2, renewal(func(n *wire.Renewal) { n.ValidUntil = 0 }), types.ErrExpired},
		{"valid too long", 2, renewal(func(n *wire.Renewal) { n.ValidUntil = 43_203 }), types.ErrValidTooLong},
		{"the seller's anchor", 2, fixture.Renewal(1, l.index, 1, l.buyer, nil), types.ErrAnchorUsed},
		{"another device", 2, fixture.Renewal(2, l.index, 100, l.buyer, nil), types.ErrSignature},
		{"bad signature", 2, unsigned, types.ErrSignature},
	} {
		l.refused(tc.name, tc.want, func() error { return l.accept(fixture.Account(tc.who), tc.raw) })
	}
	l.Must(l.offer(l.owner, fixture.Account(5), 0))
	l.refused("no credits", credits.ErrBalance, func() error {
		return l.accept(fixture.Account(5), fixture.Renewal(1, l.index, 100, fixture.Account(5), nil))
	})
	l.Must(l.offer(l.owner, l.buyer, uint64(l.Ctx.BlockHeight())))
	l.Block(1)
	l.refused("late", types.ErrOfferExpired, func() error { return l.accept(l.buyer, renewal(nil)) })
	r, err := keeper.NewQueryServer(l.Hotspot).Offer(l.Ctx, &types.QueryOfferRequest{Hotspot: l.index})
	if err != nil || r.Stands {
		t.Errorf("an expired offer stands: %v, %v", r, err)
	}
}

// Whatever the buyer saw must be as it was (L5).
func TestAcceptRefusesWhatChanged(t *testing.T) {
	for name, change := range map[string]func(*life) error{
		"place": func(l *life) error {
			at := fixture.Place(0)
			at.Gain++
			_, err := l.HotspotM.AssertLocation(l.Ctx, &types.MsgAssertLocation{Owner: l.owner.String(), Hotspot: l.index, Location: at})
			return err
		},
		"payout": func(l *life) error {
			_, err := l.HotspotM.SetPayout(l.Ctx, &types.MsgSetPayout{
				Owner: l.owner.String(), Hotspot: l.index, Payout: []types.Payout{{Account: l.owner.String(), Bps: 10_000}},
			})
			return err
		},
		"anchor": func(l *life) error {
			_, err := l.HotspotM.RenewChain(l.Ctx, &types.MsgRenewChain{
				Owner: l.owner.String(), Hotspot: l.index, Renewal: fixture.Renewal(1, l.index, 50, l.owner, nil),
			})
			return err
		},
		"key": func(l *life) error {
			_, err := l.HotspotM.RotateKey(l.Ctx, &types.MsgRotateKey{
				Owner: l.owner.String(), Hotspot: l.index, Rotation: fixture.Rotation(1, 60, l.index, 50, l.owner, nil),
			})
			return err
		},
	} {
		l := newLife(t)
		l.Must(l.offer(l.owner, l.buyer, 0))
		l.Must(change(l))
		key := uint32(1)
		if name == "key" {
			key = 60
		}
		l.refused(name, types.ErrOfferChanged, func() error {
			return l.accept(l.buyer, fixture.Renewal(key, l.index, 100, l.buyer, nil))
		})
		// Offered again, it can be had.
		l.Must(l.offer(l.owner, l.buyer, 0))
		l.Must(l.accept(l.buyer, fixture.Renewal(key, l.index, 100, l.buyer, nil)))
	}
}
