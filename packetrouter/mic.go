package packetrouter

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// SessionKey is a network session key: NwkSKey in LoRaWAN 1.0, FNwkSIntKey of a
// 1.1 device on a 1.0 network.
type SessionKey [16]byte

// maxMICTries bounds the CMACs spent on one frame over all keys of its DevAddr:
// a forged frame costs no more than that.
const maxMICTries = 256

// cmac computes AES-CMAC (RFC 4493) under one key.
type cmac struct {
	block  cipher.Block
	k1, k2 [16]byte
}

func newCMAC(key SessionKey) *cmac {
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic("packetrouter: a 16-byte array is always an AES-128 key")
	}
	c := &cmac{block: block}
	var l [16]byte
	block.Encrypt(l[:], l[:])
	c.k1 = double(l)
	c.k2 = double(c.k1)
	return c
}

// double multiplies by x in GF(2^128) (RFC 4493 §2.3).
func double(b [16]byte) [16]byte {
	hi, lo := binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
	carry := hi >> 63
	hi = hi<<1 | lo>>63
	lo = lo<<1 ^ carry*0x87
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return b
}

// sum overwrites x with the CMAC of first | rest; first is one whole block.
// x is the caller's so that nothing is allocated.
func (c *cmac) sum(x *[16]byte, first *[16]byte, rest []byte) {
	*x = *first
	if len(rest) == 0 {
		xor(x, c.k1[:])
		c.block.Encrypt(x[:], x[:])
		return
	}
	c.block.Encrypt(x[:], x[:])
	for len(rest) > 16 {
		xor(x, rest[:16])
		c.block.Encrypt(x[:], x[:])
		rest = rest[16:]
	}
	xor(x, rest)
	if len(rest) == 16 {
		xor(x, c.k1[:])
	} else {
		x[len(rest)] ^= 0x80
		xor(x, c.k2[:])
	}
	c.block.Encrypt(x[:], x[:])
}

func xor(x *[16]byte, b []byte) { subtle.XORBytes(x[:], x[:len(b)], b) }

// micScratch is the working memory of a MIC check, kept off the heap by its owner.
type micScratch struct {
	b0, x [16]byte
	tries int
}

// uplinkMIC reports whether the payload's MIC is that of key and the full
// counter (LoRaWAN 1.0.4 §4.4).
func (s *micScratch) uplinkMIC(c *cmac, p []byte, addr DevAddr, counter uint32) bool {
	s.tries++
	msg := p[:len(p)-4]
	s.b0 = [16]byte{0: 0x49, 15: byte(len(msg))}
	binary.LittleEndian.PutUint32(s.b0[6:], uint32(addr))
	binary.LittleEndian.PutUint32(s.b0[10:], counter)
	c.sum(&s.x, &s.b0, msg)
	return subtle.ConstantTimeCompare(s.x[:4], p[len(p)-4:]) == 1
}
