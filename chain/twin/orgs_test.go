package twin

import (
	sdk "github.com/cosmos/cosmos-sdk/types"

	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// Most orgs and lanes of one that a sequence has.
const (
	mostOrgs  = 4
	mostLanes = 5
)

func (w *world) opCreateOrg() {
	if len(w.e.orgs) == mostOrgs {
		return
	}
	w.createOrg(w.account())
}

func (w *world) createOrg(owner Account) {
	_, key := fixture.Key(1 << 20)
	w.do("create org", func(ctx sdk.Context) error {
		_, err := w.RoutingM.CreateOrg(ctx, &routing.MsgCreateOrg{Owner: name(owner), BundleKey: key.Bytes()})
		return err
	}, func(e *Economy) error { return e.CreateOrg(owner) })
}

func (w *world) opOfferOrg() {
	org := w.orgWith(func(o Org) bool { return o.Escrow.DC+o.Withdrawal.DC == 0 })
	w.offerOrg(w.owner(org), org, Account(w.n("to", 0, users)))
}

func (w *world) offerOrg(owner Account, org uint32, to Account) {
	w.do("offer org", func(ctx sdk.Context) error {
		_, err := w.RoutingM.OfferOrg(ctx, &routing.MsgOfferOrg{Owner: name(owner), Org: org, To: name(to)})
		return err
	}, func(e *Economy) error { return e.OfferOrg(owner, org, to) })
}

func (w *world) opAcceptOrg() {
	org := w.orgWith(func(o Org) bool { return o.OfferedTo != 0 })
	to := w.e.orgs[org].OfferedTo
	if to == 0 || w.rarely(6, "another") {
		to = w.account()
	}
	w.acceptOrg(to, org)
}

func (w *world) acceptOrg(to Account, org uint32) {
	w.do("accept org", func(ctx sdk.Context) error {
		_, err := w.RoutingM.AcceptOrg(ctx, &routing.MsgAcceptOrg{To: name(to), Org: org})
		return err
	}, func(e *Economy) error { return e.AcceptOrg(to, org) })
}

// opHandOver hands on an org without credits for which an order waits.
func (w *world) opHandOver() {
	org := w.orgWith(func(o Org) bool { return !o.Closed && o.Escrow.DC+o.Withdrawal.DC == 0 })
	owner := w.owner(org)
	to := owner%users + 1
	w.mint(Mint{From: owner, Org: org, Burn: max(1, w.e.hxw[owner]/2), Wait: true})
	w.offerOrg(owner, org, to)
	w.acceptOrg(to, org)
}

func (w *world) opCloseOrg() {
	org := w.orgWith(func(o Org) bool { return o.Lanes > 2 })
	owner := w.owner(org)
	w.do("close org", func(ctx sdk.Context) error {
		_, err := w.RoutingM.CloseOrg(ctx, &routing.MsgCloseOrg{Owner: name(owner), Org: org})
		return err
	}, func(e *Economy) error { return e.CloseOrg(owner, org) })
}

func (w *world) opJoinEUI() {
	org := w.org()
	owner, held := w.owner(org), w.e.orgs[org].joinEUIs
	n := held + 1
	if held > 0 && w.rarely(2, "newest") {
		n = held
	}
	if w.rarely(2, "remove") {
		w.do("remove join-eui", func(ctx sdk.Context) error {
			_, err := w.RoutingM.RemoveJoinEUI(ctx, &routing.MsgRemoveJoinEUI{Owner: name(owner), Org: org, JoinEui: uint64(n)})
			return err
		}, func(e *Economy) error { return e.RemoveJoinEUI(owner, org, n) })
		return
	}
	w.do("add join-eui", func(ctx sdk.Context) error {
		_, err := w.RoutingM.AddJoinEUI(ctx, &routing.MsgAddJoinEUI{Owner: name(owner), Org: org, JoinEui: uint64(n)})
		return err
	}, func(e *Economy) error { return e.AddJoinEUI(owner, org, n) })
}

func (w *world) allowance() uint64 {
	return pick[uint64](w, "allowance", 30_000, 300_000, 2_000_000, 0, 50_000_000)
}

func (w *world) opAuthorize() {
	org := w.org()
	if w.e.orgs[org].Lanes == mostLanes {
		return
	}
	w.authorize(w.owner(org), org, w.rarely(3, "payer"), w.allowance(), w.bond(), w.account())
}

func (w *world) bond() uint64 {
	return w.e.Params.Routing.MinBond*pick[uint64](w, "bonds", 1, 1, 3, 40) - min(1, uint64(w.n("short", 0, 9))/9)
}

func (w *world) authorize(owner Account, org uint32, payer bool, allowance, bond uint64, payout Account) {
	key := w.number()
	at := signerKey{org, w.e.orgs[org].Lanes + 1}
	if old := w.laneKeys[signerKey{org, 1}]; old != 0 && w.rarely(15, "key of another lane") {
		key = old
	}
	_, public := fixture.Key(key)
	kind := routing.SIGNER_KIND_ROUTER
	if payer {
		kind = routing.SIGNER_KIND_PAYER
	}
	w.do("authorize", func(ctx sdk.Context) error {
		_, err := w.RoutingM.AuthorizeSigner(ctx, &routing.MsgAuthorizeSigner{
			Owner: name(owner), Org: org, Key: public.Bytes(), Kind: kind, Allowance: allowance, Bond: bond, Payout: name(payout),
		})
		return err
	}, func(e *Economy) error { return e.Authorize(owner, org, key, payer, allowance, bond, payout) })
	if _, ok := w.e.signers[at]; ok {
		w.laneKeys[at] = key
	}
}

func (w *world) opSetSigner() {
	org, lane := w.signer()
	owner, allowance, payout := w.owner(org), w.allowance(), w.account()
	w.do("set signer", func(ctx sdk.Context) error {
		_, err := w.RoutingM.SetSigner(ctx, &routing.MsgSetSigner{
			Owner: name(owner), Org: org, Lane: lane, Allowance: allowance, Payout: name(payout),
		})
		return err
	}, func(e *Economy) error { return e.SetSigner(owner, org, lane, allowance, payout) })
}

func (w *world) opAddBond() {
	org, lane := w.signer()
	owner := w.owner(org)
	spark := w.amount("spark", w.e.hxw[owner]) / 16
	w.do("add bond", func(ctx sdk.Context) error {
		_, err := w.RoutingM.AddBond(ctx, &routing.MsgAddBond{Owner: name(owner), Org: org, Lane: lane, Spark: spark})
		return err
	}, func(e *Economy) error { return e.AddBond(owner, org, lane, spark) })
}

func (w *world) opRevoke() {
	org, lane := w.signer()
	owner := w.owner(org)
	w.do("revoke", func(ctx sdk.Context) error {
		_, err := w.RoutingM.RevokeSigner(ctx, &routing.MsgRevokeSigner{Owner: name(owner), Org: org, Lane: lane})
		return err
	}, func(e *Economy) error { return e.RevokeSigner(owner, org, lane) })
}

func (w *world) opWithdrawBond() {
	org := w.org()
	owner, lane := w.owner(org), w.lane(org)
	w.do("withdraw bond", func(ctx sdk.Context) error {
		_, err := w.RoutingM.WithdrawBond(ctx, &routing.MsgWithdrawBond{Owner: name(owner), Org: org, Lane: lane})
		return err
	}, func(e *Economy) error { return e.WithdrawBond(owner, org, lane) })
}
