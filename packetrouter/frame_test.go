package packetrouter_test

import (
	"encoding/hex"
	"testing"

	"github.com/brocaar/lorawan"
	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/packetrouter"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParseFrame(t *testing.T) {
	for name, c := range map[string]struct {
		payload string
		want    packetrouter.Frame
	}{
		"data": {
			"40010000480044030168656c6c6f26961368",
			packetrouter.Frame{Kind: packetrouter.FrameData, Addr: 0x48000001, Counter: 0x0344},
		},
		"confirmed, no port": {
			"80010000480044030102030405"[:24],
			packetrouter.Frame{Kind: packetrouter.FrameData, Addr: 0x48000001, Counter: 0x0344, Confirmed: true},
		},
		"join": {
			"0008070605040302011817161514131211020172e74b6a",
			packetrouter.Frame{Kind: packetrouter.FrameJoin, JoinEUI: 0x0102030405060708, DevEUI: 0x1112131415161718, Nonce: 0x0102},
		},
		"rejoin 0": {
			"c000010203" + "1817161514131211" + "0700" + "00000000",
			packetrouter.Frame{Kind: packetrouter.FrameRejoin, DevEUI: 0x1112131415161718, Nonce: 7},
		},
		"rejoin 1": {
			"c001" + "0807060504030201" + "1817161514131211" + "0700" + "00000000",
			packetrouter.Frame{Kind: packetrouter.FrameRejoin, Rejoin: 1, JoinEUI: 0x0102030405060708, DevEUI: 0x1112131415161718, Nonce: 7},
		},
	} {
		got, err := packetrouter.ParseFrame(unhex(t, c.payload))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestParseFrameRefuses(t *testing.T) {
	for name, payload := range map[string]string{
		"empty":              "",
		"join of 22 bytes":   "0008070605040302011817161514131211020172e74b",
		"join of 24 bytes":   "0008070605040302011817161514131211020172e74b6a00",
		"data of 11 bytes":   "4001000048004403010203",
		"FOpts past the end": "400100004808440301020304",
		"FPort 0 with FOpts": "40010000480144030200aa01020304",
		"proprietary":        "e0010000480044030168656c6c6f26961368",
		"join-accept":        "20010000480044030168656c6c6f26961368",
		"data down":          "60010000480044030168656c6c6f26961368",
		"major version 1":    "41010000480044030168656c6c6f26961368",
		"RFU bits":           "44010000480044030168656c6c6f26961368",
		"rejoin 3":           "c003010203" + "1817161514131211" + "0700" + "00000000",
		"rejoin 1 too short": "c001010203" + "1817161514131211" + "0700" + "00000000",
	} {
		if f, err := packetrouter.ParseFrame(unhex(t, payload)); err == nil {
			t.Errorf("%s: parsed as %+v", name, f)
		}
	}
}

// FuzzParseFrame: what parses agrees with brocaar/lorawan.
func FuzzParseFrame(f *testing.F) {
	for _, s := range []string{
		"40010000480044030168656c6c6f26961368", "0008070605040302011817161514131211020172e74b6a", "",
		"c0000102031817161514131211070000000000", "400100004801440302" + "01020304",
	} {
		f.Add(unhex(f, s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		got, err := packetrouter.ParseFrame(payload)
		if err != nil {
			return
		}
		var p lorawan.PHYPayload
		if err := p.UnmarshalBinary(payload); err != nil {
			if got.Kind == packetrouter.FrameRejoin {
				return // the library knows fewer rejoin types
			}
			t.Fatalf("parsed %+v, the library says %v", got, err)
		}
		switch m := p.MACPayload.(type) {
		case *lorawan.MACPayload:
			if got.Kind != packetrouter.FrameData || m.FHDR.DevAddr.String() != got.Addr.String() || uint16(m.FHDR.FCnt) != got.Counter {
				t.Fatalf("%+v, the library has %+v", got, m.FHDR)
			}
		case *lorawan.JoinRequestPayload:
			if got.Kind != packetrouter.FrameJoin || m.JoinEUI.String() != got.JoinEUI.String() ||
				m.DevEUI.String() != got.DevEUI.String() || uint16(m.DevNonce) != got.Nonce {
				t.Fatalf("%+v, the library has %+v", got, m)
			}
		}
	})
}

func TestCredits(t *testing.T) {
	data := packetrouter.Frame{Kind: packetrouter.FrameData}
	for size, want := range map[int]uint32{0: 1, 1: 1, 24: 1, 25: 2, 48: 2, 49: 3, 51: 3, 242: 11, 255: 11} {
		if got := packetrouter.Credits(data, size); got != want {
			t.Errorf("%d bytes: %d DC, want %d", size, got, want)
		}
	}
	if got := packetrouter.Credits(packetrouter.Frame{Kind: packetrouter.FrameJoin}, 23); got != 0 {
		t.Errorf("a join costs %d DC", got)
	}
}
