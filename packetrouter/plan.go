package packetrouter

import "github.com/hexwave/hexwave/poc/region"

// frequencyInRegion reports whether f, in Hz, lies in the band in which devices
// of the region may send (RP002-1.0.4). Regions without a known band allow all:
// it is the network server that knows its channels.
func frequencyInRegion(id uint16, f uint32) bool {
	const kHz = 1000
	in := func(low, high uint32) bool { return f >= low*kHz && f <= high*kHz }
	switch region.ID(id) {
	case region.US915:
		return in(902_000, 928_000)
	case region.EU868, region.EU868_A, region.EU868_B, region.EU868_C, region.EU868_D, region.EU868_E, region.EU868_F:
		return in(863_000, 870_000)
	case region.EU433:
		return in(433_050, 434_790)
	case region.CN470:
		return in(470_000, 510_000)
	case region.CN779:
		return in(779_000, 787_000)
	case region.AU915, region.AU915SB1, region.AU915SB2:
		return in(915_000, 928_000)
	case region.AS923_1, region.AS923_2, region.AS923_3, region.AS923_4,
		region.AS923_1A, region.AS923_1B, region.AS923_1C, region.AS923_1D, region.AS923_1E, region.AS923_1F:
		return in(915_000, 928_000)
	case region.KR920:
		return in(920_000, 925_000)
	case region.IN865:
		return in(865_000, 868_000)
	case region.RU864:
		return in(864_000, 870_000)
	case region.CD900_1A:
		return in(900_000, 928_000)
	case region.Unknown:
		return true
	}
	return true
}
