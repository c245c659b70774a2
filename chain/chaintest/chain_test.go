package chaintest

import (
	"bytes"
	"testing"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/app"
)

func send(from, to *Account, spark int64) sdk.Msg {
	return banktypes.NewMsgSend(from.Address(), to.Address(), sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(spark))))
}

func TestValidatorsAgree(t *testing.T) {
	c := New(t, Options{Validators: 4})
	alice, bob := c.Account("alice"), c.Account("bob")
	c.Deliver(alice, send(alice, bob, 7))
	if got := c.Balance(bob.Address()).Int64(); got != AccountBalance+7 {
		t.Fatalf("bob has %d spark", got)
	}
	c.Stop(2)
	c.Deliver(bob, send(bob, alice, 9))
	c.Skip(3)
	c.CatchUp(2)
	c.Skip(4)
	if got := c.Nodes[2].App.LastBlockHeight(); got != c.Height() {
		t.Fatalf("node 2 is at %d of %d", got, c.Height())
	}
}

func TestReplayReachesSameHashes(t *testing.T) {
	c := New(t, Options{Validators: 2})
	alice, bob := c.Account("alice"), c.Account("bob")
	c.NextBlock(c.Sign(alice, 0, send(alice, bob, 1)), c.Sign(alice, 1, send(alice, bob, 2)), c.Sign(bob, 0, send(bob, alice, 3)))
	c.Skip(5)
	again := c.Replay(t)
	if !bytes.Equal(again.Hashes[len(again.Hashes)-1], c.App.LastCommitID().Hash) {
		t.Fatal("replay ended elsewhere")
	}
}

func TestRestartKeepsState(t *testing.T) {
	c := New(t, Options{})
	alice, bob := c.Account("alice"), c.Account("bob")
	c.Deliver(alice, send(alice, bob, 5))
	before := c.App.LastCommitID()
	c.Restart(0)
	if after := c.App.LastCommitID(); after.Version != before.Version || !bytes.Equal(after.Hash, before.Hash) {
		t.Fatalf("after restart %v, before %v", after, before)
	}
	c.Skip(1)
	c.Deliver(bob, send(bob, alice, 5))
}

func TestExportImportKeepsBalances(t *testing.T) {
	c := New(t, Options{Validators: 2})
	alice, bob := c.Account("alice"), c.Account("bob")
	c.Deliver(alice, send(alice, bob, 11))
	next := c.ExportImport(t)
	next.NextBlock()
	if got, want := next.Balance(bob.Address()), c.Balance(bob.Address()); !got.Equal(want) {
		t.Fatalf("bob has %s, had %s", got, want)
	}
	if got, want := next.Height(), c.Height()+1; got != want {
		t.Fatalf("height %d, want %d", got, want)
	}
	next.Deliver(bob, send(bob, alice, 11))
}

func TestQueriesAnswer(t *testing.T) {
	c := New(t, Options{})
	res, err := banktypes.NewQueryClient(c.Conn()).SupplyOf(t.Context(), &banktypes.QuerySupplyOfRequest{Denom: app.Denom})
	if err != nil {
		t.Fatal(err)
	}
	if !res.Amount.Amount.Equal(c.Supply()) {
		t.Fatalf("query says %s, state %s", res.Amount.Amount, c.Supply())
	}
}

func TestRefusedTransactionIsReported(t *testing.T) {
	c := New(t, Options{})
	alice, bob := c.Account("alice"), c.Account("bob")
	if r := c.TryDeliver(alice, send(alice, bob, 2*AccountBalance)); r.OK() || r.Height == 0 {
		t.Fatalf("overdraft gave %+v", r)
	}
	if r := c.NextBlock(c.Sign(alice, 5, send(alice, bob, 1)))[0]; r.OK() || r.Height != 0 {
		t.Fatalf("wrong sequence gave %+v", r)
	}
}
