package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	cmtjson "github.com/cometbft/cometbft/libs/json"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"

	"github.com/hexwave/hexwave/chain/proof"
)

// ErrNoProof: the node did not prove its answer, or not at the height asked for.
var ErrNoProof = errors.New("node gave no proof")

// perPage is how many validators CometBFT's RPC gives at once.
const perPage = 100

// Prove reads one key of a module's store after the block of a height, with its
// proof, which nothing has checked yet. Errors: ErrNoRPC, ErrRPC, ErrNoProof.
func (c *Client) Prove(ctx context.Context, height int64, store string, key []byte) (proof.Item, error) {
	var a coretypes.ResultABCIQuery
	err := c.comet(ctx, "abci_query", url.Values{
		"path": {strconv.Quote("/store/" + store + "/key")}, "data": {fmt.Sprintf("0x%x", key)},
		"height": {strconv.FormatInt(height, 10)}, "prove": {"true"},
	}, &a)
	r := a.Response
	switch {
	case err != nil:
		return proof.Item{}, fmt.Errorf("prove %s/%x: %w", store, key, err)
	case r.Code != 0:
		return proof.Item{}, fmt.Errorf("prove %s/%x: %w: %s", store, key, ErrRPC, r.Log)
	case r.Height != height:
		return proof.Item{}, fmt.Errorf("prove %s/%x: %w: height %d, not %d", store, key, ErrNoProof, r.Height, height)
	case r.ProofOps == nil || len(r.ProofOps.Ops) != 2:
		return proof.Item{}, fmt.Errorf("prove %s/%x: %w: %s", store, key, ErrNoProof, r.Log)
	}
	it := proof.Item{Store: store, Key: key, KeyProof: r.ProofOps.Ops[0].Data, StoreProof: r.ProofOps.Ops[1].Data}
	if len(r.Value) > 0 {
		value := proof.Hex(r.Value)
		it.Value = &value
	}
	return it, nil
}

// Seal reads what vouches for the state after the block of a height: the header
// of the next block, its commit and its validators. Nothing is checked yet.
// Errors: ErrNoRPC, ErrRPC, proof.ErrFormat.
func (c *Client) Seal(ctx context.Context, height int64) (proof.Seal, error) {
	at := strconv.FormatInt(height+1, 10)
	var block coretypes.ResultCommit
	if err := c.comet(ctx, "commit", url.Values{"height": {at}}, &block); err != nil {
		return proof.Seal{}, fmt.Errorf("read commit %s: %w", at, err)
	}
	if block.Header == nil || block.Commit == nil {
		return proof.Seal{}, fmt.Errorf("read commit %s: %w: it has no header", at, ErrRPC)
	}
	var set coretypes.ResultValidators
	for page := 1; page <= proof.MaxValidators/perPage; page++ {
		var r coretypes.ResultValidators
		query := url.Values{"height": {at}, "page": {strconv.Itoa(page)}, "per_page": {strconv.Itoa(perPage)}}
		if err := c.comet(ctx, "validators", query, &r); err != nil {
			return proof.Seal{}, fmt.Errorf("read validators %s: %w", at, err)
		}
		set.Validators = append(set.Validators, r.Validators...)
		if len(set.Validators) >= r.Total || len(r.Validators) == 0 {
			break
		}
	}
	return proof.SealOf(block.Header, block.Commit, set.Validators)
}

// comet asks the RPC for one of CometBFT's own types, which have a JSON of their
// own.
func (c *Client) comet(ctx context.Context, method string, query url.Values, out any) error {
	var raw json.RawMessage
	if err := c.call(ctx, method, query, &raw); err != nil {
		return err
	}
	if err := cmtjson.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%w: %w", ErrRPC, err)
	}
	return nil
}
