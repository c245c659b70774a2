// Package feed turns reported prices into one: weighted median, clamp, ring of
// samples and time-weighted mean. It is pure: integers in, integers out, time is
// an argument. It never reads a store and knows nothing of who reports. Prices
// are 1e-8 USD per HXW, times Unix seconds.
package feed
