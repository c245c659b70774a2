package million

import (
	"fmt"
	"math/rand/v2"
	"time"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspotkeeper "github.com/hexwave/hexwave/chain/x/hotspot/keeper"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// movesABlock is how many hotspots move before each block of the epoch: a million
// that move once in two years are 0.1 a block.
const movesABlock = 8

// moves are hotspots that assert another cell of the ledger, each once: one that
// moved cannot move again until its old slot is empty.
type moves struct {
	all  []hotspot.MsgAssertLocation
	next int
	took time.Duration
}

// newMoves draws up to n hotspots, each of an owner of its own, that move to where
// another one stands.
func newMoves(w *World, n int) *moves {
	r := rand.New(rand.NewPCG(w.Seed, 5))
	m := &moves{}
	for _, i := range r.Perm(len(w.At)) {
		if len(m.all) == n {
			break
		}
		from, to := uint32(i+1), uint32(1+r.IntN(len(w.At)))
		at := w.At[to-1]
		if from%hotspotsAnOwner == 0 || w.ledgerCell(from) == w.ledgerCell(to) || hotspot.RegionAt(at) == region.Unknown {
			continue
		}
		m.all = append(m.all, hotspot.MsgAssertLocation{
			Owner: OwnerOf(from).String(), Hotspot: from, Location: hotspot.Location{
				Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, hotspot.CellRes)), Gain: 12, Height: 5,
			},
		})
	}
	return m
}

// fund grants the owners the credits that moving costs.
func (m *moves) fund(n *Node) error {
	ctx := n.context()
	p, err := n.App.Keepers.Hotspot.Params(ctx)
	if err != nil {
		return err
	}
	fee := p.LocationFee(wire.ClassFullLoRa)
	g, err := n.App.Keepers.Credits.ExportGenesis(ctx)
	if err != nil {
		return err
	}
	for i := range m.all {
		// A spark for each credit, so that moves also count what they burn.
		g.Balances = append(g.Balances, credits.AccountBalance{
			Address: m.all[i].Owner, Balance: credits.Balance{Credits: fee, Basis: fee},
		})
		g.Totals.BurnedSpark += fee
	}
	return n.App.Keepers.Credits.InitGenesis(ctx, *g)
}

// step moves the next hotspots, as messages of the coming block: what each writes
// goes into the trees.
func (m *moves) step(n *Node) error {
	server := hotspotkeeper.NewMsgServer(n.App.Keepers.Hotspot)
	end := min(m.next+movesABlock, len(m.all))
	for ; m.next < end; m.next++ {
		ctx := n.context()
		began := time.Now()
		branch, write := ctx.CacheContext()
		if _, err := server.AssertLocation(branch, &m.all[m.next]); err != nil {
			return fmt.Errorf("move hotspot %d: %w", m.all[m.next].Hotspot, err)
		}
		write()
		m.took += time.Since(began)
	}
	return nil
}

// each returns what one move took.
func (m *moves) each() time.Duration { return m.took / time.Duration(max(m.next, 1)) }
