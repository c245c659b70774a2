package types

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestZoneCount(t *testing.T) {
	var z ZoneCount
	z.Add(1, 3)
	z.Add(1, 4)
	z.Add(2, 5)
	if z.Of(0) != 0 || z.Of(1) != 7 || z.Of(2) != 5 || z.Of(3) != 0 {
		t.Errorf("%+v", z)
	}
	z.Add(4, 1) // nobody was there in window 3
	if z.Of(2) != 0 || z.Of(3) != 0 || z.Of(4) != 1 {
		t.Errorf("%+v", z)
	}
}

func TestSiteRecord(t *testing.T) {
	r := SiteRecord{Current: Site{Hotspot: 1, Lat: 2}, Window: 5}
	if _, ok := r.At(4); ok {
		t.Error("a site counts before it was frozen")
	}
	r.Previous = &Site{Hotspot: 1, Lat: 1}
	for window, lat := range map[uint64]int32{4: 1, 5: 2, 6: 2} {
		if s, ok := r.At(window); !ok || s.Lat != lat {
			t.Errorf("window %d: %+v", window, s)
		}
	}
	moved, later := r.Current, r.Current
	moved.Lng, later.Since = 1, 99
	if r.Current.Same(&moved) || !r.Current.Same(&later) {
		t.Error("a site is where and what it is, not since when")
	}
	if key := r.Current.PubKey(); !key.IsZero() {
		t.Errorf("no bytes make key %s", key)
	}
}

func TestRefusalsAscend(t *testing.T) {
	var totals Totals
	for _, v := range []wire.Verdict{wire.BadTag, wire.BadRSSI, wire.BadTag, wire.Void, wire.BadSignature} {
		totals.Refuse(v)
	}
	want := []VerdictCount{{Verdict: 1, Count: 1}, {Verdict: 11, Count: 1}, {Verdict: 27, Count: 2}, {Verdict: 40, Count: 1}}
	if diff := cmp.Diff(want, totals.Refused); diff != "" {
		t.Error(diff)
	}
}

func TestWindowAccount(t *testing.T) {
	c := challenge.Window{Number: 1, Start: 2, End: 3, Frozen: 10, Remaining: 4, Drawn: 3, Skipped: 2, Void: 1}
	w := FromAccount(c)
	if got := w.Account(); got != c || !got.Balanced() {
		t.Errorf("%+v", got)
	}
}

func TestMonths(t *testing.T) {
	p := DefaultParams()
	for blocks, want := range map[uint64]uint32{0: 0, 431_999: 0, 432_000: 1, 1 << 40: 1 << 16} {
		if got := p.Months(blocks); got != want {
			t.Errorf("%d blocks of 6 s are %d months, want %d", blocks, got, want)
		}
	}
}

func TestParamsRefused(t *testing.T) {
	for name, change := range map[string]func(*Params){
		"draw":        func(p *Params) { p.TxDelay = 0 },
		"witnesses":   func(p *Params) { p.MaxWitnesses = 15 },
		"distances":   func(p *Params) { p.MinDistanceM = p.MaxDistanceM },
		"far":         func(p *Params) { p.MaxDistanceM = 1_000_001 },
		"frequency":   func(p *Params) { p.FreqToleranceHz = 100_001 },
		"rssi":        func(p *Params) { p.RssiMargin = -1 },
		"sensitivity": func(p *Params) { p.SensitivityMargin = 201 },
		"snr":         func(p *Params) { p.SnrMargin = 201 },
		"sortition":   func(p *Params) { p.NearTarget, p.FarTarget = 0, 0 },
		"misses":      func(p *Params) { p.MaxMisses = 0 },
		"bytes":       func(p *Params) { p.RelayBytesPerBlock = 0 },
		"items":       func(p *Params) { p.MaxBatchItems = 1_025 },
	} {
		p := DefaultParams()
		change(&p)
		if err := p.Validate(); !errors.Is(err, ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
