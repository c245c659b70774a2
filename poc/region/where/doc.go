// Package where says in which radio region a place is: the region of every H3
// cell of the world, from one embedded table.
//
// It owns the format of that table and the look-up, in integers. It never draws
// a border and holds no list of countries: tools/regioncells does, which writes
// world.bin. It is apart from poc/region so that the hotspot binary, which is
// told its region, does not carry the table.
//
// # The table
//
// Resolution 7, cells of about 5 km^2. A cell belongs to the land that holds its
// centre, or at sea to the nearest land within twelve nautical miles, where that
// land's law on radio holds. So the table is off by at most 1.3 km from the
// borders it was made from, and those by a few hundred metres, at worst some two
// kilometres, from the ground: they are Natural Earth's at 1:10 million. It draws
// borders where they are administered. A place has no region where no plan is
// known to be legal, or where the parties to a dispute have different ones.
//
// The table is part of the state machine: another world.bin is another chain.
//
// # Sources
//
// Shapes: Natural Earth 4.1.0 (public domain), as TopoJSON by the npm package
// world-atlas 2.0.2 (ISC), countries-10m.json. Regions: the country table of
// LoRaWAN Regional Parameters RP002-1.0.4 and the region plans published for the
// Helium network, reviewed in tools/regioncells/countries.go.
package where
