package trial

import (
	"crypto/ed25519"
	"testing"

	"github.com/hexwave/hexwave/proto/wire"
)

func TestVouchersAreNumberedAndSigned(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	d := &defendant{stage: &Stage{ChainID: "trial-1", Hotspot: 7, Lane: key}, org: 3}
	for want := uint64(1); want <= 2; want++ {
		v, err := wire.ParseVoucher(d.voucher(5, 10*want, 20*want))
		if err != nil {
			t.Fatal(err)
		}
		if v.Seq != want || v.Org != 3 || v.Lane != lane || v.Hotspot != 7 || v.Epoch != 5 || v.Cum != 10*want || v.Issued != 20*want {
			t.Errorf("voucher %+v", v)
		}
		if v.Chain != wire.HashChainID("trial-1") {
			t.Error("it is for another chain")
		}
		if !ed25519.Verify(key.Public().(ed25519.PublicKey), v.AppendBody(nil), v.Signature[:]) {
			t.Error("its signature is wrong")
		}
	}
}
