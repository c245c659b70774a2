// Package proof checks, without a node, that a value was or was not in the state
// of a chain: ICS-23 proofs from the value to the app hash, the header that
// carries it, the commit that signs the header, and what its reader trusts. It
// owns the format of a proof file (docs/spec/proof.md). It fetches nothing, knows
// no module and never says what a value means: chain/proof/statement does.
package proof

import "errors"

// Errors of Parse, ParseGenesis and Verify: one for each link of the chain from a
// value to what is trusted.
var (
	// ErrFormat: no proof file, too large, or a field out of its range.
	ErrFormat = errors.New("not a proof file")
	// ErrChain: the file, its header and the trusted genesis name different chains.
	ErrChain = errors.New("proof is of another chain")
	// ErrHeight: the header is not that of the block after the state.
	ErrHeight = errors.New("header is not of the next block")
	// ErrHeader: the header is not the block that the commit signs.
	ErrHeader = errors.New("header is not the one that was signed")
	// ErrSet: the validators are not those that the header names.
	ErrSet = errors.New("validators are not those of the header")
	// ErrSignatures: a signature is wrong, or not more than two thirds of the
	// power signed.
	ErrSignatures = errors.New("header is not signed by its validators")
	// ErrUntrusted: the header is not the trusted one, or not more than two thirds
	// of the trusted validators' power signed it.
	ErrUntrusted = errors.New("header is not what is trusted")
	// ErrValue: the proofs do not lead from the value to the header's app hash.
	ErrValue = errors.New("value is not in the signed state")
)
