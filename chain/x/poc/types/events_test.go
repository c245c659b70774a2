package types_test

import (
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/x/poc/types"
)

// Explorers read typed events, so ours must be what the SDK makes of the message,
// and read back as the message.
func TestEventsAreTypedEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.Just[[]byte](nil), rapid.SliceOfN(rapid.Byte(), 0, 120))
		settled := &types.EventSettled{
			Id: rapid.Uint64().Draw(t, "id"), Hotspot: rapid.Uint32().Draw(t, "hotspot"),
			Status:  types.Status(rapid.Int32Range(0, int32(len(types.Status_name)-1)).Draw(t, "status")),
			Verdict: rapid.Uint32().Draw(t, "verdict"), Points: rapid.Uint64().Draw(t, "points"),
			Cell: rapid.Uint64().Draw(t, "cell"), Kind: rapid.Uint32().Draw(t, "kind"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "witnesses") {
			settled.Witnesses = append(settled.Witnesses, types.WitnessResult{
				Hotspot: rapid.Uint32().Draw(t, "witness"), Verdict: rapid.Uint32().Draw(t, "its verdict"),
				Rssi: rapid.Int32().Draw(t, "rssi"), Snr: rapid.Int32().Draw(t, "snr"),
				DistanceM: rapid.Uint64().Draw(t, "distance"), Points: rapid.Uint64().Draw(t, "its points"),
				Cell: rapid.Uint64().Draw(t, "its cell"),
			})
		}
		for _, e := range []interface {
			proto.Message
			Event() sdk.Event
		}{
			settled,
			&types.EventChallenge{Id: settled.Id, Hotspot: settled.Hotspot, Challenge: raw.Draw(t, "challenge")},
			&types.EventRevealed{Id: settled.Id, Preimage: raw.Draw(t, "preimage")},
		} {
			want, err := sdk.TypedEventToEvent(e)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(want, e.Event()); d != "" {
				t.Fatalf("%T (-theirs +ours):\n%s", e, d)
			}
		}
	})
}
