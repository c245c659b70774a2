// Package node runs one node of the chain, its own only validator, without
// consensus and on a database on disk. It takes every block through all that a
// validator does with it (pool, proposal, judgement, execution, commit), tells what
// each took, and how large the state is. It owns no load and changes nothing of what
// it runs.
package node

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"cosmossdk.io/log/v2"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	pruningtypes "github.com/cosmos/cosmos-sdk/store/v2/pruning/types"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/chain/app/vrf"
)

// ChainID is the chain of the benchmark.
const ChainID = "hexwave-bench-1"

// stake is the voting power of the validator.
const stake = 100_000

// Options say how a node starts.
type Options struct {
	Dir       string // of the database
	BlockTime time.Duration
	Keep      uint64 // old versions of the state; pruned ten at a time
	Accounts  []netgenesis.Account
}

// Node is one node. It is for one goroutine.
type Node struct {
	App     *app.App
	Written *Counter

	blockTime time.Duration
	consensus *ed25519.PrivKey
	height    int64
	now       time.Time
}

// New starts a chain in an empty directory and commits its first block.
func New(o Options) (*Node, error) {
	app.Configure()
	db, err := app.OpenDB(o.Dir, dbm.GoLevelDBBackend)
	if err != nil {
		return nil, err
	}
	seed := []byte("benchchain")
	n := &Node{
		Written: &Counter{DB: db}, blockTime: o.BlockTime, consensus: ed25519.GenPrivKeyFromSecret(seed),
		now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	random := vrf.FromSeed(sha256.Sum256(seed))
	n.App, err = app.New(log.NewNopLogger(), n.Written, app.Config{
		Home: o.Dir, Options: simtestutil.AppOptionsMap{flags.FlagHome: o.Dir}, VRF: []*vrf.Key{random}, MaxTxs: 5_000,
	}, baseapp.SetChainID(ChainID), baseapp.SetPruning(pruningtypes.NewCustomPruningOptions(o.Keep, 10)))
	if err != nil {
		return nil, err
	}
	doc, err := netgenesis.Build(n.App, netgenesis.Network{
		ChainID: ChainID, Time: n.now, Accounts: o.Accounts,
		Validators: []netgenesis.Validator{{
			Moniker: "bench", Operator: secp256k1.GenPrivKeyFromSecret(seed), Consensus: n.consensus.PubKey(),
			VRF: random.Public(), Stake: stake * app.PowerReduction, Balance: 2 * stake * app.PowerReduction,
		}},
	})
	if err != nil {
		return nil, err
	}
	params := doc.Consensus.Params.ToProto()
	if _, err := n.App.InitChain(&abci.RequestInitChain{
		Time: doc.GenesisTime, ChainId: ChainID, ConsensusParams: &params, AppStateBytes: doc.AppState, InitialHeight: 1,
	}); err != nil {
		return nil, fmt.Errorf("init chain: %w", err)
	}
	_, err = n.Block(nil)
	return n, err
}

// Height returns the height of the last block.
func (n *Node) Height() int64 { return n.height }

// Advance makes the next block later.
func (n *Node) Advance(d time.Duration) { n.now = n.now.Add(d) }

// Context writes straight to the state that the next block begins with.
func (n *Node) Context() sdk.Context {
	header := cmtproto.Header{ChainID: ChainID, Height: n.height, Time: n.now}
	return sdk.NewContext(n.App.CommitMultiStore(), header, false, log.NewNopLogger())
}

// Close closes the database.
func (n *Node) Close() error { return n.App.Close() }

func (n *Node) lastCommit() (c abci.CommitInfo) {
	if n.height > 1 {
		c.Votes = []abci.VoteInfo{{
			Validator:   abci.Validator{Address: n.consensus.PubKey().Address(), Power: stake},
			BlockIdFlag: cmtproto.BlockIDFlagCommit,
		}}
	}
	return c
}

func (n *Node) hash() []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n.height)))
	return h[:]
}

// Prune keeps that many old versions of the state from the next block on.
func (n *Node) Prune(keep uint64) {
	n.App.CommitMultiStore().SetPruning(pruningtypes.NewCustomPruningOptions(keep, 10))
}
