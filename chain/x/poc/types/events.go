package types

import (
	"encoding/base64"
	"strconv"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
)

// The events that each beacon makes. They are what EmitTypedEvent would emit, byte
// for byte, at a twentieth of its time: that one goes through reflection, JSON and
// back, and a block has hundreds of them.

// Event returns e as the chain emits it.
func (e *EventChallenge) Event() sdk.Event {
	return event(e,
		attribute{"challenge", quotedBytes(e.Challenge)},
		attribute{"hotspot", uint32JSON(e.Hotspot)},
		attribute{"id", uint64JSON(e.Id)},
	)
}

// Event returns e as the chain emits it.
func (e *EventRevealed) Event() sdk.Event {
	return event(e, attribute{"id", uint64JSON(e.Id)}, attribute{"preimage", quotedBytes(e.Preimage)})
}

// Event returns e as the chain emits it.
func (e *EventSettled) Event() sdk.Event {
	return event(e,
		attribute{"cell", uint64JSON(e.Cell)},
		attribute{"hotspot", uint32JSON(e.Hotspot)},
		attribute{"id", uint64JSON(e.Id)},
		attribute{"kind", uint32JSON(e.Kind)},
		attribute{"points", uint64JSON(e.Points)},
		attribute{"status", `"` + e.Status.String() + `"`},
		attribute{"verdict", uint32JSON(e.Verdict)},
		attribute{"witnesses", witnessesJSON(e.Witnesses)},
	)
}

// witnessSize is about what a witness takes as JSON, in bytes.
const witnessSize = 128

func witnessesJSON(all []WitnessResult) string {
	b := append(make([]byte, 0, 2+len(all)*witnessSize), '[')
	for i := range all {
		if i > 0 {
			b = append(b, ',')
		}
		w := &all[i]
		b = strconv.AppendUint(append(b, `{"hotspot":`...), uint64(w.Hotspot), 10)
		b = strconv.AppendUint(append(b, `,"verdict":`...), uint64(w.Verdict), 10)
		b = strconv.AppendInt(append(b, `,"rssi":`...), int64(w.Rssi), 10)
		b = strconv.AppendInt(append(b, `,"snr":`...), int64(w.Snr), 10)
		b = strconv.AppendUint(append(b, `,"distance_m":"`...), w.DistanceM, 10)
		b = strconv.AppendUint(append(b, `","points":"`...), w.Points, 10)
		b = strconv.AppendUint(append(b, `","cell":"`...), w.Cell, 10)
		b = append(b, `"}`...)
	}
	return string(append(b, ']'))
}

type attribute struct{ key, value string }

// event makes an event of attributes in the order of their keys.
func event(of proto.Message, attributes ...attribute) sdk.Event {
	e := sdk.Event{Type: proto.MessageName(of), Attributes: make([]abci.EventAttribute, len(attributes))}
	for i, a := range attributes {
		e.Attributes[i] = abci.EventAttribute{Key: a.key, Value: a.value}
	}
	return e
}

// uint64JSON quotes: JSON's numbers are doubles.
func uint64JSON(n uint64) string { return `"` + strconv.FormatUint(n, 10) + `"` }

func uint32JSON(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

func quotedBytes(b []byte) string {
	if b == nil {
		return "null"
	}
	return `"` + base64.StdEncoding.EncodeToString(b) + `"`
}
