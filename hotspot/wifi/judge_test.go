package wifi

import (
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// 11: a payer that stops to sign loses its sessions and gets no new ones, until
// vouchers come.
func TestScenario11PayerWithholdsVouchers(t *testing.T) {
	s := newSite(t)
	class := s.login(1)
	s.report(radius.AcctStart, "s", 0, class)
	s.report(radius.AcctInterim, "s", 700, class)
	s.book.read(func(st *state) { // two minutes pass
		st.accounts[payerRef{org, lane}].exposure.claims[0].at -= voucherGrace + 1
	})
	b := make([]byte, radius.MaxPacket)
	_ = s.das.SetReadDeadline(time.Now().Add(patience)) // an open socket takes it
	n, _, err := s.das.ReadFromUDPAddrPort(b)
	if err != nil {
		t.Fatal("no Disconnect-Request: ", err)
	}
	if p, err := radius.ParseRequest(b[:n], []byte(secret)); err != nil || radius.String(p, radius.TypeAcctSession) != "s" {
		t.Errorf("%v, %v", p, err)
	}
	s.await("it shows", func() bool { p := s.Status().Payers; return len(p) == 1 && p[0].Withholding })
	if code := s.loginCode(2); code != radius.AccessReject || s.Status().Refused[Withholding.String()] != 1 {
		t.Errorf("a login meanwhile: %v, %v", code, s.Status().Refused)
	}
	s.Vouchered(wire.Voucher{Chain: chainHash(), Org: org, Lane: lane, Hotspot: self, Epoch: 3, Unit: wire.UnitMicroDC, Cum: 7000})
	s.await("trust is back", func() bool { return !s.Status().Payers[0].Withholding })
	if code := s.loginCode(3); code != radius.AccessAccept {
		t.Errorf("a login afterwards: %v", code)
	}
}
