package keeper

import (
	"context"
	"math"

	errorsmod "cosmossdk.io/errors"
	sdkmath "cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// mintPrice returns the price at which credits are bought, or ErrPriceStale.
func (k *Keeper) mintPrice(ctx context.Context) (uint64, error) {
	price, _, err := k.price.Price(ctx)
	if err == nil && price == 0 {
		err = types.ErrPriceStale
	}
	return price, err
}

// convert turns what an order asks for into credits and spark at a price.
func convert(burn, credits, price uint64) (dc, spark uint64, err error) {
	if (burn == 0) == (credits == 0) {
		return 0, 0, types.ErrAmount
	}
	if burn != 0 {
		dc, spark = types.Credits(burn, price), burn
	} else {
		dc, spark = credits, types.Cost(credits, price)
	}
	if dc == 0 {
		return 0, 0, types.ErrNothing
	}
	if dc == math.MaxUint64 || spark == math.MaxUint64 {
		return 0, 0, errorsmod.Wrap(types.ErrMintCap, "amount out of range")
	}
	return dc, spark, nil
}

// quote prices a mint.
func (k *Keeper) quote(ctx context.Context, burn, credits uint64) (dc, spark, price uint64, err error) {
	if price, err = k.mintPrice(ctx); err != nil {
		return 0, 0, 0, err
	}
	dc, spark, err = convert(burn, credits, price)
	return dc, spark, price, err
}

// Mint burns HXW of from and gives its worth in credits, with all of the HXW as their
// basis, to an account or an org. With wait, a mint that has no price or no room becomes
// an order, whose number is returned.
func (k *Keeper) Mint(ctx context.Context, from sdk.AccAddress, m *types.MsgMintCredits) (dc, spark, order uint64, err error) {
	o := types.Order{Sender: from.String(), To: m.To, Org: m.Org, Burn: m.Burn, Credits: m.Credits}
	if err := k.checkReceiver(ctx, &o); err != nil {
		return 0, 0, 0, err
	}
	if (m.Burn == 0) == (m.Credits == 0) {
		return 0, 0, 0, types.ErrAmount
	}
	dc, spark, _, err = k.quote(ctx, m.Burn, m.Credits)
	if errorsmod.IsOf(err, types.ErrPriceStale) && m.Wait {
		order, err = k.order(ctx, from, o, m.MaxBurn)
		return 0, 0, order, err
	}
	if err != nil {
		return 0, 0, 0, err
	}
	if m.MaxBurn != 0 && spark > m.MaxBurn {
		return 0, 0, 0, errorsmod.Wrapf(types.ErrMaxBurn, "%d spark, at most %d", spark, m.MaxBurn)
	}
	room, err := k.room(ctx, from, o.Org)
	if err != nil {
		return 0, 0, 0, err
	}
	if _, _, fits := room.Split(dc); !fits {
		if m.Wait {
			order, err = k.order(ctx, from, o, m.MaxBurn)
			return 0, 0, order, err
		}
		return 0, 0, 0, errorsmod.Wrapf(types.ErrMintCap, "%d credits wanted, %d left in this epoch", dc, room.Most())
	}
	if err := k.bank.SendCoinsFromAccountToModule(ctx, from, types.ModuleName, coins(spark)); err != nil {
		return 0, 0, 0, err
	}
	return dc, spark, 0, k.mint(ctx, from, &o, dc, spark, room)
}

// checkReceiver returns ErrReceiver, ErrAddress or ErrOwner unless an order names one
// account or one org of its sender; without either it is for its sender.
func (k *Keeper) checkReceiver(ctx context.Context, o *types.Order) error {
	if o.Org != 0 {
		owner, ok := k.orgs.OrgOwner(ctx, o.Org)
		if !ok || o.To != "" {
			return errorsmod.Wrapf(types.ErrReceiver, "org %d, account %q", o.Org, o.To)
		}
		// A gift would keep an org from another owner, since credits stay with theirs.
		if owner != o.Sender {
			return errorsmod.Wrapf(types.ErrOwner, "org %d", o.Org)
		}
		if !k.orgs.OrgOpen(ctx, o.Org) {
			return errorsmod.Wrapf(types.ErrReceiver, "org %d is closed", o.Org)
		}
		return nil
	}
	if o.To == "" {
		o.To = o.Sender
	}
	to, err := account(o.To)
	o.To = to.String()
	return err
}

// mint burns spark that stands in the module account and gives dc for it, out of a room
// that it fits in.
func (k *Keeper) mint(ctx context.Context, from sdk.AccAddress, o *types.Order, dc, spark uint64, room types.Room) error {
	if err := k.bank.BurnCoins(ctx, types.ModuleName, coins(spark)); err != nil {
		return err
	}
	if err := k.countMint(ctx, from, o.Org, dc, spark, room); err != nil {
		return err
	}
	got := types.Balance{Credits: dc, Basis: spark}
	e := types.EventMinted{Credits: dc, Burned: spark, To: o.To, Org: o.Org, Order: o.Number}
	if o.Org != 0 {
		if err := k.intoEscrow(ctx, o.Org, got); err != nil {
			return err
		}
		return emit(ctx, &e)
	}
	to, err := account(o.To)
	if err != nil {
		return err
	}
	if err := k.addBalance(ctx, to, got); err != nil {
		return err
	}
	return emit(ctx, &e)
}

// addBalance gives credits to an account.
func (k *Keeper) addBalance(ctx context.Context, to sdk.AccAddress, more types.Balance) error {
	b, err := k.Balance(ctx, to)
	if err != nil {
		return err
	}
	b, ok := b.Add(more)
	if !ok {
		return errorsmod.Wrap(types.ErrMintCap, "balance out of range")
	}
	return k.setBalance(ctx, to, b)
}

// room returns how many credits an account may mint now, for an org or for none.
func (k *Keeper) room(ctx context.Context, from sdk.AccAddress, org uint32) (types.Room, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return types.Room{}, err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return types.Room{}, err
	}
	now := k.epochs.CurrentEpoch(ctx)
	open := p.Open()
	if t.MintEpoch == now {
		open -= min(open, t.OpenThisEpoch)
	}
	mine, err := orZero(k.accountMints.Get(ctx, accountMintKey(now, from)))
	if err != nil {
		return types.Room{}, err
	}
	r := types.Room{Open: min(open, p.OpenFor()-min(p.OpenFor(), mine))}
	if org == 0 {
		return r, nil
	}
	kept, err := k.keptFor(ctx, p, t, org, now)
	if err != nil {
		return types.Room{}, err
	}
	e, err := k.Escrow(ctx, org)
	if e.MintEpoch == now {
		kept -= min(kept, e.Minted)
	}
	r.Kept = kept
	return r, err
}

