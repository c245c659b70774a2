// Package challenge owns who is challenged, when, and on what air: the window
// in which every active hotspot is drawn once, the places of beacons so that
// neighbours never share air, the airtime budget of a zone, and what becomes of
// a challenge at its settlement.
//
// State comes in as a value or behind the small interface [Set], and goes out
// the same way; randomness and time are inputs. A block costs O(draws). The
// package never reads the registry, never judges a single report (verify does)
// and never knows what a point earns.
package challenge
