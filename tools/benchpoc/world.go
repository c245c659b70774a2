package main

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Size of a block of a million hotspots, each challenged once in 3,600 blocks.
const (
	beacons   = 278
	witnesses = 14
)

// block is one block's beacons with the reports about them.
type block struct {
	beacons []beacon
	room    room
}

// room is what is used again for each report and each challenge.
type room struct {
	included verify.Case
	entries  []challenge.Entry
	settler  challenge.Settler
}

// beacon is one challenge with all that settles it.
type beacon struct {
	challenge wire.Challenge
	site      verify.Site
	reveal    wire.Reveal
	reports   [][]byte // wire.Report each
	sites     []verify.Site
}

var rules = verify.Rules{
	MinDistance: 400, MaxDistance: 100_000, FreqTolerance: 5_000, SensitivityMargin: 30, SNRMargin: 20, Reciprocity: 28_800, Quota: 4,
}

// sortition is that of a town: more hotspots near than may report, so that the
// lot is drawn for each.
var sortition = verify.Sortition{Near: 100, NearTarget: 64, Far: 20, FarTarget: 32}

const drawn = 100_000 // height

// newBlock makes beacons in a country of 10 x 10 degrees, with witnesses 1 to 14
// km around them whose reports all pass.
func newBlock(seed uint64) (*block, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	chain := wire.HashChainID("hexwave-bench-1")
	b := &block{}
	index := uint32(1)
	for id := uint64(1); id <= beacons; id++ {
		at := geo.Point{Lat: geo.E7(450_000_000 + r.IntN(100_000_000)), Lng: geo.E7(50_000_000 + r.IntN(100_000_000))}
		site, _, err := newSite(r, index, at)
		if err != nil {
			return nil, err
		}
		index++
		n := beacon{site: site}
		var a wire.Preimage
		binary.BigEndian.PutUint64(a[:], r.Uint64())
		n.challenge = wire.Challenge{
			Chain: chain, ID: id, Hotspot: site.Index, Drawn: drawn, Frequency: 868_100_000, Bandwidth: 125, SF: 9, Power: 140,
			Region: site.Region, Key: site.Key, Index: 500, KnownIndex: 502, Known: wire.WalkPreimage(chain, site.Key, 500, 502, a),
			Close: drawn + 8, Reveal: drawn + 18, Settle: drawn + 20,
		}
		binary.BigEndian.PutUint64(n.challenge.Randomness[:], r.Uint64())
		n.reveal = wire.Reveal{Chain: chain, Challenge: id, Preimage: a}
		for k := range witnesses {
			for !sortition.Eligible(&n.challenge, index, false) {
				index++
			}
			// A step east is half a step north as far, at these latitudes.
			off := geo.E7(90_000 + 60_000*k)
			w, key, err := newSite(r, index, geo.Point{Lat: at.Lat + off, Lng: at.Lng + off*geo.E7(k%3-1)})
			if err != nil {
				return nil, err
			}
			index++
			w.Zone = site.Zone // near, whatever the borders
			p := wire.Report{
				Chain: chain, Challenge: id, Witness: w.Index, Tag: wire.Tag(chain, wire.NewBeacon(id, a), w.Key),
				RSSI: -1100, SNR: 20, SF: 9, Tmst: r.Uint32(),
			}
			p.Signature = wire.Signature(ed25519.Sign(key, p.AppendBody(nil)))
			n.sites, n.reports = append(n.sites, w), append(n.reports, p.AppendTo(nil))
		}
		b.beacons = append(b.beacons, n)
	}
	return b, nil
}

func newSite(r *rand.Rand, index uint32, at geo.Point) (verify.Site, ed25519.PrivateKey, error) {
	var seed [ed25519.SeedSize]byte
	binary.BigEndian.PutUint64(seed[:], r.Uint64())
	key := ed25519.NewKeyFromSeed(seed[:])
	pub, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
	if err != nil {
		return verify.Site{}, nil, fmt.Errorf("make key: %w", err)
	}
	return verify.Site{
		Index: index, Key: pub, Standing: verify.Active, At: at.ECEF(), Zone: geo.Zone(geo.CellAt(at, 12)), Spot: geo.CellAt(at, score.SpotRes), Gain: 12,
	}, key, nil
}

// include judges each report as at inclusion and appends what is to be verified.
func (n *beacon) include(room *room, signed []verify.Signed, reports []wire.Report) ([]verify.Signed, []wire.Report, error) {
	for i, raw := range n.reports {
		p, err := wire.ParseReport(raw)
		if err != nil {
			return nil, nil, fmt.Errorf("parse report: %w", err)
		}
		reports = append(reports, p)
		r := &reports[len(reports)-1]
		room.included = verify.Case{
			Rules: &rules, Challenge: &n.challenge, Beaconer: &n.site, Sortition: sortition,
			Report: r, Witness: &n.sites[i], Height: drawn + 4,
		}
		if v := room.included.Include(); v != wire.Accepted {
			return nil, nil, fmt.Errorf("report %d of challenge %d: %s", i, n.challenge.ID, v)
		}
		signed = append(signed, verify.Signed{Key: n.sites[i].Key, Body: raw[:wire.ReportBodySize], Sig: &r.Signature})
	}
	return signed, reports, nil
}

// settle judges the reveal and settles the challenge with its reports.
func (n *beacon) settle(room *room, reports []wire.Report) error {
	reveal := verify.RevealCase{Challenge: &n.challenge, Open: true, Height: drawn + 10, MaxWalk: 256, Reveal: &n.reveal}
	if v := reveal.Verdict(); v != wire.Accepted {
		return fmt.Errorf("reveal of challenge %d: %s", n.challenge.ID, v)
	}
	o := challenge.Open{
		Challenge: n.challenge, Beaconer: n.site, Rules: rules, Select: score.Selection{MaxWitnesses: witnesses, MinDistance: 350},
		Stretch: 1, Scale: 10_000, Revealed: true, Preimage: n.reveal.Preimage, R: n.challenge.Randomness,
	}
	room.entries = room.entries[:0]
	for i := range reports {
		room.entries = append(room.entries, challenge.Entry{
			Report: reports[i], Witness: n.sites[i], Height: drawn + 4, LastBeacon: drawn - 1_000,
			Owner: [32]byte{byte(n.sites[i].Index), byte(n.sites[i].Index >> 8), byte(n.sites[i].Index >> 16)},
		})
	}
	o.Entries = room.entries
	if s := room.settler.Settle(&o); s.Kept != witnesses || s.Beacon.Points == 0 {
		return fmt.Errorf("challenge %d kept %d witnesses for %d points", n.challenge.ID, s.Kept, s.Beacon.Points)
	}
	return nil
}
