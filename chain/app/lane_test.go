package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/x/lane"
)

// checker is a lane whose message is a bank transfer: the amount says what the
// check finds, and how often it was asked is counted.
type checker struct{ asked int }

var (
	errForged = errors.New("relay signature is wrong")
	errFault  = errors.New("item is not signed")
)

const (
	forgedAmount = 666
	faultyAmount = 667
)

func (c *checker) CheckBatch(ctx sdk.Context, msg sdk.Msg) error {
	c.asked++
	m := msg.(*banktypes.MsgSend)
	if m.Amount[0].Amount.Int64() == forgedAmount {
		return errForged
	}
	if err := lane.Spend(ctx, m.FromAddress, 1); err != nil {
		return err
	}
	if m.Amount[0].Amount.Int64() == faultyAmount {
		return fmt.Errorf("item 3: %w", errFault)
	}
	return nil
}

func laneChain(t *testing.T, poolBytes int, now func() time.Time) (*chaintest.Chain, *checker) {
	t.Helper()
	c := &checker{}
	return chaintest.New(t, chaintest.Options{Setup: func(a *app.App) {
		a.UseClock(now)
		a.UseLanes([]app.Lane{{
			Name: "test", MsgURL: sdk.MsgTypeURL(&banktypes.MsgSend{}),
			BlockBytes: 1000, PoolBytes: poolBytes, Checker: c, Fault: errFault,
		}})
	}}), c
}

func transfer(c *chaintest.Chain, spark int64) *banktypes.MsgSend {
	return banktypes.NewMsgSend(c.Account("alice").Address(), c.Account("bob").Address(),
		sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(spark))))
}

func standing() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestLaneNeedsNoFeeAndNoSignature(t *testing.T) {
	c, _ := laneChain(t, 10_000, standing)
	if r := c.NextBlock(c.Lane(transfer(c, 5)))[0]; !r.OK() {
		t.Fatalf("lane batch gave %+v", r)
	}
	if got := c.Balance(c.Account("bob").Address()).Int64(); got != chaintest.AccountBalance+5 {
		t.Fatalf("bob has %d", got)
	}
	if n := c.App.Pool().CountTx(); n != 0 {
		t.Fatalf("%d batches are still waiting", n)
	}
}

