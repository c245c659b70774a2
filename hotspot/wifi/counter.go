package wifi

import (
	"math/bits"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// Counter is what one session has moved, from an access point that resets, wraps
// and forgets. The zero Counter is a session that has said nothing.
type Counter struct {
	Up   uint64 `json:"up"`   // device to network, all segments
	Down uint64 `json:"down"` // network to device

	// What the access point said last, in the segment that runs.
	RawUp   uint64 `json:"raw_up"`
	RawDown uint64 `json:"raw_down"`
	Time    uint32 `json:"time"` // Acct-Session-Time, seconds
	At      uint64 `json:"at"`   // time of the event, Unix milliseconds
}

// Apply takes a reading at a time, Unix milliseconds. ceiling is what the access
// point moves at most, bits a second, both directions summed. It returns the
// counter after it and what was remarkable. The rules are in docs/spec/wifi.md,
// Session.
func (c Counter) Apply(r radius.Reading, at, ceiling uint64) (Counter, wire.UsageFlags) {
	next := c
	next.At = max(c.At, at)
	if r.HasSessionTime {
		next.Time = r.SessionTime
	}
	if !r.In.Present && !r.Out.Present {
		if r.HasSessionTime && r.SessionTime < c.Time && r.Status != radius.AcctStop {
			// A session that began anew and has no octets yet.
			next.RawUp, next.RawDown = 0, 0
		}
		return next, wire.UsageMissingOctets
	}
	var flags wire.UsageFlags
	if !r.In.Present || !r.Out.Present {
		flags |= wire.UsageMissingOctets
	}
	began := r.HasSessionTime && r.SessionTime < c.Time && lower(r.In, c.RawUp) && lower(r.Out, c.RawDown) &&
		(behind(r.In, c.RawUp) || behind(r.Out, c.RawDown))
	if began && r.Status != radius.AcctStop {
		next.RawUp, next.RawDown = 0, 0 // a new segment counts from 0
	}
	gap := elapsed(c, r, at)
	up, f1 := rise(next.RawUp, r.In, r.Status, gap, ceiling)
	down, f2 := rise(next.RawDown, r.Out, r.Status, gap, ceiling)
	next.RawUp += up
	next.RawDown += down
	next.Up, next.Down = add(c.Up, up), add(c.Down, down)
	return next, flags | f1 | f2
}

// extended is a counter in 64 bits. One without gigawords is of as many wraps as
// were seen.
func extended(o radius.Octets, raw uint64) uint64 {
	if o.HasGiga {
		return o.Total()
	}
	return raw/wrap*wrap + uint64(o.Low)
}

// lower reports whether octets, where they are there, are not above the last.
func lower(o radius.Octets, raw uint64) bool { return !o.Present || extended(o, raw) <= raw }

// behind reports whether octets are there and below the last.
func behind(o radius.Octets, raw uint64) bool { return o.Present && extended(o, raw) < raw }

// elapsed is the time since the last reading, milliseconds: by the session's own
// clock where it has one.
func elapsed(c Counter, r radius.Reading, at uint64) uint64 {
	if r.HasSessionTime && r.SessionTime >= c.Time && c.Time > 0 {
		return uint64(r.SessionTime-c.Time) * 1000
	}
	if at > c.At {
		return at - c.At
	}
	return 0
}

// wrap is what a counter of 32 bits holds.
const wrap = 1 << 32

// rise is by how much one direction went up.
func rise(raw uint64, o radius.Octets, status uint32, gap, ceiling uint64) (uint64, wire.UsageFlags) {
	total := extended(o, raw)
	switch {
	case !o.Present:
		return 0, 0
	case total >= raw:
		return total - raw, 0
	case status == radius.AcctStop || o.HasGiga:
		return 0, wire.UsageCounterRegression // the larger value stays
	}
	// No gigawords: the counter may have wrapped once since the last reading.
	wrapped := total + wrap - raw
	if within(wrapped, gap, ceiling) {
		return wrapped, 0
	}
	return 0, wire.UsageCounterRegression
}

// within reports whether bytes fit into a time, milliseconds, at a ceiling, bits a
// second.
func within(bytes, gap, ceiling uint64) bool {
	hi, lo := bits.Mul64(ceiling, gap) // bits * 1000
	if hi != 0 || bytes > ^uint64(0)/8000 {
		return hi != 0
	}
	return bytes*8000 <= lo
}

// add stays at the most that 64 bits hold: access points are hostile.
func add(a, b uint64) uint64 {
	if a > ^uint64(0)-b {
		return ^uint64(0)
	}
	return a + b
}

// maxSkew is by how much an event's time may differ from its arrival,
// milliseconds.
const maxSkew = 300_000

// eventTime is when what a packet reports happened, Unix milliseconds.
func eventTime(r radius.Reading, arrival uint64) (uint64, wire.UsageFlags) {
	at := arrival - min(arrival, uint64(r.Delay)*1000)
	if r.Event > 0 {
		at = uint64(r.Event) * 1000
	}
	if at > arrival+maxSkew || arrival > at+maxSkew {
		return arrival, wire.UsageClockSkew
	}
	return at, 0
}
