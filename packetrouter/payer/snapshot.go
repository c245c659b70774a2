package payer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/lanes"
	"github.com/hexwave/hexwave/proto/wire"
)

// A snapshot is a version, then grants, subscribers and rests, each counted (u32)
// and in ascending order of their names, big-endian. A ledger has exactly one.
const (
	snapshotVersion = 1

	grantSize      = wire.GrantSize + 6 + 8 + 16 + 8 + 4 + linkSize + 2 // without verdicts
	spokenSize     = 16 + 1
	subscriberSize = 16 + 16 + 8 + 8
	restSize       = 4 + 4

	restLimit = 1_000_000 // a rest is below one micro-DC
)

// appendTo appends the snapshot.
func (l *ledger) appendTo(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(append(b, snapshotVersion), uint32(len(l.grants)))
	for _, id := range sorted(l.grants, func(a, b grantID) int { return bytes.Compare(a[:], b[:]) }) {
		b = l.grants[id].appendTo(b)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.subscribers)))
	for _, id := range sorted(l.subscribers, func(a, b subscriberID) int { return bytes.Compare(a[:], b[:]) }) {
		s := l.subscribers[id]
		b = append(append(b, id[:]...), s.newest[:]...)
		b = binary.BigEndian.AppendUint64(b, s.start)
		b = binary.BigEndian.AppendUint64(b, s.used)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(l.rests)))
	for _, h := range sorted(l.rests, func(a, b packetrouter.HotspotID) int { return int(int64(a) - int64(b)) }) {
		b = binary.BigEndian.AppendUint32(b, uint32(h))
		b = binary.BigEndian.AppendUint32(b, l.rests[h])
	}
	return b
}

func (g *grant) appendTo(b []byte) []byte {
	b = append(g.AppendTo(b), g.station[:]...)
	b = binary.BigEndian.AppendUint64(b, g.superseded)
	b = append(b, g.prior[:]...)
	b = binary.BigEndian.AppendUint64(b, g.since)
	b = binary.BigEndian.AppendUint32(b, g.seq)
	b = g.tail.appendTo(b)
	b = binary.BigEndian.AppendUint16(b, uint16(len(g.spoken)))
	for _, s := range g.spoken {
		b = append(append(b, s.digest[:]...), byte(s.verdict))
	}
	return b
}

func sorted[K comparable, V any](m map[K]V, cmp func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp)
	return keys
}

// restore reads a snapshot. Errors: lanes.ErrMemo.
func restore(b []byte) (*ledger, error) {
	c := cursor{b: b}
	l := newLedger()
	c.refuse(c.u8() != snapshotVersion)
	var last grantID
	for range c.count(grantSize) {
		if c.bad {
			break
		}
		g := c.grant()
		id := grantID(g.ID)
		c.refuse(bytes.Compare(id[:], last[:]) <= 0)
		l.grants[id], last = g, id
		l.verdicts += len(g.spoken)
	}
	l.readSubscribers(&c)
	l.readRests(&c)
	if c.bad || len(c.b) != 0 {
		return nil, fmt.Errorf("%w: snapshot of %d bytes", lanes.ErrMemo, len(b))
	}
	return l, nil
}

// grant reads one grant; with bad set it may have only some of it.
func (c *cursor) grant() *grant {
	signed, err := wire.ParseGrant(c.take(wire.GrantSize))
	c.refuse(err != nil)
	g := &grant{
		Grant: signed, station: station(c.take(6)), superseded: c.u64(), prior: grantID(c.take(16)), since: c.u64(),
		seq: c.u32(), tail: c.link(),
	}
	n := int(c.u16())
	if n > maxVerdicts || n*spokenSize > len(c.b) {
		c.bad = true
		return g
	}
	g.spoken = make([]spoken, n)
	for i := range g.spoken {
		g.spoken[i] = spoken{[16]byte(c.take(16)), wire.UsageVerdict(c.u8())}
		c.refuse(!chained(g.spoken[i].verdict))
	}
	if g.seq == 0 {
		c.refuse(n > 0 || g.tail != link{})
	} else {
		c.refuse(n == 0 || uint64(n) > uint64(g.seq) || g.spoken[n-1].digest != [16]byte(g.tail.digest[:16]))
	}
	return g
}

func (l *ledger) readSubscribers(c *cursor) {
	var last subscriberID
	for i := range c.count(subscriberSize) {
		id := subscriberID(c.take(16))
		l.subscribers[id] = &subscriber{newest: grantID(c.take(16)), start: c.u64(), used: c.u64()}
		c.refuse(i > 0 && bytes.Compare(id[:], last[:]) <= 0)
		last = id
	}
	for _, g := range l.grants {
		s := l.subscribers[subscriberID(g.Subscriber)]
		if s == nil {
			c.bad = true
			return
		}
		s.known++
	}
	for id, s := range l.subscribers {
		g := l.grants[s.newest]
		c.refuse(s.newest != grantID{} && (g == nil || subscriberID(g.Subscriber) != id))
		c.refuse(s.known == 0 && s.start == 0 || s.start == 0 && s.used != 0)
	}
}

func (l *ledger) readRests(c *cursor) {
	var last packetrouter.HotspotID
	for i := range c.count(restSize) {
		h, rest := packetrouter.HotspotID(c.u32()), c.u32()
		c.refuse(rest == 0 || rest >= restLimit || i > 0 && h <= last)
		l.rests[h], last = rest, h
	}
}
