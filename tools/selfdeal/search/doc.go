// Package search owns the adversary of the money: it looks for the plan of a coalition
// that gains most by dealing with itself, under all rules and with rules taken away.
//
// A [Plan] is all that a coalition decides: when it comes, which part of validators and
// votes it has, where its stations stand and how many points they make, and a list of
// acts in time, each with the price that it makes the feeders report, what it buys and
// what it settles. [Plan.Play] plays it on an exact model of the chain beside strangers
// with traffic and points of their own, once with the coalition's money and once
// without. Everything that is in doubt goes to the coalition: it owns all routers and
// reports any price it likes, its orgs and places cost nothing, its points are whatever
// it says, and it may own every validator.
//
// A [Study] finds the best plan of each case by annealing from random starts. The same
// seed gives the same page. Nothing here proves anything: what the search does not find
// may exist. The proof is in the rules; the search shows that without one of them it
// finds the way at once.
package search
