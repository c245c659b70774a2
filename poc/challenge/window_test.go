package challenge

import (
	"errors"
	"testing"

	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/region"
)

func TestWindow(t *testing.T) {
	w := Window{Number: 4}.Next(100, 50, 10)
	if w.Number != 5 || w.Start != 100 || w.End != 150 || w.Remaining != 10 || !w.Balanced() {
		t.Errorf("%+v", w)
	}
	w.Remaining, w.Drawn = 7, 3
	if v := w.Voided(); v.Drawn != 2 || v.Void != 1 || !v.Balanced() {
		t.Errorf("%+v", v)
	}
	if v := (Window{}).Voided(); v != (Window{}) {
		t.Errorf("%+v", v)
	}
	if got := w.due(150); got != 7 {
		t.Errorf("an extended window is due %d", got)
	}
	if got := w.due(148); got != 4 {
		t.Errorf("two blocks before the end %d are due", got)
	}
}

func TestFreezeStart(t *testing.T) {
	for _, c := range []struct{ frozen, want uint64 }{{0, 149}, {511, 149}, {512, 148}, {1 << 30, 100}} {
		if got := (Window{Start: 100, End: 150, Frozen: c.frozen}).FreezeStart(1024); got != c.want {
			t.Errorf("%d hotspots freeze from %d, want %d", c.frozen, got, c.want)
		}
	}
}

func TestIncluded(t *testing.T) {
	for h := range uint32(20) {
		turns := 0
		for w := range uint64(12) {
			if Included(h, w, 4) {
				turns++
			}
		}
		if turns != 3 || !Included(h, 0, 1) || !Included(h, 5, 0) {
			t.Errorf("hotspot %d has %d turns in 12 windows of stretch 4", h, turns)
		}
	}
}

func TestBudget(t *testing.T) {
	p := testParams()
	p.WindowBlocks, p.AirtimePermille = 3_600, 10 // six hours, 1 %: 1,728 s of eight channels
	plan, ok := region.ByID(region.EU868)
	if !ok {
		t.Fatal("no plan for EU868")
	}
	for _, c := range []struct {
		hotspots uint64
		want     Air
	}{
		{0, Air{12, 1}},
		{1_000, Air{12, 1}},
		{8_395, Air{9, 1}}, // 1,728 s / 205.824 ms
		{8_396, Air{8, 1}},
		{28_008, Air{7, 1}}, // 1,728 s / 61.696 ms
		{28_009, Air{7, 2}},
		{107_796, Air{7, 4}},
		{1 << 40, Air{7, limits.MaxStretch}},
	} {
		if got, ok := Budget(p, &plan, c.hotspots); !ok || got != c.want {
			t.Errorf("%d hotspots: %+v %v, want %+v", c.hotspots, got, ok, c.want)
		}
	}
	p.SlotMs = 300 // SF9 takes 206 ms, SF10 412 ms
	if got, _ := Budget(p, &plan, 1); got.MaxSF != 9 {
		t.Errorf("slot of 300 ms: %+v", got)
	}
	p.SlotMs = 50
	if got, ok := Budget(p, &plan, 1); ok {
		t.Errorf("slot of 50 ms: %+v", got)
	}
}

func TestParamsValidate(t *testing.T) {
	if err := testParams().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Params){
		"window":        func(p *Params) { p.WindowBlocks = 1 },
		"delay":         func(p *Params) { p.TxDelay = 0 },
		"block":         func(p *Params) { p.BlockMs = 0 },
		"slots":         func(p *Params) { p.Slots = 9 },
		"slot overlap":  func(p *Params) { p.SlotMs = 3_001 },
		"slot overflow": func(p *Params) { p.SlotMs = 1 << 31 },
		"close":         func(p *Params) { p.CloseBlocks = 2 },
		"reveal":        func(p *Params) { p.RevealBlocks = 8 },
		"settle":        func(p *Params) { p.SettleBlocks = 14 },
		"settle late":   func(p *Params) { p.SettleBlocks = 40 },
		"settle kept":   func(p *Params) { p.SettleBlocks, p.WindowBlocks = limits.RandomnessKept, 9_999 },
		"airtime":       func(p *Params) { p.AirtimePermille = 0 },
		"surprise":      func(p *Params) { p.SurprisePermille = 1_001 },
		"paired":        func(p *Params) { p.PairedPermille = 1_001 },
		"draws":         func(p *Params) { p.MaxDraws = limits.MaxDraws + 1 },
		"walk":          func(p *Params) { p.MaxWalk = 257 },
		"no steps":      func(p *Params) { p.PowerSteps = nil },
		"step up":       func(p *Params) { p.PowerSteps = []int32{1} },
	} {
		p := testParams()
		change(p)
		if err := p.Validate(); !errors.Is(err, ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
