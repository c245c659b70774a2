package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDurationText(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"1h30m": 90 * time.Minute, "7d": 7 * 24 * time.Hour, "250ms": 250 * time.Millisecond, "0s": 0, "-5s": -5 * time.Second,
	} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.D() != want {
			t.Errorf("%q = %v, %v; want %v", text, d, err, want)
		}
	}
	for _, text := range []string{"", "5", "d", "-1d", "1.5d", "99999999d", "1h 5m"} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, d)
		}
	}
}

func TestSizeText(t *testing.T) {
	for text, want := range map[string]uint64{"0": 0, "512": 512, "512B": 512, "64KiB": 65536, "1 MiB": 1 << 20, "2GB": 2e9} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err != nil || s.Bytes() != want {
			t.Errorf("%q = %d, %v; want %d", text, s, err, want)
		}
	}
	for _, text := range []string{"", "KiB", "-1", "1.5MiB", "18446744073709551615KiB", "3 TB"} {
		var s Size
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was read as %d", text, s)
		}
	}
}

func TestTextRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, s := Duration(rapid.Int64().Draw(t, "duration")), Size(rapid.Uint64().Draw(t, "size"))
		var d2 Duration
		var s2 Size
		if err := d2.UnmarshalText([]byte(d.String())); err != nil || d2 != d {
			t.Errorf("duration %d written %s read %d, %v", d, d, d2, err)
		}
		if err := s2.UnmarshalText([]byte(s.String())); err != nil || s2 != s {
			t.Errorf("size %d written %s read %d, %v", uint64(s), s, uint64(s2), err)
		}
	})
}

func TestNearest(t *testing.T) {
	known := []string{"listen", "radio.region", "log.level"}
	for in, want := range map[string]string{"lisen": "listen", "radio.regoin": "radio.region", "Log.Level": "log.level", "q": "", "completely.else": ""} {
		if got := nearest(in, known); got != want {
			t.Errorf("nearest(%q) = %q, want %q", in, got, want)
		}
	}
}
