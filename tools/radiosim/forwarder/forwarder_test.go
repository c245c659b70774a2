package forwarder

import (
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/air"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

type rig struct {
	loop   *loop.Loop
	fwd    *Forwarder
	starts []uint32 // counter at the start of each transmission
	frames []*air.Frame
}

func newRig() *rig {
	r := &rig{loop: loop.NewVirtual()}
	m := air.New(air.Model{Exponent: 2}, r.loop)
	r.fwd = New(topology.Gateway{Name: "gw"}, []uint32{868_100_000}, Parts{
		Loop: r.loop, Medium: m, Journal: journal.New(time.Unix(0, 0), nil), Seed: 9, Origin: time.Unix(1_800_000_000, 0),
	})
	m.OnFrame = func(f *air.Frame, _ []air.Reception) {
		r.starts = append(r.starts, r.fwd.Counter(f.Start))
		r.frames = append(r.frames, f)
	}
	r.loop.Advance(time.Minute + 250*time.Nanosecond)
	return r
}

// txAt is a downlink that starts lead after now.
func (r *rig) txAt(lead time.Duration) gwmp.TxPk {
	return gwmp.TxPk{
		Tmst: r.fwd.Counter(r.loop.Now()) + uint32(lead.Microseconds()), HasTmst: true, FreqHz: 868_100_000,
		Datr: gwmp.LoRaRate(9, 125), Power: 14, HasPowe: true, IPol: true, NCRC: true, Data: make([]byte, 12),
	}
}

func (r *rig) order(tx gwmp.TxPk) gwmp.TxAck {
	return r.fwd.schedule(r.loop.Now(), gwmp.PullResp{Version: 2, Token: gwmp.Token{1, 2}, TxPk: tx})
}

func TestSchedule(t *testing.T) {
	tests := []struct {
		name   string
		lead   time.Duration
		change func(*gwmp.TxPk)
		want   gwmp.TxError
	}{
		{"in time", time.Second, nil, gwmp.TxNone},
		{"at the limit", programLead, nil, gwmp.TxTooLate},
		{"just before it", programLead + time.Microsecond, nil, gwmp.TxNone},
		{"past", -time.Second, nil, gwmp.TxTooLate},
		{"too early", maxAdvance + time.Second, nil, gwmp.TxTooEarly},
		{"immediate", 0, func(p *gwmp.TxPk) { p.Imme = true }, gwmp.TxNone},
		{"frequency", time.Second, func(p *gwmp.TxPk) { p.FreqHz = 915_000_000 }, gwmp.TxFreq},
		{"GPS time", 0, func(p *gwmp.TxPk) { p.HasTmst, p.HasTmms = false, true }, gwmp.TxGPSUnlocked},
		{"no time", 0, func(p *gwmp.TxPk) { p.HasTmst = false }, gwmp.TxGPSUnlocked},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRig()
			tx := r.txAt(tt.lead)
			if tt.change != nil {
				tt.change(&tx)
			}
			ack := r.order(tx)
			if ack.Error != tt.want || ack.Token != (gwmp.Token{1, 2}) {
				t.Fatalf("got %+v, want %s", ack, tt.want)
			}
			r.loop.Advance(10 * time.Minute)
			sent := len(r.frames) == 1
			if sent != ack.OK() {
				t.Fatalf("%d frames on air", len(r.frames))
			}
			if sent && !tx.Imme && r.starts[0] != tx.Tmst {
				t.Errorf("began at counter %d, ordered %d", r.starts[0], tx.Tmst)
			}
		})
	}
}

func TestCollisionInQueue(t *testing.T) {
	r := newRig()
	airtime := air.TimeOnAir(12, 9, 125, false)
	if ack := r.order(r.txAt(time.Second)); !ack.OK() {
		t.Fatal(ack)
	}
	if ack := r.order(r.txAt(time.Second + airtime - time.Millisecond)); ack.Error != gwmp.TxCollisionPacket {
		t.Errorf("overlapping: %+v", ack)
	}
	if ack := r.order(r.txAt(time.Second + airtime + time.Millisecond)); !ack.OK() {
		t.Errorf("behind: %+v", ack)
	}
	r.loop.Advance(5 * time.Minute)
	if len(r.frames) != 2 {
		t.Errorf("%d frames on air, want 2", len(r.frames))
	}
}

func TestPowerIsClampedWithWarning(t *testing.T) {
	r := newRig()
	tx := r.txAt(time.Second)
	tx.Power, tx.IPol = 30, false
	ack := r.order(tx)
	if !ack.OK() || ack.Warn != "TX_POWER" || ack.Value != maxPowerDBm {
		t.Fatalf("%+v", ack)
	}
	r.loop.Advance(5 * time.Minute)
	if f := r.frames[0]; f.PowerDBm != maxPowerDBm || f.Kind != air.Beacon || f.Inverted {
		t.Errorf("on air: %+v", f)
	}
}

func TestCounterWraps(t *testing.T) {
	r := newRig()
	left := time.Duration(1<<32-uint64(r.fwd.Counter(r.loop.Now()))) * time.Microsecond
	r.loop.Advance(r.loop.Now() + left - time.Second)
	tx := r.txAt(2 * time.Second)
	if tx.Tmst > 2_000_000 {
		t.Fatalf("counter %d did not wrap", tx.Tmst)
	}
	if ack := r.order(tx); !ack.OK() {
		t.Fatal(ack)
	}
	r.loop.Advance(r.loop.Now() + time.Minute)
	if len(r.starts) != 1 || r.starts[0] != tx.Tmst {
		t.Errorf("began at %v, ordered %d", r.starts, tx.Tmst)
	}
}
