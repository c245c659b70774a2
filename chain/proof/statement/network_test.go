package statement_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/prooftest"
	"github.com/hexwave/hexwave/chain/proof/statement"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

var vectors = flag.Bool("vectors", false, "write the proofs of docs/spec/vectors anew")

// Hotspots of the test's chain.
const (
	placed   = 1 // full, with a slot in a cell
	indexed  = 2 // data only, in the slot of its index
	wifi     = 3
	retired  = 4
	draining = 5 // full, moved from the cell of away
	unpaid   = 6 // data only, no slot yet
	unknown  = 9
)

func owner(n uint32) string { return fixture.Account(n).String() }

// place is a location of hotspot n; those of one number up to 1 share a cell.
func place(n int32) *hotspot.Location {
	at := geo.Point{Lat: 525_000_000, Lng: 130_000_000 + geo.E7(n)*5_000_000}
	return &hotspot.Location{Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, hotspot.CellRes)), Gain: 20, Height: 10}
}

func ledgerCell(l *hotspot.Location) uint64 {
	return uint64(geo.Cell(l.Cell).Parent(hotspot.LedgerRes))
}

func genesis(t testing.TB) []byte {
	t.Helper()
	app.Configure()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	h, s, w := hotspot.DefaultGenesis(), settlement.DefaultGenesis(), rewards.DefaultGenesis()
	here, away := place(0), place(40)
	for n, c := range []wire.HotspotClass{
		wire.ClassFullLoRa, wire.ClassDataLoRa, wire.ClassWiFi, wire.ClassDataLoRa, wire.ClassFullLoRa, wire.ClassDataLoRa,
	} {
		i := uint32(n + 1)
		_, key := fixture.Key(i)
		row := hotspot.Hotspot{
			Index: i, Key: key.Bytes(), Owner: owner(i), Class: uint32(c), Anchor: make([]byte, 20), BondBasis: 1 << 40, RegisteredHeight: 1,
		}
		row.Anchor[0] = byte(i)
		switch i {
		case placed, draining:
			row.Location, row.Region = here, 1
		case retired:
			row.RetiredHeight = 1
		case unpaid:
			row.Payout = []hotspot.Payout{{Account: owner(20), Bps: 2_500}, {Account: owner(21), Bps: 7_500}}
		}
		h.Hotspots = append(h.Hotspots, row)
	}
	h.NextIndex = unpaid + 1
	s.Settled = []settlement.Settled{
		{Epoch: 1, Org: 1, Lane: 1, Hotspot: placed, Cum: 250_000, Final: true},
		{Epoch: 1, Org: 1, Lane: 2, Hotspot: wifi, Cum: 12_345_678},
	}
	w.Cells = cells(ledgerCell(here), ledgerCell(away))
	w.Homes = []rewards.Home{
		{Hotspot: placed, Cell: ledgerCell(here), Slot: 3, LifetimeBase: 77},
		{Hotspot: retired},
		{Hotspot: draining, Cell: ledgerCell(here), Slot: 4, OldCell: ledgerCell(away), OldSlot: 1, MovedEpoch: 1},
	}
	w.Owed = []rewards.Owed{{Owner: owner(retired), Spark: 400_000_000}}
	w.Totals = rewards.Totals{Minted: 400_000_000 + 175_000_016, Claimable: 400_000_000 + 175_000_016}
	patch := map[string]json.RawMessage{}
	for _, m := range []struct {
		name  string
		state proto.Message
	}{{"hotspot", h}, {"settlement", s}, {"rewards", w}} {
		if patch[m.name], err = enc.Codec.MarshalJSON(m.state); err != nil {
			t.Fatal(err)
		}
	}
	raw, err := json.Marshal(patch)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// cells hold 1.5 and 0.25 HXW of placed, 7 spark of indexed, and 1 + 2 + 2 + 4 of
// draining.
func cells(here, away uint64) []rewards.CellState {
	at := func(cell uint64) rewards.CellState {
		return rewards.CellState{Cell: rewards.Cell{Cell: cell, Pages: 1}, Slots: make([]rewards.Slot, rewards.PageSlots)}
	}
	a, b := at(here), at(away)
	a.Slots[3] = rewards.Slot{Hotspot: placed, Accrued: 150_000_000, Escrow: 25_000_000}
	a.Slots[4] = rewards.Slot{Hotspot: draining, Accrued: 1, Escrow: 2}
	b.Slots[1] = rewards.Slot{Hotspot: draining, Accrued: 2, Escrow: 4}
	if here > away {
		a, b = b, a
	}
	return []rewards.CellState{{Slots: []rewards.Slot{{Hotspot: indexed, Accrued: 7}}}, a, b}
}

// chain is a running chain that proves its state.
type chain struct {
	*chaintest.Chain
	t testing.TB
}

func newChain(t testing.TB) *chain {
	t.Helper()
	c := &chain{chaintest.New(t, chaintest.Options{Validators: 4, Patch: genesis(t)}), t}
	c.Skip(3)
	return c
}

// prove does what hexwave does, with the node's own query and the validators' keys.
func (c *chain) prove(about proof.About) *proof.File {
	c.t.Helper()
	var items []proof.Item
	_, err := statement.Read(about, func(store string, key []byte) ([]byte, error) {
		r, err := c.App.Query(c.t.Context(), &abci.RequestQuery{Path: "/store/" + store + "/key", Data: key, Height: c.Height(), Prove: true})
		if err != nil || r.Code != 0 || r.ProofOps == nil || len(r.ProofOps.Ops) != 2 {
			return nil, fmt.Errorf("query %s/%x: %v %w", store, key, r, err)
		}
		it := proof.Item{Store: store, Key: key, KeyProof: r.ProofOps.Ops[0].Data, StoreProof: r.ProofOps.Ops[1].Data}
		if r.Value != nil {
			value := proof.Hex(r.Value)
			it.Value = &value
		}
		items = append(items, it)
		return r.Value, nil
	})
	if err != nil {
		c.t.Fatal(err)
	}
	var validators []prooftest.Validator
	for _, n := range c.Nodes {
		validators = append(validators, prooftest.Validator{Key: ed25519.PrivKey(n.Consensus.Key), Power: chaintest.ValidatorStake / app.PowerReduction})
	}
	return prooftest.Seal(c.t, chaintest.ChainID, c.Height(), c.Hashes[len(c.Hashes)-1], validators).File(about, items)
}

// write keeps a proof as a test vector.
func write(t *testing.T, name string, f *proof.File) {
	t.Helper()
	raw, err := f.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("../../../docs/spec/vectors/proof-"+name+".json", raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
