package device

import (
	"testing"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

var key = topology.Hex16{1, 2, 3}

// rig is a personalised device that confirms every uplink; reply is called at
// the end of each of its frames.
type rig struct {
	t       *testing.T
	loop    *loop.Loop
	medium  *air.Medium
	journal *journal.Journal
	uplinks []*air.Frame
	reply   func(n int, f *air.Frame)
}

func newRig(t *testing.T, uplinks int) *rig {
	t.Helper()
	r := &rig{t: t, loop: loop.NewVirtual(), journal: journal.New(time.Unix(0, 0), nil)}
	r.medium = air.New(air.Model{Exponent: 2}, r.loop)
	d := New(topology.Device{
		Name: "dev", Kind: "abp", DevAddr: topology.Hex4{0x48, 0, 0, 1}, NwkSKey: key, AppSKey: key, SF: 7, IntervalMS: 5000,
		ConfirmedRatio: 1, PowerDBm: 14, MaxUplinks: uplinks,
	}, Parts{Loop: r.loop, Medium: r.medium, Journal: r.journal, Seed: 4})
	r.medium.OnFrame = func(f *air.Frame, rs []air.Reception) {
		r.journal.Frame(f, rs, func(string) (uint32, bool) { return 0, false })
		if f.Kind == air.Uplink {
			r.uplinks = append(r.uplinks, f)
			if r.reply != nil {
				r.reply(len(r.uplinks), f)
			}
		}
	}
	d.Start(0)
	return r
}

// ack sends an acknowledgement; slip moves it from its exact time.
func (r *rig) ack(f *air.Frame, fcnt uint32, k topology.Hex16, rx2 bool, slip time.Duration) {
	r.t.Helper()
	phy := lorawan.PHYPayload{
		MHDR:       lorawan.MHDR{MType: lorawan.UnconfirmedDataDown},
		MACPayload: &lorawan.MACPayload{FHDR: lorawan.FHDR{DevAddr: lorawan.DevAddr{0x48, 0, 0, 1}, FCtrl: lorawan.FCtrl{ACK: true}, FCnt: fcnt}},
	}
	if err := phy.SetDownlinkDataMIC(lorawan.LoRaWAN1_0, 0, lorawan.AES128Key(k)); err != nil {
		r.t.Fatal(err)
	}
	b, err := phy.MarshalBinary()
	if err != nil {
		r.t.Fatal(err)
	}
	down := air.Frame{
		Kind: air.Downlink, From: air.Site{Name: "gw", Lat: 0.001}, PowerDBm: 14, FreqHz: f.FreqHz, SF: f.SF, BandwidthKHz: 125,
		Inverted: true, NoCRC: true, Payload: b, Start: f.End + RX1Delay + slip,
	}
	if rx2 {
		down.Start, down.FreqHz, down.SF = f.End+RX2Delay+slip, RX2FreqHz, DataRX2SF
	}
	r.journal.Answered(f.ID, b)
	r.loop.At(down.Start, func(time.Duration) { r.medium.Transmit(down) })
}

func TestConfirmedUplinks(t *testing.T) {
	tests := []struct {
		name                                    string
		reply                                   func(r *rig, n int, f *air.Frame)
		sent                                    int
		acked, failed, received, missed, badMIC uint64
	}{
		{"rx1", func(r *rig, n int, f *air.Frame) { r.ack(f, 0, key, false, 0) }, 1, 1, 0, 1, 0, 0},
		{"rx2", func(r *rig, n int, f *air.Frame) { r.ack(f, 0, key, true, 0) }, 1, 1, 0, 1, 0, 0},
		{"silence", func(*rig, int, *air.Frame) {}, 4, 0, 1, 0, 0, 0},
		{"third try", func(r *rig, n int, f *air.Frame) {
			if n == 3 {
				r.ack(f, 7, key, false, 0)
			}
		}, 3, 1, 0, 1, 0, 0},
		{"late", func(r *rig, n int, f *air.Frame) {
			r.ack(f, uint32(n), key, false, 50*time.Millisecond)
		}, 4, 0, 1, 0, 4, 0},
		{"wrong key", func(r *rig, n int, f *air.Frame) {
			r.ack(f, uint32(n), topology.Hex16{9}, false, 0)
		}, 4, 0, 1, 0, 4, 4},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig(t, 1)
			r.reply = func(n int, f *air.Frame) { tt.reply(r, n, f) }
			r.loop.Advance(5 * time.Minute)
			s := r.journal.Totals()
			if len(r.uplinks) != tt.sent {
				t.Errorf("%d transmissions, want %d", len(r.uplinks), tt.sent)
			}
			for _, f := range r.uplinks[1:] {
				if string(f.Payload) != string(r.uplinks[0].Payload) {
					t.Error("a retransmission differs from the uplink")
				}
			}
			got := [5]uint64{s.ConfirmedAcked, s.ConfirmedFailed, s.DownlinksReceived, s.RxWindowsMissed, s.DownlinksBadMIC}
			if want := [5]uint64{tt.acked, tt.failed, tt.received, tt.missed, tt.badMIC}; got != want {
				t.Errorf("acked, failed, received, missed, bad MIC = %v, want %v", got, want)
			}
		})
	}
}

func TestReplayedDownlinkIsNotTaken(t *testing.T) {
	r := newRig(t, 2)
	r.reply = func(_ int, f *air.Frame) { r.ack(f, 5, key, false, 0) }
	r.loop.Advance(5 * time.Minute)
	if s := r.journal.Totals(); s.ConfirmedAcked != 1 || s.DownlinksBadMIC == 0 {
		t.Errorf("acked %d, refused %d", s.ConfirmedAcked, s.DownlinksBadMIC)
	}
}

func TestScheduleFollowsSeed(t *testing.T) {
	trace := func() (out []time.Duration) {
		r := newRig(t, 20)
		r.reply = func(n int, f *air.Frame) { r.ack(f, uint32(n), key, n%2 == 0, 0) }
		r.loop.Advance(5 * time.Minute)
		for _, f := range r.uplinks {
			out = append(out, f.Start)
		}
		return out
	}
	a, b := trace(), trace()
	if len(a) != 20 || len(b) != 20 {
		t.Fatalf("%d and %d uplinks, want 20", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("uplink %d at %v and %v", i, a[i], b[i])
		}
	}
}
