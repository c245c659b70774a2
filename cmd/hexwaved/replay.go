package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"cosmossdk.io/log/v2"
	abcicli "github.com/cometbft/cometbft/abci/client"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtcfg "github.com/cometbft/cometbft/config"
	cmtlog "github.com/cometbft/cometbft/libs/log"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/state"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
)

// Reasons why a replay ends early.
var (
	errDiffers    = errors.New("replay differs")
	errIncomplete = errors.New("blocks are incomplete")
)

// replayResult is what replay prints.
type replayResult struct {
	Schema  string `json:"schema"`
	ChainID string `json:"chain_id"`
	Blocks  int64  `json:"blocks"`
	Height  int64  `json:"height"`
	AppHash string `json:"app_hash"`
	Equal   bool   `json:"equal"`
}

func replayCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "replay",
		Short: "Execute a stopped node's blocks again and compare every app hash",
		Long: `Reads the genesis and the blocks in the node's home, executes all of them on a
fresh application in memory, and compares the app hash after each block with the
one that the validators signed. It changes nothing in the home. The node must be
stopped and must still have all blocks since genesis.`,
		Example: "hexwaved replay --home ./net/node0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			res, err := replay(cmd.Context(), server.GetServerContextFromCmd(cmd))
			if err != nil {
				return err
			}
			return printJSON(cmd, res)
		},
	}
	return cmd
}

// recorded is what a home holds of the chain.
type recorded struct {
	genesis *cmttypes.GenesisDoc
	blocks  *store.BlockStore
	states  state.Store
	last    state.State
	closeDB []func() error
}

func (r *recorded) Close() error {
	var errs []error
	for _, c := range r.closeDB {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

func openRecorded(cfg *cmtcfg.Config) (*recorded, error) {
	doc, err := genutiltypes.AppGenesisFromFile(cfg.GenesisFile())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoGenesis, err)
	}
	r := &recorded{}
	if r.genesis, err = doc.ToGenesisDoc(); err != nil {
		return nil, fmt.Errorf("%w: %w", errNoGenesis, err)
	}
	blocks, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "blockstore", Config: cfg})
	if err != nil {
		return nil, fmt.Errorf("open blocks in %s, is the node stopped? %w", cfg.DBDir(), err)
	}
	r.closeDB = append(r.closeDB, blocks.Close)
	states, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "state", Config: cfg})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open states in %s, is the node stopped? %w", cfg.DBDir(), err), r.Close())
	}
	r.closeDB = append(r.closeDB, states.Close)
	r.blocks = store.NewBlockStore(blocks)
	r.states = state.NewStore(states, state.StoreOptions{})
	if r.last, err = r.states.Load(); err != nil {
		return nil, errors.Join(fmt.Errorf("read last state: %w", err), r.Close())
	}
	return r, nil
}

// hashAfter is the app hash that the validators signed for the state after a
// height: the next block carries it, the newest one only the node's own state.
func (r *recorded) hashAfter(height int64) ([]byte, error) {
	if height == r.last.LastBlockHeight {
		return r.last.AppHash, nil
	}
	meta := r.blocks.LoadBlockMeta(height + 1)
	if meta == nil {
		return nil, fmt.Errorf("%w: block %d is missing", errIncomplete, height+1)
	}
	return meta.Header.AppHash, nil
}

func replay(ctx context.Context, sctx *server.Context) (_ replayResult, err error) {
	r, err := openRecorded(sctx.Config)
	if err != nil {
		return replayResult{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	if base := r.blocks.Base(); base > r.genesis.InitialHeight {
		return replayResult{}, fmt.Errorf("%w: the oldest is %d, genesis is %d; replay a node that keeps all blocks", errIncomplete, base, r.genesis.InitialHeight)
	}
	home, err := os.MkdirTemp("", "hexwaved-replay-")
	if err != nil {
		return replayResult{}, fmt.Errorf("make directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(home)) }()
	fresh, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), app.Config{
		Home:    home,
		Options: simtestutil.AppOptionsMap{flags.FlagHome: home},
		MaxTxs:  defaultMaxTxs,
	}, baseapp.SetChainID(r.genesis.ChainID))
	if err != nil {
		return replayResult{}, err
	}
	return r.run(ctx, fresh)
}

// run executes all blocks on a fresh application.
func (r *recorded) run(ctx context.Context, fresh *app.App) (replayResult, error) {
	params := r.genesis.ConsensusParams.ToProto()
	if _, err := fresh.InitChain(&abci.RequestInitChain{
		Time: r.genesis.GenesisTime, ChainId: r.genesis.ChainID, InitialHeight: r.genesis.InitialHeight,
		ConsensusParams: &params, AppStateBytes: r.genesis.AppState,
	}); err != nil {
		return replayResult{}, fmt.Errorf("start from genesis: %w", err)
	}
	conn := proxy.NewAppConnConsensus(abcicli.NewLocalClient(nil, server.NewCometABCIWrapper(fresh)), proxy.NopMetrics())
	res := replayResult{Schema: "replay/v1", ChainID: r.genesis.ChainID}
	for h := r.genesis.InitialHeight; h <= r.last.LastBlockHeight; h++ {
		if err := ctx.Err(); err != nil {
			return res, fmt.Errorf("stopped at block %d: %w", h, err)
		}
		block := r.blocks.LoadBlock(h)
		if block == nil {
			return res, fmt.Errorf("%w: block %d is missing", errIncomplete, h)
		}
		got, err := state.ExecCommitBlock(conn, block, cmtlog.NewNopLogger(), r.states, r.genesis.InitialHeight)
		if err != nil {
			return res, fmt.Errorf("execute block %d: %w", h, err)
		}
		want, err := r.hashAfter(h)
		if err != nil {
			return res, err
		}
		if !bytes.Equal(got, want) {
			return res, fmt.Errorf("%w: block %d gives app hash %X, the chain has %X", errDiffers, h, got, want)
		}
		res.Blocks++
		res.Height, res.AppHash = h, fmt.Sprintf("%X", got)
	}
	res.Equal = res.Blocks > 0
	return res, nil
}
