package node

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"google.golang.org/grpc/metadata"
)

// answering returns a node whose RPC gives fixed answers by path.
func answering(t *testing.T, answers map[string]string) *Node {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(answers[r.URL.RequestURI()])) // the test sees what is missing
	}))
	t.Cleanup(srv.Close)
	n, err := Dial(srv.URL+"/", "127.0.0.1:1", "hexwave-dev-1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

func TestRPC(t *testing.T) {
	n := answering(t, map[string]string{
		"/status": `{"result":{"node_info":{"id":"ab","network":"hexwave-dev-1"},"sync_info":{"latest_block_height":"7","latest_app_hash":"EF","earliest_block_height":"3","catching_up":true},"validator_info":{"address":"CD"}}}`,
		"/block?height=7": `{"result":{"block_id":{"hash":"12"},"block":{"header":{"height":"7","app_hash":"EF"},"data":{"txs":["AQI="]},
			"last_commit":{"signatures":[{"block_id_flag":2,"validator_address":"CD"},{"block_id_flag":1,"validator_address":""}]}}}}`,
		"/block_results?height=7":              `{"result":{"txs_results":[{"code":5,"log":"no","data":null}]}}`,
		"/blockchain?minHeight=1&maxHeight=20": `{"result":{"block_metas":[{"header":{"height":"2","app_hash":"AA"}}]}}`,
		"/block":                               `{"error":{"message":"Internal error","data":"pruned"}}`,
	})
	ctx := context.Background()
	s, err := n.Status(ctx)
	if err != nil || s.Height != 7 || s.FirstHeight != 3 || s.ChainID != "hexwave-dev-1" || !s.CatchingUp || s.Validator != "CD" {
		t.Errorf("status: %+v, %v", s, err)
	}
	b, err := n.RawBlock(ctx, 7)
	if err != nil || b.Height != 7 || b.Hash != "12" || len(b.Txs) != 1 || len(b.Txs[0]) != 2 || len(b.Signers) != 1 {
		t.Errorf("block: %+v, %v", b, err)
	}
	o, err := n.Outcomes(ctx, 7)
	if err != nil || len(o) != 1 || o[0].Code != 5 {
		t.Errorf("outcomes: %+v, %v", o, err)
	}
	h, err := n.Headers(ctx, 1, 20)
	if err != nil || h[2] != "AA" {
		t.Errorf("headers: %v, %v", h, err)
	}
	if _, err := n.RawBlock(ctx, 0); !errors.Is(err, ErrUnreachable) {
		t.Errorf("an error of the node: %v", err)
	}
	if _, err := n.Outcomes(ctx, 8); !errors.Is(err, ErrUnreachable) {
		t.Errorf("an empty answer: %v", err)
	}
}

func TestQueriesAtAHeight(t *testing.T) {
	md, _ := metadata.FromOutgoingContext(AtHeight(context.Background(), 12))
	if got := md.Get(heightHeader); len(got) != 1 || got[0] != "12" {
		t.Errorf("header: %v", got)
	}
	if _, ok := metadata.FromOutgoingContext(AtHeight(context.Background(), 0)); ok {
		t.Error("the newest state needs no header")
	}
}
