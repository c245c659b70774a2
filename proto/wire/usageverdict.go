package wire

import "strconv"

// UsageVerdict is what a payer makes of one usage record. The list is closed and
// numbers are never reused. 0 is never sent.
type UsageVerdict uint8

// Verdicts on a usage record. Those that Final denies are parked: the hotspot
// keeps the record and presents it again.
const (
	UsageAccepted        UsageVerdict = 1  // booked, and durable at the payer
	UsageDuplicate       UsageVerdict = 2  // this record was accepted before
	UsageMalformed       UsageVerdict = 3  // not a usage record
	UsageWrongChain      UsageVerdict = 4  // of another chain
	UsageBadSignature    UsageVerdict = 5  // not signed by the hotspot it names
	UsageUnknownHotspot  UsageVerdict = 6  // not registered, or not for Wi-Fi; parked
	UsagePayerUnknown    UsageVerdict = 7  // of an org or lane that is not this payer's
	UsageGrantUnknown    UsageVerdict = 8  // no such grant, or no longer known
	UsageGrantMismatch   UsageVerdict = 9  // the grant is another hotspot's
	UsageGrantExpired    UsageVerdict = 10 // bytes from after the grant's end
	UsageGrantSuperseded UsageVerdict = 11 // the subscriber has a newer grant
	UsageStaleAuth       UsageVerdict = 12 // too long after the last authentication
	UsageSeqGap          UsageVerdict = 13 // an earlier record is missing; parked
	UsageChainBroken     UsageVerdict = 14 // hash of the record before is wrong, or seq used for another record
	UsageRegression      UsageVerdict = 15 // a counter went backwards
	UsageExceedsMoved    UsageVerdict = 16 // claims more than was moved by the access point's count
	UsageRateImplausible UsageVerdict = 17 // more bytes than the ceiling allows in that time
	UsageExceedsGrant    UsageVerdict = 18 // above the grant's max_bytes
	UsageSubscriberCap   UsageVerdict = 19 // above what the subscriber may use
	UsagePayerUnfunded   UsageVerdict = 20 // the lane's allowance is used up; parked
	UsageWrongTime       UsageVerdict = 21 // time is in the future, or before the record before
	UsageTooLate         UsageVerdict = 22 // older than records are taken
	UsageOverloaded      UsageVerdict = 23 // the payer cannot take it now; parked
	usageVerdictCount    UsageVerdict = 24
)

var usageVerdictNames = [usageVerdictCount]string{
	UsageAccepted: "ok", UsageDuplicate: "duplicate", UsageMalformed: "malformed", UsageWrongChain: "wrong-chain",
	UsageBadSignature: "bad-signature", UsageUnknownHotspot: "unknown-hotspot", UsagePayerUnknown: "payer-unknown",
	UsageGrantUnknown: "grant-unknown", UsageGrantMismatch: "grant-hotspot-mismatch", UsageGrantExpired: "grant-expired",
	UsageGrantSuperseded: "grant-superseded", UsageStaleAuth: "stale-auth", UsageSeqGap: "seq-gap",
	UsageChainBroken: "chain-broken", UsageRegression: "counter-regression", UsageExceedsMoved: "exceeds-moved",
	UsageRateImplausible: "rate-implausible", UsageExceedsGrant: "exceeds-grant", UsageSubscriberCap: "subscriber-cap",
	UsagePayerUnfunded: "payer-unfunded", UsageWrongTime: "clock-skew", UsageTooLate: "too-late", UsageOverloaded: "overloaded",
}

// Final reports whether the record need not be presented again.
func (v UsageVerdict) Final() bool {
	switch v {
	case UsageUnknownHotspot, UsageSeqGap, UsagePayerUnfunded, UsageOverloaded:
		return false
	}
	return true
}

// UsageVerdicts returns all verdicts in numeric order.
func UsageVerdicts() []UsageVerdict {
	all := make([]UsageVerdict, 0, usageVerdictCount-1)
	for v := UsageAccepted; v < usageVerdictCount; v++ {
		all = append(all, v)
	}
	return all
}

// String returns the verdict's name as shown to people and as a metric label.
func (v UsageVerdict) String() string {
	if v == 0 || v >= usageVerdictCount {
		return "usage-verdict-" + strconv.Itoa(int(v))
	}
	return usageVerdictNames[v]
}
