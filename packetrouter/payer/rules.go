package payer

import "time"

// Times of docs/spec/wifi.md.
const (
	// slack is how long after its end a grant's bytes still count, milliseconds:
	// the last interval before a re-authentication or a roam is reported late.
	slack = uint64(60 * time.Second / time.Millisecond)
	// skew is by how much the clocks of hotspot and payer may differ, milliseconds.
	skew = uint64(300 * time.Second / time.Millisecond)
	// kept is how long records are taken and grants are known after they expire,
	// milliseconds.
	kept = uint64(7 * 24 * time.Hour / time.Millisecond)
	// period is what a subscriber's cap is for, milliseconds, from the first use.
	period = uint64(30 * 24 * time.Hour / time.Millisecond)
)

// Bounds of the ledger. One grant takes up to 0.3 KB of a snapshot, which is one
// record of the lane's log.
const (
	maxGrants      = 1 << 18 // known, live or not
	maxSubscribers = 1 << 18
	// maxOfSubscriber are the grants known of one subscriber: twice what
	// authenticating every ten minutes for the time they are kept takes, so that
	// nobody fills the ledger alone.
	maxOfSubscriber = 1 << 11
	// maxVerdicts are the newest records of one grant whose verdicts are
	// remembered; maxAllVerdicts those of all grants together.
	maxVerdicts    = 256
	maxAllVerdicts = 1 << 21
)

// rules are the figures that records are judged by.
type rules struct {
	subscriberCap uint64 // bytes in a period
	ceiling       uint64 // bytes a second of one grant
}

// plus adds and stays at the most 64 bits hold: totals of hotspots are hostile.
func plus(a, b uint64) uint64 {
	if a > ^uint64(0)-b {
		return ^uint64(0)
	}
	return a + b
}

// minus subtracts and stays at 0.
func minus(a, b uint64) uint64 {
	if a < b {
		return 0
	}
	return a - b
}
