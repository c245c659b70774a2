package keeper

import (
	"context"
	"encoding/binary"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

func be32(b []byte) uint32 { return binary.BigEndian.Uint32(b) }

// exportOwed returns what accounts are owed, in order of their bytes.
func (k *Keeper) exportOwed(ctx context.Context) ([]types.Owed, error) {
	it, err := k.store.OpenKVStore(ctx).Iterator([]byte{types.PrefixOwed}, []byte{types.PrefixOwed + 1})
	if err != nil {
		return nil, err
	}
	defer func() { _ = it.Close() }()
	var all []types.Owed
	for ; it.Valid(); it.Next() {
		spark, err := types.DecodeOwed(it.Value())
		if err != nil {
			return nil, err
		}
		all = append(all, types.Owed{Owner: sdk.AccAddress(it.Key()[1:]).String(), Spark: spark})
	}
	return all, nil
}

// exportCells returns cell 0, if anything is in it, and every cell with an
// account.
func (k *Keeper) exportCells(ctx context.Context, s types.State) ([]types.CellState, error) {
	var all []types.CellState
	zero, err := k.exportUnplaced(ctx)
	if err != nil {
		return nil, err
	}
	if len(zero) > 0 {
		all = append(all, types.CellState{Slots: zero})
	}
	cells, err := k.cellsFrom(ctx, 0, 1<<62)
	if err != nil {
		return nil, err
	}
	for _, cell := range cells {
		c, err := k.exportCell(ctx, cell, s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// exportUnplaced returns the slots in use of cell 0.
func (k *Keeper) exportUnplaced(ctx context.Context) ([]types.Slot, error) {
	it, err := k.store.OpenKVStore(ctx).Iterator(types.ColdKey(0, 0), types.ColdKey(1, 0))
	if err != nil {
		return nil, err
	}
	defer func() { _ = it.Close() }()
	var used []types.Slot
	for ; it.Valid(); it.Next() {
		c, err := types.DecodeCold(it.Value())
		if err != nil {
			return nil, err
		}
		for i, s := range c.Slots {
			if c.Used>>i&1 == 1 {
				used = append(used, s)
			}
		}
	}
	return used, nil
}

func (k *Keeper) exportCell(ctx context.Context, cell uint64, s types.State) (types.CellState, error) {
	a, _, err := k.account(ctx, cell)
	if err != nil {
		return types.CellState{}, err
	}
	out := types.CellState{Cell: cellOf(cell, a)}
	if out.Slots, err = k.slots(ctx, cell, a.Pages); err != nil {
		return out, err
	}
	current, err := k.points(ctx, cell, a.Pages, s.Epoch)
	if err != nil {
		return out, err
	}
	var last []uint64
	if a.Swept < s.Epoch-1 {
		if last, err = k.points(ctx, cell, a.Pages, s.Epoch-1); err != nil {
			return out, err
		}
	}
	out.PointsEven, out.PointsOdd, out.EvenEpoch, out.OddEpoch = current, last, s.Epoch, s.Epoch-1
	if s.Epoch&1 == 1 {
		out.PointsEven, out.PointsOdd, out.EvenEpoch, out.OddEpoch = last, current, s.Epoch-1, s.Epoch
	}
	return out, nil
}

// points returns the points of a cell in an epoch by slot, without the zeros at
// the end.
func (k *Keeper) points(ctx context.Context, cell uint64, pages uint16, epoch uint32) ([]uint64, error) {
	var all []uint64
	n := 0
	for page := range pages {
		h, err := k.hot(ctx, epoch, cell, page)
		if err != nil {
			return nil, err
		}
		for _, p := range h.Points {
			all = append(all, p)
			if p != 0 {
				n = len(all)
			}
		}
	}
	return all[:n:n], nil
}

// CheckInvariants returns ErrInvariant unless the sums of the stored state
// agree: what slots hold and accounts are owed is the liability and stands in the
// module account;
// minted = claimed + claimable + splits; what cells hold is the demand money;
// booked points add up.
func (k *Keeper) CheckInvariants(ctx context.Context) error {
	g, err := k.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	if err := g.Validate(); err != nil {
		return errorsmod.Wrap(types.ErrInvariant, err.Error())
	}
	have := k.bank.GetBalance(ctx, k.address, credits.Denom).Amount
	if !have.IsUint64() || have.Uint64() != g.Totals.Claimable {
		return errorsmod.Wrapf(types.ErrInvariant, "module account has %s, %d claimable", have, g.Totals.Claimable)
	}
	return nil
}
