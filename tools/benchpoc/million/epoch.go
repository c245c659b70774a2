package million

import (
	"fmt"
	"math/rand/v2"
	"time"

	"cosmossdk.io/log/v2"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/internal/bench"
)

// Sizes of the measurement of an epoch's end.
const (
	sweptBlocks = 60
	claims      = 500
)

// context writes straight to the state that the next block commits.
func (n *Node) context() sdk.Context {
	header := cmtproto.Header{ChainID: ChainID, Height: n.height, Time: n.start}
	return sdk.NewContext(n.App.CommitMultiStore(), header, false, log.NewNopLogger())
}

// modernise sets today's default parameters, whatever the state was made with.
func (n *Node) modernise() error {
	p := poc.DefaultParams()
	_, err := pockeeper.NewMsgServer(n.App.Keepers.PoC).UpdateParams(n.context(), &poc.MsgUpdateParams{
		Authority: app.Authority(), Params: p,
	})
	return err
}

// epoch ends the epoch, waits until its points are in the pages, and measures
// blocks that rate cells besides their own work, and claims.
func (o *Options) epoch(node *Node, load *Load, before []Cost) ([]bench.Row, error) {
	p, err := node.App.Keepers.Rewards.Params(node.context())
	if err != nil {
		return nil, err
	}
	node.start = node.start.Add(time.Duration(p.EpochSeconds) * time.Second)
	for range 2*p.FoldBlocks + 2 {
		if _, err := o.block(node, load); err != nil {
			return nil, err
		}
	}
	var swept []Cost
	for range sweptBlocks {
		c, err := o.block(node, load)
		if err != nil {
			return nil, err
		}
		swept = append(swept, c)
	}
	claim, err := claimed(node, o.Hotspots, o.Seed)
	if err != nil {
		return nil, err
	}
	return []bench.Row{
		bench.Row{Name: "added to a block by the sweep of an epoch", Value: median(swept, whole) - median(before, whole), Unit: "ms", Better: bench.Lower}.Goal(300),
		bench.Row{Name: "the longest block of a sweep", Value: longest(swept, whole), Unit: "ms", Better: bench.Lower}.
			Against("the longest without", longest(before, whole), 0),
		bench.Row{Name: "one claim, its cell rated", Value: claim, Unit: "ms", Better: bench.Lower}.Goal(1),
	}, nil
}

// claimed returns what one claim of a hotspot takes, in ms.
func claimed(node *Node, hotspots int, seed uint64) (float64, error) {
	r := rand.New(rand.NewPCG(seed, 3))
	ctx, _ := node.context().CacheContext()
	server := rewardskeeper.NewMsgServer(node.App.Keepers.Rewards)
	began := time.Now()
	for range claims {
		index := uint32(1 + r.IntN(hotspots))
		if _, err := server.Claim(ctx, &rewards.MsgClaim{Hotspots: []uint32{index}}); err != nil {
			return 0, fmt.Errorf("claim of hotspot %d: %w", index, err)
		}
	}
	return ms(time.Since(began)) / claims, nil
}

func longest(costs []Cost, of func(Cost) float64) (most float64) {
	for _, c := range costs {
		most = max(most, of(c))
	}
	return most
}
