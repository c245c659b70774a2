package packetrouter_test

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/packetrouter/semtech"
	"github.com/hexwave/hexwave/proto/gwmp"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	testAddr = packetrouter.DevAddr(0x48000001)
	testJoin = packetrouter.EUI(0x0102030405060708)
	testDev  = packetrouter.EUI(0x1112131415161718)
)

func testKey() packetrouter.SessionKey {
	return packetrouter.SessionKey{0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c}
}

// dataFrame is an unconfirmed uplink with n bytes of payload, MIC by brocaar/lorawan.
func dataFrame(t testing.TB, addr packetrouter.DevAddr, counter uint32, n int) []byte {
	t.Helper()
	port := uint8(1)
	var dev lorawan.DevAddr
	binary.BigEndian.PutUint32(dev[:], uint32(addr))
	p := lorawan.PHYPayload{
		MHDR: lorawan.MHDR{MType: lorawan.UnconfirmedDataUp, Major: lorawan.LoRaWANR1},
		MACPayload: &lorawan.MACPayload{
			FHDR: lorawan.FHDR{DevAddr: dev, FCnt: counter}, FPort: &port,
			FRMPayload: []lorawan.Payload{&lorawan.DataPayload{Bytes: make([]byte, n)}},
		},
	}
	if err := p.SetUplinkDataMIC(lorawan.LoRaWAN1_0, 0, 0, 0, lorawan.AES128Key(testKey()), lorawan.AES128Key{}); err != nil {
		t.Fatal(err)
	}
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func joinFrame(join, dev packetrouter.EUI, nonce uint16) []byte {
	b := make([]byte, 23)
	binary.LittleEndian.PutUint64(b[1:], uint64(join))
	binary.LittleEndian.PutUint64(b[9:], uint64(dev))
	binary.LittleEndian.PutUint16(b[17:], nonce)
	return b
}

func heard(payload []byte) *routerv1.Uplink {
	return &routerv1.Uplink{
		Payload: payload, Tmst: 4_000_000_000, Frequency: 868_100_000, Sf: 7, Bandwidth: 125_000,
		Rssi: -1125, Snr: 55, Forwarder: 0xaabb, CodeRate: "4/5",
	}
}

func testRoute(lns *routertest.LNS) packetrouter.RouteDef {
	return packetrouter.RouteDef{
		ID: "main", Org: routertest.OrgID, Active: true, Protocol: packetrouter.ProtocolGWMP, Address: lns.Address(),
		MaxCopies: 1, MaxAge: time.Minute, HourlyCap: 1000,
		DevAddrs: []packetrouter.DevAddrRange{{First: 0x48000000, Last: 0x480000ff}},
		Joins:    []packetrouter.JoinPair{{JoinEUI: testJoin, Any: true}},
		Keys:     []packetrouter.KeyDef{{Addr: testAddr, Key: testKey()}},
	}
}

func newWorld(t *testing.T, hotspots int, allowance uint64) (*routertest.World, *routertest.LNS) {
	t.Helper()
	lns := routertest.NewLNS(t)
	w := routertest.NewWorld(t, hotspots, allowance)
	w.SetRoutes(testRoute(lns))
	w.Start()
	return w, lns
}

func wantOutcome(t *testing.T, w *routertest.World, h *routertest.Hotspot, id uint64, want wire.Outcome) {
	t.Helper()
	w.Wait("the outcome of an uplink", func() bool { return h.Outcome(id) != 0 })
	if got := h.Outcome(id); got != want {
		t.Errorf("uplink %d: %s, want %s", id, got, want)
	}
}

func TestScenarioUplinkIsDeliveredMeteredAndVouchered(t *testing.T) {
	w, lns := newWorld(t, 1, 1000)
	h := w.Connect(1)
	if got := h.Hello().GetHotspot(); got != 1 {
		t.Fatalf("hello says hotspot %d", got)
	}
	frame := dataFrame(t, testAddr, 10, 20) // 33 bytes: 2 DC
	wantOutcome(t, w, h, h.Uplink(heard(frame)), wire.Delivered)
	frames := lns.Frames()
	if len(frames) != 1 || string(frames[0].Rx.Data) != string(frame) {
		t.Fatalf("network server got %d frames", len(frames))
	}
	rx := frames[0].Rx
	if rx.Tmst != 4_000_000_000 || rx.FreqHz != 868_100_000 || rx.Datr.String() != "SF7BW125" || rx.RSSI != -113 || rx.SNR != 55 || rx.CRC != gwmp.CRCOK {
		t.Errorf("rxpk %+v", rx)
	}
	if frames[0].Gateway != semtech.GatewayEUI(routertest.Key(1).Public) {
		t.Errorf("gateway %s", frames[0].Gateway)
	}
	if lns.Early() != 0 {
		t.Error("PUSH_DATA came before PULL_DATA")
	}
	w.Wait("a voucher", func() bool { return h.Owed() == 2 })
	v := h.Vouchers()[0]
	if v.Hotspot != 1 || v.Epoch != 7 || v.Lane != routertest.LaneNo || v.Issued != 2 || v.Unit != wire.UnitDC {
		t.Errorf("voucher %+v", v)
	}
}

func TestScenarioJoinIsFreeAndItsNonceUsedOnce(t *testing.T) {
	w, lns := newWorld(t, 1, 1000)
	h := w.Connect(1)
	wantOutcome(t, w, h, h.Uplink(heard(joinFrame(testJoin, testDev, 1))), wire.Delivered)
	wantOutcome(t, w, h, h.Uplink(heard(joinFrame(testJoin+1, testDev, 1))), wire.NoRoute)
	early := heard(joinFrame(testJoin, testDev, 2))
	early.Hold = 30_000
	wantOutcome(t, w, h, h.Uplink(early), wire.Delivered)
	wantOutcome(t, w, h, h.Uplink(heard(joinFrame(testJoin, testDev, 2))), wire.Replayed)
	if n := len(lns.Frames()); n != 2 {
		t.Errorf("network server got %d frames, want 2", n)
	}
	if owed := w.Router.Stats().Credits; owed != 0 {
		t.Errorf("joins cost %d DC", owed)
	}
}

func TestScenarioCopiesStayWithinTheBudget(t *testing.T) {
	lns := routertest.NewLNS(t)
	w := routertest.NewWorld(t, 5, 1000)
	r := testRoute(lns)
	r.MaxCopies = 3
	w.SetRoutes(r)
	w.Start()
	var hotspots []*routertest.Hotspot
	for n := range 5 {
		hotspots = append(hotspots, w.Connect(byte(n+1)))
	}
	frame := dataFrame(t, testAddr, 1, 4)
	for _, h := range hotspots {
		u := heard(frame)
		u.Hold = 10_000
		h.Uplink(u)
	}
	got := map[wire.Outcome]int{}
	for _, h := range hotspots {
		w.Wait("an outcome", func() bool { return h.Outcome(1) != 0 })
		got[h.Outcome(1)]++
	}
	if got[wire.Delivered] != 3 || got[wire.BudgetSpent] != 2 || len(lns.Frames()) != 3 {
		t.Fatalf("outcomes %v, %d frames at the network server", got, len(lns.Frames()))
	}
	w.Wait("credits", func() bool { return w.Router.Stats().Credits == 3 })
	// The device repeats the same bytes ten seconds later: delivered again, paid
	// once.
	for _, h := range hotspots {
		h.Uplink(heard(frame))
	}
	again := 0
	for _, h := range hotspots {
		w.Wait("an outcome", func() bool { return h.Outcome(2) != 0 })
		if h.Outcome(2) == wire.Delivered {
			again++
		}
	}
	if again != 3 || w.Router.Stats().Credits != 3 {
		t.Errorf("%d copies of the retransmission delivered, %d DC in all; want 3 and 3", again, w.Router.Stats().Credits)
	}
}

func TestScenarioNoCredit(t *testing.T) {
	w, lns := newWorld(t, 1, 3)
	h := w.Connect(1)
	for i := range uint32(3) {
		wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, i+1, 4))), wire.Delivered)
	}
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 4, 4))), wire.NoCredit)
	if n := len(lns.Frames()); n != 3 {
		t.Errorf("an org without allowance got %d packets, paid for 3", n)
	}
	w.Publish(func(s *packetrouter.Snapshot) {
		s.Lanes = map[packetrouter.LaneRef]packetrouter.LaneState{{Org: routertest.OrgID, Lane: routertest.LaneNo}: {Epoch: 7, Reserved: 100}}
	})
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 5, 4))), wire.Delivered)
}

