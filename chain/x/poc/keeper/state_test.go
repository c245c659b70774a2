package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519/extra/ecvrf"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// busy runs a network in which every beacon is revealed and everybody reports
// everything, some of it false.
func busy(t *testing.T, blocks int) *network {
	t.Helper()
	net := newNetwork(t, 12, testParams())
	seen := map[uint64]bool{}
	for range blocks {
		net.begin()
		for _, c := range net.opened() {
			h := uint64(net.ctx.BlockHeight())
			if !seen[c.ID] {
				seen[c.ID] = true
				var items [][]byte
				for _, w := range others(12, c.Hotspot) {
					items = append(items, net.report(c, w, func(r *wire.Report) {
						switch (uint64(w) + c.ID) % 5 {
						case 1:
							r.RSSI = -200
						case 2:
							r.Tag[1]++
						}
					}))
				}
				net.mustDeliver(wire.BatchReports, items...)
			}
			if h == c.Close+1 && c.ID%4 != 0 {
				net.mustDeliver(wire.BatchReveals, reveal(c))
			}
		}
		net.end()
	}
	return net
}

func TestSameStateEveryTime(t *testing.T) {
	first := busy(t, 60).hash()
	for range 19 {
		if busy(t, 60).hash() != first {
			t.Fatal("two runs of the same blocks differ")
		}
	}
}

