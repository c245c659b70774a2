package devnet

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/app/vrf"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
)

const (
	// snapshotEvery is how often validators take a snapshot, blocks: a node that joins
	// must find one within a short run.
	snapshotEvery = 20
	// fewestToMove is how many validators there must be for one to move: the others go
	// on while it does.
	fewestToMove = 4
)

// SpareFacts are what became of a node that joined later than all others, and of the
// validator that moved to it.
type SpareFacts struct {
	Joined     bool
	FirstBlock int64 // that it has: above 1 it did not execute all blocks
	HashEqual  bool  // of the newest block that it and a validator have
	Moved      bool  // the validator signs with the node's key
	OldGone    bool  // and no longer with its old one
	Fee        uint64
}

// founder is what testnet init prints of a home.
type founder struct {
	Moniker   string `json:"moniker"`
	Consensus string `json:"consensus_pubkey"` // hex
}

// moveValidator has a node join by state sync, and then the last validator rotate its
// consensus key to that node's, as an operator who changes machines does.
func (r *run) moveValidator(ctx context.Context) (SpareFacts, error) {
	var f SpareFacts
	from := r.opt.Validators - 1
	if r.opt.Validators >= fewestToMove {
		if err := r.copyRandomness(from); err != nil {
			return f, err
		}
	}
	spare, err := r.join(ctx)
	if err != nil {
		return f, err
	}
	defer func() { _ = spare.Close() }() // the node is stopped with the others
	s, err := spare.Status(ctx)
	if err != nil {
		return f, err
	}
	f.Joined, f.FirstBlock = true, s.FirstHeight
	if f.HashEqual, err = r.sameHash(ctx, spare, s.Height); err != nil {
		return f, err
	}
	if r.opt.Validators < fewestToMove {
		return f, nil
	}
	old, err := r.nodes[from].Status(ctx)
	if err != nil {
		return f, err
	}
	if err := r.rotate(ctx, from); err != nil {
		return f, fmt.Errorf("rotate the key of %s: %w", validatorName(from), err)
	}
	p, err := stakingtypes.NewQueryClient(r.chain.Conn()).Params(ctx, &stakingtypes.QueryParamsRequest{})
	if err != nil {
		return f, fmt.Errorf("ask for the fee of a rotation: %w", err)
	}
	f.Fee = p.Params.KeyRotationFee.Amount.Uint64()
	err = r.until(ctx, "signature of the new key", func(ctx context.Context) error {
		b, err := r.chain.RawBlock(ctx, 0)
		if err != nil {
			return err
		}
		f.Moved, f.OldGone = slices.Contains(b.Signers, s.Validator), !slices.Contains(b.Signers, old.Validator)
		if !f.Moved || !f.OldGone {
			return fmt.Errorf("block %d has %d signatures", b.Height, len(b.Signers))
		}
		return nil
	})
	return f, err
}

// join starts the spare node with state sync and waits until it has caught up.
func (r *run) join(ctx context.Context) (*node.Node, error) {
	trusted, err := r.snapshotTaken(ctx)
	if err != nil {
		return nil, err
	}
	i := r.opt.Validators
	env := []string{
		"HEXWAVED_STATESYNC_ENABLE=true",
		"HEXWAVED_STATESYNC_RPC_SERVERS=" + r.urls().RPC[0] + "," + r.urls().RPC[len(r.urls().RPC)-1],
		fmt.Sprintf("HEXWAVED_STATESYNC_TRUST_HEIGHT=%d", trusted.Height),
		"HEXWAVED_STATESYNC_TRUST_HASH=" + trusted.Hash,
		"HEXWAVED_STATESYNC_DISCOVERY_TIME=5s",
	}
	if err := r.procs.StartWith(ctx, env, validatorName(i), "hexwaved", r.startArgs(i)...); err != nil {
		return nil, err
	}
	spare, err := node.Dial("http://"+r.ports.validator(i, portRPC), r.ports.validator(i, portGRPC), ChainID)
	if err != nil {
		return nil, err
	}
	err = r.until(ctx, "state sync", func(ctx context.Context) error {
		s, err := spare.Status(ctx)
		if err == nil && (s.CatchingUp || s.Height <= trusted.Height) {
			err = fmt.Errorf("it is at block %d", s.Height)
		}
		return err
	})
	if err != nil {
		_ = spare.Close() // it is of no use
		return nil, err
	}
	return spare, nil
}

// snapshotTaken waits until the validators have a snapshot and some blocks after it,
// and returns a block to trust.
func (r *run) snapshotTaken(ctx context.Context) (node.Block, error) {
	var b node.Block
	err := r.until(ctx, "first snapshot", func(ctx context.Context) (err error) {
		if b, err = r.chain.RawBlock(ctx, 0); err == nil && b.Height < snapshotEvery+5 {
			err = fmt.Errorf("block %d is no %d", b.Height, snapshotEvery+5)
		}
		return err
	})
	return b, err
}

// sameHash compares the app hash of a block on the spare node with a validator's.
func (r *run) sameHash(ctx context.Context, spare *node.Node, height int64) (bool, error) {
	a, err := spare.Headers(ctx, height, height)
	if err != nil {
		return false, err
	}
	b, err := r.chain.Headers(ctx, height, height)
	return err == nil && a[height] != "" && a[height] == b[height], err
}

// rotate gives validator i the consensus key of the spare node.
func (r *run) rotate(ctx context.Context, i int) error {
	key, err := hex.DecodeString(r.founders[r.opt.Validators].Consensus)
	if err != nil {
		return fmt.Errorf("key of the spare node: %w", err)
	}
	packed, err := json.Marshal(object{"@type": "/cosmos.crypto.ed25519.PubKey", "key": base64.StdEncoding.EncodeToString(key)})
	if err != nil {
		return fmt.Errorf("encode the key: %w", err)
	}
	return r.operate(ctx, i, "staking", "rotate-cons-pub-key", string(packed))
}

// copyRandomness gives the spare node the randomness key of a validator: it is the
// validator's whatever key it signs blocks with.
func (r *run) copyRandomness(from int) error {
	raw, err := os.ReadFile(vrf.Path(r.paths.validator(from)))
	if err != nil {
		return fmt.Errorf("randomness key of %s: %w", validatorName(from), err)
	}
	return writeFile(vrf.Path(r.paths.validator(r.opt.Validators)), raw)
}

// parseFounders reads what testnet init printed.
func parseFounders(out string, want int) ([]founder, error) {
	var all []founder
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&all); err != nil {
		return nil, fmt.Errorf("answer of hexwaved testnet init: %w", err)
	}
	if len(all) != want {
		return nil, fmt.Errorf("hexwaved testnet init wrote %d homes, not %d", len(all), want)
	}
	return all, nil
}