func TestLaneRefusals(t *testing.T) {
	c, check := laneChain(t, 10_000, standing)
	node := c.Nodes[0]
	memo := func() []byte {
		b := c.App.TxConfig().NewTxBuilder()
		if err := b.SetMsgs(transfer(c, 1)); err != nil {
			t.Fatal(err)
		}
		b.SetMemo("who signed this?")
		raw, err := c.App.TxConfig().TxEncoder()(b.GetTx())
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	for _, tt := range []struct {
		name, reason string
		raw          []byte
		asks         bool
	}{
		{"memo", app.ErrLaneShape.Error(), memo(), false},
		{"forged", errForged.Error(), c.Lane(transfer(c, forgedAmount)), true},
	} {
		before := check.asked
		r := c.CheckTx(node, tt.raw)
		if r.Code == 0 || !strings.Contains(r.Log, tt.reason) {
			t.Errorf("%s gave %+v, want %q", tt.name, r, tt.reason)
		}
		if asked := check.asked > before; asked != tt.asks {
			t.Errorf("%s: checker asked %v", tt.name, asked)
		}
	}
}

func TestLaneRefusesBeforeSignaturesWhenFull(t *testing.T) {
	c, check := laneChain(t, 400, standing)
	node := c.Nodes[0]
	first := c.Lane(transfer(c, 1))
	if r := c.CheckTx(node, first); r.Code != 0 {
		t.Fatalf("first batch gave %+v", r)
	}
	before := check.asked
	if r := c.CheckTx(node, first); !strings.Contains(r.Log, app.ErrLaneKnown.Error()) {
		t.Errorf("known batch gave %+v", r)
	}
	c.CheckTx(node, c.Lane(transfer(c, 2)))
	for i := range int64(20) {
		if r := c.CheckTx(node, c.Lane(transfer(c, 3+i))); !strings.Contains(r.Log, app.ErrLaneFull.Error()) {
			t.Fatalf("batch into a full lane gave %+v", r)
		}
	}
	if check.asked > before+1 {
		t.Errorf("checker was asked %d times for batches that had no room", check.asked-before)
	}
}

func TestRelayGateRefillsWithTime(t *testing.T) {
	now := standing()
	c, _ := laneChain(t, 1<<20, func() time.Time { return now })
	node := c.Nodes[0]
	amount := int64(1)
	passed := func() int {
		for n := 0; ; n++ {
			amount++
			if amount == forgedAmount {
				amount += 2
			}
			r := c.CheckTx(node, c.Lane(transfer(c, amount)))
			if r.Code != 0 {
				if r.Codespace != lane.Codespace || r.Code != lane.ErrRate.ABCICode() {
					t.Fatalf("batch gave %+v", r)
				}
				return n
			}
		}
	}
	// A batch of one item counts as twenty.
	if n := passed(); n != 150 {
		t.Fatalf("%d batches passed at once, want 150", n)
	}
	now = now.Add(2 * time.Second)
	if n := passed(); n != 60 {
		t.Fatalf("%d batches passed after two seconds, want 60", n)
	}
}

// A relay that vouched for a bad item is not listened to for a minute, by this
// node; others and blocks do not know of it.
func TestFaultPausesTheRelay(t *testing.T) {
	now := standing()
	c, _ := laneChain(t, 1<<20, func() time.Time { return now })
	refusal := func(node *chaintest.Node, spark int64) string {
		t.Helper()
		return c.CheckTx(node, c.Lane(transfer(c, spark))).Log
	}
	node := c.Nodes[0]
	if r := refusal(node, 1); r != "" {
		t.Fatalf("before the fault: %s", r)
	}
	if r := refusal(node, faultyAmount); !strings.Contains(r, errFault.Error()) {
		t.Fatalf("the fault: %s", r)
	}
	if r := refusal(node, 2); !strings.Contains(r, lane.ErrRate.Error()) {
		t.Errorf("after the fault: %s", r)
	}
	if r := refusal(node, forgedAmount); !strings.Contains(r, errForged.Error()) {
		t.Errorf("in its name: %s", r)
	}
	now = now.Add(59 * time.Second)
	if r := refusal(node, 3); !strings.Contains(r, lane.ErrRate.Error()) {
		t.Errorf("59 seconds after the fault: %s", r)
	}
	now = now.Add(3 * time.Second)
	if r := refusal(node, 4); r != "" {
		t.Errorf("a minute after the fault: %s", r)
	}
}

func TestLaneShareOfABlock(t *testing.T) {
	c, _ := laneChain(t, 1<<20, standing)
	node := c.Nodes[0]
	for i := range int64(20) {
		c.CheckTx(node, c.Lane(transfer(c, 1+i)))
	}
	proposal := c.Prepare(node)
	size := 0
	for _, raw := range proposal[1:] { // behind the randomness
		size += len(raw)
	}
	if size > 1000 || len(proposal) == 1 {
		t.Fatalf("%d batches of %d bytes are proposed, the lane has 1000", len(proposal), size)
	}
	if !c.Process(node, node, proposal) {
		t.Fatal("own proposal is refused")
	}
	if greedy := append(proposal, c.Lane(transfer(c, 21))); c.Process(node, node, greedy) {
		t.Fatal("a proposal over the lane's share is accepted")
	}
}

func TestSignedLaneMessagePaysItsWay(t *testing.T) {
	c, check := laneChain(t, 10_000, standing)
	alice := c.Account("alice")
	before := check.asked
	c.Deliver(alice, transfer(c, 5))
	exec := authz.NewMsgExec(alice.Address(), []sdk.Msg{transfer(c, 6)})
	c.Deliver(alice, &exec)
	if check.asked != before {
		t.Fatal("a signed transaction was taken for a lane batch")
	}
}

func TestBudgetOfPayingTransactions(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{})
	raw := c.Sign(c.Account("alice"), 0, transfer(c, 1))
	tx, err := c.App.TxDecode(raw)
	if err != nil {
		t.Fatal(err)
	}
	if n := app.TakeAll(nil, tx, len(raw)); n != 20 {
		t.Errorf("%d transactions of 10M gas fit, want 20", n)
	}
	if n := app.TakeAll(nil, tx, app.MaxTxBytes+1); n != 0 {
		t.Errorf("an oversized transaction fits")
	}
}
