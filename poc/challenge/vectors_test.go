package challenge

import (
	"crypto/sha256"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/proto/wire"
)

// The vectors of docs/spec/poc.md.
func TestSpecVectors(t *testing.T) {
	r := sha256.Sum256([]byte("R0"))
	var picked []uint64
	for j := range uint64(5) {
		picked = append(picked, pick(r, wire.PurposeTarget, j, 1_000))
	}
	if diff := cmp.Diff([]uint64{73, 62, 80, 423, 93}, picked); diff != "" {
		t.Errorf("targets of 1,000:\n%s", diff)
	}

	p := testParams()
	m := newMemory(t, 6, 1_000)
	w := Window{}.Next(100, 3, 6)
	if _, _, err := Draw(t.Context(), p, Block{Height: 100, TimeMs: 1_000_000, R: r, NextID: 7}, w, m); err != nil {
		t.Fatal(err)
	}
	type assigned struct {
		ID      uint64
		Hotspot uint32
		Slot    uint8
		Channel uint8
		SF      uint8
		Power   int16
		TxAt    uint64
	}
	var got []assigned
	for _, c := range m.opened {
		got = append(got, assigned{c.ID, c.Hotspot, c.Slot, c.Channel, c.SF, c.Power, c.TxAt})
	}
	if diff := cmp.Diff([]assigned{
		{7, 4, 1, 5, 9, 131, 1_015_000},
		{8, 3, 0, 7, 9, 161, 1_012_000},
	}, got); diff != "" {
		t.Errorf("a block's draw:\n%s", diff)
	}
	if diff := cmp.Diff([]uint32{1, 2, 5, 6}, m.left); diff != "" {
		t.Errorf("left after it:\n%s", diff)
	}
}
