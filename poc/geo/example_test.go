package geo_test

import (
	"fmt"

	"github.com/hexwave/hexwave/poc/geo"
)

func Example() {
	beacon := geo.Point{Lat: 515_123_139, Lng: -2_919_015}
	witness := geo.Point{Lat: 515_649_316, Lng: -1_029_578}

	d2 := geo.D2(beacon.ECEF(), witness.ECEF())
	inReach := d2 >= geo.SquareMetres(400) && d2 <= geo.SquareMetres(100_000)
	fmt.Println(geo.Metres(d2), "m, in reach:", inReach)

	cell := geo.CellAt(beacon, 12)
	zone := geo.Zone(cell)
	ring, err := geo.Ring(zone, 1)
	fmt.Println(cell, "in zone", zone, "with", len(ring), "neighbours,", err)
	// Output:
	// 14317 m, in reach: true
	// 8c194adb428ddff in zone 85194adbfffffff with 6 neighbours, <nil>
}
