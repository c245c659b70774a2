// Package attack owns the ways to be paid for coverage that is not there, or to
// keep others from being paid for theirs: who the attackers are, where they really
// stand, what they claim, how they conduct their hotspots, and what it costs them.
//
// An attack is told here as strongly as we know how; whether it works is for the
// engine to show.
package attack
