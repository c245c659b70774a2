package year

import (
	"encoding/json"
	"fmt"
	"strings"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"

	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/town"
)

// witnesses is how many hotspots report a beacon.
const witnesses = 4

// reportAfter is how many blocks after its draw a beacon is reported.
const reportAfter = 3

// beacons answers challenges as the hotspots of a town do.
type beacons struct {
	town *town.Town
	// What is sent, by height.
	heard, told      map[int64][]byte
	moved            map[uint32]int64 // height of the last move
	beacons, reports int
}

func newBeacons(t *town.Town) *beacons {
	return &beacons{town: t, heard: map[int64][]byte{}, told: map[int64][]byte{}, moved: map[uint32]int64{}}
}

// eventPrefix begins the names of the events of proof-of-coverage.
const eventPrefix = "hexwave.poc."

// hear takes the challenges of a block.
func (b *beacons) hear(r *run, events []abci.Event) error {
	params, err := r.node.App.Keepers.PoC.Params(r.node.Context())
	if err != nil {
		return err
	}
	for _, e := range events {
		if strings.HasPrefix(e.Type, eventPrefix) {
			r.events += int64(e.Size())
		}
		if e.Type != proto.MessageName(&poc.EventChallenge{}) {
			continue
		}
		for _, a := range e.Attributes {
			if a.Key != "challenge" {
				continue
			}
			var raw []byte
			if err := json.Unmarshal([]byte(a.Value), &raw); err != nil {
				return fmt.Errorf("read challenge: %w", err)
			}
			c, err := wire.ParseChallenge(raw)
			if err != nil {
				return fmt.Errorf("read challenge: %w", err)
			}
			if err := b.answer(r, &params, &c); err != nil {
				return fmt.Errorf("challenge %d: %w", c.ID, err)
			}
		}
	}
	return nil
}

// answer has the neighbours of a beacon report it that sortition drew.
func (b *beacons) answer(r *run, p *poc.Params, c *wire.Challenge) error {
	res, err := pockeeper.NewQueryServer(r.node.App.Keepers.PoC).Challenge(r.node.Context(), &poc.QueryChallengeRequest{Challenge: c.ID})
	if err != nil {
		return err
	}
	drawn := verify.Sortition{Near: res.Record.Near, NearTarget: p.NearTarget, Far: res.Record.Far, FarTarget: p.FarTarget}
	at, n := r.node.Height()+reportAfter, 0
	near := b.town.Neighbours(c.Hotspot)
	for i := range near {
		// Each beacon is heard by others of its place than the last one.
		index := near[(uint64(i)+c.ID)%uint64(len(near))]
		if n == witnesses || index == c.Hotspot || b.unsettled(r, index) || b.unsettled(r, c.Hotspot) {
			continue
		}
		if b.town.Hears(index, c.Hotspot) && drawn.Eligible(c, index, false) {
			b.heard[at] = append(b.heard[at], b.town.Report(c, index)...)
			n++
		}
	}
	b.told[int64(c.Close)+1] = append(b.told[int64(c.Close)+1], b.town.Reveal(c)...)
	b.beacons, b.reports = b.beacons+1, b.reports+n
	return nil
}

// unsettled tells whether a hotspot moved so lately that the chain still goes by where it
// stood.
func (b *beacons) unsettled(r *run, index uint32) bool {
	at, ok := b.moved[index]
	return ok && r.node.Height() < at+2*windowBlocks
}

// batches returns what is due in the next block, brought by two lanes.
func (b *beacons) batches(r *run) (txs [][]byte, err error) {
	height := r.node.Height() + 1
	for i, due := range []map[int64][]byte{b.heard, b.told} {
		kind := []wire.BatchKind{wire.BatchReports, wire.BatchReveals}[i]
		items := due[height]
		delete(due, height)
		for len(items) > 0 {
			n := min(len(items)/kind.ItemSize(), batchItems) * kind.ItemSize()
			tx, err := b.town.Orgs[i].Batch(r.node.App.TxConfig(), kind, height, items[:n])
			if err != nil {
				return nil, err
			}
			txs, items = append(txs, tx), items[n:]
		}
	}
	return txs, nil
}

// batchItems is how many items a batch holds at most.
const batchItems = 500
