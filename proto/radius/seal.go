package radius

import (
	"crypto/ecdh"
	"crypto/sha256"
	"fmt"
)

// SealSecret is the secret under which the session keys of one exchange travel
// between hotspot and payer: SHA-256("HXM1" | chain | X25519(own, peer) | hotspot's
// key | payer's key). own is either side's private key, peer the other's public
// one. Errors: ErrKey.
func SealSecret(chain [8]byte, own *ecdh.PrivateKey, peer, hotspotKey, payerKey [32]byte) ([]byte, error) {
	if peer == [32]byte{} {
		return nil, fmt.Errorf("%w: the other side has no key", ErrKey)
	}
	public, err := ecdh.X25519().NewPublicKey(peer[:])
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	shared, err := own.ECDH(public) // refuses an all-zero result (RFC 7748 §6.1)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKey, err)
	}
	h := sha256.New()
	h.Write([]byte("HXM1"))
	h.Write(chain[:])
	h.Write(shared)
	h.Write(hotspotKey[:])
	h.Write(payerKey[:])
	return h.Sum(nil), nil
}
