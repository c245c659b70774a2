package client_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/client"
	pricetypes "github.com/hexwave/hexwave/chain/x/price/types"
)

func dial(t *testing.T, n *chaintest.LiveNode, chainID string) *client.Client {
	t.Helper()
	c, err := client.Dial(client.Options{GRPC: n.GRPC, RPC: n.RPC, ChainID: chainID, Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func keyOf(t *testing.T, a *chaintest.Account) *client.Key {
	t.Helper()
	key, err := client.NewKey(a.Key.Key)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func send(from, to *chaintest.Account, spark int64) *banktypes.MsgSend {
	return banktypes.NewMsgSend(from.Address(), to.Address(), sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(spark))))
}

// waitReady returns once the node answers queries.
func waitReady(ctx context.Context, t *testing.T, c *client.Client) {
	t.Helper()
	for c.Check(ctx) != nil {
		select {
		case <-ctx.Done():
			t.Fatalf("node does not come up: %v", c.Check(context.Background()))
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// One network serves all cases, because starting it is most of the work.
func TestAgainstLiveNetwork(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	live := chaintest.NewLive(t, chaintest.Options{
		Validators: 4, Patch: []byte(`{"price": {"params": {"mode": "MODE_VOTES", "vote_every_blocks": "2"}}}`),
	})
	alice, bob := live.Account("alice"), live.Account("bob")
	c := dial(t, live.Nodes[0], chaintest.ChainID)
	waitReady(ctx, t, c)

	t.Run("wrong chain", func(t *testing.T) {
		if err := dial(t, live.Nodes[0], "other-1").Check(ctx); !errors.Is(err, client.ErrWrongChain) {
			t.Fatalf("got %v", err)
		}
	})
	// The engine signs, sends and keeps the extended votes here, not a test.
	t.Run("validators vote on the price", func(t *testing.T) {
		for i, usd := range []uint64{240_000_000, 250_000_000, 25_000_000_000} { // the fourth is silent
			live.Nodes[i].Price.Store(usd)
		}
		query := pricetypes.NewQueryClient(c.Conn())
		for {
			r, err := query.Price(ctx, &pricetypes.QueryPriceRequest{})
			if err != nil {
				t.Fatal(err)
			}
			if r.Latest.Reporters == 3 {
				if r.Latest.Median != 250_000_000 || r.Latest.PowerBps != 7_500 || r.Stale {
					t.Errorf("price %+v", r)
				}
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	t.Run("several transactions wait for one block", func(t *testing.T) {
		s := c.NewSender(keyOf(t, alice), client.SenderOptions{Gas: 200_000, MilliGasPrice: 10})
		var last client.TxHash
		for i := range int64(5) {
			hash, err := s.Submit(ctx, send(alice, bob, i+1))
			if err != nil {
				t.Fatal(err)
			}
			last = hash
		}
		res, err := c.Wait(ctx, last)
		if err != nil {
			t.Fatal(err)
		}
		got, err := banktypes.NewQueryClient(c.Conn()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: bob.String(), Denom: client.Denom})
		if err != nil {
			t.Fatal(err)
		}
		if want := int64(chaintest.AccountBalance + 15); got.Balance.Amount.Int64() != want {
			t.Fatalf("bob has %s after height %d, want %d", got.Balance.Amount, res.Height, want)
		}
	})
	t.Run("another sender used the sequence", func(t *testing.T) {
		one := c.NewSender(keyOf(t, bob), client.SenderOptions{Gas: 200_000})
		two := c.NewSender(keyOf(t, bob), client.SenderOptions{})
		for range 2 {
			for _, s := range []*client.Sender{one, two} {
				if _, err := s.Send(ctx, send(bob, alice, 1)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
	t.Run("refusals have a code", func(t *testing.T) {
		s := c.NewSender(keyOf(t, alice), client.SenderOptions{Gas: 200_000})
		_, err := s.Send(ctx, send(alice, bob, 2*chaintest.AccountBalance))
		var refused *client.TxError
		if !errors.As(err, &refused) || refused.Code != sdkerrors.ErrInsufficientFunds.ABCICode() || refused.Height == 0 {
			t.Fatalf("overdraft gave %v", err)
		}
		if _, err := c.SubmitLane(ctx, send(alice, bob, 1)); !errors.Is(err, client.ErrRejected) {
			t.Fatalf("unsigned transfer gave %v", err)
		}
	})
	t.Run("blocks come in order with events", func(t *testing.T) { followBlocks(ctx, t, c) })
	t.Run("statements are proven", func(t *testing.T) { proveStatements(ctx, t, c, live.Nodes[0]) })
	t.Run("validators agree", func(t *testing.T) { compareHashes(ctx, t, c, live.Nodes[1:]) })
}

func followBlocks(ctx context.Context, t *testing.T, c *client.Client) {
	t.Helper()
	enough := errors.New("enough")
	want, transfers := int64(1), 0
	err := c.Follow(ctx, 1, func(b *client.Block) error {
		if b.Height != want {
			t.Fatalf("block %d after %d", b.Height, want-1)
		}
		for _, tx := range b.Txs {
			for _, e := range tx.Events {
				if tx.Code == 0 && e.Type == "transfer" {
					transfers++
				}
			}
		}
		if want++; want > 8 && transfers > 0 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatalf("follow ended with %v", err)
	}
}

func compareHashes(ctx context.Context, t *testing.T, c *client.Client, others []*chaintest.LiveNode) {
	t.Helper()
	head, err := c.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	at := head.Height - 1
	first, err := c.Block(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range others {
		other := dial(t, n, chaintest.ChainID)
		waitReady(ctx, t, other)
		err := other.Follow(ctx, at, func(b *client.Block) error {
			if string(b.AppHash) != string(first.AppHash) {
				t.Errorf("app hash %X, want %X", b.AppHash, first.AppHash)
			}
			return context.Canceled
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}

func TestFollowNeedsRPC(t *testing.T) {
	c, err := client.Dial(client.Options{GRPC: "127.0.0.1:1", ChainID: chaintest.ChainID})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Follow(t.Context(), 1, nil); !errors.Is(err, client.ErrNoRPC) {
		t.Fatalf("got %v", err)
	}
}
