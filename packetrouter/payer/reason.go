package payer

import "strconv"

// Reason is what becomes of a request of a hotspot: the first check that failed,
// or how the exchange with the AAA ended. Names are metric labels, and those of
// refused logins are what people read at the access point.
type Reason uint8

// Reasons, in the order of the checks.
const (
	Passed         Reason = 0 // handed to the AAA
	Malformed      Reason = 1 // proof or packet has no layout, or the one is not for the other
	WrongChain     Reason = 2
	UnknownHotspot Reason = 3 // not registered, not for Wi-Fi, or not the one whose stream it is
	ClockSkew      Reason = 4
	RateLimited    Reason = 5
	Duplicate      Reason = 6 // answered again, or under way
	BadSignature   Reason = 7
	BadRadius      Reason = 8
	NoEAP          Reason = 9
	BadSeal        Reason = 10 // no key under which session keys could be hidden
	WrongRealm     Reason = 11
	PayerUnknown   Reason = 12 // an accounting packet for another payer
	Overloaded     Reason = 13
	NoAnswer       Reason = 14 // of the AAA
	BadAnswer      Reason = 15 // of the AAA: not to the question, or too long
	SubscriberCap  Reason = 16 // login refused
	PayerUnfunded  Reason = 17 // login refused
	reasonCount    Reason = 18
)

var reasonNames = [reasonCount]string{
	Passed: "passed", Malformed: "malformed", WrongChain: "wrong-chain", UnknownHotspot: "unknown-hotspot",
	ClockSkew: "clock-skew", RateLimited: "rate-limited", Duplicate: "duplicate", BadSignature: "bad-signature",
	BadRadius: "bad-radius", NoEAP: "no-eap", BadSeal: "bad-seal", WrongRealm: "wrong-realm",
	PayerUnknown: "payer-unknown", Overloaded: "overloaded", NoAnswer: "no-answer", BadAnswer: "bad-answer",
	SubscriberCap: "subscriber-cap", PayerUnfunded: "payer-unfunded",
}

// String returns the name.
func (r Reason) String() string {
	if r >= reasonCount {
		return "reason-" + strconv.Itoa(int(r))
	}
	return reasonNames[r]
}

// Reasons returns all reasons in numeric order.
func Reasons() []Reason {
	all := make([]Reason, reasonCount)
	for i := range all {
		all[i] = Reason(i)
	}
	return all
}
