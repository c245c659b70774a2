package chainsource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// blockResults is the part of CometBFT's answer that is read.
type blockResults struct {
	Height number `json:"height"`
	Txs    []struct {
		Code   uint32     `json:"code"`
		Events []rpcEvent `json:"events"`
	} `json:"txs_results"`
	Block []rpcEvent `json:"finalize_block_events"`
}

type rpcEvent struct {
	Type       string         `json:"type"`
	Attributes []rpcAttribute `json:"attributes"`
}

type rpcAttribute struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// mode returns which part of block execution emitted a block event: "BeginBlock" or "EndBlock".
func (e rpcEvent) mode() string {
	for _, a := range e.Attributes {
		if a.Key == "mode" {
			return a.Value
		}
	}
	return ""
}

// events translates a block's events in the order of execution: begin of block, transactions, end of block. Failed
// transactions changed nothing and are left out.
func (r *blockResults) events() ([]explorer.Event, error) {
	var out []explorer.Event
	add := func(events []rpcEvent, want func(rpcEvent) bool) error {
		for _, e := range events {
			if !want(e) {
				continue
			}
			ev, err := translate(e)
			if err != nil {
				return fmt.Errorf("event %s: %w", e.Type, err)
			}
			if ev != nil {
				out = append(out, ev)
			}
		}
		return nil
	}
	if err := add(r.Block, func(e rpcEvent) bool { return e.mode() != "EndBlock" }); err != nil {
		return nil, err
	}
	for _, tx := range r.Txs {
		if tx.Code != 0 {
			continue
		}
		if err := add(tx.Events, func(rpcEvent) bool { return true }); err != nil {
			return nil, err
		}
	}
	err := add(r.Block, func(e rpcEvent) bool { return e.mode() == "EndBlock" })
	return out, err
}

// event is one of the chain's typed events that the map wants.
type event interface{ domain() explorer.Event }

// known returns an empty struct for the JSON of a typed event; nil if the map does not need it.
func known(typ string) event {
	switch typ {
	case "hexwave.hotspot.v1.EventRegistered":
		return &registered{}
	case "hexwave.hotspot.v1.EventLocationAsserted":
		return &located{}
	case "hexwave.hotspot.v1.EventTransferred":
		return &transferred{}
	case "hexwave.hotspot.v1.EventKeyRotated":
		return &keyRotated{}
	case "hexwave.hotspot.v1.EventRetired":
		return &retired{}
	case "hexwave.poc.v1.EventSettled":
		return &challengeSettled{}
	case "hexwave.rewards.v1.EventEpochClosed":
		return &epochClosed{}
	case "hexwave.rewards.v1.EventClaimed":
		return &claimed{}
	case "hexwave.rewards.v1.EventOwed":
		return &owed{}
	case "hexwave.rewards.v1.EventOwedClaimed":
		return &owedClaimed{}
	case "hexwave.settlement.v1.EventSettled":
		return &settled{}
	}
	return nil
}

// translate returns the explorer's form of an event; nil if the map does not need it.
func translate(e rpcEvent) (explorer.Event, error) {
	dst := known(e.Type)
	if dst == nil {
		return nil, nil
	}
	// A typed event has one attribute a field, whose value is the field's JSON. The SDK adds mode and msg_index, whose
	// values are bare words.
	var doc bytes.Buffer
	doc.WriteByte('{')
	for _, a := range e.Attributes {
		if a.Key == "mode" || a.Key == "msg_index" || !json.Valid([]byte(a.Value)) {
			continue
		}
		if doc.Len() > 1 {
			doc.WriteByte(',')
		}
		key, err := json.Marshal(a.Key)
		if err != nil {
			return nil, err
		}
		doc.Write(key)
		doc.WriteByte(':')
		doc.WriteString(a.Value)
	}
	doc.WriteByte('}')
	if err := json.Unmarshal(doc.Bytes(), dst); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return dst.domain(), nil
}

type registered struct {
	Hotspot uint32 `json:"hotspot"`
	ID      string `json:"id"`
	Name    string `json:"name"`
	Owner   string `json:"owner"`
	Class   uint8  `json:"class"`
}

func (e *registered) domain() explorer.Event {
	return explorer.HotspotRegistered{
		Index: explorer.HotspotIndex(e.Hotspot), ID: e.ID, Name: e.Name, Owner: e.Owner, Class: className(e.Class),
	}
}

// className returns the word for a class of hotspot.
func className(c uint8) string {
	switch wire.HotspotClass(c) {
	case wire.ClassFullLoRa:
		return explorer.ClassLoRa
	case wire.ClassDataLoRa:
		return explorer.ClassLoRaData
	case wire.ClassWiFi:
		return explorer.ClassWiFi
	}
	return fmt.Sprintf("class-%d", c)
}

