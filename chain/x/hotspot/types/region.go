package types

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

// box is a rectangle in tenths of a degree, edges included.
type box struct {
	region                   region.ID
	south, north, west, east geo.E7
}

// tenth is a tenth of a degree.
const tenth geo.E7 = 1_000_000

// boxes are the places of which the channel plan is beyond doubt. They are
// deliberately coarse and deliberately few: a rectangle is listed only where
// every country it covers uses the plan, or an equal one for the band, and a
// place in no rectangle has no region, so that a hotspot there is refused rather
// than told to transmit where it may not. Source: LoRaWAN Regional Parameters
// RP002, country table. The first match counts.
var boxes = [...]box{
	// Japan: the south and Honshu, then the north without the Russian coast.
	{region.AS923_1, 300, 370, 1296, 1420},
	{region.AS923_1, 370, 410, 1365, 1425},
	{region.AS923_1, 410, 456, 1390, 1460},
	// Canary Islands, Madeira and the Azores; Iceland; Europe without Russia.
	{region.EU868, 270, 400, -320, -130},
	{region.EU868, 630, 672, -250, -130},
	{region.EU868, 360, 715, -110, 280},
	// Continental United States, southern and northern Canada; Alaska; Hawaii.
	{region.US915, 245, 600, -1410, -520},
	{region.US915, 600, 720, -1410, -610},
	{region.US915, 510, 715, -1680, -1410},
	{region.US915, 185, 225, -1610, -1545},
	// Australia and New Zealand.
	{region.AU915, -440, -118, 1120, 1540},
	{region.AU915, -475, -340, 1660, 1790},
	// Peninsular India.
	{region.IN865, 100, 210, 725, 850},
}

// RegionAt returns the region of a point, or region.Unknown.
func RegionAt(p geo.Point) region.ID {
	for _, b := range boxes {
		if b.south*tenth <= p.Lat && p.Lat <= b.north*tenth && b.west*tenth <= p.Lng && p.Lng <= b.east*tenth {
			return b.region
		}
	}
	return region.Unknown
}
