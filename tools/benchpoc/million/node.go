package million

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

// What cmd/hexwaved writes into a new node's app.toml.
var pruning = pruningtypes.NewCustomPruningOptions(1_000, 10)

// cacheSize is the SDK's default number of nodes kept in memory for each store.
const cacheSize = 781_250

// power is the validator's.
const power = 100_000

// blockTime is the distance between header times.
const blockTime = 6 * time.Second

// Node is one node that is its own only validator.
type Node struct {
	App *app.App
	DB  *Counter

	home      string
	options   []func(*baseapp.BaseApp)
	consensus *ed25519.PrivKey
	operator  *secp256k1.PrivKey
	vrf       *vrf.Key
	height    int64
	start     time.Time
}

// NewNode opens a node on a database. Options come after those of a new node, so
// that they win.
func NewNode(db dbm.DB, home string, options ...func(*baseapp.BaseApp)) (*Node, error) {
	app.Configure()
	n := &Node{
		DB: &Counter{DB: db}, home: home, options: options,
		consensus: ed25519.GenPrivKeyFromSecret([]byte("bench")),
		operator:  secp256k1.GenPrivKeyFromSecret([]byte("bench")),
		vrf:       vrf.FromSeed(sha256.Sum256([]byte("bench"))),
		start:     time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	return n, n.Open()
}

// Open loads the application from the database, as a start does.
func (n *Node) Open() (err error) {
	settings := []func(*baseapp.BaseApp){baseapp.SetChainID(ChainID), baseapp.SetPruning(pruning), baseapp.SetIAVLCacheSize(cacheSize)}
	n.App, err = app.New(log.NewNopLogger(), n.DB, app.Config{
		Home: n.home, Options: simtestutil.AppOptionsMap{flags.FlagHome: n.home}, VRF: []*vrf.Key{n.vrf}, MaxTxs: 5_000,
	}, append(settings, n.options...)...)
	if err == nil {
		n.height = n.App.LastBlockHeight()
	}
	return err
}

// Genesis starts the chain and lets fill write more state, a piece between two
// blocks, until it has nothing left: a document of a million hotspots would be half
// a gigabyte of JSON.
func (n *Node) Genesis(fill func(sdk.Context) (bool, error)) error {
	doc, err := netgenesis.Build(n.App, netgenesis.Network{
		ChainID: ChainID, Time: n.start,
		Validators: []netgenesis.Validator{{
			Moniker: "bench", Operator: n.operator, Consensus: n.consensus.PubKey(),
			Stake: power * app.PowerReduction, Balance: 1_000_000 * app.PowerReduction, VRF: n.vrf.Public(),
		}},
	})
	if err != nil {
		return err
	}
	params := doc.Consensus.Params.ToProto()
	res, err := n.App.InitChain(&abci.RequestInitChain{
		Time: doc.GenesisTime, ChainId: ChainID, ConsensusParams: &params, AppStateBytes: doc.AppState, InitialHeight: 1,
	})
	if err != nil {
		return fmt.Errorf("init chain: %w", err)
	}
	if len(res.Validators) != 1 || res.Validators[0].Power != power {
		return fmt.Errorf("init chain: validators %v", res.Validators)
	}
	for {
		if _, err := n.Block(nil, nil); err != nil {
			return err
		}
		if more, err := fill(n.context()); err != nil || !more {
			return err
		}
	}
}

// Cost is what a block took.
type Cost struct {
	Finalize, Commit time.Duration
	Bytes, Writes    int64
}

// Block executes and commits one block.
func (n *Node) Block(txs [][]byte, cost *Cost) (*abci.ResponseFinalizeBlock, error) {
	n.height++
	at := n.start.Add(time.Duration(n.height) * blockTime)
	commit := abci.CommitInfo{}
	if n.height > 1 {
		commit.Votes = []abci.VoteInfo{{
			Validator:   abci.Validator{Address: n.consensus.PubKey().Address(), Power: power},
			BlockIdFlag: cmtproto.BlockIDFlagCommit,
		}}
	}
	proposal, err := n.App.PrepareProposal(&abci.RequestPrepareProposal{
		MaxTxBytes: app.MaxBlockBytes, Height: n.height, Time: at, ProposerAddress: n.consensus.PubKey().Address(),
	})
	if err != nil {
		return nil, fmt.Errorf("prepare block %d: %w", n.height, err)
	}
	hash := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n.height)))
	bytes, writes := n.DB.Bytes.Load(), n.DB.Writes.Load()
	began := time.Now()
	res, err := n.App.FinalizeBlock(&abci.RequestFinalizeBlock{
		Txs: append(proposal.Txs, txs...), Height: n.height, Time: at, Hash: hash[:],
		ProposerAddress: n.consensus.PubKey().Address(), DecidedLastCommit: commit,
	})
	if err != nil {
		return nil, fmt.Errorf("finalize block %d: %w", n.height, err)
	}
	executed := time.Now()
	if _, err := n.App.Commit(); err != nil {
		return nil, fmt.Errorf("commit block %d: %w", n.height, err)
	}
	if cost != nil {
		*cost = Cost{
			Finalize: executed.Sub(began), Commit: time.Since(executed),
			Bytes: n.DB.Bytes.Load() - bytes, Writes: n.DB.Writes.Load() - writes,
		}
	}
	return res, nil
}
