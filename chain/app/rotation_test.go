package app_test

import (
	"testing"

	"cosmossdk.io/math"
	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/proto/wire"
)

// rotate has validator i take another consensus key, and returns the height of the
// transaction. The engine takes the key two blocks later.
func rotate(t *testing.T, c *chaintest.Chain, i int) int64 {
	t.Helper()
	n := c.Nodes[i]
	n.NextConsensus = ed25519.GenPrivKeyFromSecret([]byte("another consensus key"))
	msg, err := stakingtypes.NewMsgRotateConsPubKey(n.ValAddress().String(), n.NextConsensus.PubKey())
	if err != nil {
		t.Fatal(err)
	}
	return c.Deliver(c.Operator(i), msg).Height
}

// proved tells whether the last block came with a proof of its proposer.
func proved(t *testing.T, c *chaintest.Chain) bool {
	t.Helper()
	tx, err := wire.ParseRandomnessTx(c.Blocks[len(c.Blocks)-1].Txs[0])
	if err != nil {
		t.Fatal(err)
	}
	return tx.Proof != nil
}

// turnsOf returns the turns of the current epoch that count for a validator.
func turnsOf(t *testing.T, c *chaintest.Chain, n *chaintest.Node) uint32 {
	t.Helper()
	state, err := c.App.Keepers.Rewards.ExportGenesis(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, turns := range state.Turns {
		if turns.Operator == n.ValAddress().String() {
			return turns.Turns
		}
	}
	return 0
}

// The first block that the validator signs with its new key is also its turn, which is
// the one block where the engine knows the key and staking does not.
func TestValidatorRotatesItsConsensusKey(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000, 100_000, 100_000}, []uint64{250_000_000, 250_000_000, 250_000_000, 250_000_000})
	n := c.Nodes[3]
	for c.Height()%4 != 0 {
		c.NextBlock()
	}
	old := n.ConsAddress()
	at := rotate(t, c, 3)
	c.NextBlock()
	if old.Equals(n.ConsAddress()) || at%4 != 1 {
		t.Fatalf("after block %d the engine has no new key", c.Height())
	}
	turns := turnsOf(t, c, n)
	c.NextBlock()
	if at+2 != c.Height() || !c.Nodes[3].ConsAddress().Equals(proposerOf(c)) || !proved(t, c) || turnsOf(t, c, n) != turns+1 {
		t.Errorf("block %d: proof %v, %d turns, had %d", c.Height(), proved(t, c), turnsOf(t, c, n), turns)
	}
	for _, other := range c.Nodes {
		other.Price.Store(260_000_000)
	}
	for range 8 {
		c.NextBlock()
		if !proved(t, c) {
			t.Errorf("block %d has no proof", c.Height())
		}
	}
	if l := latest(t, c); l.Median != 260_000_000 || l.PowerBps != 10_000 {
		t.Errorf("price after the rotation: %+v", l)
	}
	for _, again := range []*chaintest.Chain{c.Replay(t), c.StateSync(t, at), c.StateSync(t, at+1), c.ExportImport(t)} {
		again.Skip(4)
		if !again.Nodes[3].ConsAddress().Equals(n.ConsAddress()) {
			t.Error("the new key is lost")
		}
	}
}

func proposerOf(c *chaintest.Chain) sdk.ConsAddress { return c.Blocks[len(c.Blocks)-1].ProposerAddress }

func TestEvidenceAgainstTheOldKeyStillCounts(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000, 100_000, 100_000}, nil)
	n := c.Nodes[3]
	old, height, when := n.ConsAddress(), c.Height(), c.Time()
	rotate(t, c, 3)
	c.Skip(6)
	accuse := func() {
		c.Misbehavior = []abci.Misbehavior{{
			Type: abci.MisbehaviorType_DUPLICATE_VOTE, Validator: abci.Validator{Address: old, Power: 100_000},
			Height: height, Time: when, TotalVotingPower: 400_000,
		}}
		c.NextBlock()
	}
	accuse()
	v, err := c.App.Keepers.Staking.GetValidator(c.Context(), n.ValAddress())
	if err != nil {
		t.Fatal(err)
	}
	if want := math.NewInt(95 * chaintest.ValidatorStake / 100); !v.Jailed || !v.Tokens.Equal(want) {
		t.Errorf("jailed %v with %s, want %s", v.Jailed, v.Tokens, want)
	}
	if !c.App.Keepers.Slashing.IsTombstoned(c.Context(), n.ConsAddress()) {
		t.Error("the validator may come back")
	}
	accuse()
	again, err := c.App.Keepers.Staking.GetValidator(c.Context(), n.ValAddress())
	if err != nil || !again.Tokens.Equal(v.Tokens) {
		t.Errorf("slashed twice for one fault: %s, had %s, %v", again.Tokens, v.Tokens, err)
	}
	c.Skip(4)
	c.Replay(t)
}
