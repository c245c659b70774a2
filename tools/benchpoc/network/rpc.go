package network

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

var (
	errRefused = errors.New("refused")
	errRPC     = errors.New("RPC answered with an error")
	errStands  = errors.New("fewer than two blocks")
)

const maxAnswer = 64 << 20

// rpc talks to one validator by JSON over HTTP.
type rpc struct {
	url  string
	http *http.Client
}

func newRPC(address string) *rpc {
	return &rpc{url: "http://" + address, http: &http.Client{Timeout: 10 * time.Second}}
}

// broadcast offers a transaction and waits for CheckTx. errRefused says that it was
// not accepted, and why.
func (r *rpc) broadcast(ctx context.Context, tx []byte) error {
	var answer struct {
		Code uint32 `json:"code"`
		Log  string `json:"log"`
	}
	if err := r.call(ctx, "broadcast_tx_sync", map[string]any{"tx": tx}, &answer); err != nil {
		return err
	}
	if answer.Code != 0 {
		return fmt.Errorf("%w: %s", errRefused, answer.Log)
	}
	return nil
}

// waiting returns the size of the mempool in transactions and bytes.
func (r *rpc) waiting(ctx context.Context) (txs, size int64, err error) {
	var answer struct {
		Total int64 `json:"total,string"`
		Bytes int64 `json:"total_bytes,string"`
	}
	err = r.call(ctx, "num_unconfirmed_txs", nil, &answer)
	return answer.Total, answer.Bytes, err
}

// height returns the newest height.
func (r *rpc) height(ctx context.Context) (int64, error) {
	var answer struct {
		Sync struct {
			Height int64 `json:"latest_block_height,string"`
		} `json:"sync_info"`
	}
	err := r.call(ctx, "status", nil, &answer)
	return answer.Sync.Height, err
}

func (r *rpc) call(ctx context.Context, method string, params, into any) error {
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := r.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return fmt.Errorf("%s: %w: status %d", method, errRPC, res.StatusCode)
	}
	if len(answer.Error) > 0 {
		return fmt.Errorf("%s: %w: %s", method, errRPC, answer.Error)
	}
	return json.Unmarshal(answer.Result, into)
}

// until asks again until ask gives nil.
func until(ctx context.Context, within time.Duration, ask func(context.Context) error) error {
	wait, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := ask(wait)
		if err == nil {
			return nil
		}
		select {
		case <-wait.Done():
			return errors.Join(context.Cause(ctx), err)
		case <-tick.C:
		}
	}
}
