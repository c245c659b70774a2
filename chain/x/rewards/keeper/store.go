package keeper

import (
	"context"

	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
)

func (k *Keeper) get(ctx context.Context, key []byte) ([]byte, error) {
	return k.store.OpenKVStore(ctx).Get(key)
}

func (k *Keeper) set(ctx context.Context, key, value []byte) error {
	return k.store.OpenKVStore(ctx).Set(key, value)
}

func (k *Keeper) del(ctx context.Context, key []byte) error {
	return k.store.OpenKVStore(ctx).Delete(key)
}

// getProto reads a protobuf value and returns false when there is none.
func (k *Keeper) getProto(ctx context.Context, key []byte, into protoValue) (bool, error) {
	b, err := k.get(ctx, key)
	if err != nil || b == nil {
		return false, err
	}
	return true, into.Unmarshal(b)
}

func (k *Keeper) setProto(ctx context.Context, key []byte, v protoValue) error {
	b, err := v.Marshal()
	if err != nil {
		return err
	}
	return k.set(ctx, key, b)
}

type protoValue interface {
	proto.Message
	Marshal() ([]byte, error)
	Unmarshal([]byte) error
}

func (k *Keeper) state(ctx context.Context) (types.State, error) {
	b, err := k.get(ctx, []byte{types.PrefixState})
	if err != nil {
		return types.State{}, err
	}
	return types.DecodeState(b)
}

func (k *Keeper) setState(ctx context.Context, s types.State) error {
	return k.set(ctx, []byte{types.PrefixState}, s.Encode())
}

func (k *Keeper) clock(ctx context.Context) (types.Clock, error) {
	b, err := k.get(ctx, []byte{types.PrefixClock})
	if err != nil {
		return types.Clock{}, err
	}
	return types.DecodeClock(b)
}

// Totals returns the counters, with the liability and the HXW burned filled in.
func (k *Keeper) Totals(ctx context.Context) (types.Totals, error) {
	t, err := k.counters(ctx)
	if err != nil {
		return t, err
	}
	s, err := k.state(ctx)
	if err != nil {
		return t, err
	}
	t.Claimable = s.Liability
	t.Burned, err = k.burns.BurnedSpark(ctx)
	return t, err
}

// counters returns the counters as they are stored.
func (k *Keeper) counters(ctx context.Context) (types.Totals, error) {
	var t types.Totals
	_, err := k.getProto(ctx, []byte{types.PrefixTotals}, &t)
	return t, err
}

// count changes the stored counters.
func (k *Keeper) count(ctx context.Context, change func(*types.Totals)) error {
	t, err := k.counters(ctx)
	if err != nil {
		return err
	}
	change(&t)
	return k.setProto(ctx, []byte{types.PrefixTotals}, &t)
}

// owe adds to, or takes from, what the module account owes to hotspots.
func (k *Keeper) owe(ctx context.Context, more, less uint64) error {
	if more == less {
		return nil
	}
	s, err := k.state(ctx)
	if err != nil {
		return err
	}
	s.Liability = s.Liability + more - less
	return k.setState(ctx, s)
}

// account returns the demand account of a cell, or false when there is none.
func (k *Keeper) account(ctx context.Context, cell uint64) (types.Account, bool, error) {
	b, err := k.get(ctx, types.AccountKey(cell))
	if err != nil || b == nil {
		return types.Account{}, false, err
	}
	a, err := types.DecodeAccount(b)
	return a, true, err
}

func (k *Keeper) setAccount(ctx context.Context, cell uint64, a types.Account) error {
	return k.set(ctx, types.AccountKey(cell), a.Encode())
}

// openAccount returns the demand account of a cell and makes one that is rated
// up to the last epoch when there is none.
func (k *Keeper) openAccount(ctx context.Context, cell uint64) (types.Account, error) {
	a, ok, err := k.account(ctx, cell)
	if err != nil || ok {
		return a, err
	}
	s, err := k.state(ctx)
	if err != nil {
		return a, err
	}
	c, err := k.clock(ctx)
	if err != nil {
		return a, err
	}
	c.Cells++
	if err := k.set(ctx, []byte{types.PrefixClock}, c.Encode()); err != nil {
		return a, err
	}
	a = types.Account{Swept: s.Epoch - 1, InflowEpoch: s.Epoch}
	return a, k.setAccount(ctx, cell, a)
}

func (k *Keeper) cold(ctx context.Context, cell uint64, page uint16) (types.Cold, error) {
	b, err := k.get(ctx, types.ColdKey(cell, page))
	if err != nil || b == nil {
		return types.Cold{}, err
	}
	return types.DecodeCold(b)
}

func (k *Keeper) setCold(ctx context.Context, cell uint64, page uint16, c types.Cold) error {
	if b := c.Encode(); b != nil {
		return k.set(ctx, types.ColdKey(cell, page), b)
	}
	return k.del(ctx, types.ColdKey(cell, page))
}

// hot returns the points of a page in an epoch; a page that was last used in
// another epoch has none.
func (k *Keeper) hot(ctx context.Context, epoch uint32, cell uint64, page uint16) (types.Hot, error) {
	b, err := k.get(ctx, types.HotKey(epoch, cell, page))
	if err != nil || b == nil {
		return types.Hot{Epoch: epoch}, err
	}
	h, err := types.DecodeHot(b)
	if err != nil || h.Epoch != epoch {
		return types.Hot{Epoch: epoch}, err
	}
	return h, nil
}

// residence returns where a hotspot has its slots.
func (k *Keeper) residence(ctx context.Context, hotspot uint32) (types.Residence, error) {
	b, err := k.get(ctx, types.NumberKey(types.PrefixHome, hotspot))
	if err != nil {
		return types.Residence{}, err
	}
	if b != nil {
		return types.DecodeResidence(b)
	}
	p, err := types.Unplaced(hotspot)
	return types.Residence{Home: p}, err
}

func (k *Keeper) setResidence(ctx context.Context, hotspot uint32, r types.Residence) error {
	return k.set(ctx, types.NumberKey(types.PrefixHome, hotspot), r.Encode())
}

// epochRecord returns a closed epoch, or false when it is not on record.
func (k *Keeper) epochRecord(ctx context.Context, epoch uint32) (types.Epoch, bool, error) {
	var e types.Epoch
	ok, err := k.getProto(ctx, types.NumberKey(types.PrefixTerms, epoch), &e)
	return e, ok, err
}