func TestScenarioDownlinkAndItsTrueResult(t *testing.T) {
	w, lns := newWorld(t, 1, 1000)
	h := w.Connect(1)
	h.Result = func(d *routerv1.Downlink) routerv1.TxResult {
		if d.GetWindows()[0].GetFrequency() == 869_525_000 {
			return routerv1.TxResult_TX_RESULT_TOO_LATE
		}
		return routerv1.TxResult_TX_RESULT_OK
	}
	for i, forwarder := range []uint64{0xaa, 0xbb} {
		u := heard(dataFrame(t, testAddr, uint32(i+1), 4))
		u.Tmst, u.Forwarder, u.Antenna = uint32(0xffff_0000+i*100), forwarder, uint32(i)
		wantOutcome(t, w, h, h.Uplink(u), wire.Delivered)
	}
	eui := semtech.GatewayEUI(routertest.Key(1).Public)
	rx1 := gwmp.TxPk{Tmst: 0xffff_0000 - 1<<32 + 1_000_000, HasTmst: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(7, 125), Codr: "4/5", IPol: true, Data: []byte{1, 2, 3}}
	lns.Downlink(eui, rx1)
	rx2 := rx1
	rx2.Tmst, rx2.FreqHz, rx2.Datr, rx2.Power, rx2.HasPowe = rx1.Tmst+1_000_100, 869_525_000, gwmp.LoRaRate(12, 125), 14, true
	w.Wait("the first TX_ACK", func() bool { return len(lns.TxAcks()) == 1 })
	lns.Downlink(eui, rx2)
	w.Wait("the second TX_ACK", func() bool { return len(lns.TxAcks()) == 2 })
	acks := lns.TxAcks()
	if !acks[0].OK() || acks[1].Error != gwmp.TxTooLate {
		t.Errorf("results %q and %q, want NONE and TOO_LATE", acks[0].Error, acks[1].Error)
	}
	if acks[0].EUI != eui || acks[0].Token == acks[1].Token {
		t.Errorf("TX_ACKs %+v", acks)
	}
	d := h.Downlinks()
	if d[0].GetForwarder() != 0xaa || d[1].GetForwarder() != 0xbb || d[1].GetAntenna() != 1 {
		t.Errorf("forwarders %x and %x", d[0].GetForwarder(), d[1].GetForwarder())
	}
	if x := d[1].GetWindows()[0]; x.GetTmst() != rx2.Tmst || x.GetSf() != 12 || x.GetBandwidth() != 125_000 || x.GetPower() != 140 {
		t.Errorf("window %v", x)
	}
}

