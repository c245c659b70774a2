package town

import (
	"crypto/ed25519"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// Preimage returns an element of a hotspot's hash chain.
func (t *Town) Preimage(index, element uint32) wire.Preimage {
	return wire.WalkPreimage(t.chain, t.hotspots[index-1].public, 0, element, root(index))
}

// Reveal tells the secret of a challenge.
func (t *Town) Reveal(c *wire.Challenge) []byte {
	v := wire.Reveal{Chain: t.chain, Challenge: c.ID, Preimage: t.Preimage(c.Hotspot, c.Index)}
	return v.AppendTo(nil)
}

// Report signs that a hotspot heard the beacon of a challenge.
func (t *Town) Report(c *wire.Challenge, witness uint32) []byte {
	h := &t.hotspots[witness-1]
	r := wire.Report{
		Chain: t.chain, Challenge: c.ID, Witness: witness, RSSI: -1_100, SNR: 20, SF: c.SF,
		Tag: wire.Tag(t.chain, wire.NewBeacon(c.ID, t.Preimage(c.Hotspot, c.Index)), h.public),
	}
	r.Signature = wire.Signature(ed25519.Sign(h.key, r.AppendBody(nil)))
	return r.AppendTo(nil)
}

// Neighbours returns who stands in the same place as a hotspot, itself included.
func (t *Town) Neighbours(index uint32) []uint32 {
	first := t.hotspots[index-1].spot / PlaceSize * PlaceSize
	return t.spots[first:min(first+PlaceSize, len(t.spots))]
}

// Hears tells whether a hotspot hears another: they stand 0.5 to 9 km apart.
func (t *Town) Hears(a, b uint32) bool {
	d := geo.D2(t.hotspots[a-1].at.ECEF(), t.hotspots[b-1].at.ECEF())
	return d > geo.SquareMetres(500) && d < geo.SquareMetres(9_000)
}

// At returns where a hotspot stands.
func (t *Town) At(index uint32) geo.Point { return t.hotspots[index-1].at }

// Swap has two hotspots change places.
func (t *Town) Swap(a, b uint32) {
	x, y := &t.hotspots[a-1], &t.hotspots[b-1]
	x.at, y.at, x.spot, y.spot = y.at, x.at, y.spot, x.spot
	t.spots[x.spot], t.spots[y.spot] = a, b
}