func TestExportImport(t *testing.T) {
	for _, blocks := range []int{1, 24, 47, 60} {
		net := busy(t, blocks)
		g, err := net.k.ExportGenesis(net.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.Validate(); err != nil {
			t.Fatalf("after %d blocks: %v", blocks, err)
		}
		again := bareNetwork(t, 12)
		again.ctx = again.ctx.WithBlockHeight(net.ctx.BlockHeight()).WithBlockTime(net.ctx.BlockTime())
		again.nonce = net.nonce
		if err := again.k.InitGenesis(again.ctx, *g); err != nil {
			t.Fatal(err)
		}
		back, err := again.k.ExportGenesis(again.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(marshal(t, g), marshal(t, back)); diff != "" {
			t.Fatalf("after %d blocks:\n%s", blocks, diff)
		}
		// Both go on alike.
		net.blocks(30)
		again.blocks(30)
		one, err := net.k.ExportGenesis(net.ctx)
		if err != nil {
			t.Fatal(err)
		}
		two, err := again.k.ExportGenesis(again.ctx)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(marshal(t, one), marshal(t, two)); diff != "" {
			t.Fatalf("30 blocks after %d:\n%s", blocks, diff)
		}
	}
}

func marshal(t *testing.T, g *types.GenesisState) []byte {
	t.Helper()
	raw, err := g.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// drawn + skipped + void make up the set of every window, and every challenge
// comes to an end.
func TestTotals(t *testing.T) {
	net := busy(t, 120)
	totals := net.totals()
	open := uint64(len(net.opened()))
	if totals.Drawn != totals.Settled+totals.Missed+totals.Void+open || totals.Missed == 0 || totals.Settled == 0 {
		t.Errorf("%d open, %+v", open, totals)
	}
	if totals.Reports == 0 || totals.ReportsKept == 0 || totals.ReportsKept > totals.Reports {
		t.Errorf("%+v", totals)
	}
	var points uint64
	for _, p := range net.ledger.points {
		points += p
	}
	if points == 0 {
		t.Error("nobody was paid")
	}
}

func TestExplain(t *testing.T) {
	net := newNetwork(t, 5, testParams())
	c := net.firstOpen()
	w := others(5, c.Hotspot)
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, w[0], nil),
		net.report(c, w[1], func(r *wire.Report) { r.RSSI = -300 }))
	net.end()
	ask := func() *types.QueryExplainResponse {
		res, err := net.queries.Explain(net.ctx, &types.QueryExplainRequest{Challenge: c.ID})
		if err != nil {
			t.Fatal(err)
		}
		return res
	}
	before := ask()
	if len(before.Beacon) != 2 || len(before.Witnesses) != 2 || len(before.Witnesses[0].Checks) != 12 {
		t.Errorf("open: %+v", before)
	}
	net.finish(c)
	after := ask()
	if len(after.Beacon) != 3 || !after.Beacon[2].Passed || len(after.Record.Reports) != 2 {
		t.Errorf("beacon: %+v", after.Beacon)
	}
	var failed []string
	for _, w := range after.Witnesses {
		for _, line := range w.Checks {
			if !line.Passed {
				failed = append(failed, line.Name+" "+line.Measured)
			}
		}
	}
	if diff := cmp.Diff([]string{"rssi-max -30.0 dBm"}, failed); diff != "" {
		t.Error(diff)
	}
	if lines := after.Witnesses[0].Checks; lines[len(lines)-2].Measured != "kept" {
		t.Errorf("%+v", lines[len(lines)-2:])
	}
	if _, err := net.queries.Explain(net.ctx, &types.QueryExplainRequest{Challenge: 999}); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestVRFKeys(t *testing.T) {
	net := newNetwork(t, 0, testParams())
	operator := sdk.ValAddress("operator____________")
	private := ed25519.NewKeyFromSeed(make([]byte, 32))
	public := []byte(private.Public().(ed25519.PublicKey))
	alpha := types.PossessionAlpha(chainHash, operator)
	msg := &types.MsgRegisterVRFKey{Operator: operator.String(), Key: public, Proof: ecvrf.Prove(private, alpha)}

	for name, change := range map[string]func(*types.MsgRegisterVRFKey){
		"no validator": func(m *types.MsgRegisterVRFKey) { m.Operator = sdk.ValAddress("somebody").String() },
		"no address":   func(m *types.MsgRegisterVRFKey) { m.Operator = "x" },
		"short key":    func(m *types.MsgRegisterVRFKey) { m.Key = m.Key[1:] },
		"other proof":  func(m *types.MsgRegisterVRFKey) { m.Proof = ecvrf.Prove(private, []byte("other")) },
		"low order":    func(m *types.MsgRegisterVRFKey) { m.Key = append([]byte{1}, make([]byte, 31)...) },
	} {
		bad := *msg
		change(&bad)
		if _, err := net.msgs.RegisterVRFKey(net.ctx, &bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	net.ledger.epoch = 5
	res, err := net.msgs.RegisterVRFKey(net.ctx, msg)
	if err != nil || res.ActiveEpoch != 7 {
		t.Fatalf("%+v, %v", res, err)
	}
	active := func() []byte {
		key, _ := net.k.ActiveVRFKey(net.ctx, sdk.ConsAddress("cons"))
		return key
	}
	if active() != nil {
		t.Error("active at once")
	}
	net.ledger.epoch = 7
	if diff := cmp.Diff(public, active()); diff != "" {
		t.Error(diff)
	}
	net.begin() // a block without a proof, though its proposer's key is due
	keys, err := net.k.VRFKeys(net.ctx)
	if err != nil || len(keys) != 1 || keys[0].Skipped != 1 {
		t.Errorf("%+v, %v", keys, err)
	}
	proposer := sdk.ConsAddress("cons")
	if err := net.k.SetRandomness(net.ctx, [32]byte{1}, false, proposer); err != nil {
		t.Fatal(err)
	}
	if turns := net.ledger.turns; len(turns) != 1 || !turns[0].Equals(proposer) {
		t.Errorf("turns %v: one was proven, the others not", turns)
	}

	second := ed25519.NewKeyFromSeed([]byte("another seed of thirty-two bytes"))
	next := []byte(second.Public().(ed25519.PublicKey))
	msg.Key, msg.Proof = next, ecvrf.Prove(second, alpha)
	if _, err := net.msgs.RegisterVRFKey(net.ctx, msg); err != nil {
		t.Fatal(err)
	}
	net.ledger.epoch = 8
	if diff := cmp.Diff(public, active()); diff != "" {
		t.Error("the old key must count until the new one is aged")
	}
	net.ledger.epoch = 9
	if diff := cmp.Diff(next, active()); diff != "" {
		t.Error(diff)
	}
	if _, ok := net.k.ActiveVRFKey(net.ctx, sdk.ConsAddress("nobody")); ok {
		t.Error("a stranger has a key")
	}
}

func TestGenesisKeysCountAtOnce(t *testing.T) {
	net := bareNetwork(t, 0)
	g := types.DefaultGenesis()
	g.VrfKeys = []types.VRFKey{{Operator: sdk.ValAddress("operator____________").String(), Key: make([]byte, 32)}}
	if err := net.k.InitGenesis(net.ctx, *g); err != nil {
		t.Fatal(err)
	}
	if _, ok := net.k.ActiveVRFKey(net.ctx, sdk.ConsAddress("cons")); !ok {
		t.Error("not active at height 0")
	}
}

func TestUpdateParams(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	p := testParams()
	p.MinDistanceM, p.MaxDistanceM = 50_000, 90_000
	if _, err := net.msgs.UpdateParams(net.ctx, &types.MsgUpdateParams{Authority: "me", Params: p}); !errors.Is(err, types.ErrAuthority) {
		t.Errorf("%v", err)
	}
	bad := p
	bad.MaxWitnesses = 15
	if _, err := net.msgs.UpdateParams(net.ctx, &types.MsgUpdateParams{Authority: authority, Params: bad}); !errors.Is(err, types.ErrParams) {
		t.Errorf("%v", err)
	}
	if _, err := net.msgs.UpdateParams(net.ctx, &types.MsgUpdateParams{Authority: authority, Params: p}); err != nil {
		t.Fatal(err)
	}
	// The open challenge keeps the rules it was drawn with.
	w := others(3, c.Hotspot)[0]
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, w, nil))
	net.end()
	net.finish(c)
	if v := net.verdicts(c.ID)[w]; v != wire.Accepted {
		t.Errorf("verdict %v under the new rules", v)
	}
	if got, err := net.k.Params(net.ctx); err != nil || got.Version != 2 {
		t.Errorf("version %d, %v", got.Version, err)
	}
}

func TestDefaultParams(t *testing.T) {
	for name, p := range map[string]types.Params{"main": types.DefaultParams(), "devnet": types.DevnetParams()} {
		if err := p.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := types.DefaultGenesis().Validate(); err != nil {
		t.Error(err)
	}
}

func TestGenesisValidate(t *testing.T) {
	for name, change := range map[string]func(*types.GenesisState){
		"params":     func(g *types.GenesisState) { g.Params.MaxDrawsPerBlock = 0 },
		"randomness": func(g *types.GenesisState) { g.Randomness = nil },
		"window":     func(g *types.GenesisState) { g.Window.Frozen = 1 },
		"no window":  func(g *types.GenesisState) { g.Window = nil },
		"next":       func(g *types.GenesisState) { g.NextWindow.Number = 5 },
		"two keys": func(g *types.GenesisState) {
			g.VrfKeys = []types.VRFKey{{Operator: "a", Key: make([]byte, 32)}, {Operator: "a", Key: make([]byte, 32)}}
		},
		"challenge": func(g *types.GenesisState) { g.Challenges = []types.ChallengeRecord{{}} },
	} {
		g := types.DefaultGenesis()
		change(g)
		if err := g.Validate(); err == nil {
			t.Errorf("%s is valid", name)
		}
	}
}

// A hotspot that moves is judged by its old place in the window it was frozen
// for, and by the new one from the next.
func TestMoveCountsFromTheNextWindow(t *testing.T) {
	net := newNetwork(t, 4, testParams())
	c := net.firstOpen()
	w := others(4, c.Hotspot)[0]
	net.registry.hotspots[w-1].Location = location(place(40))
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, w, nil))
	net.end()
	old := net.record(c.ID).Reports[0].Site
	if old.Lng != int32(place(w).Lng) {
		t.Errorf("judged at %d", old.Lng)
	}
	net.blocks(30)
	for c = net.firstOpen(); c.Hotspot == w || c.Drawn != uint64(net.ctx.BlockHeight()); c = net.opened()[0] {
		net.blocks(1)
		for len(net.opened()) == 0 {
			net.blocks(1)
		}
	}
	net.begin()
	net.mustDeliver(wire.BatchReports, net.report(c, w, nil))
	if site := net.record(c.ID).Reports[0].Site; site.Lng != int32(place(40).Lng) || site.Since <= old.Since {
		t.Errorf("two windows later judged at %d since %d", site.Lng, site.Since)
	}
}

// Surprises and pairs keep the accounts straight: invariants are checked after
// every block, and what was drawn plus surprises comes to an end or is open.
func TestSurprisesAndPairs(t *testing.T) {
	p := testParams()
	p.SurprisePermille, p.PairedPermille = 300, 400
	net := newNetwork(t, 20, p)
	kinds := map[wire.ChallengeKind]uint64{}
	last := uint64(0)
	for range 120 {
		net.blocks(1)
		for _, c := range net.opened() {
			if c.ID > last {
				kinds[c.Kind]++
				last = c.ID
			}
		}
	}
	totals := net.totals()
	if kinds[wire.ChallengeSurprise] == 0 || kinds[wire.ChallengePaired] == 0 {
		t.Fatalf("kinds %v", kinds)
	}
	if totals.Drawn != kinds[wire.ChallengeRegular]+kinds[wire.ChallengePaired] {
		t.Errorf("%v, %+v", kinds, totals)
	}
	if ended := totals.Settled + totals.Missed + totals.Void + uint64(len(net.opened())); ended != last {
		t.Errorf("%d challenges, %d ended or open", last, ended)
	}
}
