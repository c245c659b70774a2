package air_test

import (
	"testing"

	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

// TestTownHearsBeacons holds that in a generated town most beacons at 16.1 dBm
// EIRP are heard by three to ten others at the spreading factors beacons use, and
// that devices are heard.
func TestTownHearsBeacons(t *testing.T) {
	const freq = 867_900_000
	beacons, good := 0, 0
	hist := map[int]int{}
	devices, heard := 0, 0
	for seed := range uint64(10) {
		f := topology.Generate(topology.Plan{Seed: seed, Hotspots: 16, Devices: 12, Lat: 52.52, Lng: 13.405})
		p := f.Propagation
		m := air.Model{Seed: chance.Seed(seed), Exponent: p.Exponent, ClutterDB: p.ClutterDB, ShadowDB: p.ShadowDB, FadingDB: p.FadingDB}
		site := func(g topology.Gateway) air.Site {
			return air.Site{Name: g.Name, Lat: g.Lat, Lng: g.Lng, HeightM: g.HeightM, GainDBi: g.GainDBi}
		}
		hearers := func(from air.Site, eirp float64, sf int) int {
			n := 0
			for _, g := range f.Gateways {
				rx := site(g)
				p := eirp + rx.GainDBi - m.Loss(from, rx, freq, 1)
				if rx.Name != from.Name && p-air.NoiseFloor(125) >= air.SNRFloor(sf) {
					n++
				}
			}
			return n
		}
		for _, g := range f.Gateways {
			for sf := 7; sf <= 10; sf++ {
				n := hearers(site(g), 16.1, sf)
				beacons++
				hist[n]++
				if n >= 3 && n <= 10 {
					good++
				}
			}
		}
		for _, d := range f.Devices {
			devices++
			if hearers(air.Site{Name: d.Name, Lat: d.Lat, Lng: d.Lng, HeightM: 1.5}, d.PowerDBm, d.SF) > 0 {
				heard++
			}
		}
	}
	t.Logf("beacons by hearers: %v; devices heard: %d of %d", hist, heard, devices)
	if 10*good < 8*beacons {
		t.Errorf("%d of %d beacons are heard by 3..10 others, want 80 %%", good, beacons)
	}
	if 100*heard < 98*devices {
		t.Errorf("%d of %d devices are heard, want 98 %%", heard, devices)
	}
}
