package challenge

import (
	"github.com/hexwave/hexwave/proto/wire"
)

// permille is one in thousandths.
const permille = 1_000

// Window is the account of one window over its frozen set.
type Window struct {
	Number    uint64
	Start     uint64 // height
	End       uint64 // first height after
	Frozen    uint64
	Remaining uint64
	Drawn     uint64
	Skipped   uint64
	Void      uint64
}

// Balanced tells whether every hotspot of the set is accounted for:
// drawn + skipped + void + remaining = frozen.
func (w Window) Balanced() bool {
	return w.Drawn+w.Skipped+w.Void+w.Remaining == w.Frozen
}

// Voided returns w with one of its draws found void.
func (w Window) Voided() Window {
	if w.Drawn > 0 {
		w.Drawn, w.Void = w.Drawn-1, w.Void+1
	}
	return w
}

// Closed returns w at its end: who was not drawn until then is skipped.
func (w Window) Closed() Window {
	w.Skipped, w.Remaining = w.Skipped+w.Remaining, 0
	return w
}

// Next returns the window that follows at height, over a set of frozen.
func (w Window) Next(height, blocks, frozen uint64) Window {
	return Window{Number: w.Number + 1, Start: height, End: height + blocks, Frozen: frozen, Remaining: frozen}
}

// due returns how many hotspots to draw in the block of height so that the set
// is used up at the end.
func (w Window) due(height uint64) uint64 {
	left := uint64(1)
	if w.End > height {
		left = w.End - height
	}
	return (w.Remaining + left - 1) / left
}

// FreezeStart returns the height from which the set of the next window is built
// while this one runs, perBlock registry entries a block: as late as possible,
// with room for a registry that has doubled.
func (w Window) FreezeStart(perBlock uint64) uint64 {
	lead := 2*w.Frozen/perBlock + 1
	if lead >= w.End-w.Start {
		return w.Start
	}
	return w.End - lead
}

// Included tells whether a hotspot of a zone with a stretched window has its
// turn in a window: every stretch-th.
func Included(hotspot uint32, window uint64, stretch uint32) bool {
	return stretch <= 1 || (uint64(hotspot)+window)%uint64(stretch) == 0
}

// pick returns a uniform number below n, n > 0, by rejection: values at or above
// the largest multiple of n are drawn again.
func pick(r [32]byte, p wire.Purpose, a, n uint64) uint64 {
	over := -n % n // 2^64 mod n
	for retry := uint64(0); ; retry++ {
		if u := wire.Draw(r, p, a, retry); over == 0 || u < -over {
			return u % n
		}
	}
}
