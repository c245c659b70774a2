package keeper_test

import (
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// accuse proves item 0 of a batch bad.
func (n *network) accuse(m *types.MsgSubmitReports) (*types.MsgBadBatchResponse, error) {
	return n.msgs.BadBatch(n.ctx, &types.MsgBadBatch{
		Prover: sdk.AccAddress("prover______________").String(), Batch: m.Batch, Items: m.Items,
	})
}

// What a relay can see costs it its bond; what it cannot see costs nothing.
func TestBadBatch(t *testing.T) {
	p := testParams()
	p.NearTarget, p.FarTarget = 1, 1
	net := newNetwork(t, 12, p)
	c := net.firstOpen()
	res, err := net.queries.Challenge(net.ctx, &types.QueryChallengeRequest{Challenge: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	drawn, notDrawn := net.drawn(c, res.Record)
	net.begin()
	for _, k := range []struct {
		name string
		kind wire.BatchKind
		item []byte
		want wire.Verdict // Accepted: nothing the relay answers for
	}{
		{"honest", wire.BatchReports, net.report(c, drawn, nil), wire.Accepted},
		{"false tag", wire.BatchReports, net.report(c, drawn, func(r *wire.Report) { r.Tag[0]++ }), wire.Accepted},
		{"too strong", wire.BatchReports, net.report(c, drawn, func(r *wire.Report) { r.RSSI = 0 }), wire.Accepted},
		{"challenge that is not", wire.BatchReports, net.report(c, drawn, func(r *wire.Report) { r.Challenge += 900 }), wire.Accepted},
		{"not drawn", wire.BatchReports, net.report(c, notDrawn, nil), wire.NotEligible},
		{"no such hotspot", wire.BatchReports, net.report(c, drawn, func(r *wire.Report) { r.Witness = 4_000 }), wire.UnknownHotspot},
		{"other chain", wire.BatchReports, net.report(c, drawn, func(r *wire.Report) { r.Chain[0]++ }), wire.WrongChain},
		{"not signed", wire.BatchReports, flip(net.report(c, drawn, nil), -1), wire.BadSignature},
		{"no report", wire.BatchReports, flip(net.report(c, drawn, nil), 0), wire.Malformed},
		{"early reveal", wire.BatchReveals, reveal(c), wire.Accepted},
		{"false reveal", wire.BatchReveals, flip(reveal(c), -1), wire.BadPreimage},
		{"reveal of no chain", wire.BatchReveals, flip(reveal(c), 5), wire.WrongChain},
	} {
		net.relays.signer.Bond = 1 << 40
		m := net.batch(k.kind, nil, k.item)
		got, err := net.accuse(m)
		if k.want == wire.Accepted {
			if !errors.Is(err, lane.ErrNoFault) || net.relays.signer.Bond != 1<<40 {
				t.Errorf("%s: %v, bond %d", k.name, err, net.relays.signer.Bond)
			}
			continue
		}
		if err != nil || wire.Verdict(got.Verdict) != k.want || got.Taken != p.BadBatchSpark || net.relays.signer.Bond != 1<<40-p.BadBatchSpark {
			t.Errorf("%s: %v, %v; bond %d", k.name, got, err, net.relays.signer.Bond)
		}
		if _, err := net.accuse(m); !errors.Is(err, lane.ErrProven) {
			t.Errorf("%s, again: %v", k.name, err)
		}
	}
	net.end()
}

// An accusation must be of a batch that the relay signed, lately.
func TestBadAccusations(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	net.begin()
	bad := flip(net.report(c, others(3, c.Hotspot)[0], nil), -1)
	fine := net.batch(wire.BatchReports, nil, bad)
	for name, k := range map[string]struct {
		change func(*types.MsgBadBatch)
		want   error
	}{
		"prover":    {func(m *types.MsgBadBatch) { m.Prover = "x" }, lane.ErrProver},
		"header":    {func(m *types.MsgBadBatch) { m.Batch = m.Batch[1:] }, lane.ErrSize},
		"items":     {func(m *types.MsgBadBatch) { m.Items = m.Items[1:] }, lane.ErrSize},
		"digest":    {func(m *types.MsgBadBatch) { m.Items = flip(m.Items, 3) }, lane.ErrDigest},
		"position":  {func(m *types.MsgBadBatch) { m.Item = 1 }, lane.ErrSize},
		"far item":  {func(m *types.MsgBadBatch) { m.Item = 1 << 31 }, lane.ErrSize},
		"signature": {func(m *types.MsgBadBatch) { m.Batch = flip(m.Batch, -1) }, lane.ErrRelaySignature},
		"chain": {func(m *types.MsgBadBatch) {
			m.Batch = net.batch(wire.BatchReports, func(b *wire.Batch) { b.Chain[0]++ }, bad).Batch
		}, lane.ErrWrongChain},
		"relay": {func(m *types.MsgBadBatch) {
			m.Batch = net.batch(wire.BatchReports, func(b *wire.Batch) { b.Lane++ }, bad).Batch
		}, lane.ErrRelay},
	} {
		m := &types.MsgBadBatch{Prover: sdk.AccAddress("prover______________").String(), Batch: fine.Batch, Items: fine.Items}
		k.change(m)
		if _, err := net.msgs.BadBatch(net.ctx, m); !errors.Is(err, k.want) {
			t.Errorf("%s: %v, want %v", name, err, k.want)
		}
	}
	net.end()
	net.blocks(limits.ProofBlocks + 6)
	net.begin()
	if _, err := net.accuse(fine); !errors.Is(err, lane.ErrExpired) {
		t.Errorf("old: %v", err)
	}
	net.end()
}

// Marks of punished batches are forgotten when the batches cannot be accused.
func TestProofsAreForgotten(t *testing.T) {
	net := newNetwork(t, 3, testParams())
	c := net.firstOpen()
	before := len(net.keys(21))
	net.begin()
	net.relays.signer.Bond = 1 << 40
	if _, err := net.accuse(net.batch(wire.BatchReports, nil, flip(net.report(c, others(3, c.Hotspot)[0], nil), -1))); err != nil {
		t.Fatal(err)
	}
	net.end()
	if n := len(net.keys(21)); n != before+1 {
		t.Errorf("%d marks", n)
	}
	net.blocks(limits.ProofBlocks + 8)
	if n := len(net.keys(21)); n != 0 {
		t.Errorf("%d marks are left", n)
	}
}

// keys returns the keys of a prefix of the store.
func (n *network) keys(prefix byte) [][]byte {
	n.t.Helper()
	it := n.ctx.KVStore(n.store).Iterator([]byte{prefix}, []byte{prefix + 1})
	defer func() {
		if err := it.Close(); err != nil {
			n.t.Error(err)
		}
	}()
	var all [][]byte
	for ; it.Valid(); it.Next() {
		all = append(all, it.Key())
	}
	return all
}

// drawn returns a hotspot that sortition lets report a challenge, and one that it
// does not.
func (n *network) drawn(c wire.Challenge, r types.ChallengeRecord) (yes, no uint32) {
	n.t.Helper()
	p, err := n.k.Params(n.ctx)
	if err != nil {
		n.t.Fatal(err)
	}
	for _, w := range others(uint32(len(n.registry.hotspots)), c.Hotspot) {
		if n.eligible(&p, c, r, w) {
			yes = w
		} else {
			no = w
		}
	}
	if yes == 0 || no == 0 {
		n.t.Fatalf("drawn %d, not drawn %d", yes, no)
	}
	return yes, no
}

// flip returns b with a byte changed; a negative position counts from the end.
func flip(b []byte, at int) []byte {
	b = append([]byte(nil), b...)
	if at < 0 {
		at += len(b)
	}
	b[at] ^= 1
	return b
}

// One hotspot cannot fill a block: what is over its quota is refused alone, and the
// next block takes it.
func TestHotspotQuota(t *testing.T) {
	p := testParams()
	p.HotspotReports, p.WindowBlocks, p.CloseBlocks, p.RevealBlocks, p.SettleBlocks = 1, 20, 10, 13, 15
	net := newNetwork(t, 16, p)
	for len(net.opened()) < 3 {
		net.blocks(1)
	}
	open := net.opened()
	var witness uint32
	for _, w := range others(16, 0) {
		if w != open[0].Hotspot && w != open[1].Hotspot {
			witness = w
		}
	}
	net.begin()
	first, second := net.report(open[1], witness, nil), net.report(open[2], witness, nil)
	if open[2].Hotspot == witness {
		second = net.report(open[0], witness, nil)
	}
	if v := net.mustDeliver(wire.BatchReports, first, second); v[0] != wire.Accepted || v[1] != wire.OverQuota {
		t.Errorf("in one block: %v", v)
	}
	if _, err := net.deliver(net.batch(wire.BatchReports, nil, second)); !errors.Is(err, lane.ErrNothing) {
		t.Errorf("in another batch of the block: %v", err)
	}
	net.end()
	net.begin()
	if v := net.mustDeliver(wire.BatchReports, second); v[0] != wire.Accepted {
		t.Errorf("in the next block: %v", v)
	}
	net.end()
}
