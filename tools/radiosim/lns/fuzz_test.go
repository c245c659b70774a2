package lns

import (
	"testing"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// FuzzUplink holds that no frame stops the server, that each is either
// accepted or refused with a reason, and that a forged one is never answered.
func FuzzUplink(f *testing.F) {
	f.Add([]byte{0x40, 1, 0, 0, 0x48, 0, 0, 0, 1, 2, 3, 4, 5})
	f.Add([]byte{0x80, 1, 0, 0, 0x48, 0x0f, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
	f.Add(make([]byte, 23))
	f.Add([]byte{byte(lorawan.Proprietary) << 5})
	f.Fuzz(func(t *testing.T, phy []byte) {
		r := newRig(t)
		if len(phy) == 0 || len(phy) > gwmp.MaxPayload {
			return
		}
		r.uplink(phy)
		refused := uint64(0)
		for _, n := range r.j.Totals().LNSDropped {
			refused += n
		}
		if refused != 1 || len(r.srv.orders) != 0 {
			t.Fatalf("%x: refused %d times, %d answers", phy, refused, len(r.srv.orders))
		}
	})
}