func TestScenarioDownlinkNobodyCanSend(t *testing.T) {
	w, lns := newWorld(t, 1, 1000)
	h := w.Connect(1)
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 1, 4))), wire.Delivered)
	eui := semtech.GatewayEUI(routertest.Key(1).Public)
	lns.Downlink(eui, gwmp.TxPk{Tmms: 5, HasTmms: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(7, 125), Data: []byte{1}})
	w.Wait("a TX_ACK", func() bool { return len(lns.TxAcks()) == 1 })
	w.Router.Drain("test")
	w.Wait("the stream to end", func() bool { return w.Router.Stats().Connected == 0 })
	lns.Downlink(eui, gwmp.TxPk{Imme: true, FreqHz: 868_100_000, Datr: gwmp.LoRaRate(7, 125), Data: []byte{1}})
	w.Wait("a TX_ACK", func() bool { return len(lns.TxAcks()) == 2 })
	a := lns.TxAcks()
	if a[0].Error != gwmp.TxGPSUnlocked || a[1].Error != "NO_FORWARDER" {
		t.Errorf("results %q and %q", a[0].Error, a[1].Error)
	}
}

func TestScenarioSilentNetworkServer(t *testing.T) {
	lns := routertest.NewLNS(t)
	lns.Silent.Store(true)
	w := routertest.NewWorld(t, 1, 1000)
	w.AckWait = 30 * time.Millisecond
	w.SetRoutes(testRoute(lns))
	w.Start()
	h := w.Connect(1)
	for i := range uint32(3) {
		wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, i+1, 4))), wire.DeliveryFailed)
	}
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 4, 4))), wire.BackingOff)
	lns.Silent.Store(false)
	w.Wait("the back-off to end", func() bool {
		u := heard(dataFrame(t, testAddr, uint32(10+h.Count(wire.BackingOff)), 4))
		id := h.Uplink(u)
		w.Wait("an outcome", func() bool { return h.Outcome(id) != 0 })
		time.Sleep(50 * time.Millisecond)
		return h.Outcome(id) == wire.Delivered
	})
	if s := w.Egress.Stats(); s.Resent < 3 || s.Lost != 3 {
		t.Errorf("egress %+v, want each packet sent twice before it is lost", s)
	}
	if c := w.Router.Stats().Credits; c != 1 {
		t.Errorf("%d DC metered, want 1: only what was delivered is paid", c)
	}
}

