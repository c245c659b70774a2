package twin

import (
	"maps"
	"slices"

	sdk "github.com/cosmos/cosmos-sdk/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	bank "github.com/cosmos/cosmos-sdk/x/bank/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	price "github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

func (w *world) opSend() {
	from, to := w.account(), w.account()
	spark := max(1, w.amount("spark", w.e.hxw[from])/8)
	w.do("send", func(ctx sdk.Context) error {
		_, err := bankkeeper.NewMsgServerImpl(w.Bank).Send(ctx, &bank.MsgSend{FromAddress: name(from), ToAddress: name(to), Amount: fixture.Coins(spark)})
		return err
	}, func(e *Economy) error { return e.Send(from, to, spark) })
}

func (w *world) opMint() {
	m := Mint{From: w.account(), Wait: w.rarely(3, "wait")}
	switch w.n("for", 0, 9) {
	case 0:
		m.To = w.account()
	case 1, 2, 3, 4, 5, 6:
		m.Org = w.org()
		m.From = w.owner(m.Org)
	}
	if w.rarely(40, "both") {
		m.To, m.Org = w.account(), w.org()
	}
	kept, open := w.e.room(m.From, m.Org)
	dc := w.amount("dc", min(kept+open, pick[uint64](w, "about", 1_000, 100_000, 5_000_000, 60_000_000, 1<<40)))
	if w.rarely(2, "by credits") {
		m.DC = dc
	} else {
		m.Burn = cost(dc, max(w.e.Params.Price.Fixed, 1))
	}
	if w.rarely(40, "neither or both") {
		m.Burn = m.DC
	}
	if m.Wait || w.rarely(6, "bound") {
		m.MaxBurn = pick[uint64](w, "bound", 1, 200_000_000, 10_000_000_000, 1_000_000_000_000)
	}
	w.mint(m)
}

func (w *world) mint(m Mint) {
	w.do("mint", func(ctx sdk.Context) error {
		_, err := w.CreditsM.MintCredits(ctx, &credits.MsgMintCredits{
			Sender: name(m.From), To: name(m.To), Burn: m.Burn, Credits: m.DC, MaxBurn: m.MaxBurn, Org: m.Org, Wait: m.Wait,
		})
		return err
	}, func(e *Economy) error { return e.MintCredits(m) })
}

// opQueue has an account wait in line more often than it may, while nothing is minted.
func (w *world) opQueue() {
	from, p := w.account(), w.e.Params
	was := p.Credits.Cap
	p.Credits.Cap = 2
	w.setParams(p)
	for range 6 {
		w.mint(Mint{From: from, Burn: 10*hxw + uint64(w.n("spark", 0, 999)), Wait: true})
	}
	p.Credits.Cap = was
	w.setParams(p)
}

func (w *world) opFund() {
	org := w.org()
	owner := w.owner(org)
	dc := w.amount("dc", w.e.balances[owner].DC)
	w.do("fund", func(ctx sdk.Context) error {
		_, err := w.CreditsM.FundOrg(ctx, &credits.MsgFundOrg{Sender: name(owner), Org: org, Credits: dc})
		return err
	}, func(e *Economy) error { return e.FundOrg(owner, org, dc) })
}

func (w *world) free(org uint32) uint64 {
	o := w.e.orgs[org]
	return o.Escrow.DC - o.Reserved
}

func (w *world) opMove() {
	from, to := w.orgWith(func(o Org) bool { return o.Escrow.DC > o.Reserved }), w.org()
	owner := w.owner(from)
	dc := w.amount("dc", w.free(from))
	w.do("move escrow", func(ctx sdk.Context) error {
		_, err := w.CreditsM.MoveEscrow(ctx, &credits.MsgMoveEscrow{Owner: name(owner), From: from, To: to, Credits: dc})
		return err
	}, func(e *Economy) error { return e.MoveEscrow(owner, from, to, dc) })
}

func (w *world) opWithdraw() {
	org := w.orgWith(func(o Org) bool { return o.Escrow.DC > o.Reserved })
	owner := w.owner(org)
	dc := w.amount("dc", w.free(org))
	w.do("withdraw", func(ctx sdk.Context) error {
		_, err := w.CreditsM.Withdraw(ctx, &credits.MsgWithdraw{Owner: name(owner), Org: org, Credits: dc})
		return err
	}, func(e *Economy) error { return e.Withdraw(owner, org, dc) })
}

func (w *world) opCancelWithdraw() {
	org := w.orgWith(func(o Org) bool { return o.Withdrawing })
	owner := w.owner(org)
	w.do("cancel withdraw", func(ctx sdk.Context) error {
		_, err := w.CreditsM.CancelWithdraw(ctx, &credits.MsgCancelWithdraw{Owner: name(owner), Org: org})
		return err
	}, func(e *Economy) error { return e.CancelWithdraw(owner, org) })
}

func (w *world) opRedeem() {
	org := w.orgWith(func(o Org) bool { return o.Withdrawing })
	owner := w.owner(org)
	w.do("redeem", func(ctx sdk.Context) error {
		_, err := w.CreditsM.Redeem(ctx, &credits.MsgRedeem{Owner: name(owner), Org: org})
		return err
	}, func(e *Economy) error { return e.Redeem(owner, org) })
}

func (w *world) opTopUp() {
	org := w.org()
	owner := w.owner(org)
	threshold := pick[uint64](w, "threshold", 1_010, 500_000, 5_000_000)
	target := pick[uint64](w, "target", 1_000, 600_000, 8_000_000)
	most := pick[uint64](w, "most", 1, 100_000_000_000, 1_000_000_000, 100_000_000_000)
	if w.rarely(4, "end it") {
		threshold, target, most = 0, 0, 0
	}
	w.do("top up", func(ctx sdk.Context) error {
		_, err := w.CreditsM.SetTopUp(ctx, &credits.MsgSetTopUp{
			Owner: name(owner), Org: org, Threshold: threshold, Target: target, MaxSpark: most,
		})
		return err
	}, func(e *Economy) error { return e.SetTopUp(owner, org, threshold, target, most) })
}

func (w *world) opCancelOrder() {
	number := w.e.nextOrder
	if numbers := slices.Sorted(maps.Keys(w.e.orders)); len(numbers) > 0 && !w.rarely(6, "no order") {
		number = pick(w, "order", numbers...)
	}
	from := w.e.orders[number].From
	if from == 0 || w.rarely(4, "of another") {
		from = w.account()
	}
	w.do("cancel order", func(ctx sdk.Context) error {
		_, err := w.CreditsM.CancelOrder(ctx, &credits.MsgCancelOrder{Sender: name(from), Order: number})
		return err
	}, func(e *Economy) error { return e.CancelOrder(from, number) })
}

// opPrice changes where the price comes from.
func (w *world) opPrice() {
	p := w.e.Params.Price
	p.FromFeeders = w.rarely(2, "from feeders")
	p.Fixed = rapidPrice(w)
	p.Feeders = []Account{3, 4, 5}[:w.n("feeders", 1, 3)]
	p.Stale = pick[uint64](w, "stale", 600, day)
	p.ClampBps = pick[uint64](w, "clamp", 1_000, 10_000)
	p.Window = pick[uint64](w, "window", 3_600, day)
	p.MaxAge = pick[uint64](w, "max age", 3_600, day)
	w.setPrice(p, fixture.Authority())
}

func (w *world) setPrice(p PriceParams, by string) {
	w.do("price", func(ctx sdk.Context) error {
		_, err := w.PriceMsg.UpdateParams(ctx, &price.MsgUpdateParams{Authority: by, Params: p.real()})
		return err
	}, func(e *Economy) error {
		if by != fixture.Authority() {
			return PriceAuthority
		}
		e.SetPrice(p)
		return nil
	})
}

func rapidPrice(w *world) uint64 {
	return pick[uint64](w, "price", 27_000_000, 27_100_000, 26_999_999, 31_234_567, 3_000_000, 250_000_000) + uint64(w.n("more", 0, 1_000))
}

func (w *world) opSubmit() {
	feeder, usd := Account(w.n("feeder", 3, 5)), rapidPrice(w)
	if w.rarely(20, "out of range") {
		usd = 1
	}
	if w.rarely(10, "no feeder") {
		feeder = w.account()
	}
	w.do("submit price", func(ctx sdk.Context) error {
		_, err := w.PriceMsg.SubmitPrice(ctx, &price.MsgSubmitPrice{Feeder: name(feeder), Price: usd})
		return err
	}, func(e *Economy) error { return e.SubmitPrice(feeder, usd) })
}
