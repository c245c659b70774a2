package joinkeys

import (
	"crypto/aes"
	"testing"

	"github.com/brocaar/lorawan"
)

// TestDerive decrypts the keys again: the plain text is the one the
// specification prescribes, little-endian fields, zero padding.
func TestDerive(t *testing.T) {
	appKey := lorawan.AES128Key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}
	nwk, app, err := Derive(appKey, 0x010203, lorawan.NetID{0x0a, 0x0b, 0x0c}, 0x0506)
	if err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(appKey[:])
	if err != nil {
		t.Fatal(err)
	}
	for first, key := range map[byte]lorawan.AES128Key{1: nwk, 2: app} {
		var got [16]byte
		block.Decrypt(got[:], key[:])
		want := [16]byte{first, 0x03, 0x02, 0x01, 0x0c, 0x0b, 0x0a, 0x06, 0x05}
		if got != want {
			t.Errorf("key %d comes from % x, want % x", first, got, want)
		}
	}
}
