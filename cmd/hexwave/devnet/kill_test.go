package devnet

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseKills(t *testing.T) {
	got, err := ParseKills("validator=2@40s,router@1m,hotspot=3@500ms,explorer@0s,wifi@50s,payeragent@75s")
	if err != nil {
		t.Fatal(err)
	}
	want := []Kill{
		{"validator-2", 40 * time.Second},
		{"router", time.Minute},
		{"hotspot-03", 500 * time.Millisecond},
		{"explorer", 0},
		{"wifi-01", 50 * time.Second},
		{"payeragent", 75 * time.Second},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got, err := ParseKills(""); err != nil || got != nil {
		t.Errorf("empty: %v, %v", got, err)
	}
}

func TestParseKillsRefuses(t *testing.T) {
	for _, s := range []string{"router", "router@", "router@soon", "router@-1s", "validator@4s", "validator=0@4s", "validator=x@4s", "moon@4s", "router=1@4s", ","} {
		if _, err := ParseKills(s); !errors.Is(err, ErrKill) {
			t.Errorf("%q: %v, want %v", s, err, ErrKill)
		}
	}
}
