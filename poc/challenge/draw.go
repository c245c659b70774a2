package challenge

import (
	"context"
	"fmt"
	"slices"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// Readiness says whether a hotspot of the set can be challenged now.
type Readiness uint8

// Readiness of a hotspot.
const (
	Ready Readiness = iota
	Busy            // a challenge of it is open; try a later block
	Gone            // left, banned, out of the draw or out of preimages
)

// Target is a hotspot as frozen for the window, with how far its hash chain is
// used.
type Target struct {
	Hotspot uint32
	Key     wire.PubKey
	Zone    geo.Cell
	Cell    geo.Cell // resolution 8
	Region  uint16
	Plan    *region.Plan
	Air     Air

	Index      uint32 // of the preimage to send
	KnownIndex uint32
	Known      wire.Preimage
}

// Set is the frozen set of the window, and the place to put what was drawn.
type Set interface {
	// Left returns the hotspot of a rank below the window's Remaining: 0 is the
	// lowest index not taken yet.
	Left(ctx context.Context, rank uint64) (hotspot uint32, err error)
	// Any returns the hotspot of a rank below the window's Frozen, taken or not.
	Any(ctx context.Context, rank uint64) (hotspot uint32, err error)
	// Take takes a hotspot out of those that are left.
	Take(ctx context.Context, hotspot uint32) error
	// Target returns a hotspot of the set and whether it can be challenged.
	Target(ctx context.Context, hotspot uint32) (Target, Readiness, error)
	// Open stores a challenge; from then on the hotspot is Busy and its next
	// index is one lower.
	Open(ctx context.Context, c wire.Challenge, air Air) error
}

// Block is what a draw depends on besides the window.
type Block struct {
	Chain  wire.ChainHash
	Height uint64
	TimeMs uint64 // header time, Unix milliseconds
	R      [32]byte
	NextID uint64 // id of the next challenge
}

// Draw opens the challenges of one block: its share of what remains of the
// window, plus surprise challenges, plus partners of pairs. It returns the
// window and the next challenge id after the block. Errors are those of set.
func Draw(ctx context.Context, p *Params, b Block, w Window, set Set) (Window, uint64, error) {
	d := drawing{p: p, b: b, w: w, set: set, places: newPlaces(p.Slots)}
	due := min(w.due(b.Height), uint64(p.MaxDraws))
	// Busy hotspots and full zones cost a try and stay for a later block.
	tries := 2*due + limits.MaxPairTries
	for due > 0 && tries > 0 && d.w.Remaining > 0 {
		tries--
		drawn, err := d.one(ctx)
		if err != nil {
			return w, b.NextID, fmt.Errorf("draw at height %d: %w", b.Height, err)
		}
		due -= min(drawn, due)
	}
	return d.w, d.b.NextID, nil
}

// drawing is the state of one block's draw.
type drawing struct {
	p      *Params
	b      Block
	w      Window
	set    Set
	places *places
	tries  uint64
}

// one draws a hotspot of what remains and returns how many were taken out of
// the window: 0, 1, or 2 with a partner.
func (d *drawing) one(ctx context.Context) (uint64, error) {
	hotspot, err := d.set.Left(ctx, pick(d.b.R, wire.PurposeTarget, d.tries, d.w.Remaining))
	d.tries++
	if err != nil {
		return 0, err
	}
	t, ready, err := d.set.Target(ctx, hotspot)
	if err != nil || ready == Busy {
		return 0, err
	}
	if ready == Gone {
		d.w.Skipped++
		return 1, d.take(ctx, hotspot)
	}
	free := d.places.free(t.Zone, len(t.Plan.Channels))
	if free == 0 {
		return 0, nil
	}
	id := d.b.NextID
	spot := choose(free, wire.Draw(d.b.R, wire.PurposePlace, id, 0))
	if err := d.take(ctx, hotspot); err != nil {
		return 0, err
	}
	d.w.Drawn++
	mate, isPaired, err := d.mate(ctx, id, &t, spot)
	if err != nil {
		return 0, err
	}
	kind := wire.ChallengeRegular
	if isPaired {
		kind = wire.ChallengePaired
	}
	if err := d.open(ctx, &t, spot, kind); err != nil {
		return 0, err
	}
	taken := uint64(1)
	if isPaired {
		taken++
		if err := d.openMate(ctx, &mate, spot); err != nil {
			return 0, err
		}
	}
	return taken, d.surprise(ctx, id)
}

// take takes a hotspot out of what remains.
func (d *drawing) take(ctx context.Context, hotspot uint32) error {
	d.w.Remaining--
	return d.set.Take(ctx, hotspot)
}

// mate finds the second of a pair for one challenge in PairedPermille of them:
// another hotspot that remains, in the same zone or its ring, with a channel
// free in the same slot. One radio cannot send on two channels at once.
func (d *drawing) mate(ctx context.Context, id uint64, first *Target, at place) (mate Target, ok bool, err error) {
	if wire.Draw(d.b.R, wire.PurposePlace, id, 3)%permille >= uint64(d.p.PairedPermille) {
		return mate, false, nil
	}
	disk, err := geo.Disk(first.Zone, 1)
	if err != nil {
		return mate, false, nil
	}
	for n := uint64(0); n < limits.MaxPairTries && d.w.Remaining > 0; n++ {
		hotspot, err := d.set.Left(ctx, wire.Draw(d.b.R, wire.PurposePlace, id, 4+n)%d.w.Remaining)
		if err != nil {
			return mate, false, err
		}
		t, ready, err := d.set.Target(ctx, hotspot)
		if err != nil {
			return mate, false, err
		}
		if ready == Ready && t.Region == first.Region && slices.Contains(disk, t.Zone) && d.freeBeside(&t, at) != 0 {
			return t, true, nil
		}
	}
	return mate, false, nil
}

// freeBeside returns the places left to t in the slot of at, not on its channel.
func (d *drawing) freeBeside(t *Target, at place) uint64 {
	return d.places.free(t.Zone, len(t.Plan.Channels)) & row(at.slot) &^ at.bit()
}

func (d *drawing) openMate(ctx context.Context, t *Target, at place) error {
	if err := d.take(ctx, t.Hotspot); err != nil {
		return err
	}
	d.w.Drawn++
	spot := choose(d.freeBeside(t, at), wire.Draw(d.b.R, wire.PurposePlace, d.b.NextID, 0))
	return d.open(ctx, t, spot, wire.ChallengePaired)
}

// surprise challenges, behind SurprisePermille of the challenges, any hotspot of
// the whole set once more, so that being done for this window is no rest.
func (d *drawing) surprise(ctx context.Context, id uint64) error {
	if wire.Draw(d.b.R, wire.PurposeSurprise, id, 0)%permille >= uint64(d.p.SurprisePermille) {
		return nil
	}
	hotspot, err := d.set.Any(ctx, wire.Draw(d.b.R, wire.PurposeSurprise, id, 1)%d.w.Frozen)
	if err != nil {
		return err
	}
	t, ready, err := d.set.Target(ctx, hotspot)
	if err != nil || ready != Ready {
		return err
	}
	free := d.places.free(t.Zone, len(t.Plan.Channels))
	if free == 0 {
		return nil
	}
	return d.open(ctx, &t, choose(free, wire.Draw(d.b.R, wire.PurposePlace, d.b.NextID, 0)), wire.ChallengeSurprise)
}

// open assigns what the beaconer has no say in, and stores the challenge.
func (d *drawing) open(ctx context.Context, t *Target, at place, kind wire.ChallengeKind) error {
	id, h := d.b.NextID, d.b.Height
	factors := uint64(t.Air.MaxSF) - region.MinSF + 1
	steps := uint64(len(d.p.PowerSteps))
	c := wire.Challenge{
		Chain: d.b.Chain, ID: id, Hotspot: t.Hotspot, Kind: kind, Drawn: h, DrawnAt: d.b.TimeMs,
		TxAt:       d.b.TimeMs + uint64(d.p.TxDelay)*uint64(d.p.BlockMs) + uint64(at.slot)*uint64(d.p.SlotMs),
		Slot:       at.slot,
		Channel:    at.channel,
		Frequency:  uint32(t.Plan.Channels[at.channel]),
		Bandwidth:  t.Plan.BandwidthKHz,
		SF:         region.MinSF + uint8(wire.Draw(d.b.R, wire.PurposePlace, id, 1)%factors),
		Power:      int16(int32(t.Plan.MaxEIRP) + d.p.PowerSteps[wire.Draw(d.b.R, wire.PurposePlace, id, 2)%steps]),
		Region:     t.Region,
		Cell:       uint64(t.Cell),
		Randomness: d.b.R, Key: t.Key,
		Index: t.Index, KnownIndex: t.KnownIndex, Known: t.Known,
		Close:  h + uint64(d.p.CloseBlocks),
		Reveal: h + uint64(d.p.RevealBlocks),
		Settle: h + uint64(d.p.SettleBlocks),
		Params: d.p.Version,
	}
	d.b.NextID++
	d.places.take(t.Zone, at)
	return d.set.Open(ctx, c, t.Air)
}
