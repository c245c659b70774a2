package types

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestRoundTrips(t *testing.T) {
	u16, u32, u64 := rapid.Uint16(), rapid.Uint32(), rapid.Uint64()
	rapid.Check(t, func(t *rapid.T) {
		a := Account{u16.Draw(t, "pages"), u32.Draw(t, "swept"), u32.Draw(t, "epoch"), u64.Draw(t, "balance"), u64.Draw(t, "inflow")}
		if got, err := DecodeAccount(a.Encode()); err != nil || got != a || len(a.Encode()) != 28 {
			t.Fatalf("account %v, %v", got, err)
		}
		h := Hot{Epoch: u32.Draw(t, "hot epoch")}
		var c Cold
		for range rapid.IntRange(0, 5).Draw(t, "slots") {
			slot := rapid.Uint8Max(63).Draw(t, "slot")
			h.Points[slot] = rapid.Uint64Max(MaxPoints).Draw(t, "points")
			c.Put(slot, Slot{u32.Draw(t, "hotspot"), u64.Draw(t, "accrued"), u64.Draw(t, "escrow"), u32.Draw(t, "mature"), uint32(u16.Draw(t, "last"))})
		}
		if got, err := DecodeHot(h.Encode()); err != nil || got != h {
			t.Fatalf("hot %v, %v", got, err)
		}
		if b := c.Encode(); b != nil {
			got, err := DecodeCold(b)
			if diff := cmp.Diff(c, got); err != nil || diff != "" {
				t.Fatalf("cold: %v %s", err, diff)
			}
		}
		row := Row{u64.Draw(t, "pool"), u64.Draw(t, "total"), u64.Draw(t, "height")}
		if got, err := DecodeRow(row.Encode()); err != nil || got != row {
			t.Fatalf("row %v, %v", got, err)
		}
		s := State{u32.Draw(t, "current"), u64.Draw(t, "now"), u64.Draw(t, "cell"), u64.Draw(t, "liability")}
		if got, err := DecodeState(s.Encode()); err != nil || got != s || len(s.Encode()) != 28 {
			t.Fatalf("state %v, %v", got, err)
		}
		k := Clock{rapid.Int64().Draw(t, "start"), u64.Draw(t, "burned"), u64.Draw(t, "pool"), u64.Draw(t, "cells")}
		if got, err := DecodeClock(k.Encode()); err != nil || got != k {
			t.Fatalf("clock %v, %v", got, err)
		}
		r := Residence{
			Home:  Place{u64.Draw(t, "home"), u16.Draw(t, "page"), rapid.Uint8Max(63).Draw(t, "slot")},
			Old:   Place{u64.Draw(t, "old"), u16.Draw(t, "page"), rapid.Uint8Max(63).Draw(t, "slot")},
			Moved: u32.Draw(t, "moved"), Lifetime: u64.Draw(t, "lifetime"),
		}
		if got, err := DecodeResidence(r.Encode()); err != nil || got != r || len(r.Encode()) != 34 {
			t.Fatalf("residence %v, %v", got, err)
		}
	})
}

// The sizes are those of the ledger's layout: 4 + 6n and 8 + 26n up to the
// highest slot.
func TestPageSizes(t *testing.T) {
	var h Hot
	var c Cold
	if len(h.Encode()) != 4 || c.Encode() != nil {
		t.Error("empty pages")
	}
	h.Points[2] = 1
	c.Put(2, Slot{Hotspot: 7})
	if len(h.Encode()) != 22 || len(c.Encode()) != 86 {
		t.Errorf("%d and %d bytes", len(h.Encode()), len(c.Encode()))
	}
	h.Points[63] = MaxPoints
	c.Put(63, Slot{Hotspot: 8})
	if len(h.Encode()) != 388 || len(c.Encode()) != 1672 {
		t.Errorf("%d and %d bytes", len(h.Encode()), len(c.Encode()))
	}
	if slot, ok := c.Take(9); slot != 0 || !ok {
		t.Errorf("lowest free slot is %d, %v", slot, ok)
	}
	c.Used = ^uint64(0)
	if _, ok := c.Take(9); ok {
		t.Error("a full page has room")
	}
	c.Free(5)
	if slot, ok := c.Take(9); slot != 5 || !ok {
		t.Errorf("freed slot is %d, %v", slot, ok)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(Account{}.Encode())
	f.Add((&Hot{Epoch: 3, Points: [64]uint64{1, 2}}).Encode())
	f.Add((&Cold{Used: 1}).Encode())
	f.Add(Residence{}.Encode())
	f.Add(Clock{}.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if a, err := DecodeAccount(b); err == nil && string(a.Encode()) != string(b) {
			t.Error("account is not reproduced")
		}
		if r, err := DecodeResidence(b); err == nil && string(r.Encode()) != string(b) {
			t.Error("residence is not reproduced")
		}
		if s, err := DecodeState(b); err == nil && string(s.Encode()) != string(b) {
			t.Error("state is not reproduced")
		}
		if r, err := DecodeRow(b); err == nil && string(r.Encode()) != string(b) {
			t.Error("row is not reproduced")
		}
		if spark, err := DecodeOwed(b); err == nil && string(EncodeOwed(spark)) != string(b) {
			t.Error("owed is not reproduced")
		}
		if c, err := DecodeClock(b); err == nil && string(c.Encode()) != string(b) {
			t.Error("clock is not reproduced")
		}
		if h, err := DecodeHot(b); err == nil {
			if again, err := DecodeHot(h.Encode()); err != nil || again != h {
				t.Error("hot page is not reproduced")
			}
		}
		if c, err := DecodeCold(b); err == nil && c.Used != 0 {
			if again, err := DecodeCold(c.Encode()); err != nil || again != c {
				t.Error("cold page is not reproduced")
			}
		}
	})
}

func TestTurnDoesNotDependOnTheMoment(t *testing.T) {
	early, late := Account{Inflow: 9, InflowEpoch: 4}, Account{Inflow: 9, InflowEpoch: 4}
	early.Turn(5)
	early.Turn(6)
	late.Turn(6)
	if early != late || early.Balance != 9 {
		t.Errorf("%v and %v", early, late)
	}
	late.Turn(6)
	late.Inflow = 3
	late.Turn(6)
	if late.Balance != 9 || late.Inflow != 3 {
		t.Errorf("inflow of the current epoch moved: %v", late)
	}
}

// 400 epochs without points, also where the 16 bits of the epoch begin again; an
// epoch before the mark is no reason.
func TestQuiet(t *testing.T) {
	for _, tc := range []struct {
		last, now uint32
		want      bool
	}{
		{1, 1, false},
		{1, 400, false},
		{1, 401, true},
		{70_000, 70_399, false},
		{70_000, 70_400, true},
		{65_530, 65_929, false},
		{65_530, 65_930, true},
		{8, 7, false},
		{65_536, 65_535, false},
	} {
		var s Slot
		if s.Mark(tc.last); s.Quiet(tc.now) != tc.want {
			t.Errorf("marked in %d, epoch %d: %v", tc.last, tc.now, !tc.want)
		}
	}
}
