package client

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// ErrRejected is wrapped by a TxError: the chain, or this node's pool, said no.
var ErrRejected = errors.New("transaction rejected")

// TxError is why a transaction did not succeed.
type TxError struct {
	// Codespace and Code name the reason, as the module registered it.
	Codespace string
	Code      uint32
	// Log is the reason in words.
	Log string
	// Height is where it failed, or 0 when no block ever held it.
	Height int64
}

// Error gives the reason in words.
func (e *TxError) Error() string {
	return fmt.Sprintf("transaction rejected (%s %d): %s", e.Codespace, e.Code, e.Log)
}

// Unwrap returns ErrRejected.
func (e *TxError) Unwrap() error { return ErrRejected }

// TxHash names a transaction.
type TxHash [sha256.Size]byte

// String returns the hash as explorers write it.
func (h TxHash) String() string { return fmt.Sprintf("%X", h[:]) }

// Result is a transaction that was included and succeeded.
type Result struct {
	Hash    TxHash
	Height  int64
	GasUsed int64
	Events  []abci.Event

	data []byte
}

// Response decodes the answer of message i into out, such as the
// MsgRegisterResponse of a MsgRegister.
func (r *Result) Response(i int, out proto.Message) error {
	var data sdk.TxMsgData
	if err := proto.Unmarshal(r.data, &data); err != nil {
		return fmt.Errorf("read responses of %s: %w", r.Hash, err)
	}
	if i < 0 || i >= len(data.MsgResponses) {
		return fmt.Errorf("read response %d of %s: there are %d", i, r.Hash, len(data.MsgResponses))
	}
	if err := proto.Unmarshal(data.MsgResponses[i].Value, out); err != nil {
		return fmt.Errorf("read response %d of %s: %w", i, r.Hash, err)
	}
	return nil
}

// Broadcast gives an encoded transaction to the node's pool. nil means that it
// waits for a block; a refusal is a *TxError.
func (c *Client) Broadcast(ctx context.Context, raw []byte) (TxHash, error) {
	hash := TxHash(sha256.Sum256(raw))
	res, err := c.txs().BroadcastTx(ctx, &txtypes.BroadcastTxRequest{TxBytes: raw, Mode: txtypes.BroadcastMode_BROADCAST_MODE_SYNC})
	if err != nil {
		return hash, fmt.Errorf("broadcast transaction: %w", err)
	}
	if r := res.TxResponse; r != nil && r.Code != 0 {
		return hash, &TxError{Codespace: r.Codespace, Code: r.Code, Log: r.RawLog}
	}
	return hash, nil
}

// Wait returns when the transaction is in a block: nil error when it succeeded,
// a *TxError when it failed there, the context's error when time ran out, in
// which case it may still be included.
func (c *Client) Wait(ctx context.Context, hash TxHash) (*Result, error) {
	tick := time.NewTicker(c.opts.Poll)
	defer tick.Stop()
	for {
		res, err := c.txs().GetTx(ctx, &txtypes.GetTxRequest{Hash: hash.String()})
		switch {
		case err == nil:
			return included(hash, res.TxResponse)
		case status.Code(err) != codes.NotFound:
			return nil, fmt.Errorf("wait for %s: %w", hash, err)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s: %w", hash, ctx.Err())
		case <-tick.C:
		}
	}
}

func included(hash TxHash, r *sdk.TxResponse) (*Result, error) {
	if r.Code != 0 {
		return nil, &TxError{Codespace: r.Codespace, Code: r.Code, Log: r.RawLog, Height: r.Height}
	}
	data, err := decodeHex(r.Data)
	if err != nil {
		return nil, fmt.Errorf("read result of %s: %w", hash, err)
	}
	return &Result{Hash: hash, Height: r.Height, GasUsed: r.GasUsed, Events: r.Events, data: data}, nil
}

// SubmitLane gives one free-lane message, MsgSubmitReports or MsgSettle with a
// batch header, to the node's pool. It carries no fee and no account signature.
func (c *Client) SubmitLane(ctx context.Context, msg proto.Message) (TxHash, error) {
	body, err := bodyOf(msg)
	if err != nil {
		return TxHash{}, err
	}
	auth, err := proto.Marshal(&txtypes.AuthInfo{Fee: &txtypes.Fee{}})
	if err != nil {
		return TxHash{}, fmt.Errorf("encode lane transaction: %w", err)
	}
	raw, err := proto.Marshal(&txtypes.TxRaw{BodyBytes: body, AuthInfoBytes: auth})
	if err != nil {
		return TxHash{}, fmt.Errorf("encode lane transaction: %w", err)
	}
	return c.Broadcast(ctx, raw)
}

func bodyOf(msgs ...proto.Message) ([]byte, error) {
	var body txtypes.TxBody
	for _, m := range msgs {
		packed, err := codectypes.NewAnyWithValue(m)
		if err != nil {
			return nil, fmt.Errorf("pack %T: %w", m, err)
		}
		body.Messages = append(body.Messages, packed)
	}
	raw, err := proto.Marshal(&body)
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	return raw, nil
}
