package lanes

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/hexwave/hexwave/packetrouter"
)

// ErrRecord is returned for bytes that are no record of the log.
var ErrRecord = errors.New("not a record")

// Record layout, big-endian: u32 length of the body, u32 CRC-32C of the body,
// body. The first byte of a body is its kind.
const (
	recordHead = 8
	// maxRecord bounds a body, and so what a torn write can leave behind.
	maxRecord = 1 << 28

	kindBatch    = 1
	kindRaise    = 2
	kindSnapshot = 3
)

// entryHead is what an entry takes beside its memo: hotspot, amount, length of
// the memo.
const entryHead = 4 + 8 + 2

// maxBatch is how many entries one record takes.
const maxBatch = 16384

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// frame appends a record with the body that fill appends.
func frame(b []byte, fill func([]byte) []byte) []byte {
	start := len(b)
	b = fill(append(b, make([]byte, recordHead)...))
	body := b[start+recordHead:]
	binary.BigEndian.PutUint32(b[start:], uint32(len(body)))
	binary.BigEndian.PutUint32(b[start+4:], crc32.Checksum(body, castagnoli()))
	return b
}

// unframe returns the first body of b and what follows it. Errors: ErrRecord.
func unframe(b []byte) (body, rest []byte, err error) {
	if len(b) < recordHead {
		return nil, nil, fmt.Errorf("%w: short head", ErrRecord)
	}
	n := binary.BigEndian.Uint32(b)
	if n == 0 || n > maxRecord || int(n) > len(b)-recordHead {
		return nil, nil, fmt.Errorf("%w: length %d", ErrRecord, n)
	}
	body = b[recordHead : recordHead+n]
	if crc32.Checksum(body, castagnoli()) != binary.BigEndian.Uint32(b[4:]) {
		return nil, nil, fmt.Errorf("%w: checksum", ErrRecord)
	}
	return body, b[recordHead+n:], nil
}

// entry is one booking as the log has it.
type entry struct {
	hotspot packetrouter.HotspotID
	amount  uint64
	memo    []byte
}

func (e *entry) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(e.hotspot))
	b = binary.BigEndian.AppendUint64(b, e.amount)
	b = binary.BigEndian.AppendUint16(b, uint16(len(e.memo)))
	return append(b, e.memo...)
}

// batch is a run of entries that counts as a whole.
type batch struct {
	epoch    uint32
	seqLimit uint64 // vouchers may use sequence numbers up to it
	entries  []entry
}

func (t *batch) append(b []byte) []byte {
	b = append(b, kindBatch)
	b = binary.BigEndian.AppendUint32(b, t.epoch)
	b = binary.BigEndian.AppendUint64(b, t.seqLimit)
	b = binary.BigEndian.AppendUint32(b, uint32(len(t.entries)))
	for i := range t.entries {
		b = t.entries[i].append(b)
	}
	return b
}

// take makes the entries of a batch. Memos share one buffer, cut only when it
// has stopped growing.
func (t *batch) take(list []Booking) {
	var memos []byte
	ends := make([]int, len(list))
	for i, b := range list {
		memos = b.AppendMemo(memos)
		ends[i] = len(memos)
	}
	t.entries = make([]entry, len(list))
	start := 0
	for i, b := range list {
		h, amount := b.Account()
		t.entries[i] = entry{h, amount, memos[start:ends[i]:ends[i]]}
		if len(t.entries[i].memo) > MaxMemo {
			panic("lanes: a memo is longer than MaxMemo")
		}
		start = ends[i]
	}
}

// raise lifts totals to what a voucher of our own, or the chain, shows.
type raise struct {
	epoch    uint32
	hotspot  packetrouter.HotspotID
	cum      uint64
	issued   uint64
	seqLimit uint64
}

func (t *raise) append(b []byte) []byte {
	b = append(b, kindRaise)
	b = binary.BigEndian.AppendUint32(b, t.epoch)
	b = binary.BigEndian.AppendUint32(b, uint32(t.hotspot))
	b = binary.BigEndian.AppendUint64(b, t.cum)
	b = binary.BigEndian.AppendUint64(b, t.issued)
	return binary.BigEndian.AppendUint64(b, t.seqLimit)
}

func (s *state) append(b []byte) []byte {
	b = append(b, kindSnapshot)
	b = binary.BigEndian.AppendUint64(b, s.seqLimit)
	b = binary.BigEndian.AppendUint32(b, uint32(len(s.epochs)))
	for _, n := range s.sorted() {
		t := s.epochs[n]
		b = binary.BigEndian.AppendUint32(b, n)
		b = binary.BigEndian.AppendUint64(b, t.issued)
		b = binary.BigEndian.AppendUint32(b, uint32(len(t.cum)))
		for _, h := range t.hotspots() {
			b = binary.BigEndian.AppendUint32(b, uint32(h))
			b = binary.BigEndian.AppendUint64(b, t.cum[h])
		}
	}
	return s.memory.AppendTo(b)
}

// cursor reads a body; reading past the end sets bad and yields zeros.
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

// count reads a number of elements of size bytes each and refuses one that the
// rest of the body cannot hold.
func (c *cursor) count(size int) int {
	n := int(c.u32())
	if n > len(c.b)/size {
		c.bad = true
		return 0
	}
	return n
}

func (c *cursor) entries() []entry {
	list := make([]entry, 0, c.count(entryHead))
	for range cap(list) {
		e := entry{hotspot: packetrouter.HotspotID(c.u32()), amount: c.u64()}
		n := int(c.u16())
		if n > MaxMemo {
			c.bad = true
			return nil
		}
		e.memo = c.take(n)
		list = append(list, e)
	}
	return list
}

// replay applies one body to the state. Errors: ErrRecord.
func (s *state) replay(body []byte) error {
	c := cursor{b: body}
	switch kind := c.u8(); kind {
	case kindBatch:
		t := batch{epoch: c.u32(), seqLimit: c.u64()}
		t.entries = c.entries()
		if !c.done() {
			return fmt.Errorf("%w: batch", ErrRecord)
		}
		return s.applyBatch(&t)
	case kindRaise:
		t := raise{
			epoch: c.u32(), hotspot: packetrouter.HotspotID(c.u32()), cum: c.u64(), issued: c.u64(), seqLimit: c.u64(),
		}
		if !c.done() {
			return fmt.Errorf("%w: raise", ErrRecord)
		}
		s.applyRaise(&t)
	case kindSnapshot:
		return s.replaySnapshot(&c)
	default:
		return fmt.Errorf("%w: kind %d", ErrRecord, kind)
	}
	return nil
}

func (s *state) replaySnapshot(c *cursor) error {
	n := newState(s.memory)
	n.seqLimit = c.u64()
	for range c.count(16) {
		epoch := c.u32()
		t := n.epoch(epoch)
		t.issued = c.u64()
		for range c.count(12) {
			h := packetrouter.HotspotID(c.u32())
			t.cum[h] = c.u64()
		}
	}
	if c.bad {
		return fmt.Errorf("%w: snapshot", ErrRecord)
	}
	if err := s.memory.Restore(c.b); err != nil {
		return fmt.Errorf("%w: snapshot: %w", ErrRecord, err)
	}
	*s = *n
	return nil
}

func (c *cursor) done() bool { return !c.bad && len(c.b) == 0 }

// sorted returns the epochs in order.
func (s *state) sorted() []uint32 {
	out := make([]uint32, 0, len(s.epochs))
	for n := range s.epochs {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}
