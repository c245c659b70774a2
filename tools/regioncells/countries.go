package main

import "github.com/hexwave/hexwave/poc/region"

// group lists countries and territories, by their names in the shapes, that have
// one region for one reason.
type group struct {
	region region.ID
	why    string
	names  []string
}

// groups is the reviewed table. Every name of the shapes is in it once.
//
// Sources: the country table of LoRaWAN Regional Parameters RP002-1.0.4; where
// it gives a country several plans, the one the Helium network deployed: its
// published list of region plans of 2023 and the votes that changed it. A
// country for which neither names a plan, or of which one of them says that the
// law is under review, has none: a hotspot there is refused rather than told to
// transmit where it may not. Antarctica is not read.
var groups = []group{
	{region.US915, "FCC part 15.247 or a rule made after it, 902-928 MHz", []string{
		"United States of America", "Puerto Rico", "U.S. Virgin Is.", "Guam", "N. Mariana Is.", "American Samoa",
		"U.S. Minor Outlying Is.", "Canada", "Mexico", "Bahamas", "Bermuda", "Cayman Is.", "Guyana",
	}},
	{region.EU868, "CEPT ERC/REC 70-03, 863-870 MHz", []string{
		"Albania", "Andorra", "Austria", "Belarus", "Belgium", "Bosnia and Herz.", "Bulgaria", "Croatia", "Cyprus",
		"Czechia", "Denmark", "Estonia", "Finland", "France", "Germany", "Greece", "Hungary", "Iceland", "Ireland",
		"Italy", "Kosovo", "Latvia", "Liechtenstein", "Lithuania", "Luxembourg", "Macedonia", "Malta", "Moldova",
		"Monaco", "Montenegro", "Netherlands", "Norway", "Poland", "Portugal", "Romania", "San Marino", "Serbia",
		"Slovakia", "Slovenia", "Spain", "Sweden", "Switzerland", "Turkey", "Ukraine", "United Kingdom", "Vatican",
		"Armenia", "Georgia",
	}},
	{region.EU868, "territories that follow Denmark, Finland, France, the Netherlands or the United Kingdom", []string{
		"Faeroe Is.", "Greenland", "Åland", "Fr. Polynesia", "Fr. S. Antarctic Lands", "New Caledonia",
		"St-Barthélemy", "St-Martin", "St. Pierre and Miquelon", "Wallis and Futuna Is.", "Sint Maarten",
		"Guernsey", "Isle of Man", "Jersey", "Gibraltar", "Falkland Is.", "S. Geo. and the Is.", "Akrotiri", "Dhekelia",
	}},
	{region.EU868, "parts of Cyprus: the island's law and Turkey's give the same plan", []string{
		"N. Cyprus", "Cyprus U.N. Buffer Zone",
	}},
	{region.EU868, "Asia and Oceania, 863-870 MHz by RP002", []string{
		"Bahrain", "Bhutan", "Iran", "Kuwait", "Lebanon", "Oman", "Qatar", "Samoa", "Saudi Arabia", "Syria",
		"United Arab Emirates",
	}},
	{region.EU868, "Africa, 863-870 MHz by RP002", []string{
		"Algeria", "Benin", "Botswana", "Burundi", "Cabo Verde", "Comoros", "Côte d'Ivoire", "Egypt", "Eq. Guinea",
		"Kenya", "Madagascar", "Mauritania", "Mauritius", "Morocco", "Namibia", "Nigeria", "Rwanda", "Senegal",
		"Somalia", "South Africa", "Tunisia", "Zambia",
	}},
	{region.EU868, "Africa, EU433 or nothing in RP002; deployed by HIP 100 on the advice of the African Telecommunications Union", []string{
		"Angola", "Burkina Faso", "Cameroon", "Central African Rep.", "Chad", "Congo", "Dem. Rep. Congo", "Djibouti",
		"eSwatini", "Ethiopia", "Gabon", "Gambia", "Ghana", "Guinea", "Guinea-Bissau", "Liberia", "Malawi", "Mali",
		"Mozambique", "Saint Helena", "São Tomé and Principe", "Seychelles", "Togo", "Zimbabwe",
	}},
	{region.EU433, "the only plan of RP002, 433.05-434.79 MHz", []string{"Azerbaijan", "Lesotho", "Uzbekistan"}},
	{region.CN470, "470-510 MHz; RP002 has withdrawn CN779", []string{"China"}},
	{region.AU915, "915-928 MHz; Helium's AU915 on the second sub-band", []string{
		"Australia", "Ashmore and Cartier Is.", "Coral Sea Is.", "Indian Ocean Ter.", "Norfolk Island",
	}},
	{region.AU915SB1, "902-928 or 915-928 MHz; Helium's AU915 on the first sub-band", []string{
		"Anguilla", "Argentina", "Barbados", "Belize", "Brazil", "British Virgin Is.", "Chile", "Colombia", "Dominica",
		"Dominican Rep.", "Ecuador", "El Salvador", "Grenada", "Guatemala", "Honduras", "Jamaica", "Montserrat",
		"Nicaragua", "Panama", "Paraguay", "Peru", "Saint Lucia", "St. Kitts and Nevis", "St. Vin. and Gren.",
		"Suriname", "Tonga", "Trinidad and Tobago", "Turks and Caicos Is.", "Uruguay",
	}},
	{region.AS923_1, "920-925 MHz or wider", []string{
		"Bangladesh", "Bolivia", "Brunei", "Cambodia", "Cook Is.", "Costa Rica", "Curaçao", "Hong Kong", "Japan", "Laos",
		"Macao", "Myanmar", "Niue", "Pakistan", "Papua New Guinea", "Singapore", "Solomon Is.", "Sri Lanka", "Taiwan",
		"Tanzania", "Thailand", "Uganda", "Venezuela",
	}},
	{region.AS923_1B, "919-924 MHz: nothing above 924 MHz", []string{"Malaysia"}},
	{region.AS923_1C, "AU915 or AS923-1; Helium moved it to the latter at 30 dBm", []string{"New Zealand"}},
	{region.AS923_2, "920-923 MHz", []string{"Indonesia", "Vietnam"}},
	{region.AS923_3, "915-918 MHz or wider", []string{"Cuba", "Philippines", "Vanuatu"}},
	{region.AS923_4, "915-917 MHz", []string{"Israel"}},
	{region.KR920, "917-923.5 MHz", []string{"South Korea"}},
	{region.IN865, "865-867 MHz or wider", []string{"India", "Jordan", "Kazakhstan", "Niger"}},
	{region.RU864, "864-870 MHz", []string{"Russia"}},

	{region.Unknown, "RP002 names no plan and Helium deployed none", []string{
		"Afghanistan", "Antigua and Barb.", "Aruba", "Br. Indian Ocean Ter.", "Fiji", "Haiti", "Iraq", "Kiribati",
		"Kyrgyzstan", "Maldives", "Marshall Is.", "Micronesia", "Mongolia", "Nauru", "Nepal", "North Korea", "Palau",
		"Pitcairn Is.", "Tajikistan", "Timor-Leste", "Turkmenistan", "Tuvalu", "Yemen",
	}},
	{region.Unknown, "RP002 names no plan; HIP 100 leaves it out: spectrum under review, or no member of the union it follows", []string{
		"Eritrea", "Libya", "S. Sudan", "Sierra Leone", "Sudan",
	}},
	{region.Unknown, "disputed, and the parties' plans differ or one party has none", []string{
		"Palestine", "Scarborough Reef", "Siachen Glacier", "Somaliland", "Spratly Is.", "W. Sahara",
	}},
	{region.Unknown, "a base of one country in another: which law holds is not for a table to say", []string{
		"Baikonur", "USNB Guantanamo Bay",
	}},
	{region.Unknown, "nobody lives there", []string{
		"Bajo Nuevo Bank", "Clipperton I.", "Heard I. and McDonald Is.", "Serranilla Bank",
	}},
}

// part is a piece of a country that has another region than the rest: its
// polygons that lie in a box, in degrees.
type part struct {
	country                  string
	west, south, east, north float64
	region                   region.ID
	why                      string
}

var parts = []part{
	{"Russia", 32.4, 44.3, 36.7, 46.3, region.Unknown, "Crimea: RU864 by one party, EU868 by the other"},
	{"New Zealand", -173, -10, -171, -8, region.AS923_1, "Tokelau: AS923-1 at the usual power"},
}

// line cuts a country along a parallel, in degrees: what is south of it has no
// region.
type line struct {
	country string
	lat     float64
	why     string
}

var lines = []line{
	{"Morocco", 27 + 40.0/60, "Western Sahara, which the shapes draw with Morocco as far as it is administered"},
}
