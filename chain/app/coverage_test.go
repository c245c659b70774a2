package app_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"
	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	covered  = 12  // hotspots in a row, 2 km apart
	elements = 200 // of a hash chain
)

var coverageChain = wire.HashChainID(chaintest.ChainID)

// coverageKey returns how a hotspot signs. The last one has a secure element.
func coverageKey(n uint32) (func([]byte) wire.Signature, wire.PubKey) {
	if n == covered {
		private, public := fixture.P256Key(n)
		return func(body []byte) wire.Signature { return fixture.P256Signed(private, body, false) }, public
	}
	seed := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("coverage"), n))
	private := ed25519.NewKeyFromSeed(seed[:])
	public, err := wire.Ed25519Key(private.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err) // a key made from a seed is always a point
	}
	return func(body []byte) wire.Signature { return fixture.Signed(private, body) }, public
}

func coverageAccount(n uint32) string {
	h := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("owner"), n))
	return sdk.AccAddress(h[:20]).String()
}

func coveragePreimage(n, index uint32) wire.Preimage {
	var a wire.Preimage
	binary.BigEndian.PutUint32(a[:], n)
	_, key := coverageKey(n)
	return wire.WalkPreimage(coverageChain, key, 0, index, a)
}

// coverageBond is what the relay has at stake, in spark.
const coverageBond = 1_000 * 100_000_000

