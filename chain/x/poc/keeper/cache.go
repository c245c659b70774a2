package keeper

import (
	"crypto/sha256"
	"sync"

	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/verify"
)

// verifiedCache remembers batches of signatures that were found good, so that
// CheckTx, the proposal and its execution verify them once. A key is the hash
// of all inputs of the verification and only good ones are kept: the cache can
// save work and cannot change a result. It is not part of the state.
type verifiedCache struct {
	mu       sync.Mutex
	known    map[[32]byte]struct{}
	order    [limits.VerifiedCache][32]byte
	next     int
	verifier *verify.Verifier
}

func newVerifiedCache() *verifiedCache {
	return &verifiedCache{known: make(map[[32]byte]struct{}), verifier: verify.NewVerifier()}
}

// bad returns the position of the first item with a wrong signature, or false
// when all are right.
func (c *verifiedCache) bad(items []verify.Signed) (int, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := hashSigned(items)
	if _, ok := c.known[key]; ok {
		return 0, false
	}
	wrong, any := c.verifier.Bad(items)
	if any {
		for i := range wrong {
			if wrong[i] {
				return i, true
			}
		}
	}
	delete(c.known, c.order[c.next])
	c.known[key], c.order[c.next] = struct{}{}, key
	c.next = (c.next + 1) % len(c.order)
	return 0, false
}

// hashSigned hashes keys, signatures and bodies, each of a fixed size but the
// bodies, which are all of one size.
func hashSigned(items []verify.Signed) [32]byte {
	h := sha256.New()
	var buf []byte
	for i := range items {
		buf = items[i].Key.AppendTo(buf[:0])
		buf = append(buf, items[i].Sig[:]...)
		buf = append(buf, items[i].Body...)
		h.Write(buf)
	}
	return [32]byte(h.Sum(nil))
}
