package wire

import "crypto/sha256"

// ChainHash is the first 8 bytes of SHA-256 of the chain id. It binds a body to
// one chain.
type ChainHash [8]byte

// HashChainID returns the ChainHash of a chain id such as "hexwave-1".
func HashChainID(chainID string) ChainHash {
	sum := sha256.Sum256([]byte(chainID))
	return ChainHash(sum[:8])
}

// Domain tags. "HX" is implied by the leading H; the third byte names the
// object, the fourth its version.
var (
	tagChallenge   = tag{'H', 'X', 'C', '1'}
	tagReport      = tag{'H', 'X', 'R', '1'}
	tagReveal      = tag{'H', 'X', 'A', '1'}
	tagVoucher     = tag{'H', 'X', 'V', '1'}
	tagGrant       = tag{'H', 'X', 'G', '1'}
	tagUsage       = tag{'H', 'X', 'U', '1'}
	tagUsageResult = tag{'H', 'X', 'Y', '1'}
	tagRadiusProof = tag{'H', 'X', 'Q', '1'}
	tagBatch       = tag{'H', 'X', 'B', '1'}
	tagRegister    = tag{'H', 'X', 'K', '1'}
	tagRenewal     = tag{'H', 'X', 'L', '1'}
	tagRotation    = tag{'H', 'X', 'D', '1'}
	tagBundle      = tag{'H', 'X', 'O', '1'}
	tagWitness     = tag{'H', 'X', 'T', '1'}
	tagChainStep   = tag{'H', 'W', 'C', '1'}
	tagSortition   = tag{'H', 'X', 'E', '1'}
	tagRandomness  = tag{'H', 'X', 'F', '1'}
	tagNextRandom  = tag{'H', 'X', 'N', '1'}
	tagSkipRandom  = tag{'H', 'X', 'S', '1'}
	tagPick        = tag{'H', 'X', 'P', '1'}
)
