// Package packetrouter carries LoRaWAN frames from hotspots to the network
// servers of the orgs that pay for them, and their answers back.
//
// It owns the domain (hotspots, orgs, routes, sessions), the immutable routing
// [Table], and the uplink pipeline: one ordered slice of named stages in
// pipeline.go, each of which passes a packet on or ends it with one
// [wire.Outcome]. What it needs from outside (copy budgets, replay memory,
// the hotspot directory, the voucher lanes, the way to a network server) it
// declares as small interfaces in ports.go; adapters in the packages below it
// meet them, one technology each.
//
// It never opens a socket, reads a chain, or signs anything, and it starts no
// goroutine: callers hand in packets, time, tables and snapshots.
package packetrouter
