package routertest

import (
	"crypto/ed25519"

	"github.com/hexwave/hexwave/proto/wire"
)

// KeyPair is a fixed key of a test.
type KeyPair struct {
	Private ed25519.PrivateKey
	Public  wire.PubKey
}

// Key returns the n-th test key.
func Key(n byte) KeyPair {
	seed := make([]byte, ed25519.SeedSize)
	seed[0], seed[31] = n, 0x5a
	private := ed25519.NewKeyFromSeed(seed)
	public, err := wire.Ed25519Key(private.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return KeyPair{private, public}
}
