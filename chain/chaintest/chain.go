// Package chaintest runs the whole application through real blocks in memory:
// one App for each validator, genesis by gentx, proposals prepared by the
// proposer and judged by all, equal app hashes demanded after every block. It
// has no network, no consensus engine and no clock of its own; it is imported
// by tests only.
package chaintest

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"cosmossdk.io/log/v2"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/chain/app/vrf"
)

// ChainID is the chain id of every test chain.
const ChainID = "hexwave-dev-1"

// Options say how a test chain starts. The zero value is one validator with a
// randomness key, the accounts "alice" and "bob", and one block a second.
type Options struct {
	// Validators is the number of Apps; every block runs on each of them.
	Validators int
	// NoVRF leaves the validators without randomness keys.
	NoVRF bool
	// Accounts are names of funded accounts; each gets AccountBalance spark.
	Accounts []string
	// Patch is merged into the genesis app state (RFC 7386), or nil.
	Patch []byte
	// Bonds is the spark that the routing module holds for the lanes in Patch.
	Bonds int64
	// Stakes are what the validators stake, in HXW; those without one stake
	// ValidatorStake.
	Stakes []int64
	// BlockTime is the distance between block times.
	BlockTime time.Duration
	// Setup is called with every App when it is built or restarted.
	Setup func(*app.App)
	// SnapshotEvery is how many blocks of a live network lie between snapshots for
	// state sync, all of which are kept; 0 takes none.
	SnapshotEvery uint64
	// Logger receives the nodes' logs; nil drops them.
	Logger log.Logger
}

// Chain is a running test chain. It is for one goroutine.
type Chain struct {
	// App is the node of the first validator.
	App *app.App
	// Nodes are all validators.
	Nodes []*Node
	// Blocks are the blocks finalised so far, in order.
	Blocks []*abci.RequestFinalizeBlock
	// Hashes are the app hashes after each of Blocks.
	Hashes [][]byte
	// Misbehavior is what the next block accuses validators of.
	Misbehavior []abci.Misbehavior

	t        testing.TB
	opts     Options
	genesis  *genutiltypes.AppGenesis
	accounts map[string]*Account
	first    int64
	start    time.Time
	// commit are the votes on the last block, coming the changes of the validators
	// that it decided.
	commit  []abci.VoteInfo
	coming  []abci.ValidatorUpdate
	offline map[int]bool
	// extended are the votes of the last block's height by validator address.
	extended map[string]extension
}

// New starts a chain and finalises its first block. It fails the test when that
// does not work.
func New(t testing.TB, o Options) *Chain {
	t.Helper()
	app.Configure()
	c := prepared(t, o)
	network := netgenesis.Network{ChainID: ChainID, Time: c.start, Patch: c.opts.Patch}
	for _, n := range c.Nodes {
		network.Validators = append(network.Validators, n.founder(c.opts))
	}
	network.Accounts = c.funded()
	doc, err := netgenesis.Build(c.App, network)
	if err != nil {
		t.Fatal(err)
	}
	c.initChain(doc, nil)
	c.NextBlock()
	return c
}

// prepared makes the nodes of a chain whose genesis is not known yet.
func prepared(t testing.TB, o Options) *Chain {
	t.Helper()
	if o.Validators == 0 {
		o.Validators = 1
	}
	if o.Accounts == nil {
		o.Accounts = []string{"alice", "bob"}
	}
	if o.BlockTime == 0 {
		o.BlockTime = time.Second
	}
	if o.Logger == nil {
		o.Logger = log.NewNopLogger()
	}
	c := &Chain{
		t: t, opts: o, accounts: map[string]*Account{}, first: 1, offline: map[int]bool{},
		start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for i := range o.Validators {
		n := newNode(i, dbm.NewMemDB(), t.TempDir(), o.NoVRF)
		n.now = func() time.Time { return c.timeOf(c.Height() + 1) }
		n.App = c.open(n)
		c.Nodes = append(c.Nodes, n)
	}
	c.App = c.Nodes[0].App
	return c
}

func (c *Chain) open(n *Node) *app.App {
	c.t.Helper()
	var keys []*vrf.Key
	for _, key := range []*vrf.Key{n.VRF, n.NextVRF} {
		if key != nil {
			keys = append(keys, key)
		}
	}
	a, err := app.New(c.opts.Logger, n.db, app.Config{
		Home:    n.home,
		Options: simtestutil.NewAppOptionsWithFlagHome(n.home),
		VRF:     keys,
		Price:   n,
		MaxTxs:  5_000,
	}, baseapp.SetChainID(ChainID), baseapp.SetSnapshot(c.snapshotStore()))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.opts.Setup != nil {
		c.opts.Setup(a)
	}
	return a
}

// initChain gives every node the genesis and checks that they agree on the
// validators.
func (c *Chain) initChain(doc *genutiltypes.AppGenesis, validators []abci.ValidatorUpdate) {
	c.t.Helper()
	c.genesis = doc
	params := doc.Consensus.Params.ToProto()
	for i, n := range c.Nodes {
		res, err := n.App.InitChain(&abci.RequestInitChain{
			Time: doc.GenesisTime, ChainId: doc.ChainID, ConsensusParams: &params,
			Validators: validators, AppStateBytes: doc.AppState, InitialHeight: doc.InitialHeight,
		})
		if err != nil {
			c.t.Fatalf("init chain: %v", err)
		}
		if i == 0 {
			c.setValidators(res.Validators)
		}
	}
}

// Height is the height of the last finalised block.
func (c *Chain) Height() int64 { return c.first + int64(len(c.Blocks)) - 1 }

// Time is the time of the last finalised block.
func (c *Chain) Time() time.Time { return c.timeOf(c.Height()) }

func (c *Chain) timeOf(height int64) time.Time {
	return c.start.Add(time.Duration(height) * c.opts.BlockTime)
}

// Context reads the state after the last block. Writes to it are lost.
func (c *Chain) Context() sdk.Context {
	c.t.Helper()
	// A node that was just opened has no header yet, so it is put in here.
	ctx, err := c.App.CreateQueryContextWithCheckHeader(0, false, false)
	if err != nil {
		c.t.Fatal(err)
	}
	return ctx.WithBlockHeader(cmtproto.Header{ChainID: ChainID, Height: c.Height(), Time: c.Time()})
}

// blockHash stands in for the hash of a header.
func blockHash(height int64) []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("block"), uint64(height)))
	return h[:]
}

func (c *Chain) proposer(height int64) *Node {
	for i := range c.Nodes {
		at := int(height+int64(i)) % len(c.Nodes)
		if !c.offline[at] {
			return c.Nodes[at]
		}
	}
	panic(fmt.Sprintf("no node to propose block %d", height))
}
