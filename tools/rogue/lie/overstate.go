package lie

import (
	"context"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Overstated is the kind of lie that RSSI tells.
const Overstated = "overstated-rssi"

// overstate replaces the RSSI of a true report by one 20 to 40 dB above what
// free space allows between the two asserted places.
func (l *Liar) overstate(ctx context.Context, r wire.Report) error {
	c, err := l.challenge(ctx, r.Challenge)
	if err != nil {
		return err
	}
	d2, self, err := l.distance(ctx, c)
	if err != nil {
		return err
	}
	most := verify.MaxRSSI(d2, c.Frequency, int32(c.Power), int32(self.Gain), 0)
	r.RSSI = int16(most + 200 + int32(l.dice(c.ID).IntN(201)))
	return l.say(Overstated, r)
}

func (l *Liar) challenge(ctx context.Context, id uint64) (wire.Challenge, error) {
	if t, ok := l.open[id]; ok {
		return t.c, nil
	}
	rec, err := l.cfg.Node.Record(ctx, id)
	return rec.Challenge, err
}

// distance returns the squared chord between the beaconer's asserted place and
// ours, mm^2, and our place.
func (l *Liar) distance(ctx context.Context, c wire.Challenge) (uint64, Place, error) {
	self, err := l.cfg.Node.Place(ctx, l.cfg.Index())
	if err != nil {
		return 0, Place{}, err
	}
	beaconer, err := l.cfg.Node.Place(ctx, c.Hotspot)
	if err != nil {
		return 0, Place{}, err
	}
	return geo.D2(beaconer.At, self.At), self, nil
}