func TestScenarioStrangerIsServedOnceRegistered(t *testing.T) {
	w, _ := newWorld(t, 1, 1000)
	h := w.Connect(9)
	if got := h.Hello().GetHotspot(); got != 0 {
		t.Fatalf("stranger has index %d", got)
	}
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 1, 4))), wire.UnknownSender)
	w.Publish(func(s *packetrouter.Snapshot) {
		s.Hotspots = packetrouter.NewHotspots([]packetrouter.Hotspot{{ID: 9, Key: routertest.Key(9).Public, Asserted: true, LoRa: true, Region: 1}})
	})
	w.Wait("a new hello", func() bool { return h.Hello().GetHotspot() == 9 })
	wantOutcome(t, w, h, h.Uplink(heard(dataFrame(t, testAddr, 2, 4))), wire.Delivered)
}

// TestScenarioRepetitionAcrossARestart: one copy of a frame was paid before the
// router was killed. Its other copies, the device's repetition and all of a
// second device's frame waited in the hotspots, and arrive together.
func TestScenarioRepetitionAcrossARestart(t *testing.T) {
	const hotspots = 3
	lns := routertest.NewLNS(t)
	w := routertest.NewWorld(t, hotspots, 1000)
	r := testRoute(lns)
	r.MaxCopies = hotspots
	r.Keys = append(r.Keys, packetrouter.KeyDef{Addr: testAddr + 1, Key: testKey()})
	w.SetRoutes(r)
	w.Start()
	var all []*routertest.Hotspot
	for n := range hotspots {
		all = append(all, w.Connect(byte(n+1)))
	}
	received := func(device packetrouter.DevAddr, ago time.Duration) *routerv1.Uplink {
		u := heard(dataFrame(t, device, 1, 4))
		u.Hold = uint32(ago.Milliseconds())
		return u
	}
	wantOutcome(t, w, all[0], all[0].Uplink(received(testAddr, 20*time.Second)), wire.Delivered)
	w.Kill()
	for i, h := range all {
		if i > 0 {
			h.Uplink(received(testAddr, 20*time.Second))
		}
		h.Uplink(received(testAddr, 15*time.Second))
		h.Uplink(received(testAddr+1, 10*time.Second))
		h.Uplink(received(testAddr+1, 5*time.Second))
	}
	w.Start()
	for i, h := range all {
		w.Wait("every uplink to have an outcome", func() bool { return h.Unacked() == 0 })
		if n := h.Count(wire.Delivered); n != 4 {
			t.Errorf("hotspot %d: %d packets delivered, want 4", i+1, n)
		}
		w.Wait("a voucher for one copy of each frame", func() bool { return h.Owed() >= 2 })
	}
	w.Publish(func(s *packetrouter.Snapshot) { s.Head.Epoch++ })
	w.Wait("settlement", func() bool { return w.Ledger.Total() >= 2*hotspots })
	w.Publish(nil)
	if got := w.Ledger.Total(); got != 2*hotspots {
		t.Errorf("settled %d DC, want %d: each frame is paid in one transmission", got, 2*hotspots)
	}
}

