package wire

import "strconv"

// Outcome is what became of one uplink at the packet router. The list is closed,
// numbers are never reused; they are those of hexwave.router.v1.Outcome. 0 is
// never sent.
type Outcome uint8

// Outcomes of an uplink. All but Delivered are refusals, and the packet is not
// billed.
const (
	Delivered       Outcome = 1  // handed to at least one route and metered
	BadFrame        Outcome = 2  // not a LoRaWAN join, rejoin or data uplink
	BadSize         Outcome = 3  // payload empty or over 255 bytes
	RateLimited     Outcome = 4  // the hotspot sends more than its share
	Repeated        Outcome = 5  // same packet from the same hotspot
	UnknownSender   Outcome = 6  // hotspot not registered, or not asserted
	NoRoute         Outcome = 7  // no route takes this device
	BadMIC          Outcome = 8  // session keys exist and none fits
	Replayed        Outcome = 9  // frame counter or join nonce seen before
	BudgetSpent     Outcome = 10 // the route already has its copies
	NoCredit        Outcome = 11 // the org's allowance does not cover it
	Inactive        Outcome = 12 // route or org switched off
	BackingOff      Outcome = 13 // the destination failed lately
	DeliveryFailed  Outcome = 14 // the destination refused or did not answer
	TooOld          Outcome = 15 // older than the route's max_age
	Overloaded      Outcome = 16 // the router's queue is full
	HotspotDenied   Outcome = 17 // under a ban
	WrongRegionPlan Outcome = 18 // frequency outside the hotspot's region
	outcomeCount    Outcome = 19
)

var outcomeNames = [outcomeCount]string{
	Delivered: "delivered", BadFrame: "bad-frame", BadSize: "bad-size",
	RateLimited: "rate-limited", Repeated: "repeated", UnknownSender: "unknown-sender",
	NoRoute: "no-route", BadMIC: "bad-mic", Replayed: "replayed",
	BudgetSpent: "budget-spent", NoCredit: "no-credit", Inactive: "inactive",
	BackingOff: "backing-off", DeliveryFailed: "delivery-failed", TooOld: "too-old",
	Overloaded: "overloaded", HotspotDenied: "hotspot-denied", WrongRegionPlan: "wrong-region-plan",
}

// Outcomes returns all outcomes in numeric order.
func Outcomes() []Outcome {
	all := make([]Outcome, 0, outcomeCount-1)
	for o := Delivered; o < outcomeCount; o++ {
		all = append(all, o)
	}
	return all
}

// String returns the outcome's name as shown to people and as a metric label.
func (o Outcome) String() string {
	if o == 0 || o >= outcomeCount {
		return "outcome-" + strconv.Itoa(int(o))
	}
	return outcomeNames[o]
}
