package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
)

// Errors of Block and Follow.
var (
	// ErrNoRPC: Options.RPC is empty.
	ErrNoRPC = errors.New("no RPC address is set")
	// ErrRPC: the node's RPC answered with an error.
	ErrRPC = errors.New("RPC refused")
	// ErrNoBlock: the node does not have the block: not yet, or no longer.
	ErrNoBlock = errors.New("no such block on this node")
)

// Block is one executed block with its events.
type Block struct {
	Height int64
	Time   time.Time
	// AppHash is the state after the block before this one, as headers carry it.
	AppHash []byte
	// Txs are the results of its transactions, in order. The first one of every
	// block is the randomness transaction, which always has a code.
	Txs []TxOutcome
	// Events are those of the block itself: epochs, draws, settlements.
	Events []abci.Event
}

// TxOutcome is what became of one transaction of a block.
type TxOutcome struct {
	Raw    []byte
	Code   uint32
	Log    string
	Events []abci.Event
}

// Messages decodes all typed events of the block, those of successful
// transactions first, in the order in which they happened. Events of other
// types are left out.
func (b *Block) Messages() []proto.Message {
	var all []proto.Message
	for _, t := range b.Txs {
		if t.Code == 0 {
			all = appendTyped(all, t.Events)
		}
	}
	return appendTyped(all, b.Events)
}

func appendTyped(all []proto.Message, events []abci.Event) []proto.Message {
	for _, e := range events {
		e.Attributes = dropMode(e.Attributes)
		if m, err := sdk.ParseTypedEvent(e); err == nil {
			all = append(all, m)
		}
	}
	return all
}

// dropMode removes what the base application adds to events, which is no field
// of the message.
func dropMode(attributes []abci.EventAttribute) []abci.EventAttribute {
	var kept []abci.EventAttribute
	for _, a := range attributes {
		if a.Key != "mode" && a.Key != "msg_index" {
			kept = append(kept, a)
		}
	}
	return kept
}

// Follow calls visit for every block from height on, in order, without end and
// without gaps, until ctx ends or visit returns an error, which it returns.
// While the node cannot be reached it keeps trying. ErrNoBlock is returned when
// the node has pruned a block that is still wanted.
func (c *Client) Follow(ctx context.Context, height int64, visit func(*Block) error) error {
	tick := time.NewTicker(c.opts.Poll)
	defer tick.Stop()
	for {
		first, last, err := c.heights(ctx)
		if errors.Is(err, ErrNoRPC) {
			return err
		}
		for err == nil && height <= last {
			if height < first {
				return fmt.Errorf("follow blocks from %d: %w: the oldest is %d", height, ErrNoBlock, first)
			}
			var b *Block
			if b, err = c.Block(ctx, height); err == nil {
				if err := visit(b); err != nil {
					return err
				}
				height++
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Block reads one block with its events. ErrNoBlock tells that the node does
// not have it.
func (c *Client) Block(ctx context.Context, height int64) (*Block, error) {
	at := url.Values{"height": {strconv.FormatInt(height, 10)}}
	var head struct {
		Block struct {
			Header struct {
				Time    time.Time `json:"time"`
				AppHash hexBytes  `json:"app_hash"`
			} `json:"header"`
			Data struct {
				Txs [][]byte `json:"txs"`
			} `json:"data"`
		} `json:"block"`
	}
	if err := c.call(ctx, "block", at, &head); err != nil {
		return nil, fmt.Errorf("read block %d: %w", height, err)
	}
	var results struct {
		Txs []struct {
			Code   uint32       `json:"code"`
			Log    string       `json:"log"`
			Events []abci.Event `json:"events"`
		} `json:"txs_results"`
		Events []abci.Event `json:"finalize_block_events"`
	}
	if err := c.call(ctx, "block_results", at, &results); err != nil {
		return nil, fmt.Errorf("read results of block %d: %w", height, err)
	}
	if len(results.Txs) != len(head.Block.Data.Txs) {
		return nil, fmt.Errorf("read block %d: %w: %d transactions have %d results", height, ErrRPC, len(head.Block.Data.Txs), len(results.Txs))
	}
	b := &Block{Height: height, Time: head.Block.Header.Time, AppHash: head.Block.Header.AppHash, Events: results.Events}
	for i, t := range results.Txs {
		b.Txs = append(b.Txs, TxOutcome{Raw: head.Block.Data.Txs[i], Code: t.Code, Log: t.Log, Events: t.Events})
	}
	return b, nil
}

// heights returns the oldest and the newest height the node has.
func (c *Client) heights(ctx context.Context) (first, last int64, err error) {
	var s struct {
		Sync struct {
			First int64 `json:"earliest_block_height,string"`
			Last  int64 `json:"latest_block_height,string"`
		} `json:"sync_info"`
	}
	if err := c.call(ctx, "status", nil, &s); err != nil {
		return 0, 0, fmt.Errorf("read status: %w", err)
	}
	return s.Sync.First, s.Sync.Last, nil
}

// call asks the RPC for one thing and decodes its result.
func (c *Client) call(ctx context.Context, method string, query url.Values, out any) error {
	if c.opts.RPC == "" {
		return ErrNoRPC
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.opts.RPC+"/"+method+"?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // only read from
	var answer struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxResponseBytes)).Decode(&answer); err != nil {
		return fmt.Errorf("%w: status %d: %w", ErrRPC, res.StatusCode, err)
	}
	if answer.Error != nil {
		return fmt.Errorf("%w: %s: %s", ErrRPC, answer.Error.Message, answer.Error.Data)
	}
	return json.Unmarshal(answer.Result, out)
}

// hexBytes are bytes that JSON carries in hexadecimal.
type hexBytes []byte

// UnmarshalJSON reads a quoted hexadecimal string.
func (h *hexBytes) UnmarshalJSON(raw []byte) error {
	var s string
	if err := json.Unmarshal(raw, &s); err != nil {
		return err
	}
	b, err := decodeHex(s)
	*h = b
	return err
}
