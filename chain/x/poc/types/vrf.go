package types

import "github.com/hexwave/hexwave/proto/wire"

// KeyDelay is how many epochs after its registration a randomness key counts:
// the key must be fixed before the randomness it will meet is known.
const KeyDelay = 2

// Active returns the key that counts in an epoch, and whether there is one.
func (k *VRFKey) Active(epoch uint32) (key []byte, ok bool) {
	switch {
	case len(k.NextKey) > 0 && epoch >= k.NextEpoch:
		return k.NextKey, true
	case len(k.Key) > 0 && epoch >= k.ActiveEpoch:
		return k.Key, true
	}
	return nil, false
}

// Register returns k with a new key that counts from epoch on. The key that
// counts until then stays.
func (k VRFKey) Register(key []byte, now, epoch uint32) VRFKey {
	current, ok := k.Active(now)
	if !ok {
		return VRFKey{Operator: k.Operator, Key: key, ActiveEpoch: epoch, Skipped: k.Skipped}
	}
	k.Key, k.ActiveEpoch = current, min(k.ActiveEpoch, now)
	k.NextKey, k.NextEpoch = key, epoch
	return k
}

// PossessionAlpha returns the VRF input with which a validator proves that a
// key is its own: chain hash, then the operator's address bytes.
func PossessionAlpha(chain wire.ChainHash, operator []byte) []byte {
	return append(chain[:], operator...)
}
