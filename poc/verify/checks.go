package verify

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// check is one rule: the verdict that its failure gives, the test, and how an
// explanation shows what was measured against what limit.
type check struct {
	name    string
	verdict wire.Verdict
	ok      func(*Case) bool
	show    func(*Case) (measured, limit string)
}

// inclusion is the ordered table of what is decidable from the state at the
// draw, cheapest and least forgeable first. Layout is checked by parsing and
// the signature after all of these.
var inclusion = [...]check{
	{"chain", wire.WrongChain, sameChain, showChain},
	{"challenge", wire.UnknownChallenge, sameChallenge, showChallenge},
	{"in-time", wire.TooLate, inTime, showHeight},
	{"hotspot-known", wire.UnknownHotspot, isKnown, showStanding},
	{"class", wire.WrongClass, isFull, showStanding},
	{"asserted", wire.NotAsserted, isAsserted, showStanding},
	{"sortition", wire.NotEligible, isEligible, showSortition},
	{"region", wire.WrongRegion, sameRegion, showRegion},
	{"first-report", wire.Duplicate, isFirst, showFirst},
	{"room", wire.OverQuota, hasRoom, showRoom},
	{"quota", wire.OverQuota, hasQuota, showQuota},
}

// settlement is the ordered table of what is decided once the preimage is
// public.
var settlement = [...]check{
	{"not-void", wire.Void, notVoid, showVoid},
	{"revealed", wire.NotRevealed, isRevealed, showRevealed},
	{"tag", wire.BadTag, tagMatches, showTag},
	{"not-self", wire.SelfWitness, notSelf, showSelf},
	{"spreading-factor", wire.WrongSF, sameSF, showSF},
	{"frequency", wire.WrongFrequency, onChannel, showFrequency},
	{"min-distance", wire.TooClose, farEnough, showMinDistance},
	{"max-distance", wire.TooFar, nearEnough, showMaxDistance},
	{"rssi-max", wire.BadRSSI, notTooStrong, showRSSIMax},
	{"rssi-min", wire.BelowSensitivity, notTooWeak, showRSSIMin},
	{"snr-floor", wire.BadSNR, aboveFloor, showSNRFloor},
	{"snr-rssi", wire.BadSNR, snrFitsRSSI, showSNRMax},
	{"reciprocity", wire.NoBeacon, reciprocates, showReciprocity},
}

func sameChain(c *Case) bool     { return c.Report.Chain == c.Challenge.Chain }
func sameChallenge(c *Case) bool { return c.Report.Challenge == c.Challenge.ID }
func inTime(c *Case) bool        { return c.Height > c.Challenge.Drawn && c.Height <= c.Challenge.Close }
func isKnown(c *Case) bool       { return c.Witness.Standing != Unknown }
func isFull(c *Case) bool        { return c.Witness.Standing != NotFull }
func isAsserted(c *Case) bool    { return c.Witness.Standing != Unasserted }

// isEligible also refuses who joined after the window was frozen: sortition is
// over the frozen set.
func isEligible(c *Case) bool {
	return c.Witness.Standing == Active && c.Sortition.Eligible(c.Challenge, c.Witness.Index, c.far())
}

func sameRegion(c *Case) bool { return c.Witness.Region == c.Challenge.Region }
func isFirst(c *Case) bool    { return !c.Known }
func hasRoom(c *Case) bool    { return !c.Full }
func hasQuota(c *Case) bool   { return c.Spent < c.Rules.Quota }

func notVoid(c *Case) bool    { return !c.Void }
func isRevealed(c *Case) bool { return c.Revealed }

// tagMatches recomputes the tag from the frame that the preimage makes: only
// who knew the frame before the reveal could sign it.
func tagMatches(c *Case) bool {
	frame := wire.NewBeacon(c.Challenge.ID, c.Preimage)
	return wire.Tag(c.Challenge.Chain, frame, c.Witness.Key) == c.Report.Tag
}

func notSelf(c *Case) bool {
	return c.Witness.Index != c.Challenge.Hotspot && c.Witness.Key != c.Challenge.Key
}

func sameSF(c *Case) bool { return c.Report.SF == c.Challenge.SF }

func onChannel(c *Case) bool {
	e, tolerance := int64(c.Report.FreqError), int64(c.Rules.FreqTolerance)
	return -tolerance <= e && e <= tolerance
}

func farEnough(c *Case) bool  { return c.d2 >= geo.SquareMetres(c.Rules.MinDistance) }
func nearEnough(c *Case) bool { return c.d2 <= geo.SquareMetres(c.Rules.MaxDistance) }

// notTooStrong uses the power the chain assigned, never one that was reported.
func notTooStrong(c *Case) bool {
	x := int32(c.Challenge.Power) + int32(c.Witness.Gain) + c.Rules.RSSIMargin - int32(c.Report.RSSI)
	return freeSpaceAllows(c.d2, c.Challenge.Frequency, x)
}

func notTooWeak(c *Case) bool {
	return int32(c.Report.RSSI) >= Sensitivity(c.Challenge.SF, c.Challenge.Bandwidth)-c.Rules.SensitivityMargin
}

func aboveFloor(c *Case) bool {
	return int32(c.Report.SNR) >= SNRFloor(c.Challenge.SF)-c.Rules.SNRMargin
}

func snrFitsRSSI(c *Case) bool {
	return int32(c.Report.SNR) <= maxSNR(c.Report.RSSI, c.Challenge.Bandwidth)+c.Rules.SNRMargin
}

// reciprocates asks that the witness's own beacon was heard of late: a receiver
// that never transmits proves no place.
func reciprocates(c *Case) bool {
	return c.Rules.Reciprocity == 0 ||
		c.LastBeacon > 0 && c.LastBeacon+c.Rules.Reciprocity >= c.Challenge.Drawn
}
