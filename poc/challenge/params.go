package challenge

import (
	"errors"
	"fmt"

	"github.com/hexwave/hexwave/poc/limits"
)

// ErrParams is returned for parameters that are out of range or contradict each
// other.
var ErrParams = errors.New("challenge parameters out of range")

// Params are the parameters of drawing. Times are blocks unless they say
// otherwise.
type Params struct {
	Version          uint32
	WindowBlocks     uint64
	TxDelay          uint32 // from the draw to the transmission
	BlockMs          uint32 // nominal interval, milliseconds
	Slots            uint32 // in a block
	SlotMs           uint32 // milliseconds
	CloseBlocks      uint32 // reports are accepted until h0 + this
	RevealBlocks     uint32 // reveals until h0 + this
	SettleBlocks     uint32 // settlement at h0 + this
	AirtimePermille  uint32 // of channel time that a zone may use
	SurprisePermille uint32
	PairedPermille   uint32
	MaxDraws         uint32 // in a block
	MaxWalk          uint32 // along a hash chain
	PowerSteps       []int32
}

// channelBits is the room for channels in a slot's part of a place mask.
const channelBits = 8

// Validate returns [ErrParams] when drawing with p would not be bounded, or when
// the phases of a challenge would overlap.
func (p *Params) Validate() error {
	for _, c := range []struct {
		ok   bool
		what string
	}{
		{p.WindowBlocks >= 2 && p.WindowBlocks < 1<<32, "window_blocks must be 2 to 2^32"},
		{p.TxDelay >= 1, "tx_delay must be at least 1: nobody can transmit in the past"},
		{p.BlockMs >= 1 && p.BlockMs <= 3_600_000, "block_ms must be 1 to 3,600,000"},
		{p.Slots >= 1 && p.Slots <= limits.MaxPlaces/channelBits, "slots_per_block must be 1 to 8"},
		{p.SlotMs >= 1 && uint64(p.Slots)*uint64(p.SlotMs) <= uint64(p.BlockMs), "slots must fit into a block"},
		{p.CloseBlocks > p.TxDelay, "close_blocks must exceed tx_delay"},
		{p.RevealBlocks > p.CloseBlocks, "reveal_blocks must exceed close_blocks"},
		{p.SettleBlocks > p.RevealBlocks, "settle_blocks must exceed reveal_blocks"},
		{p.SettleBlocks < limits.RandomnessKept, "settle_blocks must be below the randomness kept"},
		{uint64(p.SettleBlocks) < p.WindowBlocks, "settle_blocks must be below window_blocks"},
		{p.AirtimePermille >= 1 && p.AirtimePermille <= permille, "airtime_permille must be 1 to 1000"},
		{p.SurprisePermille <= permille && p.PairedPermille <= permille, "surprise and paired must be at most 1000"},
		{p.MaxDraws >= 1 && p.MaxDraws <= limits.MaxDraws, "max_draws_per_block out of bounds"},
		{p.MaxWalk >= 1 && p.MaxWalk <= limits.MaxWalk, "max_walk must be 1 to 256"},
		{len(p.PowerSteps) >= 1 && len(p.PowerSteps) <= 16, "power_steps must have 1 to 16 entries"},
		{stepsInRange(p.PowerSteps), "a power step must be -300 to 0"},
	} {
		if !c.ok {
			return fmt.Errorf("%w: %s", ErrParams, c.what)
		}
	}
	return nil
}

func stepsInRange(steps []int32) bool {
	for _, s := range steps {
		if s < -300 || s > 0 {
			return false
		}
	}
	return true
}
