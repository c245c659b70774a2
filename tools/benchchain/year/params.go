package year

import (
	"fmt"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementkeeper "github.com/hexwave/hexwave/chain/x/settlement/keeper"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// windowBlocks is ten days: each hotspot sends a beacon three times a month.
const windowBlocks = 10 * blocksAnEpoch

// accelerate sets what counts blocks to what it is in blocks of two hours, and what a
// town of few hotspots needs. All else is as at launch.
func accelerate(ctx sdk.Context, k *app.Keepers) error {
	p := poc.DefaultParams()
	p.WindowBlocks, p.VoidMs, p.AirtimePermille = windowBlocks, 1<<40, 100
	p.RampBlocks, p.RampEndBlocks = windowBlocks, 3*windowBlocks
	if _, err := pockeeper.NewMsgServer(k.PoC).UpdateParams(ctx, &poc.MsgUpdateParams{Authority: app.Authority(), Params: p}); err != nil {
		return fmt.Errorf("parameters of poc: %w", err)
	}
	w, err := k.Rewards.Params(ctx)
	if err != nil {
		return err
	}
	w.FoldBlocks, w.SweepCellsPerBlock = 2, 100
	if _, err := rewardskeeper.NewMsgServer(k.Rewards).UpdateParams(ctx, &rewards.MsgUpdateParams{Authority: app.Authority(), Params: w}); err != nil {
		return fmt.Errorf("parameters of rewards: %w", err)
	}
	s := settlement.DefaultParams()
	s.OpenBlocks = blocksAnEpoch / 2
	if _, err := settlementkeeper.NewMsgServer(k.Settlement).UpdateParams(ctx, &settlement.MsgUpdateParams{Authority: app.Authority(), Params: s}); err != nil {
		return fmt.Errorf("parameters of settlement: %w", err)
	}
	return nil
}
