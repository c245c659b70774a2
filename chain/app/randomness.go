package app

import (
	"bytes"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app/vrf"
	"github.com/hexwave/hexwave/proto/wire"
)

// RandomnessKeeper stores the beacon R_h and says whose key counts. A key is
// active once it was registered long enough before, which the keeper decides.
type RandomnessKeeper interface {
	// ActiveVRFKey returns the 32-byte key that counts for a validator at the
	// context's height, and whether there is one.
	ActiveVRFKey(ctx sdk.Context, validator sdk.ConsAddress) (public []byte, ok bool)
	// Randomness returns the newest stored R, which is R_{h-1} until
	// SetRandomness of block h.
	Randomness(ctx sdk.Context) [32]byte
	// SetRandomness stores R_h. skipped tells that the proposer gave no proof.
	SetRandomness(ctx sdk.Context, r [32]byte, skipped bool, proposer sdk.ConsAddress) error
}

// Reasons why a block's first transaction is refused.
var (
	errNoRandomness    = errors.New("block has no randomness transaction")
	errProofMissing    = errors.New("proposer has an active key and gave no proof")
	errProofUnexpected = errors.New("proposer has no active key and gave a proof")
	errProofWrong      = errors.New("proof does not verify under the proposer's key")
)

// makeFirstTx builds the first transaction of a proposal: the proposer's proof, and
// the price votes of the last height where they are due.
func (app *App) makeFirstTx(ctx sdk.Context, req *abci.RequestPrepareProposal) ([]byte, error) {
	extensions, err := app.makeExtensions(ctx, req.LocalLastCommit, req.Height)
	if err != nil {
		return nil, fmt.Errorf("collect price votes: %w", err)
	}
	tx := wire.RandomnessTx{Proof: app.prove(ctx, req.ProposerAddress, req.Height), Extensions: extensions}
	return tx.AppendTo(nil), nil
}

// prove returns this node's proof for a height. A node without a key, or whose key
// is not the active one, gives none.
func (app *App) prove(ctx sdk.Context, proposer sdk.ConsAddress, height int64) *[wire.VRFProofSize]byte {
	public, ok := app.randomness.ActiveVRFKey(ctx, proposer)
	if !ok {
		return nil
	}
	for _, key := range app.cfg.VRF {
		if bytes.Equal(public, key.Public()) {
			proof := key.Prove(app.alpha(ctx, height))
			return &proof
		}
	}
	app.Logger().Error("proposal will be refused: this node lacks its active randomness key",
		"file", vrf.FileName, "height", height)
	return nil
}

// checkFirstTx returns nil when raw is a first transaction that this proposer may
// give at this height.
func (app *App) checkFirstTx(ctx sdk.Context, raw []byte, proposer sdk.ConsAddress, height int64) error {
	tx, err := wire.ParseRandomnessTx(raw)
	if err != nil {
		return errors.Join(errNoRandomness, err)
	}
	if err := app.checkProof(ctx, tx.Proof, proposer, height); err != nil {
		return err
	}
	return app.checkExtensions(ctx, tx.Extensions, height)
}

func (app *App) checkProof(ctx sdk.Context, proof *[wire.VRFProofSize]byte, proposer sdk.ConsAddress, height int64) error {
	public, ok := app.randomness.ActiveVRFKey(ctx, proposer)
	switch {
	case ok && proof == nil:
		return errProofMissing
	case !ok && proof != nil:
		return errProofUnexpected
	case !ok:
		return nil
	}
	if _, ok := vrf.Verify(public, *proof, app.alpha(ctx, height)); !ok {
		return errProofWrong
	}
	return nil
}

// storeRandomness derives R_h from the block's first transaction. It never
// fails for what the block contains, because that would stop the chain: what
// does not parse counts as skipped.
func (app *App) storeRandomness(ctx sdk.Context, req *abci.RequestFinalizeBlock) error {
	prev := app.randomness.Randomness(ctx)
	next, skipped := wire.SkipRandomness(prev, uint64(req.Height)), true
	if len(req.Txs) > 0 {
		if tx, err := wire.ParseRandomnessTx(req.Txs[0]); err == nil && tx.Proof != nil {
			if beta, err := vrf.Output(*tx.Proof); err == nil {
				next, skipped = wire.NextRandomness(prev, beta), false
			}
		}
	}
	if err := app.randomness.SetRandomness(ctx, next, skipped, req.ProposerAddress); err != nil {
		return fmt.Errorf("store randomness of block %d: %w", req.Height, err)
	}
	return nil
}

func (app *App) alpha(ctx sdk.Context, height int64) []byte {
	chain := wire.HashChainID(ctx.ChainID())
	return wire.RandomnessAlpha(chain, uint64(height), app.randomness.Randomness(ctx))
}
