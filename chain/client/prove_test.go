package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/statement"
)

// genesisOf reads the genesis document of a live node.
func genesisOf(t *testing.T, n *chaintest.LiveNode) *proof.Genesis {
	t.Helper()
	res, err := http.Get(n.RPC + "/genesis")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var a struct {
		Result struct {
			Genesis json.RawMessage `json:"genesis"`
		} `json:"result"`
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	g, err := proof.ParseGenesis(a.Result.Genesis)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// proveStatements fetches proofs from a network with real consensus and checks
// them against its genesis, as a stranger would.
func proveStatements(ctx context.Context, t *testing.T, c *client.Client, n *chaintest.LiveNode) {
	t.Helper()
	head, err := c.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	height := head.Height - 1
	if height < 2 {
		t.Fatalf("height %d is too low", height)
	}
	seal, err := c.Seal(ctx, height)
	if err != nil {
		t.Fatal(err)
	}
	trust := proof.Trust{Genesis: genesisOf(t, n)}
	if len(trust.Genesis.Validators) != 4 {
		t.Fatalf("genesis has %d validators", len(trust.Genesis.Validators))
	}
	for _, about := range []proof.About{
		{Kind: statement.KindHotspot, Hotspot: 7},
		{Kind: statement.KindVoucher, Org: 1, Lane: 1, Hotspot: 7, Epoch: 1},
		{Kind: statement.KindClaim, Hotspot: 7, Owed: true},
	} {
		var items []proof.Item
		_, err := statement.Read(about, func(store string, key []byte) ([]byte, error) {
			it, err := c.Prove(ctx, height, store, key)
			if err != nil {
				return nil, err
			}
			items = append(items, it)
			if it.Value == nil {
				return nil, nil
			}
			return *it.Value, nil
		})
		if err != nil {
			t.Fatalf("%s: %v", about.Kind, err)
		}
		p, err := proof.Verify(seal.File(about, items), trust)
		if err != nil {
			t.Fatalf("%s: %v", about.Kind, err)
		}
		if p.Height != height || p.ChainID != chaintest.ChainID || p.Trusted != "genesis" {
			t.Errorf("%s: %+v", about.Kind, p)
		}
		s, err := statement.Of(p)
		if err != nil {
			t.Fatalf("%s: %v", about.Kind, err)
		}
		if s.Hotspot != nil && s.Hotspot.Registered || s.Voucher != nil && (s.Voucher.Settled || s.Voucher.Current == 0) || s.Claim != nil && s.Claim.Hotspot.Registered {
			t.Errorf("%s: %+v", about.Kind, s)
		}
	}
	if _, err := c.Prove(ctx, head.Height+1_000, "hotspot", []byte{1}); err == nil {
		t.Error("a height to come is proven")
	}
	if _, err := c.Prove(ctx, height, "nothing", []byte{1}); !errors.Is(err, client.ErrRPC) {
		t.Errorf("store that is none: %v", err)
	}
}
