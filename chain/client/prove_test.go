package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
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

// A node that lies about what it proves, or sends half of it, gets a named error.
func TestProveFromAHostileNode(t *testing.T) {
	const ops = `"proofOps":{"ops":[{"type":"a","key":"","data":"AQ=="},{"type":"b","key":"","data":"AQ=="}]}`
	member := `{"address":"00","pub_key":{"type":"tendermint/PubKeySecp256k1","value":"AgECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"},"voting_power":"1","proposer_priority":"0"}`
	const block = `{"signed_header":{"header":{"height":"6"},"commit":{"height":"6","signatures":[]}},"canonical":true}`
	for name, tt := range map[string]struct {
		commit, validators, query string
		wantSeal, wantItem        error
	}{
		"no proof":       {block, `{"validators":[null],"total":"1"}`, `{"response":{"height":"5"}}`, proof.ErrFormat, client.ErrNoProof},
		"another height": {block, `{"validators":[` + member + `],"total":"1"}`, `{"response":{"height":"4",` + ops + `}}`, proof.ErrFormat, client.ErrNoProof},
		"refused":        {`{}`, `{}`, `{"response":{"code":3,"log":"no"}}`, client.ErrRPC, client.ErrRPC},
		"other types":    {`[]`, `[]`, `[]`, client.ErrRPC, client.ErrRPC},
		"without end":    {block, `{"validators":[],"total":"1000000"}`, `{"response":{"height":"5",` + ops + `}}`, nil, nil},
	} {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body := map[string]string{"/commit": tt.commit, "/validators": tt.validators, "/abci_query": tt.query}[r.URL.Path]
			_, _ = io.WriteString(w, `{"result":`+body+`}`)
		}))
		c, err := client.Dial(client.Options{GRPC: "127.0.0.1:1", RPC: srv.URL, ChainID: chaintest.ChainID})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Seal(t.Context(), 5); !errors.Is(err, tt.wantSeal) {
			t.Errorf("%s: seal: %v", name, err)
		}
		if _, err := c.Prove(t.Context(), 5, "hotspot", []byte{1}); !errors.Is(err, tt.wantItem) {
			t.Errorf("%s: item: %v", name, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		srv.Close()
	}
}
