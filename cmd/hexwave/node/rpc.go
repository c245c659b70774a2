package node

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"
)

// maxAnswer bounds one answer of the RPC, bytes.
const maxAnswer = 64 << 20

// Status is where a node stands.
type Status struct {
	NodeID      string
	ChainID     string
	Height      int64
	FirstHeight int64 // oldest block that it has
	Time        time.Time
	AppHash     string
	CatchingUp  bool
	Validator   string // consensus address, hex
}

// Status asks the node how far it is. Errors: ErrUnreachable.
func (c *Node) Status(ctx context.Context) (Status, error) {
	var a struct {
		Info struct {
			ID      string `json:"id"`
			Network string `json:"network"`
		} `json:"node_info"`
		Sync struct {
			Height     int64     `json:"latest_block_height,string"`
			First      int64     `json:"earliest_block_height,string"`
			Time       time.Time `json:"latest_block_time"`
			AppHash    string    `json:"latest_app_hash"`
			CatchingUp bool      `json:"catching_up"`
		} `json:"sync_info"`
		Validator struct {
			Address string `json:"address"`
		} `json:"validator_info"`
	}
	if err := c.get(ctx, "/status", &a); err != nil {
		return Status{}, err
	}
	return Status{
		NodeID: a.Info.ID, ChainID: a.Info.Network, Height: a.Sync.Height, FirstHeight: a.Sync.First, Time: a.Sync.Time,
		AppHash: a.Sync.AppHash, CatchingUp: a.Sync.CatchingUp, Validator: a.Validator.Address,
	}, nil
}

// Block is one block as the node has it, unexecuted.
type Block struct {
	Height  int64
	Hash    string
	Time    time.Time
	AppHash string // after the block before
	Txs     [][]byte
	// Signers are the consensus addresses, hex, that committed the block before.
	Signers []string
}

// RawBlock reads one block; height 0 is the newest. Errors: ErrUnreachable.
func (c *Node) RawBlock(ctx context.Context, height int64) (Block, error) {
	var a struct {
		ID struct {
			Hash string `json:"hash"`
		} `json:"block_id"`
		Block struct {
			Header struct {
				Height  int64     `json:"height,string"`
				Time    time.Time `json:"time"`
				AppHash string    `json:"app_hash"`
			} `json:"header"`
			Data struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
			LastCommit struct {
				Signatures []struct {
					Flag    int    `json:"block_id_flag"`
					Address string `json:"validator_address"`
				} `json:"signatures"`
			} `json:"last_commit"`
		} `json:"block"`
	}
	if err := c.get(ctx, "/block"+at(height), &a); err != nil {
		return Block{}, err
	}
	b := Block{Height: a.Block.Header.Height, Hash: a.ID.Hash, Time: a.Block.Header.Time, AppHash: a.Block.Header.AppHash, Txs: a.Block.Data.Txs}
	const committed = 2 // BLOCK_ID_FLAG_COMMIT
	for _, s := range a.Block.LastCommit.Signatures {
		if s.Flag == committed {
			b.Signers = append(b.Signers, s.Address)
		}
	}
	return b, nil
}

// TxOutcome is what executing one transaction of a block gave.
type TxOutcome struct {
	Code uint32 `json:"code"`
	Data []byte `json:"data"`
	Log  string `json:"log"`
}

// Outcomes reads what executing the transactions of a block gave, in order.
// Errors: ErrUnreachable.
func (c *Node) Outcomes(ctx context.Context, height int64) ([]TxOutcome, error) {
	var a struct {
		Results []TxOutcome `json:"txs_results"`
	}
	if err := c.get(ctx, "/block_results"+at(height), &a); err != nil {
		return nil, err
	}
	return a.Results, nil
}

func at(height int64) string {
	if height <= 0 {
		return ""
	}
	return "?height=" + strconv.FormatInt(height, 10)
}

func (c *Node) get(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.rpc+path, http.NoBody)
	if err != nil {
		return fmt.Errorf("RPC address %q: %w", c.rpc, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	var a struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&a); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, path, err)
	}
	if a.Error != nil {
		return fmt.Errorf("%w: %s: %s %s", ErrUnreachable, path, a.Error.Message, a.Error.Data)
	}
	if err := json.Unmarshal(a.Result, into); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, path, err)
	}
	return nil
}

// Headers reads the app hashes of up to 20 blocks, by height. Errors:
// ErrUnreachable.
func (c *Node) Headers(ctx context.Context, from, to int64) (map[int64]string, error) {
	var a struct {
		Metas []struct {
			Header struct {
				Height  int64  `json:"height,string"`
				AppHash string `json:"app_hash"`
			} `json:"header"`
		} `json:"block_metas"`
	}
	if err := c.get(ctx, fmt.Sprintf("/blockchain?minHeight=%d&maxHeight=%d", from, to), &a); err != nil {
		return nil, err
	}
	out := map[int64]string{}
	for _, m := range a.Metas {
		out[m.Header.Height] = m.Header.AppHash
	}
	return out, nil
}
