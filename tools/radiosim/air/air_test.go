package air

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
)

const channel = 868_100_000

func TestTimeOnAir(t *testing.T) {
	tests := []struct {
		size, sf, bw int
		crc          bool
		want         time.Duration
	}{
		{18, 7, 125, true, 51456 * time.Microsecond},
		{18, 10, 125, true, 329728 * time.Microsecond},
		{18, 12, 125, true, 1318912 * time.Microsecond},
		{23, 7, 125, true, 61696 * time.Microsecond},
		{23, 12, 125, true, 1482752 * time.Microsecond},
		{51, 7, 125, true, 102656 * time.Microsecond},
		{51, 12, 125, true, 2465792 * time.Microsecond},
		{33, 12, 500, false, 411648 * time.Microsecond},
	}
	for _, tt := range tests {
		if got := TimeOnAir(tt.size, tt.sf, tt.bw, tt.crc); got != tt.want {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
}

// model has no randomness, so that tests can place frames by power.
func model() Model { return Model{Exponent: 2, ClutterDB: 20} }

func site(name string, metresNorth float64) Site {
	return Site{Name: name, Lat: metresNorth / 111_195}
}

// bench is a medium with one gateway at the origin and what it made of each frame.
type bench struct {
	loop   *loop.Loop
	medium *Medium
	got    map[string]Reason
}

func newBench(m Model) *bench {
	b := &bench{loop: loop.NewVirtual(), got: map[string]Reason{}}
	b.medium = New(m, b.loop)
	b.medium.AddGateway(&Gateway{Site: site("gw", 0), Channels: []uint32{channel, 868_300_000}, Heard: func(*Frame, Reception) {}})
	b.medium.OnFrame = func(f *Frame, rs []Reception) {
		b.got[f.From.Name] = OffChannel
		for _, r := range rs {
			if r.Receiver == "gw" {
				b.got[f.From.Name] = r.Reason
			}
		}
	}
	return b
}

// send plans a 20-byte SF7 frame.
func (b *bench) send(at time.Duration, from Site, change func(*Frame)) {
	f := Frame{Kind: Uplink, From: from, PowerDBm: 14, FreqHz: channel, SF: 7, BandwidthKHz: 125, Payload: make([]byte, 20), Start: at}
	if change != nil {
		change(&f)
	}
	b.loop.At(at, func(time.Duration) { b.medium.Transmit(f) })
}

func TestReception(t *testing.T) {
	near, far := site("near", 500), site("far", 2000)
	tests := []struct {
		name string
		plan func(b *bench)
		want map[string]Reason
	}{
		{"alone", func(b *bench) { b.send(0, near, nil) }, map[string]Reason{"near": Received}},
		{"capture", func(b *bench) {
			b.send(0, near, nil)
			b.send(20*time.Millisecond, far, nil)
		}, map[string]Reason{"near": Received, "far": Collision}},
		{"equal powers", func(b *bench) {
			b.send(0, near, nil)
			b.send(20*time.Millisecond, site("twin", -500), nil)
		}, map[string]Reason{"near": Collision, "twin": Collision}},
		{"other factor", func(b *bench) {
			b.send(0, near, nil)
			b.send(0, far, func(f *Frame) { f.SF = 8 })
		}, map[string]Reason{"near": Received, "far": Received}},
		{"other channel", func(b *bench) {
			b.send(0, near, nil)
			b.send(0, far, func(f *Frame) { f.FreqHz = 868_300_000 })
		}, map[string]Reason{"near": Received, "far": Received}},
		{"one after the other", func(b *bench) {
			b.send(0, near, nil)
			b.send(TimeOnAir(20, 7, 125, true), far, nil)
		}, map[string]Reason{"near": Received, "far": Received}},
		{"unheard channel", func(b *bench) {
			b.send(0, near, func(f *Frame) { f.FreqHz = 869_525_000 })
		}, map[string]Reason{"near": OffChannel}},
		{"inverted", func(b *bench) {
			b.send(0, near, func(f *Frame) { f.Inverted = true })
		}, map[string]Reason{"near": WrongIQ}},
		{"weak", func(b *bench) {
			b.send(0, near, func(f *Frame) { f.PowerDBm = -60 })
		}, map[string]Reason{"near": Weak}},
		{"weak for SF7, not for SF12", func(b *bench) {
			b.send(0, site("a", 1000), func(f *Frame) { f.PowerDBm = -19 })
			b.send(0, site("b", 1000), func(f *Frame) { f.PowerDBm, f.SF = -19, 12 })
		}, map[string]Reason{"a": Weak, "b": Received}},
		{"half duplex", func(b *bench) {
			b.send(0, near, nil)
			b.send(10*time.Millisecond, site("gw", 0), func(f *Frame) { f.FreqHz, f.Inverted = 869_525_000, true })
		}, map[string]Reason{"near": HalfDuplex, "gw": OffChannel}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(model())
			tt.plan(b)
			b.loop.Advance(time.Minute)
			want := map[string]Reason{}
			for k, v := range tt.want {
				want[k] = v
				if v == WrongIQ {
					want[k] = OffChannel // neither is reported as a reception
				}
			}
			if d := cmp.Diff(want, b.got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestDemodulators(t *testing.T) {
	b := newBench(model())
	for i := range 10 {
		sf := 7 + i%6
		freq := uint32(channel + 200_000*(i/6))
		b.send(time.Duration(i)*time.Microsecond, site(fmt.Sprint(i), 500), func(f *Frame) { f.SF, f.FreqHz = sf, freq })
	}
	b.loop.Advance(time.Minute)
	for i := range 10 {
		want := Received
		if i >= MaxDemods {
			want = Demodulators
		}
		if got := b.got[fmt.Sprint(i)]; got != want {
			t.Errorf("frame %d: %q, want %q", i, got, want)
		}
	}
}

// TestDeterminism holds that receptions follow from the seed and the frames,
// whatever the order in which frames of the same time were planned.
func TestDeterminism(t *testing.T) {
	run := func(seed uint64, order []int) map[string]string {
		l := loop.NewVirtual()
		m := New(Model{Seed: chance.Seed(seed), Exponent: 3.5, ClutterDB: 22, ShadowDB: 6, FadingDB: 1}, l)
		for i := range 4 {
			m.AddGateway(&Gateway{Site: site(fmt.Sprintf("gw%d", i), float64(900*i)), Channels: []uint32{channel}, Heard: func(*Frame, Reception) {}})
		}
		got := map[string]string{}
		m.OnFrame = func(f *Frame, rs []Reception) {
			for _, r := range rs {
				got[fmt.Sprintf("%s/%d/%s", f.From.Name, f.Seq, r.Receiver)] = fmt.Sprintf("%.3f %.3f %s", r.RSSI, r.SNR, r.Reason)
			}
		}
		for _, i := range order {
			at := time.Duration(i%3) * 70 * time.Millisecond
			f := Frame{Kind: Uplink, From: site(fmt.Sprint("d", i), float64(300+500*i)), PowerDBm: 14, FreqHz: channel, SF: 7, BandwidthKHz: 125, Payload: []byte{1}, Start: at}
			l.At(at, func(time.Duration) { m.Transmit(f) })
		}
		l.Advance(time.Minute)
		return got
	}
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7}).Draw(t, "order")
		want := run(seed, []int{0, 1, 2, 3, 4, 5, 6, 7})
		if len(want) != 32 {
			t.Fatalf("%d receptions, want 32", len(want))
		}
		if d := cmp.Diff(want, run(seed, order)); d != "" {
			t.Fatal(d)
		}
		if cmp.Equal(want, run(seed+1, order)) {
			t.Fatal("another seed made no difference")
		}
	})
}

// TestLossBounds holds that no link is better than free space and that a link
// is nearly the same in both directions.
func TestLossBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Model{Seed: chance.Seed(rapid.Uint64().Draw(t, "seed")), Exponent: 2.7, ClutterDB: 3, ShadowDB: 8, FadingDB: 2}
		a := site("a", 0)
		b := site("b", rapid.Float64Range(1, 30_000).Draw(t, "metres"))
		seq := rapid.Uint64().Draw(t, "seq")
		ab, ba := m.Loss(a, b, channel, seq), m.Loss(b, a, channel, seq)
		if floor := FreeSpace(Distance(a, b), channel); ab < floor+MarginDB || ba < floor+MarginDB {
			t.Fatalf("loss %.2f and %.2f below free space %.2f", ab, ba, floor)
		}
		if diff := ab - ba; diff > 20 || diff < -20 {
			t.Fatalf("directions differ by %.2f dB", diff)
		}
		if again := m.Loss(a, b, channel, seq); again != ab {
			t.Fatalf("loss changed from %v to %v", ab, again)
		}
	})
}

func TestDeviceHearsInvertedInItsWindowOnly(t *testing.T) {
	l := loop.NewVirtual()
	m := New(model(), l)
	open, heard := false, 0
	m.AddDevice(&Device{Site: site("dev", 300), Listening: func(*Frame) bool { return open }, Heard: func(*Frame, Reception) { heard++ }})
	send := func(at time.Duration, inverted bool) {
		f := Frame{Kind: Downlink, From: site("gw", 0), PowerDBm: 14, FreqHz: channel, SF: 7, BandwidthKHz: 125, Inverted: inverted, Payload: []byte{1}, Start: at}
		l.At(at, func(time.Duration) { m.Transmit(f) })
	}
	send(0, true)
	l.Advance(time.Second)
	open = true
	send(time.Second, false)
	send(2*time.Second, true)
	l.Advance(time.Minute)
	if heard != 1 {
		t.Errorf("heard %d frames, want 1", heard)
	}
}
