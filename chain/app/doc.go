// Package app assembles the Hexwave node's state machine: the stock Cosmos SDK
// modules, the modules under chain/x, the free lane, the proposer's randomness
// and the limits of a block. It owns the order in which modules run and nothing
// that a module decides; it never holds state of its own.
package app
