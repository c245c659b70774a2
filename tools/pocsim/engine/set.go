package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// set is the frozen set of the window that runs.
type set struct{ c *Chain }

var _ challenge.Set = set{}

func (s set) Left(ctx context.Context, rank uint64) (uint32, error) { return s.c.left.At(ctx, rank) }
func (s set) Any(ctx context.Context, rank uint64) (uint32, error)  { return s.c.all.At(ctx, rank) }
func (s set) Take(ctx context.Context, hotspot uint32) error        { return s.c.left.Remove(ctx, hotspot) }

func (s set) Target(_ context.Context, hotspot uint32) (challenge.Target, challenge.Readiness, error) {
	h := s.c.hotspots[hotspot]
	t := challenge.Target{
		Hotspot: hotspot, Key: h.Site.Key, Zone: h.Site.Zone, Cell: h.Cell.Parent(8), Region: h.Site.Region,
		Plan: &s.c.plan, Air: h.air, Index: 1, KnownIndex: 2,
	}
	switch {
	case h.Out:
		return t, challenge.Gone, nil
	case h.openUntil > s.c.Height:
		return t, challenge.Busy, nil
	}
	return t, challenge.Ready, nil
}

// open is a challenge with what came of it.
type open struct {
	challenge wire.Challenge
	preimage  wire.Preimage
	beaconer  verify.Site
	sortition verify.Sortition
	near      []geo.Cell // zones of the near stratum
	stretch   uint32
	scale     uint32
	played    Played
}

// Open has the world play a challenge at once: nothing that happens before it is
// settled depends on it.
func (s set) Open(ctx context.Context, c wire.Challenge, air challenge.Air) error {
	chain := s.c
	h := chain.hotspots[c.Hotspot]
	near, err := chain.around(h.Site.Zone)
	if err != nil {
		return err
	}
	far, err := chain.around(h.Site.Zone.Parent(farRes))
	if err != nil {
		return err
	}
	o := open{
		challenge: c, beaconer: h.Site, stretch: air.Stretch, scale: 10_000,
		sortition: verify.Sortition{Near: near, NearTarget: chain.Rules.Near, Far: far - min(far, near), FarTarget: chain.Rules.Far},
	}
	if !chain.Rules.NoDensity {
		if o.scale, err = score.DensityScale(ctx, chain.density, h.Cell); err != nil {
			return err
		}
	}
	secret := sha256.Sum256(binary.BigEndian.AppendUint64(h.owner[:], c.ID))
	o.preimage = wire.Preimage(secret[:wire.PreimageSize])
	h.open, h.openUntil = c.ID, c.Close
	h.Challenged++
	o.near, err = geo.Disk(h.Site.Zone, 1)
	if err != nil {
		return err
	}
	o.played = chain.player.Play(&o.challenge, o.preimage, func(hotspot uint32) bool { return chain.mayReport(&o, hotspot) })
	chain.queue = append(chain.queue, o)
	return nil
}

// mayReport tells whether sortition lets a hotspot report.
func (c *Chain) mayReport(o *open, hotspot uint32) bool {
	h := c.hotspots[hotspot]
	return hotspot != o.challenge.Hotspot && !h.Out && h.Since < c.window.Start &&
		o.sortition.Eligible(&o.challenge, hotspot, !slices.Contains(o.near, h.Site.Zone))
}
