// Package economy owns an exact model of what the chain burns and mints, and the law
// that no coalition gains by buying from itself.
//
// A [World] is one chain: a price that feeders report, accounts and orgs with data
// credits and the HXW that was burned for them, stations (hotspots) that carry data
// and make coverage points, cells with demand accounts, and epochs that emit. All of
// it is integers, rounded as the chain rounds; a test runs the same scenarios on the
// modules of the chain and compares to the last spark. It is written down a second
// time on purpose and shares no code with what it is compared with. Any rule can be
// taken away ([Params.Without]), to see what it is good for.
//
// # What the law counts
//
// The architecture says: for every coalition and price path, minted to it <= burned by
// it. A coalition may own payers, routers, stations with any share of the points, any
// part of the validators and of the community's votes, and the price.
//
// Burned by it is the basis (HXW once burned) of the credits that it used, fees and
// registrations included. Credits that it bought and kept count as nothing, which is the
// stricter way.
//
// Minted to it is counted by its reason:
//
//   - What settlements of its orgs mint again, to routers, stations and cells: all of
//     it that comes to the coalition.
//   - What stayed burned by it and is emitted again: the coalition's part of it, as
//     validator, as community and as coverage.
//   - Base coverage of its stations: all of it, against what was burned to register
//     them (the lifetime multiple is 1.0).
//
// Not counted is what the coalition gets whether it deals with itself or not: its
// turns' and votes' part of the fixed schedule, and what others pay for data that its
// stations carry and for the cells where they make points. That is pay for work that
// anybody may do; whether points are honest is the matter of proof of coverage and not
// of this law.
//
// So the law compares two worlds with the same prices, stations, points, turns and
// strangers: one where the coalition buys, settles and registers, and one where it does
// not and has its stations for nothing ([Gain]). For a coalition that is everybody, in a
// world without a schedule, the law needs no second world and is exact: nothing is
// minted but out of what was burned ([World.Conserved]). Beside strangers a division that
// rounds down may fall one spark further with the coalition's money than without, so
// there the law has a tolerance of one spark for each division that pays the coalition
// in an epoch: two a station and two more ([Dust]). At 0.27 US$ the smallest item uses
// 3.7 million spark; only at prices of thousands of dollars is it as small as dust.
//
// The package never reads a chain, a clock or a random number. It leaves out what only
// delays or burns more: the ramp of new stations, withdrawals, top-ups, orders, bonds
// of lanes, vouchers below the least step.
package economy
