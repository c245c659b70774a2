// Package score owns what a settled challenge is worth: which of the valid
// witnesses are kept, how many points the beaconer and each kept witness get,
// and the density scale of a place.
//
// All functions are pure and in integers; one coverage unit is 10^8 points.
// Nothing here depends on the order in which reports arrived. The package never
// decides whether a report is valid (verify does) nor what a point earns (reward
// does).
package score
