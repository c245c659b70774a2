// Package joinkeys derives the session keys of a LoRaWAN 1.0.x activation,
// which device and network server do alike. It keeps nothing.
package joinkeys

import (
	"crypto/aes"
	"fmt"

	"github.com/brocaar/lorawan"
)

// Derive returns NwkSKey and AppSKey (LoRaWAN 1.0.4 section 6.2.5).
func Derive(appKey lorawan.AES128Key, nonce lorawan.JoinNonce, net lorawan.NetID, dev lorawan.DevNonce) (nwk, app lorawan.AES128Key, err error) {
	block, err := aes.NewCipher(appKey[:])
	if err != nil {
		return nwk, app, fmt.Errorf("derive session keys: %w", err)
	}
	in := [16]byte{
		1: byte(nonce), 2: byte(nonce >> 8), 3: byte(nonce >> 16),
		4: net[2], 5: net[1], 6: net[0],
		7: byte(dev), 8: byte(dev >> 8),
	}
	in[0] = 1
	block.Encrypt(nwk[:], in[:])
	in[0] = 2
	block.Encrypt(app[:], in[:])
	return nwk, app, nil
}
