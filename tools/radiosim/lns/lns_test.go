package lns

import (
	"net"
	"testing"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

var (
	key = topology.Hex16{7}
	eui = gwmp.EUI{1, 2, 3}
)

// rig is a server on a virtual loop with one gateway on a real socket.
type rig struct {
	t    *testing.T
	loop *loop.Loop
	srv  *Server
	gw   *net.UDPConn
	j    *journal.Journal
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{t: t, loop: loop.NewVirtual(), j: journal.New(time.Unix(0, 0), nil)}
	devices := []topology.Device{
		{Name: "abp", Kind: "abp", LNS: "l", DevAddr: topology.Hex4{0x48, 0, 0, 1}, NwkSKey: key},
		{Name: "otaa", Kind: "otaa", LNS: "l", DevEUI: topology.Hex8{5}, JoinEUI: topology.Hex8{6}, AppKey: key},
		{Name: "foreign", Kind: "abp", LNS: "other", DevAddr: topology.Hex4{0x48, 0, 0, 9}, NwkSKey: key},
	}
	conf := topology.LNS{Name: "l", Listen: "127.0.0.1:0", DevAddr: topology.Hex4{0x48, 0, 1, 0}, DedupMS: 200}
	r.srv = New(conf, devices, Parts{Loop: r.loop, Journal: r.j, Seed: 1})
	addr, err := r.srv.Listen()
	if err != nil {
		t.Fatal(err)
	}
	if r.gw, err = net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(addr)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.gw.Close(); r.srv.conn.Close() })
	r.from(gwmp.PullData{Version: 2, Token: gwmp.Token{9, 9}, EUI: eui})
	if ack, ok := r.read().(gwmp.PullAck); !ok || ack.Token != (gwmp.Token{9, 9}) {
		t.Fatalf("PULL_DATA answered by %+v", ack)
	}
	return r
}

func (r *rig) from(p gwmp.Packet) {
	r.srv.handle(r.loop.Now(), r.gw.LocalAddr().(*net.UDPAddr).AddrPort(), p)
}

func (r *rig) read() gwmp.Packet {
	r.t.Helper()
	if err := r.gw.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		r.t.Fatal(err)
	}
	buf := make([]byte, 2048)
	n, err := r.gw.Read(buf)
	if err != nil {
		r.t.Fatal(err)
	}
	p, err := gwmp.Parse(buf[:n])
	if err != nil {
		r.t.Fatal(err)
	}
	return p
}

// uplink delivers a frame and lets the collection end; more than the
// PUSH_ACK stays in the socket.
func (r *rig) uplink(phy []byte) {
	r.t.Helper()
	pk := gwmp.RxPk{Tmst: 1000, CRC: gwmp.CRCOK, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(7, 125), Codr: "4/5", Data: phy}
	r.from(gwmp.PushData{Version: 2, EUI: eui, RxPks: []gwmp.RxPk{pk}})
	if _, ok := r.read().(gwmp.PushAck); !ok {
		r.t.Fatal("no PUSH_ACK")
	}
	r.loop.Advance(r.loop.Now() + 300*time.Millisecond)
}

func (r *rig) data(addr lorawan.DevAddr, fcnt uint32, k topology.Hex16, mtype lorawan.MType) []byte {
	r.t.Helper()
	port := uint8(1)
	phy := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: mtype},
		MACPayload: &lorawan.MACPayload{
			FHDR: lorawan.FHDR{DevAddr: addr, FCnt: fcnt}, FPort: &port,
			FRMPayload: []lorawan.Payload{&lorawan.DataPayload{Bytes: []byte{1}}},
		},
	}
	if err := phy.SetUplinkDataMIC(lorawan.LoRaWAN1_0, 0, 0, 0, lorawan.AES128Key(k), lorawan.AES128Key(k)); err != nil {
		r.t.Fatal(err)
	}
	b, err := phy.MarshalBinary()
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

func (r *rig) joinRequest(dev topology.Hex8, k topology.Hex16) []byte {
	r.t.Helper()
	phy := lorawan.PHYPayload{
		MHDR:       lorawan.MHDR{MType: lorawan.JoinRequest},
		MACPayload: &lorawan.JoinRequestPayload{JoinEUI: lorawan.EUI64{6}, DevEUI: lorawan.EUI64(dev), DevNonce: 1},
	}
	if err := phy.SetUplinkJoinMIC(lorawan.AES128Key(k)); err != nil {
		r.t.Fatal(err)
	}
	b, err := phy.MarshalBinary()
	if err != nil {
		r.t.Fatal(err)
	}
	return b
}

var abpAddr = lorawan.DevAddr{0x48, 0, 0, 1}

