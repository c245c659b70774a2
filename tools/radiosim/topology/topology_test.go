package topology

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestGenerateRoundTrip(t *testing.T) {
	p := Plan{Seed: 7, Hotspots: 16, Devices: 12, Lat: 52.52, Lng: 13.405}
	f := Generate(p)
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(f, got); d != "" {
		t.Errorf("reading back changed it: %s", d)
	}
	if d := cmp.Diff(f, Generate(p)); d != "" {
		t.Errorf("the same plan gave another town: %s", d)
	}
	p.Seed = 8
	if cmp.Equal(f.Gateways, Generate(p).Gateways) {
		t.Error("another seed gave the same town")
	}
}

func TestGenerateDistances(t *testing.T) {
	for seed := range uint64(20) {
		f := Generate(Plan{Seed: seed, Hotspots: 16, Lat: 52.52, Lng: 13.405})
		for i, a := range f.Gateways {
			for _, b := range f.Gateways[:i] {
				if d := flatDistance(a.Lat, a.Lng, b.Lat, b.Lng); d < minHotspotGap*0.99 || d > 2*townRadiusM*1.01 {
					t.Errorf("seed %d: %s and %s are %.0f m apart", seed, a.Name, b.Name, d)
				}
			}
		}
	}
}

func TestRefusals(t *testing.T) {
	const lns = `"lns":[{"name":"l","listen":"127.0.0.1:0","net_id":"000024","dev_addr":"48000000"}]`
	for name, text := range map[string]string{
		"unknown key":   `{"sede":1}`,
		"not JSON":      `seed = 1`,
		"bad address":   `{"gateways":[{"name":"a","eui":"0102030405060708","hotspot_udp":"nowhere"}]}`,
		"off Earth":     `{"gateways":[{"name":"a","eui":"0102030405060708","lat":91}]}`,
		"name twice":    `{"gateways":[{"name":"a","eui":"0102030405060708"},{"name":"a","eui":"0102030405060708"}]}`,
		"device kind":   `{` + lns + `,"devices":[{"name":"d","kind":"x"}]}`,
		"no such lns":   `{` + lns + `,"devices":[{"name":"d","kind":"abp","lns":"m"}]}`,
		"fast interval": `{` + lns + `,"devices":[{"name":"d","kind":"abp","interval_ms":10}]}`,
		"same address":  `{` + lns + `,"devices":[{"name":"d","kind":"otaa"},{"name":"e","kind":"abp","dev_addr":"48000000"}]}`,
		"short key":     `{` + lns + `,"devices":[{"name":"d","kind":"abp","nwk_s_key":"00"}]}`,
		"too large":     strings.Repeat(" ", MaxBytes+1),
	} {
		if _, err := Parse([]byte(text)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	b, err := json.Marshal(Generate(Plan{Seed: 1, Hotspots: 2, Devices: 2}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Parse(b)
		if err != nil {
			return
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if f2, err := Parse(again); err != nil || !cmp.Equal(got, f2) {
			t.Fatalf("round trip: %v\n%s", err, cmp.Diff(got, f2))
		}
	})
}
