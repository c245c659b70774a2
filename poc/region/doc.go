// Package region holds what regulation and the protocol say about radio in
// each region: beacon channels, power limits, spreading factors, airtime, and
// the weakest signal a receiver can decode.
//
// It owns the numbers and the integer arithmetic on them. It never decides in
// which region a place is, never touches a radio, and its tables are the
// launch values of chain parameters: settlement uses what the chain's state
// says, this package is where genesis takes it from.
//
// Beacon plans come from the region parameters deployed on the Helium network
// (HIP-45 and later changes of its region parameter files); data rates, default
// channels and receive windows are the LoRaWAN Regional Parameters (RP002).
package region

//go:generate go run ../../tools/regiongen -o bands.go