func TestRefusals(t *testing.T) {
	const up = lorawan.UnconfirmedDataUp
	tests := []struct {
		name, want string
		phy        func(r *rig) []byte
	}{
		{"garbage", "malformed", func(*rig) []byte { return []byte{0x40} }},
		{"proprietary", "mtype", func(*rig) []byte { return []byte{0xe0, 1, 2, 3, 4, 5, 6} }},
		{"unknown address", "unknown_dev_addr", func(r *rig) []byte { return r.data(lorawan.DevAddr{1}, 0, key, up) }},
		{"another server's device", "unknown_dev_addr", func(r *rig) []byte { return r.data(lorawan.DevAddr{0x48, 0, 0, 9}, 0, key, up) }},
		{"wrong key", "mic", func(r *rig) []byte { return r.data(abpAddr, 0, topology.Hex16{8}, up) }},
		{"counter leap", "fcnt", func(r *rig) []byte { return r.data(abpAddr, maxFCntGap+1, key, up) }},
		{"unknown device", "unknown_dev_eui", func(r *rig) []byte { return r.joinRequest(topology.Hex8{4}, key) }},
		{"join with a wrong key", "mic", func(r *rig) []byte { return r.joinRequest(topology.Hex8{5}, topology.Hex16{8}) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t)
			r.uplink(tt.phy(r))
			if got := r.j.Totals().LNSDropped; len(got) != 1 || got[tt.want] != 1 {
				t.Errorf("dropped %v, want %s", got, tt.want)
			}
		})
	}
}

func TestJoinNonceIsTakenOnce(t *testing.T) {
	r := newRig(t)
	r.uplink(r.joinRequest(topology.Hex8{5}, key))
	resp := r.read().(gwmp.PullResp)
	if lead := resp.TxPk.Tmst - 1000; lead != 5_000_000 && lead != 6_000_000 || !resp.TxPk.IPol {
		t.Errorf("join accept %+v", resp.TxPk)
	}
	r.loop.Advance(r.loop.Now() + time.Minute)
	r.uplink(r.joinRequest(topology.Hex8{5}, key))
	if got := r.j.Totals().LNSDropped["dev_nonce_used"]; got != 1 {
		t.Errorf("dropped %v", r.j.Totals().LNSDropped)
	}
}

// TestFallsBackToRX2 uses counters until the seed picks RX1, which the
// gateway then refuses.
func TestFallsBackToRX2(t *testing.T) {
	r := newRig(t)
	for fcnt := range uint32(64) {
		r.uplink(r.data(abpAddr, fcnt, key, lorawan.ConfirmedDataUp))
		resp := r.read().(gwmp.PullResp)
		if resp.TxPk.Tmst == 1000+2_000_000 {
			r.from(gwmp.TxAck{Version: 2, Token: resp.Token, EUI: eui})
			continue
		}
		r.from(gwmp.TxAck{Version: 2, Token: resp.Token, EUI: eui, Error: gwmp.TxTooLate})
		second := r.read().(gwmp.PullResp)
		if second.TxPk.Tmst != resp.TxPk.Tmst+1_000_000 || second.TxPk.FreqHz != 869_525_000 || string(second.TxPk.Data) != string(resp.TxPk.Data) {
			t.Fatalf("second attempt %+v", second.TxPk)
		}
		r.from(gwmp.TxAck{Version: 2, Token: second.Token, EUI: eui, Error: gwmp.TxNone})
		if a := r.j.Totals().TxAcks; a["TOO_LATE"] != 1 || a["NONE"] != uint64(fcnt)+1 {
			t.Fatalf("results %v", a)
		}
		return
	}
	t.Fatal("the seed never chose RX1")
}

func TestCopiesAreAnsweredOnce(t *testing.T) {
	r := newRig(t)
	phy := r.data(abpAddr, 3, key, lorawan.ConfirmedDataUp)
	for i := range 3 {
		pk := gwmp.RxPk{Tmst: uint32(i), CRC: gwmp.CRCOK, SNR: int16(i), FreqHz: 868_100_000, Datr: gwmp.LoRaRate(7, 125), Data: phy}
		r.from(gwmp.PushData{Version: 2, EUI: eui, RxPks: []gwmp.RxPk{pk, {CRC: gwmp.CRCBad, Data: phy}}})
		if _, ok := r.read().(gwmp.PushAck); !ok {
			t.Fatal("no PUSH_ACK")
		}
	}
	r.loop.Advance(r.loop.Now() + time.Second)
	resp := r.read().(gwmp.PullResp)
	if lead := resp.TxPk.Tmst - 2; lead != 1_000_000 && lead != 2_000_000 {
		t.Errorf("answered through the copy with tmst %d", resp.TxPk.Tmst)
	}
	if s := r.j.Totals(); s.CopiesDelivered != 3 || len(r.srv.orders) != 1 {
		t.Errorf("%d copies, %d answers", s.CopiesDelivered, len(r.srv.orders))
	}
}
