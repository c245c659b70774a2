package wifi

import (
	"errors"
	"sync/atomic"

	"github.com/hexwave/hexwave/proto/radius"
)

// Reason says why something was dropped, refused or counted apart. The list is
// closed; names are metric labels.
type Reason uint8

// Reasons. Datagrams of access points come first, then logins, answers of payers,
// accounting, and what payers say of records.
const (
	UnknownNAS Reason = iota
	BadSize
	BadCode
	Malformed
	NoMessageAuth
	BadMessageAuth
	BadAuthenticator
	WrongNAS
	Busy
	NotRegistered
	NoEAP
	NoRealm
	NoStation
	NoRouter
	RouterRefused
	TimedOut
	BadProof
	UnknownExchange
	UnknownPayer
	BadSignature
	BadAnswer
	NoGrant
	BadGrant
	GrantMismatch
	GrantExpired
	PriceTooLow
	Withholding
	Unbound
	BookFull
	BadResult
	Replayed
	reasonCount
)

var reasonNames = [reasonCount]string{
	UnknownNAS: "unknown-nas", BadSize: "bad-size", BadCode: "bad-code", Malformed: "malformed", NoMessageAuth: "no-message-authenticator",
	BadMessageAuth: "bad-message-authenticator", BadAuthenticator: "bad-authenticator", WrongNAS: "wrong-nas", Busy: "busy",
	NotRegistered: "not-registered", NoEAP: "no-eap", NoRealm: "no-realm", NoStation: "no-station", NoRouter: "no-router",
	RouterRefused: "router-refused", TimedOut: "timed-out", BadProof: "bad-proof", UnknownExchange: "unknown-exchange",
	UnknownPayer: "unknown-payer", BadSignature: "bad-signature", BadAnswer: "bad-answer", NoGrant: "no-grant", BadGrant: "bad-grant",
	GrantMismatch: "grant-hotspot-mismatch", GrantExpired: "grant-expired", PriceTooLow: "price-too-low", Withholding: "payer-withholding",
	Unbound: "unbound", BookFull: "book-full", BadResult: "bad-result", Replayed: "replayed",
}

// String returns the reason's name.
func (r Reason) String() string {
	if r >= reasonCount {
		return "other"
	}
	return reasonNames[r]
}

// tally counts by reason.
type tally [reasonCount]atomic.Uint64

func (t *tally) add(r Reason) { t[r].Add(1) }

// byName returns the counts that are not 0.
func (t *tally) byName() map[string]uint64 {
	out := map[string]uint64{}
	for r := range reasonCount {
		if n := t[r].Load(); n > 0 {
			out[r.String()] = n
		}
	}
	return out
}

// reasonOf maps an error of reading a packet.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, radius.ErrSize):
		return BadSize
	case errors.Is(err, radius.ErrCode):
		return BadCode
	case errors.Is(err, radius.ErrNoMessageAuthenticator):
		return NoMessageAuth
	case errors.Is(err, radius.ErrMessageAuthenticator):
		return BadMessageAuth
	case errors.Is(err, radius.ErrAuthenticator):
		return BadAuthenticator
	}
	return Malformed
}
