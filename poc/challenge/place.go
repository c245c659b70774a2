package challenge

import (
	"math/bits"

	"github.com/hexwave/hexwave/poc/geo"
)

// place is where in a block a beacon goes: a slot and a channel.
type place struct{ slot, channel uint8 }

func (p place) bit() uint64 { return 1 << (channelBits*uint(p.slot) + uint(p.channel)) }

// places keeps which places of the coming transmission block are taken, by
// zone. All that share a transmission block are drawn in one block, so nothing
// of it outlives the block.
type places struct {
	taken map[geo.Cell]uint64
	slots uint
}

func newPlaces(slots uint32) *places {
	return &places{taken: make(map[geo.Cell]uint64), slots: uint(slots)}
}

// free returns the mask of places that nobody in the zone or its ring has.
func (p *places) free(zone geo.Cell, channels int) uint64 {
	disk, err := geo.Disk(zone, 1)
	if err != nil {
		return 0
	}
	var mask uint64
	row := uint64(1)<<min(channels, channelBits) - 1
	for s := range p.slots {
		mask |= row << (channelBits * s)
	}
	for _, z := range disk {
		mask &^= p.taken[z]
	}
	return mask
}

func (p *places) take(zone geo.Cell, at place) { p.taken[zone] |= at.bit() }

// choose returns the place at position n of the places in mask, counted from the
// lowest and around; mask must not be empty.
func choose(mask, n uint64) place {
	for range n % uint64(bits.OnesCount64(mask)) {
		mask &= mask - 1
	}
	at := uint(bits.TrailingZeros64(mask))
	return place{slot: uint8(at / channelBits), channel: uint8(at % channelBits)}
}

// row returns the mask of all channels of a slot.
func row(slot uint8) uint64 { return (1<<channelBits - 1) << (channelBits * uint(slot)) }
