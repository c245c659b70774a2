package million

import (
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"

	"github.com/hexwave/hexwave/chain/app"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/geo"
)

// How far folding and sweep are is asked of no message or query, so it is read
// from the store, in the module's own types.

// rewardsStore returns the store that the next block begins with.
func (n *Node) rewardsStore() storetypes.KVStore {
	multi := n.App.CommitMultiStore()
	named := multi.(interface {
		StoreKeysByName() map[string]storetypes.StoreKey
	})
	return multi.GetKVStore(named.StoreKeysByName()[rewards.StoreKey])
}

func (n *Node) rewards(key []byte) []byte { return n.rewardsStore().Get(key) }

// setRewards sets the parameters of the rewards module.
func (n *Node) setRewards(p rewards.Params) error {
	_, err := rewardskeeper.NewMsgServer(n.App.Keepers.Rewards).UpdateParams(n.context(), &rewards.MsgUpdateParams{
		Authority: app.Authority(), Params: p,
	})
	return err
}

// booked tells whether an epoch is closed and all of its points are in the pages.
func (n *Node) booked(epoch uint32) (bool, error) {
	if n.App.Keepers.Rewards.CurrentEpoch(n.context()) == epoch {
		return false, nil
	}
	row, err := rewards.DecodeRow(n.rewards(rewards.NumberKey(rewards.PrefixRow, epoch)))
	if err != nil {
		return false, fmt.Errorf("read epoch %d: %w", epoch, err)
	}
	if row.TotalPoints == 0 {
		return false, fmt.Errorf("nothing was earned in epoch %d", epoch)
	}
	fold, err := rewards.DecodeFold(n.rewards([]byte{rewards.PrefixFold}))
	return row.ClosedHeight <= fold.Before(), err
}

// cellsLeft returns how many cells the cursor has not rated yet. It is 1 when the
// cursor has yet to find that there are no more.
func (n *Node) cellsLeft() (int, error) {
	s, err := rewards.DecodeState(n.rewards([]byte{rewards.PrefixState}))
	if err != nil || s.SweepCell == rewards.NothingLeft {
		return 0, err
	}
	it := n.rewardsStore().Iterator(rewards.AccountKey(s.SweepCell), []byte{rewards.PrefixAccount + 1})
	defer func() { _ = it.Close() }()
	left := 0
	for ; it.Valid(); it.Next() {
		left++
	}
	return max(left, 1), nil
}

// ledgerCell returns the cell of the ledger that a hotspot stands in before it moves.
func (w *World) ledgerCell(index uint32) geo.Cell {
	return geo.CellAt(w.At[index-1], hotspot.CellRes).Parent(hotspot.LedgerRes)
}

// cellSizes returns how many hotspots each cell of the ledger has.
func (w *World) cellSizes() map[geo.Cell]int {
	sizes := map[geo.Cell]int{}
	for i := range w.At {
		sizes[w.ledgerCell(uint32(i+1))]++
	}
	return sizes
}