// countMint counts a mint against the cap of the current epoch.
func (k *Keeper) countMint(ctx context.Context, from sdk.AccAddress, org uint32, dc, spark uint64, room types.Room) error {
	kept, open, ok := room.Split(dc)
	if !ok {
		return errorsmod.Wrapf(types.ErrMintCap, "%d credits wanted, %d left in this epoch", dc, room.Most())
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	now := k.epochs.CurrentEpoch(ctx)
	if now != t.MintEpoch {
		t.MintEpoch, t.MintedThisEpoch, t.OpenThisEpoch = now, 0, 0
	}
	t.MintedThisEpoch += dc
	t.OpenThisEpoch += open
	t.Minted += dc
	t.BurnedSpark += spark
	if err := k.totals.Set(ctx, t); err != nil {
		return err
	}
	if open > 0 {
		key := accountMintKey(now, from)
		mine, err := orZero(k.accountMints.Get(ctx, key))
		if err != nil {
			return err
		}
		if err := k.accountMints.Set(ctx, key, mine+open); err != nil {
			return err
		}
	}
	if kept == 0 {
		return nil
	}
	e, err := k.Escrow(ctx, org)
	if err != nil {
		return err
	}
	if e.MintEpoch != now {
		e.MintEpoch, e.Minted = now, 0
	}
	e.Minted += kept
	return k.escrows.Set(ctx, org, e)
}

func coins(spark uint64) sdk.Coins {
	return sdk.NewCoins(sdk.NewCoin(types.Denom, sdkmath.NewIntFromUint64(spark)))
}
