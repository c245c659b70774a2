// Package devnet runs a whole Hexwave network on one machine: it lays out a
// town from a seed, starts the real binaries and the simulated hardware as child
// processes, registers everything by real transactions, and measures the result
// from outside. It never does a part's work itself: what a validator, router,
// hotspot or explorer does here is what the shipped binary does.
package devnet
