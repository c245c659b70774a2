package region

// dwell400 is the 400 ms limit of FCC part 15.247, and of the AU915 and AS923
// countries that set the dwell time flag of RP002.
const dwell400 Micros = 400_000

// dwell1s is the 1 s limit China sets for 470 to 510 MHz (RP002, CN470).
const dwell1s Micros = 1_000_000

// Size limits as deployed. They differ from RP002's: a beacon is a
// proprietary frame without a frame header.
var (
	sizesEU = []SizeLimit{{12, 65}, {9, 129}, {8, 238}}
	sizesUS = []SizeLimit{{10, 25}, {9, 67}, {8, 139}, {7, 256}}
	sizes9  = []SizeLimit{{12, 25}, {11, 25}, {10, 25}, {9, 67}, {8, 139}, {7, 256}}
)

// plans is ordered by ID. Channels are eight, 200 kHz apart, unless listed.
// EU433 is 433.175, 433.375 and 433.575 MHz; the deployed file lacks a digit.
var plans = [...]Plan{
	{US915, "US915", eight(903_900_000), 125, 360, 9, dwell400, sizesUS},
	{EU868, "EU868", eight(867_100_000), 125, 161, 12, 0, sizesEU},
	{EU433, "EU433", []Hz{433_175_000, 433_375_000, 433_575_000}, 125, 121, 12, 0, sizes9},
	{CN470, "CN470", eight(486_300_000), 125, 191, 11, dwell1s, sizes9},
	{AU915, "AU915", eight(916_800_000), 125, 300, 9, dwell400, sizes9},
	{AS923_1, "AS923_1", eight(923_200_000), 125, 160, 9, dwell400, sizes9},
	{KR920, "KR920", eight(922_100_000)[:7], 125, 140, 12, 0, sizes9},
	{IN865, "IN865", []Hz{865_062_500, 865_402_500, 865_985_000}, 125, 300, 12, 0, sizes9},
	{AS923_2, "AS923_2", eight(921_400_000), 125, 160, 9, dwell400, sizes9},
	{AS923_3, "AS923_3", eight(916_600_000), 125, 160, 9, dwell400, sizes9},
	{AS923_4, "AS923_4", eight(917_300_000), 125, 160, 9, dwell400, sizes9},
	{AS923_1B, "AS923_1B", eight(922_000_000), 125, 160, 9, dwell400, sizes9},
	{CD900_1A, "CD900_1A", eight(867_100_000), 125, 161, 12, 0, sizesEU},
	{RU864, "RU864", []Hz{
		864_100_000, 864_300_000, 864_500_000, 864_700_000, 864_900_000, 868_900_000, 869_100_000,
	}, 125, 160, 12, 0, sizes9},
	{AU915SB1, "AU915_SB1", eight(915_200_000), 125, 300, 9, dwell400, sizes9},
	{AS923_1C, "AS923_1C", eight(923_200_000), 125, 300, 9, dwell400, sizes9},
}

// eight returns eight channels 200 kHz apart.
func eight(first Hz) []Hz {
	channels := make([]Hz, 8)
	for n := range channels {
		channels[n] = first + Hz(n)*200_000
	}
	return channels
}
