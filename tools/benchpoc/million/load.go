package million

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/app"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Load answers challenges as the hotspots of a world do. It is for one goroutine.
type Load struct {
	world *World
	chain wire.ChainHash
	rand  *rand.Rand
	nonce uint64
	first int64 // height of the first reports

	// What is to be sent, by height.
	reports map[int64][][]byte
	reveals map[int64][][]byte
	// Sent counts what went out.
	Sent Sent
}

// Sent counts items.
type Sent struct{ Beacons, Reports, Reveals int }

// Witnesses is how many hotspots report a beacon.
const Witnesses = 14

// NewLoad returns the load of a world.
func NewLoad(w *World) *Load {
	return &Load{
		world: w, chain: wire.HashChainID(ChainID), rand: rand.New(rand.NewPCG(w.Seed, 2)),
		reports: map[int64][][]byte{}, reveals: map[int64][][]byte{},
	}
}

// Heard takes the challenges of a block: half of the reports go into block h0+3,
// the rest into the next, as with two relays.
func (l *Load) Heard(a *app.App, height int64, events []abci.Event) error {
	ctx, err := a.CreateQueryContext(0, false)
	if err != nil {
		return err
	}
	queries := pockeeper.NewQueryServer(a.Keepers.PoC)
	params, err := a.Keepers.PoC.Params(ctx)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Type != proto.MessageName(&poc.EventChallenge{}) {
			continue
		}
		c, err := challengeOf(e)
		if err != nil {
			return fmt.Errorf("read challenge: %w", err)
		}
		if err := l.answer(ctx, queries, &params, height, &c); err != nil {
			return err
		}
	}
	return nil
}

// challengeOf reads the challenge of an event, whose attributes are JSON.
func challengeOf(e abci.Event) (wire.Challenge, error) {
	var raw []byte
	for _, a := range e.Attributes {
		if a.Key == "challenge" {
			if err := json.Unmarshal([]byte(a.Value), &raw); err != nil {
				return wire.Challenge{}, err
			}
		}
	}
	return wire.ParseChallenge(raw)
}

func (l *Load) answer(ctx context.Context, queries poc.QueryServer, p *poc.Params, height int64, c *wire.Challenge) error {
	res, err := queries.Challenge(ctx, &poc.QueryChallengeRequest{Challenge: c.ID})
	if err != nil {
		return fmt.Errorf("ask for challenge %d: %w", c.ID, err)
	}
	s := verify.Sortition{Near: res.Record.Near, NearTarget: p.NearTarget, Far: res.Record.Far, FarTarget: p.FarTarget}
	a := l.world.Preimage(c.Hotspot, c.Index)
	frame := wire.NewBeacon(c.ID, a)
	disk, err := geo.Disk(geo.Zone(geo.CellAt(l.world.At[c.Hotspot-1], 12)), 1)
	if err != nil {
		return fmt.Errorf("zone of hotspot %d: %w", c.Hotspot, err)
	}
	witnesses := l.world.Near(l.rand, c.Hotspot, Witnesses, func(i uint32) bool {
		zone := geo.Zone(geo.CellAt(l.world.At[i-1], 12))
		far := true
		for _, z := range disk {
			far = far && z != zone
		}
		return s.Eligible(c, i, far)
	})
	for n, i := range witnesses {
		r := wire.Report{
			Chain: l.chain, Challenge: c.ID, Witness: i, Tag: wire.Tag(l.chain, frame, l.world.Keys[i-1]),
			RSSI: -1100, SNR: 20, SF: c.SF, Tmst: l.rand.Uint32(),
		}
		r.Signature = wire.Signature(ed25519.Sign(l.world.Private(i), r.AppendBody(nil)))
		at := height + 3 + int64(n)*2/Witnesses
		l.reports[at] = append(l.reports[at], r.AppendTo(nil))
	}
	v := wire.Reveal{Chain: l.chain, Challenge: c.ID, Preimage: a}
	l.reveals[int64(c.Close)+1] = append(l.reveals[int64(c.Close)+1], v.AppendTo(nil))
	l.Sent.Beacons++
	return nil
}

// Batches returns the lane transactions of a block, each relay's share in batches
// of at most 500 reports, and how many reports they hold.
func (l *Load) Batches(a *app.App, height int64) (txs [][]byte, reports int, err error) {
	for _, kind := range []wire.BatchKind{wire.BatchReports, wire.BatchReveals} { // in the same order each time
		items := l.reports[height]
		if kind == wire.BatchReveals {
			items = l.reveals[height]
		}
		for n := 0; len(items) > 0; n++ {
			size := min(len(items), batchItems)
			raw, err := l.batch(a, uint64(height), uint32(1+n%relayCount), kind, items[:size])
			if err != nil {
				return nil, 0, err
			}
			txs, items = append(txs, raw), items[size:]
		}
	}
	reports = len(l.reports[height])
	if l.first == 0 && reports > 0 {
		l.first = height
	}
	l.Sent.Reports += reports
	l.Sent.Reveals += len(l.reveals[height])
	delete(l.reports, height)
	delete(l.reveals, height)
	return txs, reports, nil
}

const batchItems = 500

func (l *Load) batch(a *app.App, height uint64, org uint32, kind wire.BatchKind, items [][]byte) ([]byte, error) {
	l.nonce++
	return RelayOf(org).Batch(a.TxConfig(), wire.Batch{Chain: l.chain, Kind: kind, Nonce: l.nonce, ValidUntil: height + 5}, items)
}
