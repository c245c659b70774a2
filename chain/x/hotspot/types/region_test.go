package types_test

import (
	"testing"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

// TestRegionAt holds the wiring; poc/region/where tests the table.
func TestRegionAt(t *testing.T) {
	for _, tc := range []struct {
		name     string
		lat, lng geo.E7
		want     region.ID
	}{
		{"Zurich", 473_700_000, 85_400_000, region.EU868},
		{"Vladivostok", 431_200_000, 1_318_900_000, region.RU864},
		{"Chicago", 418_800_000, -876_300_000, region.US915},
		{"null island", 0, 0, region.Unknown},
		{"the pole", geo.MaxLat, 0, region.Unknown},
		{"no latitude", geo.MaxLat + 1, 85_400_000, region.Unknown},
		{"no longitude", 473_700_000, geo.MaxLng + 1, region.Unknown},
	} {
		if got := types.RegionAt(geo.Point{Lat: tc.lat, Lng: tc.lng}); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
