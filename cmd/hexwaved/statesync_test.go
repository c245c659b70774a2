package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/p2p"
	ctypes "github.com/cometbft/cometbft/rpc/core/types"
	cmttypes "github.com/cometbft/cometbft/types"
)

// rpcNode answers like a node of a chain at height 5,000 whose blocks are all the same.
func rpcNode(t *testing.T, chainID string, block time.Time) string {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var ask struct {
			ID     json.RawMessage `json:"id"`
			Method string          `json:"method"`
			Params struct {
				Height string `json:"height"`
			} `json:"params"`
		}
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			t.Errorf("question: %v", err)
		}
		var answer any = &ctypes.ResultStatus{
			NodeInfo: p2p.DefaultNodeInfo{Network: chainID},
			SyncInfo: ctypes.SyncInfo{LatestBlockHeight: 5_000, EarliestBlockHeight: 1},
		}
		if ask.Method == "commit" {
			if ask.Params.Height != "4000" {
				t.Errorf("asked for block %s", ask.Params.Height)
			}
			answer = &ctypes.ResultCommit{SignedHeader: cmttypes.SignedHeader{
				Header: &cmttypes.Header{ChainID: chainID, Height: 4_000, Time: block, ValidatorsHash: make([]byte, 32)},
				Commit: &cmttypes.Commit{Height: 4_000},
			}}
		}
		raw, err := cmtjson.Marshal(answer)
		if err != nil {
			t.Errorf("answer: %v", err)
		}
		fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"result":%s}`, ask.ID, raw)
	}))
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestStateSyncIsConfigured(t *testing.T) {
	dir, _ := testnet(t, "--validators", "1")
	home := filepath.Join(dir, "node0")
	when := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	one, two := rpcNode(t, defaultChainID, when), rpcNode(t, defaultChainID, when)
	liar, foreign := rpcNode(t, defaultChainID, when.Add(1)), rpcNode(t, "other-1", when)
	if _, err := program(t, "state-sync", one, liar, "--home", home); !errors.Is(err, errTrust) {
		t.Errorf("two chains gave %v", err)
	}
	if _, err := program(t, "state-sync", foreign, one, "--home", home); !errors.Is(err, errWrongChain) {
		t.Errorf("a node of another chain gave %v", err)
	}
	if comet(t, home).StateSync.Enable {
		t.Error("a refusal changes the configuration")
	}
	before := comet(t, home)
	out, err := program(t, "state-sync", one, two, "--home", home)
	if err != nil {
		t.Fatal(err)
	}
	after := comet(t, home)
	if s := after.StateSync; !s.Enable || s.TrustHeight != 4_000 || len(s.RPCServers) != 2 || !strings.Contains(out, s.TrustHash) || len(s.TrustHash) != 64 {
		t.Errorf("%+v, printed %s", s, out)
	}
	if after.P2P.ListenAddress != before.P2P.ListenAddress || after.Consensus.TimeoutCommit != before.Consensus.TimeoutCommit {
		t.Error("other settings changed")
	}
}
