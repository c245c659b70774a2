package chaintest

import (
	"crypto/sha256"
	"fmt"
	"sync/atomic"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/chain/app/vrf"
	"github.com/hexwave/hexwave/chain/pricesource"
)

// What a founder has and stakes, in spark.
const (
	ValidatorBalance = 1_000_000 * app.PowerReduction
	ValidatorStake   = 100_000 * app.PowerReduction
)

// Node is one validator.
type Node struct {
	App       *app.App
	Operator  *secp256k1.PrivKey
	Consensus *ed25519.PrivKey
	// NextConsensus is a second consensus key, which the node signs with from the
	// block on at which the chain takes it.
	NextConsensus *ed25519.PrivKey
	VRF           *vrf.Key
	// NextVRF is a second randomness key, which the node has from its next
	// Restart on.
	NextVRF *vrf.Key
	// Price is what the node votes for as the price of HXW, in 1e-8 USD, from its
	// next vote on; 0 is no source.
	Price atomic.Uint64
	// Vote, when not nil, is what the node's votes carry instead of what its
	// application gives, as a liar's would.
	Vote []byte

	index int
	db    dbm.DB
	home  string
	power int64
	now   func() time.Time
}

// Newest implements app.PriceSource: the price was learned when the block was made.
func (n *Node) Newest() (pricesource.Quote, bool) {
	q := pricesource.Quote{Price: n.Price.Load(), Time: n.now(), Sources: 1}
	return q, q.Price != 0
}

func newNode(i int, db dbm.DB, home string, noVRF bool) *Node {
	seed := fmt.Sprintf("hexwave test validator %d", i)
	n := &Node{
		Operator:  secp256k1.GenPrivKeyFromSecret([]byte(seed)),
		Consensus: ed25519.GenPrivKeyFromSecret([]byte(seed)),
		index:     i, db: db, home: home,
	}
	if !noVRF {
		n.VRF = vrf.FromSeed(sha256.Sum256([]byte(seed)))
	}
	return n
}

func (n *Node) founder(o Options) netgenesis.Validator {
	v := netgenesis.Validator{
		Moniker:   fmt.Sprintf("node%d", n.index),
		Operator:  n.Operator,
		Consensus: n.Consensus.PubKey(),
		Stake:     ValidatorStake,
		Balance:   ValidatorBalance,
	}
	if n.index < len(o.Stakes) {
		v.Stake = o.Stakes[n.index] * app.PowerReduction
	}
	if !o.NoVRF {
		v.VRF = n.VRF.Public()
	}
	return v
}

// ValAddress is the operator's address as a validator.
func (n *Node) ValAddress() sdk.ValAddress { return sdk.ValAddress(n.Operator.PubKey().Address()) }

// ConsAddress is the address the node signs blocks with.
func (n *Node) ConsAddress() sdk.ConsAddress { return sdk.ConsAddress(n.Consensus.PubKey().Address()) }

// Restart opens validator i again from its database, as after a kill. Like any
// SDK node it takes transactions only once it has executed a block.
func (c *Chain) Restart(i int) {
	c.t.Helper()
	n := c.Nodes[i]
	n.App = c.open(n)
	if i == 0 {
		c.App = n.App
	}
}

// Stop keeps validator i from taking part; its database stays.
func (c *Chain) Stop(i int) { c.offline[i] = true }

// CatchUp opens validator i from its database and replays what it missed.
func (c *Chain) CatchUp(i int) {
	c.t.Helper()
	c.Restart(i)
	delete(c.offline, i)
	n := c.Nodes[i]
	for h := n.App.LastBlockHeight() + 1; h <= c.Height(); h++ {
		at := h - c.first
		if hash := c.apply(n, c.Blocks[at]); string(hash) != string(c.Hashes[at]) {
			c.t.Fatalf("node %d has another app hash at height %d", i, h)
		}
	}
}
