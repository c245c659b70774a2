package payer

import (
	"encoding/binary"
)

// linkSize is the size of a link, bytes.
const linkSize = 32 + 8 + 4*8

func (t *link) appendTo(b []byte) []byte {
	b = append(b, t.digest[:]...)
	for _, v := range [...]uint64{t.time, t.up, t.down, t.nasUp, t.nasDown} {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return b
}

// cursor reads memos and snapshots; reading past the end sets bad and yields
// zeros.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) take(n int) []byte {
	if len(c.b) < n {
		c.bad, c.b = true, nil
		return make([]byte, n)
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

func (c *cursor) u8() uint8   { return c.take(1)[0] }
func (c *cursor) u16() uint16 { return binary.BigEndian.Uint16(c.take(2)) }
func (c *cursor) u32() uint32 { return binary.BigEndian.Uint32(c.take(4)) }
func (c *cursor) u64() uint64 { return binary.BigEndian.Uint64(c.take(8)) }

func (c *cursor) link() link {
	return link{
		digest: [32]byte(c.take(32)), time: c.u64(), up: c.u64(), down: c.u64(), nasUp: c.u64(), nasDown: c.u64(),
	}
}

// count reads a number of elements of at least size bytes each and refuses one
// that the rest cannot hold.
func (c *cursor) count(size int) int {
	n := int(c.u32())
	if n > len(c.b)/size {
		c.bad = true
		return 0
	}
	return n
}

// refuse notes that what was read is not what this package writes.
func (c *cursor) refuse(wrong bool) { c.bad = c.bad || wrong }
