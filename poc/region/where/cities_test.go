package where_test

import (
	"testing"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/region/where"
)

// place is a town or a point at sea, in hundredths of a degree.
type place struct {
	name     string
	lat, lng geo.E7
}

// hundredth is the unit of a place.
const hundredth geo.E7 = 100_000

func at(lat, lng geo.E7) region.ID {
	return where.At(geo.CellAt(geo.Point{Lat: lat * hundredth, Lng: lng * hundredth}, 12))
}

// places have the region they are listed under. Towns at a border stand next to
// the town across, which is under its own region.
var places = map[region.ID][]place{
	region.US915: {
		{"New York", 4071, -7401},
		{"San Francisco", 3777, -12242},
		{"Detroit", 4233, -8305},
		{"Windsor", 4231, -8304},
		{"San Diego", 3272, -11716},
		{"Tijuana", 3252, -11702},
		{"Toronto", 4365, -7938},
		{"Vancouver", 4928, -12312},
		{"Halifax", 4465, -6358},
		{"St. John's", 4756, -5271},
		{"Iqaluit", 6375, -6852},
		{"Alert", 8250, -6235},
		{"Anchorage", 6122, -14990},
		{"Juneau", 5830, -13442},
		{"Adak", 5188, -17665},
		{"Attu", 5290, 17290},
		{"Diomede", 6576, -16895},
		{"Honolulu", 2131, -15786},
		{"Hilo", 1972, -15508},
		{"Key West", 2456, -8178},
		{"Mexico City", 1943, -9913},
		{"Tapachula", 1490, -9226},
		{"Cancun", 2116, -8685},
		{"San Juan", 1847, -6611},
		{"Charlotte Amalie", 1834, -6493},
		{"Nassau", 2505, -7735},
		{"Hamilton, Bermuda", 3229, -6478},
		{"George Town", 1929, -8138},
		{"Georgetown, Guyana", 680, -5816},
		{"Hagatna", 1348, 14475},
		{"Saipan", 1519, 14575},
		{"Pago Pago", -1428, -17070},
	},
	region.EU868: {
		{"Zurich", 4737, 854},
		{"London", 5151, -13},
		{"Dublin", 5335, -626},
		{"Lisbon", 3872, -914},
		{"Ponta Delgada", 3774, -2567},
		{"Funchal", 3265, -1691},
		{"Las Palmas", 2812, -1543},
		{"Reykjavik", 6415, -2194},
		{"Torshavn", 6201, -677},
		{"Nuuk", 6418, -5172},
		{"Longyearbyen", 7822, 1564},
		{"Kirkenes", 6973, 3005},
		{"Helsinki", 6017, 2494},
		{"Vainikkala", 6087, 2831},
		{"Sillamae", 5940, 2776},
		{"Mariehamn", 6010, 1994},
		{"Rotterdam harbour", 5196, 402},
		{"Brussels", 5085, 435},
		{"Valletta", 3590, 1451},
		{"Athens", 3798, 2373},
		{"Istanbul", 4101, 2898},
		{"Nicosia", 3516, 3335},
		{"Kyrenia", 3534, 3332},
		{"Pristina", 4266, 2117},
		{"Kyiv", 5045, 3052},
		{"Kharkiv", 4999, 3623},
		{"Odesa", 4648, 3073},
		{"Minsk", 5390, 2756},
		{"Tbilisi", 4172, 4479},
		{"Yerevan", 4018, 4451},
		{"Beirut", 3389, 3550},
		{"Damascus", 3351, 3629},
		{"Tehran", 3569, 5139},
		{"Riyadh", 2471, 4668},
		{"Dubai", 2520, 5527},
		{"Muscat", 2359, 5838},
		{"Cairo", 3004, 3124},
		{"Taba", 2945, 3484},
		{"Thimphu", 2747, 8964},
		{"Tunis", 3681, 1018},
		{"Algiers", 3675, 306},
		{"Casablanca", 3357, -759},
		{"Tarfaya", 2794, -1293},
		{"Ceuta", 3589, -532},
		{"Dakar", 1472, -1747},
		{"Lagos", 652, 338},
		{"Nairobi", -129, 3682},
		{"Kinshasa", -432, 1531},
		{"Harare", -1783, 3105},
		{"Johannesburg", -2620, 2805},
		{"Cape Town", -3392, 1842},
		{"Maputo", -2597, 3257},
		{"Antananarivo", -1888, 4751},
		{"Saint-Denis", -2088, 5545},
		{"Port Louis", -2016, 5750},
		{"Cayenne", 492, -5231},
		{"Saint-Laurent-du-Maroni", 549, -5402},
		{"Fort-de-France", 1460, -6107},
		{"Basse-Terre", 1600, -6173},
		{"Kralendijk", 1215, -6827},
		{"Stanley", -5170, -5785},
		{"Noumea", -2227, 16644},
		{"Papeete", -1754, -14957},
		{"Mata-Utu", -1328, -17617},
		{"Apia", -1383, -17177},
		{"Jamestown", -1592, -572},
	},
	region.EU433: {
		{"Baku", 4041, 4987}, {"Tashkent", 4130, 6924}, {"Maseru", -2931, 2748},
	},
	region.CN470: {
		{"Beijing", 3990, 11641},
		{"Shanghai", 3123, 12147},
		{"Shenzhen", 2255, 11410},
		{"Zhuhai", 2227, 11356},
		{"Lhasa", 2965, 9114},
		{"Urumqi", 4383, 8762},
		{"Haikou", 2004, 11034},
		{"Heihe", 5024, 12748},
		{"Dandong", 4013, 12438},
		{"Dongxing", 2156, 10798},
		{"Khorgos", 4421, 8041},
	},
	region.AU915: {
		{"Sydney", -3387, 15121},
		{"Perth", -3195, 11586},
		{"Hobart", -4288, 14733},
		{"Darwin", -1246, 13084},
		{"Alice Springs", -2370, 13388},
		{"Thursday Island", -1058, 14222},
		{"Lord Howe", -3155, 15908},
		{"Burnt Pine", -2903, 16795},
		{"Flying Fish Cove", -1042, 10568},
		{"Macquarie Island", -5450, 15894},
	},
	region.AU915SB1: {
		{"Sao Paulo", -2355, -4663},
		{"Rio de Janeiro", -2291, -4317},
		{"Manaus", -312, -6002},
		{"Oiapoque", 384, -5183},
		{"Fernando de Noronha", -384, -3241},
		{"Buenos Aires", -3460, -5838},
		{"Ushuaia", -5480, -6830},
		{"Santiago", -3345, -7067},
		{"Hanga Roa", -2715, -10943},
		{"Arica", -1848, -7031},
		{"Montevideo", -3490, -5616},
		{"Asuncion", -2526, -5758},
		{"Lima", -1205, -7704},
		{"Quito", -18, -7847},
		{"Puerto Ayora", -74, -9031},
		{"Bogota", 471, -7407},
		{"Cucuta", 789, -7251},
		{"Panama", 898, -7952},
		{"Managua", 1211, -8624},
		{"Tegucigalpa", 1407, -8719},
		{"Guatemala", 1463, -9051},
		{"Ciudad Hidalgo's other side", 1468, -9214},
		{"Kingston", 1797, -7679},
		{"Santo Domingo", 1848, -6993},
		{"Bridgetown", 1310, -5962},
		{"Port of Spain", 1065, -6151},
		{"Paramaribo", 585, -5520},
		{"Road Town", 1843, -6462},
		{"Nuku'alofa", -2114, -17520},
	},
	region.AS923_1: {
		{"Tokyo", 3568, 13977},
		{"Sapporo", 4306, 14135},
		{"Nemuro", 4333, 14558},
		{"Naha", 2621, 12768},
		{"Ogasawara", 2709, 14219},
		{"Tsushima", 3420, 12929},
		{"Taipei", 2503, 12157},
		{"Kinmen", 2443, 11832},
		{"Hong Kong", 2232, 11417},
		{"Sheung Shui", 2250, 11413},
		{"Macao", 2219, 11354},
		{"Bangkok", 1376, 10050},
		{"Hat Yai", 701, 10047},
		{"Vientiane", 1797, 10263},
		{"Phnom Penh", 1156, 10492},
		{"Yangon", 1687, 9620},
		{"Dhaka", 2381, 9041},
		{"Colombo", 693, 7986},
		{"Islamabad", 3368, 7305},
		{"Lahore", 3155, 7434},
		{"Karachi", 2486, 6701},
		{"Singapore", 130, 10385},
		{"Woodlands", 1436, 10379},
		{"Bandar Seri Begawan", 490, 11494},
		{"Port Moresby", -944, 14718},
		{"Honiara", -943, 15996},
		{"Rarotonga", -2121, -15978},
		{"Fakaofo", -938, -17122},
		{"Dar es Salaam", -679, 3921},
		{"Kampala", 35, 3258},
		{"La Paz", -1650, -6815},
		{"Caracas", 1048, -6690},
		{"San Antonio del Tachira", 782, -7244},
		{"San Jose", 993, -8408},
		{"Willemstad", 1211, -6893},
	},
	region.AS923_1B: {
		{"Kuala Lumpur", 314, 10169},
		{"Johor Bahru", 149, 10374},
		{"Kuching", 156, 11034},
		{"Kota Kinabalu", 598, 11607},
		{"Penang", 541, 10033},
		{"Langkawi", 632, 9985},
	},
	region.AS923_1C: {
		{"Auckland", -3685, 17476}, {"Wellington", -4129, 17478}, {"Invercargill", -4641, 16835}, {"Waitangi", -4395, -17656},
	},
	region.AS923_2: {
		{"Jakarta", -621, 10685},
		{"Batam", 113, 10405},
		{"Jayapura", -253, 14072},
		{"Kupang", -1018, 12361},
		{"Hanoi", 2103, 10585},
		{"Ho Chi Minh City", 1082, 10663},
		{"Mong Cai", 2151, 10795},
		{"Phu Quoc", 1022, 10396},
	},
	region.AS923_3: {{"Manila", 1460, 12098}, {"Davao", 707, 12561}, {"Havana", 2311, -8237}, {"Port Vila", -1774, 16832}},
	region.AS923_4: {{"Tel Aviv", 3209, 3478}, {"Haifa", 3279, 3499}, {"Eilat", 2956, 3495}},
	region.KR920:   {{"Seoul", 3757, 12698}, {"Busan", 3518, 12908}, {"Jeju", 3350, 12653}, {"Paju", 3787, 12675}, {"Ulleung", 3748, 13090}},
	region.IN865: {
		{"Mumbai", 1908, 7288},
		{"Delhi", 2861, 7721},
		{"Amritsar", 3163, 7487},
		{"Kolkata", 2257, 8836},
		{"Port Blair", 1162, 9273},
		{"Kavaratti", 1056, 7264},
		{"Rameswaram", 929, 7931},
		{"Amman", 3195, 3593},
		{"Aqaba", 2952, 3501},
		{"Almaty", 4324, 7690},
		{"Aktau", 4365, 5120},
		{"Niamey", 1351, 211},
	},
	region.RU864: {
		{"Moscow", 5576, 3762},
		{"Saint Petersburg", 5993, 3034},
		{"Vyborg", 6071, 2875},
		{"Ivangorod", 5937, 2822},
		{"Kaliningrad", 5471, 2051},
		{"Murmansk", 6897, 3308},
		{"Nikel", 6941, 3022},
		{"Belgorod", 5060, 3659},
		{"Sochi", 4360, 3973},
		{"Vladivostok", 4312, 13189},
		{"Blagoveshchensk", 5029, 12753},
		{"Yuzhno-Sakhalinsk", 4696, 14273},
		{"Anadyr", 6473, 17751},
		{"Provideniya", 6442, -17322},
		{"Wrangel", 7120, -17950},
		{"Big Diomede", 6578, -16906},
	},
	region.Unknown: {
		{"North Pole", 9000, 0},
		{"South Pole", -9000, 0},
		{"McMurdo", -7785, 16667},
		{"null island", 0, 0},
		{"North Atlantic", 4500, -3500},
		{"South Pacific", -4000, -12000},
		{"Indian Ocean", -2500, 8000},
		{"North Pacific", 4000, 18000},
		{"North Sea", 5630, 300},
		{"Sevastopol", 4461, 3352},
		{"Kerch", 4536, 3647},
		{"Simferopol", 4495, 3411},
		{"Laayoune", 2715, -1320},
		{"Dakhla", 2370, -1593},
		{"Bir Lehlou", 2635, -958},
		{"Gaza", 3150, 3447},
		{"Ramallah", 3190, 3520},
		{"Pyongyang", 3903, 12575},
		{"Sinuiju", 4010, 12440},
		{"Kabul", 3453, 6917},
		{"Ulaanbaatar", 4789, 10691},
		{"Kathmandu", 2772, 8532},
		{"Baghdad", 3331, 4437},
		{"Sanaa", 1537, 4419},
		{"Hargeisa", 956, 4406},
		{"Khartoum", 1550, 3256},
		{"Tripoli", 3289, 1319},
		{"Port-au-Prince", 1859, -7231},
		{"Suva", -1814, 17844},
		{"Dili", -856, 12557},
		{"Male", 417, 7351},
		{"Oranjestad", 1252, -7003},
		{"Guantanamo Bay", 1993, -7513},
		{"Baikonur", 4562, 6331},
	},
}

