// Package world owns who is behind the hotspots of a simulated network: the radio
// that each has, where it really is, and how its owner conducts it. It plays the
// challenges of an engine: sends beacons over the land, has everybody who heard one
// report it as their conduct says, and lets those who share secrets share them.
//
// Honest conduct is here; other conducts are in package attack. The package judges
// nothing.
package world
