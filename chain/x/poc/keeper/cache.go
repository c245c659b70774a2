package keeper

import (
	"crypto/sha256"
	"sync"

	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/verify"
)

// verifiedCache remembers signatures that were found good, so that CheckTx, the
// proposal and its execution verify them once, in whatever batches they come and
// come again. A key is the hash of all inputs of the verification and only good
// ones are kept: the cache can save work and cannot change a result. It is not
// part of the state.
type verifiedCache struct {
	mu       sync.Mutex
	known    map[[32]byte]struct{}
	order    [][32]byte // a ring once it is full
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
	var unknown []verify.Signed
	var at []int
	var keys [][32]byte
	for i := range items {
		key := hashSigned(&items[i])
		if _, ok := c.known[key]; !ok {
			unknown, at, keys = append(unknown, items[i]), append(at, i), append(keys, key)
		}
	}
	if len(unknown) == 0 {
		return 0, false
	}
	wrong, _ := c.verifier.Bad(unknown)
	first, found := 0, false
	for n := range unknown {
		switch {
		case !wrong[n]:
			c.remember(keys[n])
		case !found:
			first, found = at[n], true
		}
	}
	return first, found
}

func (c *verifiedCache) remember(key [32]byte) {
	if _, ok := c.known[key]; ok {
		return // twice in one batch
	}
	c.known[key] = struct{}{}
	if len(c.order) < limits.VerifiedItems {
		c.order = append(c.order, key)
		return
	}
	delete(c.known, c.order[c.next])
	c.order[c.next] = key
	c.next = (c.next + 1) % len(c.order)
}

// hashSigned hashes key, signature and body; key and signature are of fixed sizes,
// the key's by its first byte.
func hashSigned(item *verify.Signed) [32]byte {
	buf := item.Key.AppendTo(make([]byte, 0, 256))
	buf = append(buf, item.Sig[:]...)
	return sha256.Sum256(append(buf, item.Body...))
}
