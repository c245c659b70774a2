package chainledger

import (
	"testing"

	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/gogoproto/proto"
	"github.com/google/go-cmp/cmp"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// TestFreeTxIsTheMessageAndNothingElse: every other field of the envelope would
// be bytes that nobody signed, and the lane refuses them.
func TestFreeTxIsTheMessageAndNothingElse(t *testing.T) {
	raw, err := FreeTx(&settlementtypes.MsgSettle{Sender: "hxw1payout", Batch: []byte{1}, Items: []byte{2}})
	if err != nil {
		t.Fatal(err)
	}
	var tx txtypes.TxRaw
	var body txtypes.TxBody
	var auth txtypes.AuthInfo
	for _, step := range []struct {
		data []byte
		into proto.Message
	}{{raw, &tx}} {
		if err := proto.Unmarshal(step.data, step.into); err != nil {
			t.Fatal(err)
		}
	}
	if err := proto.Unmarshal(tx.BodyBytes, &body); err != nil {
		t.Fatal(err)
	}
	if err := proto.Unmarshal(tx.AuthInfoBytes, &auth); err != nil {
		t.Fatal(err)
	}
	if len(tx.Signatures) != 0 || len(body.Messages) != 1 || body.Messages[0].TypeUrl != "/hexwave.settlement.v1.MsgSettle" {
		t.Errorf("%d signatures, messages %v", len(tx.Signatures), body.Messages)
	}
	if body.Memo != "" || body.TimeoutHeight != 0 || len(auth.SignerInfos) != 0 || auth.Fee.GasLimit != 0 || len(auth.Fee.Amount) != 0 {
		t.Errorf("body %v, auth %v", body.String(), auth.String())
	}
}

func TestConversions(t *testing.T) {
	k := routertest.Key(1).Public
	h, ok := hotspot(&hotspottypes.Hotspot{
		Index: 7, Key: k.Bytes(), Class: uint32(wire.ClassDataLoRa), Region: 1,
		Location: &hotspottypes.Location{Lat: -5, Lng: 6},
	})
	if diff := cmp.Diff(packetrouter.Hotspot{ID: 7, Key: k, Asserted: true, Lat: -5, Lng: 6, Region: 1, LoRa: true}, h, cmp.Comparer(sameKey)); !ok || diff != "" {
		t.Errorf("%v: %s", ok, diff)
	}
	if h, ok := hotspot(&hotspottypes.Hotspot{Index: 8, Key: k.Bytes(), Class: uint32(wire.ClassWiFi)}); !ok || h.LoRa || h.Asserted {
		t.Errorf("Wi-Fi hotspot without a place: %+v, %v", h, ok)
	}
	for name, m := range map[string]*hotspottypes.Hotspot{
		"no key": {Index: 9}, "no index": {Key: k.Bytes()}, "broken key": {Index: 9, Key: make([]byte, 34)},
	} {
		if h, ok := hotspot(m); ok {
			t.Errorf("%s: converted to %+v", name, h)
		}
	}
	got := org(&routingtypes.OrgDetail{
		Org:    routingtypes.Org{Id: 3, BundleKey: k.Bytes(), BundleSequence: 4, BundleDigest: []byte{1}},
		Ranges: []routingtypes.DevAddrRange{{Org: 3, First: 8, Last: 15}}, JoinEuis: []uint64{77},
		Signers: []routingtypes.Signer{
			{Lane: 2, Key: k.Bytes(), Payout: "hxw1x"}, {Lane: 3, Key: []byte("broken")}, {Lane: 4, Key: routertest.Key(2).Public.Bytes(), Revoked: true},
		},
	})
	if s, ok := got.Lane(k); !ok || s.Lane != 2 || s.Payout != "hxw1x" {
		t.Errorf("lane %+v, %v", s, ok)
	}
	if _, ok := got.Lane(routertest.Key(2).Public); ok {
		t.Error("a revoked signer counts")
	}
	if got.ID != 3 || got.BundleKey != k || got.BundleSequence != 4 || got.BundleDigest[0] != 1 ||
		len(got.Ranges) != 1 || got.Ranges[0].Last != 15 || got.JoinEUIs[0] != 77 || len(got.Signers) != 2 {
		t.Errorf("org %+v", got)
	}
}

func sameKey(a, b wire.PubKey) bool { return a == b }