// TestScenarioKillLosesAndDoublesNothing kills the router again and again under
// load. At the end every uplink that was acknowledged as delivered is paid for
// exactly once: by the hotspots' own vouchers, by the chain's settlement, and
// by the router's log.
func TestScenarioKillLosesAndDoublesNothing(t *testing.T) {
	const devices = 6
	lns := routertest.NewLNS(t)
	w := routertest.NewWorld(t, 3, 1_000_000)
	r := testRoute(lns)
	for n := range packetrouter.DevAddr(devices) {
		r.Keys = append(r.Keys, packetrouter.KeyDef{Addr: 0x48000010 + n, Key: testKey()})
	}
	w.SetRoutes(r)
	w.Start()
	var hotspots []*routertest.Hotspot
	for n := range 3 {
		hotspots = append(hotspots, w.Connect(byte(n+1)))
	}
	const rounds, perRound = 3, 60
	counter := uint32(0)
	for round := range rounds {
		for range perRound {
			counter++
			// Each frame is heard by one hotspot, or by all.
			frame := dataFrame(t, 0x48000010+packetrouter.DevAddr(counter%devices), counter/devices, 4)
			for i, h := range hotspots {
				if counter%4 < 2 || int(counter)%3 == i {
					h.Uplink(heard(frame))
				}
			}
			time.Sleep(time.Duration(rand.IntN(500)) * time.Microsecond)
		}
		t.Logf("round %d: kill", round)
		w.Kill()
		w.Start()
	}
	for _, h := range hotspots {
		w.Wait("every uplink to have an outcome", func() bool { return h.Unacked() == 0 })
	}
	paid := uint64(0)
	for i, h := range hotspots {
		var delivered uint64
		w.Wait(fmt.Sprintf("hotspot %d to hold vouchers for what was delivered", i+1), func() bool {
			delivered = uint64(h.Count(wire.Delivered))
			return h.Owed() == delivered
		})
		paid += delivered
	}
	if paid < uint64(counter) {
		t.Errorf("%d frames, %d paid copies: frames were lost", counter, paid)
	}
	seen := map[string]bool{}
	for _, f := range lns.Frames() {
		seen[string(f.Rx.Data)] = true
	}
	if len(seen) != int(counter) {
		t.Errorf("network server has %d of %d frames", len(seen), counter)
	}
	// The epoch ends: everything is settled, and no more than that.
	w.Publish(func(s *packetrouter.Snapshot) { s.Head.Epoch++ })
	w.Wait("settlement", func() bool { return w.Ledger.Total() == paid })
	w.Publish(nil)
	if got := w.Ledger.Total(); got != paid {
		t.Errorf("settled %d DC, owed %d", got, paid)
	}
}
