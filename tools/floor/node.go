package main

import (
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/proto/wire"
)

type publicKey = ed25519.PublicKey

// newNode serves the one thing that hotspots ask a node in this benchmark: the
// key of the lane that signs their vouchers.
func newNode() (*httptest.Server, error) {
	key, err := wire.Ed25519Key(laneKey().Public().(publicKey))
	if err != nil {
		return nil, fmt.Errorf("lane key: %w", err)
	}
	signer := appendNumber(appendNumber(nil, 1, org), 2, lane)
	signer = appendMessage(signer, 3, key.Bytes())
	response := appendMessage(nil, 1, appendMessage(nil, 4, signer))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /abci_query", func(w http.ResponseWriter, r *http.Request) {
		var answer struct {
			Result struct {
				Response struct {
					Code  uint32 `json:"code"`
					Value []byte `json:"value"`
				} `json:"response"`
			} `json:"result"`
		}
		answer.Result.Response.Code = 1
		if r.URL.Query().Get("path") == `"/hexwave.routing.v1.Query/Org"` {
			answer.Result.Response.Code, answer.Result.Response.Value = 0, response
		}
		_ = json.NewEncoder(w).Encode(answer) // a client that went away needs no answer
	})
	return httptest.NewServer(mux), nil
}

func appendNumber(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

func appendMessage(b []byte, num protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), v)
}
