package devnet

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/hexwave/hexwave/chain/client"
)

// operatorGas is a limit that none of an operator's transactions reaches.
const operatorGas = "600000"

// operate sends a transaction of validator i as its operator does, with hexwaved and the
// key in the validator's home, and waits for its block.
func (r *run) operate(ctx context.Context, i int, args ...string) error {
	args = append(append([]string{"tx"}, args...),
		"--home", r.paths.validator(i), "--from", "operator", "--gas", operatorGas, "--output", "json", "--yes")
	out, err := r.output(ctx, "hexwaved", args...)
	if err != nil {
		return err
	}
	var sent struct {
		Hash string `json:"txhash"`
		Code uint32 `json:"code"`
		Log  string `json:"raw_log"`
	}
	if err := json.Unmarshal([]byte(out), &sent); err != nil {
		return fmt.Errorf("answer of hexwaved tx: %w", err)
	}
	if sent.Code != 0 {
		return fmt.Errorf("operator of %s: %w: %s", validatorName(i), client.ErrRejected, sent.Log)
	}
	raw, err := hex.DecodeString(sent.Hash)
	if err != nil || len(raw) != len(client.TxHash{}) {
		return fmt.Errorf("hexwaved tx names no transaction: %q", sent.Hash)
	}
	if _, err := r.chain.Wait(ctx, client.TxHash(raw)); err != nil {
		return fmt.Errorf("operator of %s: %w", validatorName(i), err)
	}
	return nil
}
