package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

// Orders are mints that wait: for a price, or for room under the cap. First come, first
// served; what fits is minted, the rest goes on waiting. Their HXW is held meanwhile and
// paid back when they have waited for too long.
const (
	maxOrders          = 10_000
	maxOrdersOfAccount = 5
	maxOrdersPerBlock  = 50
	orderBlocks        = 10
)

// order holds the deposit of a mint and puts it at the end of the line. Bound is what is
// held when the order names credits.
func (k *Keeper) order(ctx context.Context, from sdk.AccAddress, o types.Order, bound uint64) (uint64, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return 0, err
	}
	o.Deposit = o.Burn
	if o.Credits != 0 {
		o.Deposit = bound
	}
	if o.Deposit < p.MinOrder {
		return 0, errorsmod.Wrapf(types.ErrOrder, "%d spark to hold, at least %d", o.Deposit, p.MinOrder)
	}
	if err := k.roomForOrder(ctx, from); err != nil {
		return 0, err
	}
	if err := k.bank.SendCoinsFromAccountToModule(ctx, from, types.ModuleName, coins(o.Deposit)); err != nil {
		return 0, err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return 0, err
	}
	t.Deposits += o.Deposit
	t.Orders++
	o.Epoch = k.epochs.CurrentEpoch(ctx)
	if err := k.totals.Set(ctx, t); err != nil {
		return 0, err
	}
	if o.Number, err = k.enqueue(ctx, from, o); err != nil {
		return 0, err
	}
	return o.Number, emit(ctx, &types.EventOrdered{Order: o.Number, Sender: o.Sender, Deposit: o.Deposit})
}

// roomForOrder returns ErrOrders when too many wait.
func (k *Keeper) roomForOrder(ctx context.Context, from sdk.AccAddress) error {
	n := 0
	err := k.ordersOf.Walk(ctx, collections.NewPrefixedPairRange[[]byte, uint64](from), func(collections.Pair[[]byte, uint64]) (bool, error) {
		n++
		return n == maxOrdersOfAccount, nil
	})
	if err != nil || n == maxOrdersOfAccount {
		return errorsmod.Wrapf(types.ErrOrders, "%d of the account", n)
	}
	t, err := k.Totals(ctx)
	if err == nil && t.Orders >= maxOrders {
		err = errorsmod.Wrapf(types.ErrOrders, "%d of all", t.Orders)
	}
	return err
}

// enqueue stores an order with the next number.
func (k *Keeper) enqueue(ctx context.Context, from sdk.AccAddress, o types.Order) (uint64, error) {
	t, err := k.Totals(ctx)
	if err != nil {
		return 0, err
	}
	o.Number = max(t.NextOrder, 1)
	t.NextOrder = o.Number + 1
	if err := k.totals.Set(ctx, t); err != nil {
		return 0, err
	}
	if err := k.ordersOf.Set(ctx, collections.Join([]byte(from), o.Number)); err != nil {
		return 0, err
	}
	return o.Number, k.orders.Set(ctx, o.Number, o)
}

// dequeue removes an order from the line.
func (k *Keeper) dequeue(ctx context.Context, from sdk.AccAddress, number uint64) error {
	if err := k.ordersOf.Remove(ctx, collections.Join([]byte(from), number)); err != nil {
		return err
	}
	return k.orders.Remove(ctx, number)
}

// end removes an order and pays back what is left of its deposit.
func (k *Keeper) end(ctx context.Context, o types.Order) error {
	from, err := account(o.Sender)
	if err != nil {
		return err
	}
	if err := k.dequeue(ctx, from, o.Number); err != nil {
		return err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	t.Deposits -= o.Deposit
	t.Orders--
	if err := k.totals.Set(ctx, t); err != nil {
		return err
	}
	if o.Deposit > 0 {
		if err := k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, from, coins(o.Deposit)); err != nil {
			return err
		}
	}
	return emit(ctx, &types.EventOrderEnded{Order: o.Number, Sender: o.Sender, Refunded: o.Deposit})
}

// runOrders serves the orders that wait longest, every few blocks: those that find no
// room are looked at again and again. Without a price nothing is served, but what has
// waited for too long is paid back all the same.
func (k *Keeper) runOrders(ctx sdk.Context) error {
	if ctx.BlockHeight()%orderBlocks != 0 {
		return nil
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	var first []types.Order
	err = k.orders.Walk(ctx, nil, func(_ uint64, o types.Order) (bool, error) {
		first = append(first, o)
		return len(first) == maxOrdersPerBlock, nil
	})
	if err != nil || len(first) == 0 {
		return err
	}
	price, err := k.mintPrice(ctx)
	if err != nil && !errorsmod.IsOf(err, types.ErrPriceStale) {
		return err
	}
	now := k.epochs.CurrentEpoch(ctx)
	for _, o := range first {
		switch {
		case now >= o.Epoch+p.OrderEpochs:
			err = k.end(ctx, o)
		case price > 0:
			err = k.serve(ctx, o, price)
		default:
			err = nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// serve mints what fits of an order. One that has no room for its account goes to the
// end of the line, so that it does not keep others from theirs.
func (k *Keeper) serve(ctx context.Context, o types.Order, price uint64) error {
	from, err := account(o.Sender)
	if err != nil {
		return err
	}
	if k.checkReceiver(ctx, &o) != nil {
		return k.end(ctx, o) // the org has another owner now, or is closed
	}
	room, err := k.room(ctx, from, o.Org)
	if err != nil {
		return err
	}
	dc, spark, err := convert(o.Burn, o.Credits, price)
	if err != nil || spark > o.Deposit {
		return k.end(ctx, o) // worth nothing now, or dearer than its bound
	}
	if get := min(dc, room.Most()); get < dc {
		dc, spark = get, types.Cost(get, price)
	}
	if dc == 0 {
		return k.requeue(ctx, from, o)
	}
	if err := k.mint(ctx, from, &o, dc, spark, room); err != nil {
		return err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	t.Deposits -= spark
	if err := k.totals.Set(ctx, t); err != nil {
		return err
	}
	o.Deposit -= spark
	if o.Burn != 0 {
		o.Burn -= spark
	} else {
		o.Credits -= dc
	}
	if o.Burn == 0 && o.Credits == 0 {
		return k.end(ctx, o)
	}
	return k.requeue(ctx, from, o)
}

// requeue puts an order, or what is left of it, at the end of the line.
func (k *Keeper) requeue(ctx context.Context, from sdk.AccAddress, o types.Order) error {
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	if o.Number+1 == t.NextOrder {
		return k.orders.Set(ctx, o.Number, o) // it is there
	}
	if err := k.dequeue(ctx, from, o.Number); err != nil {
		return err
	}
	_, err = k.enqueue(ctx, from, o)
	return err
}
