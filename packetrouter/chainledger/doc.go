// Package chainledger follows a node and gives the packet router what it needs
// of the chain: immutable snapshots at one height, and a way to put batches
// into the fee-free lane.
//
// It owns the connection, the pinning of all queries of a snapshot to one
// height, and the conversion of chain messages to the router's own types. It
// signs nothing and decides nothing.
package chainledger
