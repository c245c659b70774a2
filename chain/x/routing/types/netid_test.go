package types

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The addresses of NetIDs as their holders publish them, and the ends of each type.
func TestSpans(t *testing.T) {
	for _, tc := range []struct {
		id          string
		first, last uint32
	}{
		{"000000", 0x00000000, 0x01ffffff},
		{"000001", 0x02000000, 0x03ffffff},
		{"000013", 0x26000000, 0x27ffffff}, // The Things Network
		{"000024", 0x48000000, 0x49ffffff},
		{"00003c", 0x78000000, 0x79ffffff},
		{"00003f", 0x7e000000, 0x7fffffff},
		{"200000", 0x80000000, 0x80ffffff},
		{"20003f", 0xbf000000, 0xbfffffff},
		{"400000", 0xc0000000, 0xc00fffff},
		{"4001ff", 0xdff00000, 0xdfffffff},
		{"600000", 0xe0000000, 0xe001ffff},
		{"60002d", 0xe05a0000, 0xe05bffff},
		{"6007ff", 0xeffe0000, 0xefffffff},
		{"800000", 0xf0000000, 0xf0007fff},
		{"800fff", 0xf7ff8000, 0xf7ffffff},
		{"a00000", 0xf8000000, 0xf8001fff},
		{"a01fff", 0xfbffe000, 0xfbffffff},
		{"c00053", 0xfc014c00, 0xfc014fff},
		{"c07fff", 0xfdfffc00, 0xfdffffff},
		{"e00000", 0xfe000000, 0xfe00007f},
		{"e1ffff", 0xfeffff80, 0xfeffffff},
	} {
		id, err := ParseNetID(tc.id)
		if err != nil {
			t.Fatal(err)
		}
		n, err := NewNetID(id)
		if err != nil || n.First != tc.first || n.Last != tc.last || n.Next != tc.first {
			t.Errorf("%s: %08x to %08x, want %08x to %08x: %v", tc.id, n.First, n.Last, tc.first, tc.last, err)
		}
	}
	for _, id := range []uint32{1 << 24, 0x000040, 0x1fffff, 0x200040, 0x400200, 1<<32 - 1} {
		if _, err := NewNetID(id); !errors.Is(err, ErrNetID) {
			t.Errorf("%x: %v", id, err)
		}
	}
}

// Every NetID is a whole number of blocks, and two either have all addresses in common
// or none.
func TestSpansNest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Uint32Range(0, 1<<24-1)
		a, err := NewNetID(id.Draw(t, "a"))
		b, err2 := NewNetID(id.Draw(t, "b"))
		if err != nil || err2 != nil {
			return
		}
		if a.First%BlockSize != 0 || a.Last%BlockSize != BlockSize-1 || a.First > a.Last {
			t.Fatalf("%06x: %08x to %08x", a.NetId, a.First, a.Last)
		}
		if a.Overlaps(b) != (a.First == b.First && a.Last == b.Last) {
			t.Fatalf("%06x and %06x overlap in part", a.NetId, b.NetId)
		}
	})
}

// What is taken is one run of blocks without a gap, within the NetID.
func TestTake(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, err := NewNetID(rapid.Uint32Range(0xc00000, 0xc07fff).Draw(t, "id")) // 128 blocks
		if err != nil {
			t.Fatal(err)
		}
		left := uint32(128)
		for _, blocks := range rapid.SliceOfN(rapid.Uint32Range(0, 70), 1, 12).Draw(t, "blocks") {
			before := n.Next
			after, r, err := n.Take(7, blocks)
			switch {
			case blocks == 0:
				if !errors.Is(err, ErrBlocks) {
					t.Fatalf("no block: %v", err)
				}
			case blocks > left:
				if !errors.Is(err, ErrDevAddrsGone) || after.Next != before {
					t.Fatalf("%d of %d: %v", blocks, left, err)
				}
			case err != nil || r.First != before || r.Last != before+8*blocks-1 || after.Next != before+8*blocks || r.Org != 7:
				t.Fatalf("%d of %d: %v, %v", blocks, left, r, err)
			default:
				n, left = after, left-blocks
			}
		}
	})
	if _, _, err := (NetID{}).Take(1, MaxBlocks+1); !errors.Is(err, ErrBlocks) {
		t.Errorf("too many: %v", err)
	}
}

// Six hex digits and nothing else are a NetID.
func TestParseNetID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Uint32Range(0, 1<<24-1).Draw(t, "id")
		if got, err := ParseNetID(fmt.Sprintf("%06x", id)); err != nil || got != id {
			t.Fatalf("%06x: %x, %v", id, got, err)
		}
		text := rapid.StringMatching(`[0-9a-fG ]{0,9}`).Draw(t, "text")
		want := len(text) == 6 && !strings.ContainsAny(text, "G ")
		if _, err := ParseNetID(text); (err == nil) != want || err != nil && !errors.Is(err, ErrNetID) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
