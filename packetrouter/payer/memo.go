package payer

import (
	"encoding/binary"
	"fmt"

	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/proto/wire"
)

// A memo is one change of the ledger, as the lane's log keeps it beside an entry:
// a kind, when it was decided (u64, Unix milliseconds), and the fields below,
// big-endian. Everything else follows from it and the ledger before.
const (
	memoGrant  = 1 // a grant was signed
	memoRecord = 2 // a usage record took its place in a chain, accepted or not
	memoSweep  = 3 // what is old was forgotten
)

// Sizes of memos, bytes.
const (
	grantMemoSize  = 1 + 8 + 6 + wire.GrantSize
	recordMemoSize = 1 + 8 + 16 + 4 + 1 + linkSize
	sweepMemoSize  = 1 + 8
)

// grantMemo has the grant as signed.
type grantMemo struct {
	now     uint64
	station station
	grant   wire.Grant
}

func (m *grantMemo) appendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(append(b, memoGrant), m.now)
	b = append(b, m.station[:]...)
	return m.grant.AppendTo(b)
}

// recordMemo has what a record says and the verdict on it.
type recordMemo struct {
	now     uint64
	grant   grantID
	seq     uint32
	verdict wire.UsageVerdict
	record  link
}

func (m *recordMemo) appendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(append(b, memoRecord), m.now)
	b = append(b, m.grant[:]...)
	b = binary.BigEndian.AppendUint32(b, m.seq)
	return m.record.appendTo(append(b, byte(m.verdict)))
}

type sweepMemo struct{ now uint64 }

func (m *sweepMemo) appendTo(b []byte) []byte {
	return binary.BigEndian.AppendUint64(append(b, memoSweep), m.now)
}

// apply changes the ledger by one memo. An error leaves it as it was. Errors:
// lanes.ErrMemo.
func (l *ledger) apply(memo []byte) error {
	c := cursor{b: memo}
	switch kind := c.u8(); {
	case kind == memoGrant && len(memo) == grantMemoSize:
		m := grantMemo{now: c.u64(), station: station(c.take(6))}
		var err error
		if m.grant, err = wire.ParseGrant(c.b); err != nil {
			return fmt.Errorf("%w: %w", lanes.ErrMemo, err)
		}
		return l.applyGrant(&m)
	case kind == memoRecord && len(memo) == recordMemoSize:
		m := recordMemo{now: c.u64(), grant: grantID(c.take(16)), seq: c.u32(), verdict: wire.UsageVerdict(c.u8())}
		m.record = c.link()
		return l.applyRecord(&m)
	case kind == memoSweep && len(memo) == sweepMemoSize:
		l.sweep(c.u64())
		return nil
	default:
		return fmt.Errorf("%w: kind %d of %d bytes", lanes.ErrMemo, kind, len(memo))
	}
}
