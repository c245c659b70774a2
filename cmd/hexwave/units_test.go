package main

import (
	"testing"

	"github.com/hexwave/hexwave/poc/geo"
)

func TestAmounts(t *testing.T) {
	for s, want := range map[string]uint64{"1.5": 150_000_000, "1": 100_000_000, "0.00000001": 1, "7spark": 7, "2hxw": 200_000_000} {
		if got, err := parseHXW(s); err != nil || got != want {
			t.Errorf("%q: %d, %v, want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "0", "-1", "1.000000001", "1e9", "1.5spark", "1/3", "ten", "999999999999999999999"} {
		if got, err := parseHXW(s); err == nil {
			t.Errorf("%q: %d, want an error", s, got)
		}
	}
	for spark, want := range map[uint64]string{0: "0 HXW", 1: "0.00000001 HXW", 150_000_000: "1.5 HXW", 100_000_000: "1 HXW", 1_000_000_000: "10 HXW"} {
		if got := hxwText(spark); got != want {
			t.Errorf("%d: %q, want %q", spark, got, want)
		}
	}
}

func TestPlaces(t *testing.T) {
	for s, want := range map[string]geo.Point{
		"52.52,13.405": {Lat: 525_200_000, Lng: 134_050_000}, "-33.8567844, 151.2152967": {Lat: -338_567_844, Lng: 1_512_152_967},
	} {
		if got, err := parsePlace(s); err != nil || got != want {
			t.Errorf("%q: %v, %v, want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "1", "1,", "91,0", "0,181", "1.00000001,2", "1e2,3", "a,b", "1,2,3"} {
		if got, err := parsePlace(s); err == nil {
			t.Errorf("%q: %v, want an error", s, got)
		}
	}
}