// coverageGenesis is a patch with located hotspots, from 1 on, and one relay.
func coverageGenesis(t testing.TB, hotspots uint32) []byte {
	t.Helper()
	app.Configure()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	h, r, p, w := hotspot.DefaultGenesis(), routing.DefaultGenesis(), poc.DefaultGenesis(), rewards.DefaultGenesis()
	for n := uint32(1); n <= hotspots; n++ {
		at := geo.Point{Lat: 525_000_000, Lng: 130_000_000 + geo.E7(n)*295_000}
		_, key := coverageKey(n)
		anchor := coveragePreimage(n, elements)
		h.Hotspots = append(h.Hotspots, hotspot.Hotspot{
			Index: n, Key: key.Bytes(), Owner: coverageAccount(n), Class: uint32(wire.ClassFullLoRa), Region: uint32(region.EU868),
			Location: &hotspot.Location{Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, 12)), Gain: 20, Height: 10},
			Anchor:   anchor[:], AnchorIndex: elements, BondBasis: 1 << 40,
		})
	}
	h.NextIndex = hotspots + 1
	_, relay := coverageKey(0)
	r.Orgs = []routing.Org{{Id: 1, Owner: coverageAccount(0), BundleKey: relay.Bytes(), Lanes: 1}}
	r.Signers = []routing.Signer{{
		Org: 1, Lane: 1, Key: relay.Bytes(), Kind: routing.SIGNER_KIND_ROUTER, Bond: coverageBond, Payout: coverageAccount(0),
	}}
	r.NextOrg = 2
	p.Params = poc.DevnetParams()
	p.Params.SurprisePermille, p.Params.PairedPermille = 100, 100
	w.Params.EpochSeconds, w.Params.FoldBlocks = 25, 3
	patch := map[string]json.RawMessage{}
	for name, state := range map[string]proto.Message{"hotspot": h, "routing": r, "poc": p, "rewards": w} {
		patch[name] = asJSON(t, enc.Codec, state)
	}
	delete(patch, "poc") // founders' randomness keys are in it
	patch["poc"] = json.RawMessage(`{"params":` + string(asJSON(t, enc.Codec, &p.Params)) + `}`)
	raw, err := json.Marshal(patch)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func asJSON(t testing.TB, cdc codec.JSONCodec, m proto.Message) []byte {
	t.Helper()
	raw, err := cdc.MarshalJSON(m)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// coverage runs blocks in which every hotspot answers its challenges and all
// others report them.
type coverage struct {
	t        testing.TB
	c        *chaintest.Chain
	nonce    uint64
	reported map[uint64]bool
}

func (v *coverage) run(blocks int) {
	v.t.Helper()
	for range blocks {
		ctx := v.c.Context()
		res, err := pockeeper.NewQueryServer(v.c.App.Keepers.PoC).OpenChallenges(ctx, &poc.QueryOpenChallengesRequest{})
		if err != nil {
			v.t.Fatal(err)
		}
		var reports, reveals [][]byte
		for _, open := range res.Challenges {
			c, err := wire.ParseChallenge(open.Challenge)
			if err != nil {
				v.t.Fatal(err)
			}
			if !v.reported[c.ID] && uint64(v.c.Height()) < c.Close {
				v.reported[c.ID] = true
				reports = append(reports, v.heard(&c)...)
			}
			if uint64(v.c.Height()) == c.Close {
				r := wire.Reveal{Chain: coverageChain, Challenge: c.ID, Preimage: coveragePreimage(c.Hotspot, c.Index)}
				reveals = append(reveals, r.AppendTo(nil))
			}
		}
		v.block(reports, reveals)
	}
}

func (v *coverage) heard(c *wire.Challenge) (all [][]byte) {
	frame := wire.NewBeacon(c.ID, coveragePreimage(c.Hotspot, c.Index))
	for n := uint32(1); n <= covered; n++ {
		sign, key := coverageKey(n)
		if n == c.Hotspot {
			continue
		}
		r := wire.Report{
			Chain: coverageChain, Challenge: c.ID, Witness: n, Tag: wire.Tag(coverageChain, frame, key), RSSI: -1_150 + c.Power - 161, SNR: 20, SF: c.SF,
		}
		r.Signature = sign(r.AppendBody(nil))
		all = append(all, r.AppendTo(nil))
	}
	return all
}

func (v *coverage) block(reports, reveals [][]byte) {
	v.t.Helper()
	var txs [][]byte
	for i, items := range [][][]byte{reports, reveals} {
		if len(items) > 0 {
			txs = append(txs, v.batch([]wire.BatchKind{wire.BatchReports, wire.BatchReveals}[i], items))
		}
	}
	for i, r := range v.c.NextBlock(txs...) {
		if !r.OK() {
			v.t.Fatalf("batch %d at height %d: %s", i, v.c.Height(), r.Log)
		}
	}
}

func (v *coverage) batch(kind wire.BatchKind, items [][]byte) []byte {
	v.t.Helper()
	var all []byte
	for _, i := range items {
		all = append(all, i...)
	}
	v.nonce++
	b := wire.Batch{
		Chain: coverageChain, Org: 1, Lane: 1, Kind: kind, Nonce: v.nonce, ValidUntil: uint64(v.c.Height()) + 5,
		Count: uint16(len(items)), Digest: sha256.Sum256(all),
	}
	relay, _ := coverageKey(0)
	b.Signature = relay(b.AppendBody(nil))
	builder := v.c.App.TxConfig().NewTxBuilder()
	if err := builder.SetMsgs(&poc.MsgSubmitReports{Relay: coverageAccount(0), Batch: b.AppendTo(nil), Items: all}); err != nil {
		v.t.Fatal(err)
	}
	raw, err := v.c.App.TxConfig().TxEncoder()(builder.GetTx())
	if err != nil {
		v.t.Fatal(err)
	}
	return raw
}

func (v *coverage) check(c *chaintest.Chain) {
	v.t.Helper()
	all, err := c.App.CheckInvariants()
	if err != nil {
		v.t.Fatal(err)
	}
	for _, i := range all {
		if i.Err != nil {
			v.t.Errorf("%s: %v", i.Module, i.Err)
		}
	}
}

func (v *coverage) totals(c *chaintest.Chain) poc.Totals {
	v.t.Helper()
	res, err := pockeeper.NewQueryServer(c.App.Keepers.PoC).Totals(c.Context(), &poc.QueryTotalsRequest{})
	if err != nil {
		v.t.Fatal(err)
	}
	return res.Totals
}

// The same blocks come to the same state on every node, twenty times over, and on one
// that began with a snapshot in the middle of windows, folds and open challenges; a
// chain started from an export goes on like the one it came from.
func TestCoverageIsTheSameEverywhere(t *testing.T) {
	v := &coverage{t: t, c: chaintest.New(t, chaintest.Options{Patch: coverageGenesis(t, covered), Bonds: coverageBond}), reported: map[uint64]bool{}}
	v.run(70)
	v.check(v.c)
	if got := v.totals(v.c); got.Settled < 20 || got.ReportsKept < 100 || got.Missed != 0 {
		t.Fatalf("too little happened: %+v", got)
	}
	owed, err := rewardskeeper.NewQueryServer(v.c.App.Keepers.Rewards).Owed(v.c.Context(), &rewards.QueryOwedRequest{Hotspot: covered})
	if err != nil || owed.Accrued+owed.PointsCurrent == 0 {
		t.Errorf("the hotspot with a P-256 key made %v: %v", owed, err)
	}
	for range 20 {
		v.c.Replay(t)
	}
	for _, height := range []int64{1, 33, 51} {
		synced := v.c.StateSync(t, height)
		v.check(synced)
		if diff := cmp.Diff(v.totals(v.c), v.totals(synced)); diff != "" {
			t.Errorf("synced at height %d: %s", height, diff)
		}
	}
	next := &coverage{t: t, c: v.c.ExportImport(t), nonce: v.nonce, reported: v.reported}
	next.block(nil, nil) // a node answers from its first block on
	next.run(40)
	v.check(next.c)
	if got := v.totals(next.c); got.Missed != 0 || got.Settled < v.totals(v.c).Settled+10 {
		t.Errorf("after the import: %v", got)
	}
}
