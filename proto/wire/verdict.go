package wire

import "strconv"

// Verdict is the outcome of the coverage checks for one beacon or one report.
// The list is closed, numbers are never reused, and 0 is acceptance. Numbers up
// to 24 are those that tools of the field already know (the incumbent's
// InvalidReason list), where the rule is the same.
type Verdict uint8

// Verdicts.
const (
	Accepted         Verdict = 0
	BadSignature     Verdict = 1  // signature does not verify under the key frozen at the draw
	NotAsserted      Verdict = 2  // hotspot has no asserted place
	WrongClass       Verdict = 5  // data-only or Wi-Fi hotspot
	UnknownHotspot   Verdict = 8  // no such hotspot index
	Banned           Verdict = 9  // under a ban that has not expired
	BadRSSI          Verdict = 11 // stronger than free space allows
	WrongRegion      Verdict = 12 // another region than the beaconer's
	TooFar           Verdict = 13 // beyond the largest distance
	WrongFrequency   Verdict = 14 // off the assigned channel
	SelfWitness      Verdict = 15 // the beaconer itself
	TooClose         Verdict = 19 // within the smallest distance of beaconer or a kept witness
	Duplicate        Verdict = 20 // a report of this witness is already there
	TooLate          Verdict = 22 // after the last height for it
	NoBeacon         Verdict = 23 // the witness has not beaconed of late
	NotWitnessed     Verdict = 24 // nobody has heard the witness of late
	Redundant        Verdict = 25 // more witnesses than are kept, or same owner as a kept one
	TooEarly         Verdict = 26 // reveal before the reports closed
	BadTag           Verdict = 27 // tag is not of the revealed frame and this key
	WrongPower       Verdict = 28 // transmitted at another power than assigned
	BelowSensitivity Verdict = 29 // weaker than any receiver decodes
	OverQuota        Verdict = 30 // more reports than its share
	NotRevealed      Verdict = 31 // nobody revealed the preimage
	WrongSF          Verdict = 32 // another spreading factor than assigned
	BadSNR           Verdict = 33 // SNR below the demodulation floor, or above what RSSI allows
	NotEligible      Verdict = 34 // not drawn by sortition
	UnknownChallenge Verdict = 35 // no such open challenge
	WrongChain       Verdict = 36 // signed for another chain
	BadPreimage      Verdict = 37 // does not hash to the known chain element
	AlreadyRevealed  Verdict = 38 // the first reveal counts
	Malformed        Verdict = 39 // not the fixed layout
	Void             Verdict = 40 // the challenge is void: the chain stood still
	verdictCount     Verdict = 41
)

// verdictNames must hold a name for each verdict in use; verdicts without one do
// not exist. A slice literal rather than a map keeps the order of this file.
var verdictNames = [verdictCount]string{
	Accepted: "accepted", BadSignature: "bad-signature", NotAsserted: "not-asserted",
	WrongClass: "wrong-class", UnknownHotspot: "unknown-hotspot", Banned: "banned",
	BadRSSI: "bad-rssi", WrongRegion: "wrong-region", TooFar: "too-far",
	WrongFrequency: "wrong-frequency", SelfWitness: "self-witness", TooClose: "too-close",
	Duplicate: "duplicate", TooLate: "too-late", NoBeacon: "no-beacon",
	NotWitnessed: "not-witnessed", Redundant: "redundant", TooEarly: "too-early",
	BadTag: "bad-tag", WrongPower: "wrong-power", BelowSensitivity: "below-sensitivity",
	OverQuota: "over-quota", NotRevealed: "not-revealed", WrongSF: "wrong-sf",
	BadSNR: "bad-snr", NotEligible: "not-eligible", UnknownChallenge: "unknown-challenge",
	WrongChain: "wrong-chain", BadPreimage: "bad-preimage", AlreadyRevealed: "already-revealed",
	Malformed: "malformed", Void: "void",
}

// Valid reports whether v is one of the closed list.
func (v Verdict) Valid() bool { return v < verdictCount && verdictNames[v] != "" }

// String returns the verdict's name as shown to people and in events.
func (v Verdict) String() string {
	if !v.Valid() {
		return "verdict-" + strconv.Itoa(int(v))
	}
	return verdictNames[v]
}

// ParseVerdict returns the verdict of a name.
func ParseVerdict(name string) (Verdict, bool) {
	for v, n := range verdictNames {
		if n == name && n != "" {
			return Verdict(v), true
		}
	}
	return 0, false
}
