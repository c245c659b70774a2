// Package land owns the ground truth of a simulated country: where units really
// stand, and what radio really does between them. Ground is hilly, so that hearing
// does not simply end at a distance; buildings take their part of each link, and a
// shadow that is the same in both directions; a frame fades on top of that.
//
// It knows nothing of what a unit claims, of challenges or of pay. Everything
// follows from a seed: the same seed makes the same country.
package land