func TestPlaces(t *testing.T) {
	total := 0
	for want, list := range places {
		for _, p := range list {
			if got := at(p.lat, p.lng); got != want {
				t.Errorf("%s (%d, %d) is in %v, want %v", p.name, p.lat, p.lng, got, want)
			}
			total++
		}
	}
	if total < 250 {
		t.Errorf("%d places", total)
	}
}

// TestRegionsHavePlans holds that every region of the table can be told what to
// send, and that every region with towns above is in it.
func TestRegionsHavePlans(t *testing.T) {
	world, err := where.World()
	if err != nil {
		t.Fatal(err)
	}
	ids := world.Regions()
	for _, id := range ids {
		if _, ok := region.ByID(id); !ok {
			t.Errorf("%v has no plan", id)
		}
		if len(places[id]) == 0 {
			t.Errorf("no town of %v is tested", id)
		}
	}
	if len(ids) != len(places)-1 {
		t.Errorf("%d regions in the table, %d tested", len(ids), len(places)-1)
	}
}

// TestMargin holds that the sea has a region as far as twelve miles out and none
// farther, off a coast that runs straight north: Aveiro, where a hundredth of a
// degree of longitude is 0.84 km.
func TestMargin(t *testing.T) {
	const lat, coast = 4064, -875
	for d := geo.E7(0); d <= 60; d++ {
		want := region.EU868
		if d > 30 {
			want = region.Unknown
		}
		if got := at(lat, coast-d); got != want && (d < 22 || d > 30) {
			t.Errorf("%d hundredths out: %v, want %v", d, got, want)
		}
	}
}

func TestCellsOutsideTheTable(t *testing.T) {
	zurich := geo.CellAt(geo.Point{Lat: 473_700_000, Lng: 85_400_000}, geo.MaxRes)
	for res := range geo.MaxRes + 1 {
		want := region.EU868
		if res < 7 {
			want = region.Unknown // the cell may have several
		}
		if got := where.At(zurich.Parent(res)); got != want {
			t.Errorf("resolution %d: %v, want %v", res, got, want)
		}
	}
	for _, c := range []geo.Cell{0, ^geo.Cell(0), zurich | 1<<63, zurich ^ 1<<45} {
		if got := where.At(c); !c.Valid() && got != region.Unknown {
			t.Errorf("%x: %v", uint64(c), got)
		}
	}
}
