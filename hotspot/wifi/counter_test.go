package wifi

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// reading is an Interim of a direction's octets and session time.
func reading(down uint64, seconds uint32) radius.Reading {
	return radius.Reading{
		Status: radius.AcctInterim, SessionTime: seconds, HasSessionTime: true, In: radius.Octets{Present: true, HasGiga: true},
		Out: radius.Octets{Low: uint32(down), Giga: uint32(down >> 32), Present: true, HasGiga: true},
	}
}

func withoutGiga(down uint32, seconds uint32) radius.Reading {
	r := reading(uint64(down), seconds)
	r.In.HasGiga, r.Out.HasGiga = false, false
	return r
}

func withoutOctets(status, seconds uint32) radius.Reading {
	return radius.Reading{Status: status, SessionTime: seconds, HasSessionTime: true}
}

func stop(r radius.Reading) radius.Reading {
	r.Status = radius.AcctStop
	return r
}

func TestCounter(t *testing.T) {
	const (
		mbps  = 1_000_000
		start = 1_000_000_000
	)
	for _, c := range []struct {
		name     string
		ceiling  uint64
		readings []radius.Reading
		down     uint64
		flags    wire.UsageFlags // of the last
	}{
		{"05 a wrap with gigawords", DefaultCeiling, []radius.Reading{reading(4_294_967_000, 60), reading(1<<32+500, 120)}, 1<<32 + 500, 0},
		{"05 a wrap without gigawords that no time allows", mbps, []radius.Reading{withoutGiga(4_294_967_000, 60), withoutGiga(500_000_000, 70)}, 4_294_967_000, wire.UsageCounterRegression},
		{"a wrap without gigawords in time", DefaultCeiling, []radius.Reading{withoutGiga(4_294_967_000, 60), withoutGiga(500, 120)}, 1<<32 + 500, 0},
		{"two wraps without gigawords", DefaultCeiling, []radius.Reading{withoutGiga(4e9, 60), withoutGiga(1e9, 120), withoutGiga(4e9, 180), withoutGiga(1e9, 240)}, 2<<32 + 1e9, 0},
		{"06 a Stop without octets", DefaultCeiling, []radius.Reading{reading(700, 60), withoutOctets(radius.AcctStop, 90)}, 700, wire.UsageMissingOctets},
		{"06 a Stop below the last", DefaultCeiling, []radius.Reading{reading(700, 60), stop(reading(300, 90))}, 700, wire.UsageCounterRegression},
		{"gigawords gone back", DefaultCeiling, []radius.Reading{reading(1<<33, 60), reading(1<<32, 120)}, 1 << 33, wire.UsageCounterRegression},
		{"absent is not zero", DefaultCeiling, []radius.Reading{reading(700, 60), withoutOctets(radius.AcctInterim, 120), reading(900, 180)}, 900, 0},
		{"the access point counts anew", DefaultCeiling, []radius.Reading{reading(700, 600), reading(50, 10), reading(80, 70)}, 780, 0},
		{"a Stop does not count anew", DefaultCeiling, []radius.Reading{reading(700, 600), stop(reading(50, 10))}, 700, wire.UsageCounterRegression},
		{"the first reading counts from zero", DefaultCeiling, []radius.Reading{reading(700, 60)}, 700, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got Counter
			var flags wire.UsageFlags
			for i, r := range c.readings {
				got, flags = got.Apply(r, start+uint64(i)*60_000, c.ceiling)
			}
			if got.Down != c.down || got.Up != 0 || flags != c.flags {
				t.Errorf("%d down, %d up, flags %b; want %d down, flags %b", got.Down, got.Up, flags, c.down, c.flags)
			}
		})
	}
}

// Vector 5 of the reference: from 4,294,967,000 to (1, 500) is 796 bytes.
func TestScenario05Gigawords(t *testing.T) {
	before, _ := Counter{}.Apply(reading(4_294_967_000, 60), 60_000, DefaultCeiling)
	after, flags := before.Apply(reading(1<<32+500, 120), 120_000, DefaultCeiling)
	if after.Down-before.Down != 796 || flags != 0 {
		t.Errorf("%d bytes, flags %b; want 796, none", after.Down-before.Down, flags)
	}
	before, _ = Counter{}.Apply(withoutGiga(4_294_967_000, 60), 60_000, 1_000_000)
	after, flags = before.Apply(withoutGiga(500_000_000, 70), 70_000, 1_000_000)
	if after.Down != before.Down || flags != wire.UsageCounterRegression {
		t.Errorf("%d bytes, flags %b; want none and a regression", after.Down-before.Down, flags)
	}
}

func TestCounterNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var c Counter
		for range rapid.IntRange(1, 20).Draw(t, "readings") {
			octets := func(name string) radius.Octets {
				return radius.Octets{
					Low: rapid.Uint32().Draw(t, name), Giga: rapid.Uint32Range(0, 3).Draw(t, name), Present: rapid.Bool().Draw(t, name),
					HasGiga: rapid.Bool().Draw(t, name),
				}
			}
			r := radius.Reading{
				Status: rapid.SampledFrom([]uint32{radius.AcctStart, radius.AcctInterim, radius.AcctStop}).Draw(t, "status"),
				In:     octets("in"), Out: octets("out"), SessionTime: rapid.Uint32().Draw(t, "time"), HasSessionTime: rapid.Bool().Draw(t, "timed"),
			}
			next, _ := c.Apply(r, rapid.Uint64().Draw(t, "at"), rapid.Uint64().Draw(t, "ceiling"))
			if next.Up < c.Up || next.Down < c.Down || next.At < c.At {
				t.Fatalf("%+v after %+v by %+v", next, c, r)
			}
			// The same reading at the same time says nothing new.
			if again, _ := next.Apply(r, next.At, 0); again.Up != next.Up || again.Down != next.Down {
				t.Fatalf("%+v after it was read again: %+v by %+v", again, next, r)
			}
			c = next
		}
	})
}

func TestEventTime(t *testing.T) {
	const now = 1_700_000_000_000
	for _, c := range []struct {
		name  string
		r     radius.Reading
		at    uint64
		flags wire.UsageFlags
	}{
		{"arrival", radius.Reading{}, now, 0},
		{"delayed", radius.Reading{Delay: 3}, now - 3000, 0},
		{"its own clock", radius.Reading{Event: now/1000 - 10, Delay: 3}, now - 10_000, 0},
		{"of another day", radius.Reading{Event: 86_400}, now, wire.UsageClockSkew},
		{"in the future", radius.Reading{Event: now/1000 + 301}, now, wire.UsageClockSkew},
		{"delayed beyond belief", radius.Reading{Delay: 301}, now, wire.UsageClockSkew},
	} {
		if at, flags := eventTime(c.r, now); at != c.at || flags != c.flags {
			t.Errorf("%s: %d, flags %b; want %d, flags %b", c.name, at, flags, c.at, c.flags)
		}
	}
}
