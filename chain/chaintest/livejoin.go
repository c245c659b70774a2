package chaintest

import (
	"context"
	"testing"
	"time"

	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	dbm "github.com/cosmos/cosmos-db"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

const (
	// poll is the pause between two looks at a live node.
	poll = 50 * time.Millisecond
	// discovery is how long a joining node looks for snapshots: the least there is.
	discovery = 5 * time.Second
)

// Restart starts a stopped node again with the keys that it has now.
func (l *Live) Restart(t testing.TB, n *LiveNode) {
	t.Helper()
	n.App = l.accounts.open(n.Node)
	if n == l.Nodes[0] {
		l.accounts.App = n.App
	}
	l.start(t, n)
}

// Join starts one more node, without stake, that takes a snapshot from its peers. Like
// an operator who asked two nodes it trusts the block of a height by its hash.
// Options.SnapshotEvery must be set.
func (l *Live) Join(ctx context.Context, t testing.TB, height int64) *LiveNode {
	t.Helper()
	trusted, err := l.Nodes[0].Engine.Header(ctx, &height)
	if err != nil {
		t.Fatalf("header of height %d: %v", height, err)
	}
	n := newNode(len(l.Nodes), dbm.NewMemDB(), t.TempDir(), true)
	n.now = time.Now
	n.App = l.accounts.open(n)
	joined := configure(t, n)
	sync := joined.cfg.StateSync
	sync.Enable, sync.DiscoveryTime = true, discovery
	sync.RPCServers = []string{l.Nodes[0].RPC, l.Nodes[1].RPC}
	sync.TrustHeight, sync.TrustHash = height, trusted.Header.Hash().String()
	l.start(t, joined)
	l.Nodes = append(l.Nodes, joined)
	return joined
}

// Send has an account's messages included by the first node and fails the test unless
// they succeed.
func (l *Live) Send(ctx context.Context, t testing.TB, a *Account, msgs ...sdk.Msg) *ctypes.ResultBroadcastTxCommit {
	t.Helper()
	res, err := l.Nodes[0].Engine.BroadcastTxCommit(ctx, l.accounts.Sign(a, 0, msgs...))
	if err != nil {
		t.Fatalf("send %s: %v", sdk.MsgTypeURL(msgs[0]), err)
	}
	if res.CheckTx.IsErr() || res.TxResult.IsErr() {
		t.Fatalf("send %s: %s%s", sdk.MsgTypeURL(msgs[0]), res.CheckTx.Log, res.TxResult.Log)
	}
	return res
}

// Operator returns the account of validator i's operator.
func (l *Live) Operator(i int) *Account { return l.accounts.Operator(i) }

// Height is the height of the node's last block.
func (n *LiveNode) Height(ctx context.Context, t testing.TB) int64 {
	t.Helper()
	status, err := n.Engine.Status(ctx)
	if err != nil {
		t.Fatalf("status: %v", err)
	}
	return status.SyncInfo.LatestBlockHeight
}

// Wait returns once the node has a block of this height.
func (n *LiveNode) Wait(ctx context.Context, t testing.TB, height int64) {
	t.Helper()
	Until(ctx, t, func() bool { return n.Height(ctx, t) >= height })
}

// State reads the node's state after its last block.
func (n *LiveNode) State(t testing.TB) sdk.Context {
	t.Helper()
	ctx, err := n.App.CreateQueryContextWithCheckHeader(0, false, false)
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

// Until returns once done does, and fails the test when ctx ends before.
func Until(ctx context.Context, t testing.TB, done func() bool) {
	t.Helper()
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatal("waited in vain")
		case <-ticker.C:
		}
	}
}
