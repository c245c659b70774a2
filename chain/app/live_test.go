package app_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"
	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/proto/wire"
)

// What an operator does to a network that runs: one network for all, because starting
// it is most of the work. The engine itself keeps keys, votes and evidence here.
func TestOperatorsOfALiveNetwork(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	live := chaintest.NewLive(t, chaintest.Options{Validators: 4, Patch: []byte(votesOnPrice), SnapshotEvery: 10})
	for _, n := range live.Nodes {
		n.Price.Store(250_000_000)
		n.Wait(ctx, t, 3)
	}
	n, key := live.Nodes[3], live.Nodes[3].Consensus
	signed := n.Height(ctx, t)

	// The node is down while the chain takes the new key; the others go on.
	next := ed25519.GenPrivKeyFromSecret([]byte("another consensus key"))
	msg, err := stakingtypes.NewMsgRotateConsPubKey(n.ValAddress().String(), next.PubKey())
	if err != nil {
		t.Fatal(err)
	}
	at := live.Send(ctx, t, live.Operator(3), msg).Height
	n.Stop()
	n.Consensus = next
	live.Restart(t, n)
	keysOf(ctx, t, live, at, key, next)
	proposes(ctx, t, live, n, at+2)
	for _, other := range live.Nodes {
		other.Price.Store(260_000_000)
	}
	chaintest.Until(ctx, t, func() bool {
		l, err := live.Nodes[0].App.Keepers.Price.Latest(live.Nodes[0].State(t))
		return err == nil && l.Median == 260_000_000 && l.Reporters == 4
	})

	accuse(ctx, t, live.Nodes[0], key, signed)
	chaintest.Until(ctx, t, func() bool {
		state := live.Nodes[0].State(t)
		return live.Nodes[0].App.Keepers.Slashing.IsTombstoned(state, sdk.ConsAddress(next.PubKey().Address()))
	})

	joinBySnapshot(ctx, t, live)
}

// keysOf checks that the engine changes the key two blocks after the transaction.
func keysOf(ctx context.Context, t *testing.T, live *chaintest.Live, at int64, old, next *ed25519.PrivKey) {
	t.Helper()
	live.Nodes[0].Wait(ctx, t, at+2)
	for height := at; height <= at+2; height++ {
		vals, err := live.Nodes[0].Engine.Validators(ctx, &height, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		set := cmttypes.NewValidatorSet(vals.Validators)
		if changed := height == at+2; set.HasAddress(old.PubKey().Address()) == changed || set.HasAddress(next.PubKey().Address()) != changed {
			t.Errorf("validators of height %d, %d after the rotation: %v", height, height-at, set)
		}
	}
}

// proposes returns once a block from a height on was proposed by n with a proof.
func proposes(ctx context.Context, t *testing.T, live *chaintest.Live, n *chaintest.LiveNode, from int64) {
	t.Helper()
	for height := from; ; height++ {
		live.Nodes[0].Wait(ctx, t, height)
		block, err := live.Nodes[0].Engine.Block(ctx, &height)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(block.Block.ProposerAddress, n.ConsAddress()) {
			continue
		}
		if tx, err := wire.ParseRandomnessTx(block.Block.Txs[0]); err != nil || tx.Proof == nil {
			t.Errorf("block %d of the new key has no proof: %v", height, err)
		}
		return
	}
}

// accuse hands a node two votes of one validator for different blocks of a height.
func accuse(ctx context.Context, t *testing.T, n *chaintest.LiveNode, key *ed25519.PrivKey, height int64) {
	t.Helper()
	vals, err := n.Engine.Validators(ctx, &height, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	header, err := n.Engine.Header(ctx, &height)
	if err != nil {
		t.Fatal(err)
	}
	set := cmttypes.NewValidatorSet(vals.Validators)
	vote := func(b byte) *cmttypes.Vote {
		hash := bytes.Repeat([]byte{b}, 32)
		at, _ := set.GetByAddress(key.PubKey().Address())
		v := &cmttypes.Vote{
			Type: cmtproto.PrevoteType, Height: height, Timestamp: header.Header.Time,
			BlockID:          cmttypes.BlockID{Hash: hash, PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: hash}},
			ValidatorAddress: key.PubKey().Address(), ValidatorIndex: at,
		}
		if v.Signature, err = key.Sign(cmttypes.VoteSignBytes(chaintest.ChainID, v.ToProto())); err != nil {
			t.Fatal(err)
		}
		return v
	}
	evidence, err := cmttypes.NewDuplicateVoteEvidence(vote(1), vote(2), header.Header.Time, set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Engine.BroadcastEvidence(ctx, evidence); err != nil {
		t.Fatal(err)
	}
}

// joinBySnapshot starts a node that executes none of the blocks before its snapshot,
// and compares what it comes to with what the chain says.
func joinBySnapshot(ctx context.Context, t *testing.T, live *chaintest.Live) {
	t.Helper()
	first := live.Nodes[0]
	joined := live.Join(ctx, t, first.Height(ctx, t)-1)
	joined.Wait(ctx, t, first.Height(ctx, t)+3)
	// A node that is stopped while it fetches blocks may panic: the engine forgets the
	// blocks of a peer that it is about to apply.
	chaintest.Until(ctx, t, func() bool {
		status, err := joined.Engine.Status(ctx)
		return err == nil && !status.SyncInfo.CatchingUp
	})
	status, err := joined.Engine.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if earliest := status.SyncInfo.EarliestBlockHeight; earliest < 10 {
		t.Errorf("the node has all blocks from %d on", earliest)
	}
	for range 3 {
		own, err := joined.Engine.ABCIInfo(ctx)
		if err != nil {
			t.Fatal(err)
		}
		height := own.Response.LastBlockHeight + 1
		first.Wait(ctx, t, height)
		header, err := first.Engine.Header(ctx, &height)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(own.Response.LastBlockAppHash, header.Header.AppHash) {
			t.Errorf("state after block %d: app hash %X, the chain has %X", height-1, own.Response.LastBlockAppHash, header.Header.AppHash)
		}
		joined.Wait(ctx, t, height+1)
	}
}