type location struct {
	Lat    int32  `json:"lat"`
	Lng    int32  `json:"lng"`
	Cell   number `json:"cell"`
	Gain   int32  `json:"gain"`
	Height int32  `json:"height"`
}

type located struct {
	Hotspot  uint32   `json:"hotspot"`
	Location location `json:"location"`
	Region   uint16   `json:"region"`
}

func (e *located) domain() explorer.Event {
	return explorer.HotspotLocated{
		Index: explorer.HotspotIndex(e.Hotspot), Position: explorer.LatLng{LatE7: e.Location.Lat, LngE7: e.Location.Lng},
		Cell: explorer.Cell(e.Location.Cell), GainDeciDBi: e.Location.Gain, HeightM: e.Location.Height,
		Region: region.ID(e.Region).String(),
	}
}

type challengeSettled struct {
	ID        number    `json:"id"`
	Hotspot   uint32    `json:"hotspot"`
	Status    string    `json:"status"`
	Verdict   uint8     `json:"verdict"`
	Points    number    `json:"points"`
	Cell      number    `json:"cell"`
	Witnesses []witness `json:"witnesses"`
	Kind      uint8     `json:"kind"`
}

type witness struct {
	Hotspot  uint32 `json:"hotspot"`
	Verdict  uint8  `json:"verdict"`
	RSSI     int64  `json:"rssi"`
	SNR      int64  `json:"snr"`
	Distance number `json:"distance_m"`
	Points   number `json:"points"`
	Cell     number `json:"cell"`
}

func (e *challengeSettled) domain() explorer.Event {
	out := explorer.ChallengeSettled{
		ID: explorer.ChallengeID(e.ID), Beaconer: explorer.HotspotIndex(e.Hotspot), Outcome: outcome(e.Status),
		Verdict: verdict(e.Verdict), Kind: kind(e.Kind), Points: uint64(e.Points), Cell: explorer.Cell(e.Cell),
	}
	if out.Outcome == explorer.OutcomeSettled && wire.Verdict(e.Verdict) == wire.NotWitnessed {
		out.Verdict = "" // nothing is wrong with the beacon: that nobody kept it is seen in Kept
	}
	for _, w := range e.Witnesses {
		h, rssi, snr := explorer.HotspotIndex(w.Hotspot), explorer.DeciDBm(narrow(w.RSSI)), explorer.DeciDB(narrow(w.SNR))
		if v := verdict(w.Verdict); v != "" {
			out.Rejected = append(out.Rejected, explorer.Rejection{Hotspot: h, RSSI: rssi, SNR: snr, DistanceM: uint64(w.Distance), Reason: v})
			continue
		}
		out.Kept = append(out.Kept, explorer.Witness{
			Hotspot: h, RSSI: rssi, SNR: snr, Points: uint64(w.Points), DistanceM: uint64(w.Distance), Cell: explorer.Cell(w.Cell),
		})
	}
	return out
}

// outcome maps the chain's status. One that is not known proves nothing, so it counts as missed.
func outcome(status string) explorer.Outcome {
	switch status {
	case "STATUS_SETTLED":
		return explorer.OutcomeSettled
	case "STATUS_VOID":
		return explorer.OutcomeVoid
	}
	return explorer.OutcomeMissed
}

// verdict returns the chain's name of a refusal; "" for accepted.
func verdict(v uint8) string {
	if wire.Verdict(v) == wire.Accepted {
		return ""
	}
	return wire.Verdict(v).String()
}

func kind(k uint8) string {
	switch wire.ChallengeKind(k) {
	case wire.ChallengeRegular:
		return "regular"
	case wire.ChallengeSurprise:
		return "surprise"
	case wire.ChallengePaired:
		return "paired"
	}
	return fmt.Sprintf("kind-%d", k)
}

// narrow clamps to 16 bits.
func narrow(v int64) int16 { return int16(min(max(v, math.MinInt16), math.MaxInt16)) }

type epochClosed struct {
	Epoch struct {
		Number   uint64 `json:"number"`
		Emission number `json:"emission"`
	} `json:"epoch"`
}

func (e *epochClosed) domain() explorer.Event {
	return explorer.EpochClosed{Epoch: e.Epoch.Number, Scheduled: explorer.Spark(e.Epoch.Emission)}
}

type claimed struct {
	Hotspot uint32 `json:"hotspot"`
	Paid    number `json:"paid"`
}

func (e *claimed) domain() explorer.Event {
	return explorer.Claimed{Hotspot: explorer.HotspotIndex(e.Hotspot), Amount: explorer.Spark(e.Paid)}
}

type settled struct {
	Hotspot uint32 `json:"hotspot"`
	Credits number `json:"credits"`
	Spark   number `json:"hotspot_spark"`
}

func (e *settled) domain() explorer.Event {
	return explorer.Settled{Hotspot: explorer.HotspotIndex(e.Hotspot), Burned: explorer.DC(e.Credits), Amount: explorer.Spark(e.Spark)}
}
