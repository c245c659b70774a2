package network

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	sdk "github.com/cosmos/cosmos-sdk/client"

	"github.com/hexwave/hexwave/chain/app"
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// door notes what it is offered and refuses it.
type door struct {
	mu  sync.Mutex
	txs [][]byte
}

var errShut = errors.New("shut")

func (d *door) broadcast(_ context.Context, tx []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.txs = append(d.txs, tx)
	return errShut
}

func testFlood(t *testing.T, doors ...offerer) *flood {
	t.Helper()
	app.Configure()
	enc, err := app.NewEncoding()
	if err != nil {
		t.Fatal(err)
	}
	poc.RegisterInterfaces(enc.Registry)
	l := &load{crowd: testCrowd(t), cfg: enc.TxConfig, params: poc.DefaultParams()}
	l.newest.Store(100)
	var reports [][]byte
	for id := uint64(1); len(reports) < batchItems; id++ {
		some, _ := l.crowd.answer(l.crowd.challenge(id, uint32(id)), 100, 100)
		reports = append(reports, some...)
	}
	l.remember(reports)
	return newFlood(l, doors, t.Logf)
}

// opened is a batch of a flood as a node reads it.
type opened struct {
	batch  wire.Batch
	items  []byte
	signed bool // by the key of the relay it names
	bad    int  // items with a bad signature
}

func open(t *testing.T, f *flood, cfg sdk.TxConfig, raw []byte) opened {
	t.Helper()
	tx, err := cfg.TxDecoder()(raw)
	if err != nil {
		t.Fatal(err)
	}
	m := tx.GetMsgs()[0].(*poc.MsgSubmitReports)
	b, err := wire.ParseBatch(m.Batch)
	if err != nil {
		t.Fatal(err)
	}
	key := million.RelayOf(b.Org).Key.Public().(ed25519.PublicKey)
	o := opened{batch: b, items: m.Items, signed: ed25519.Verify(key, b.AppendBody(nil), b.Signature[:])}
	if million.RelayOf(b.Org).Account != m.Relay {
		t.Errorf("org %d pays from another's account", b.Org)
	}
	for item := range slices.Chunk(m.Items, wire.ReportSize) {
		r, err := wire.ParseReport(item)
		if err != nil {
			t.Fatal(err)
		}
		if !goodSignature(&r, f.load.crowd.world.Keys[r.Witness-1]) {
			o.bad++
		}
	}
	return o
}

// TestKinds checks that a batch of each kind is wrong in what its name says and in
// nothing else.
func TestKinds(t *testing.T) {
	f := testFlood(t)
	if tx, err := f.batch(replayed, 0); tx != nil || err != nil {
		t.Errorf("a replay before anything was sent: %d bytes, %v", len(tx), err)
	}
	made := map[kind][]byte{}
	for k := range kindCount {
		tx, err := f.batch(k, int(k))
		if err != nil || len(tx) == 0 {
			t.Fatalf("%s: %d bytes, %v", kindNames[k], len(tx), err)
		}
		made[k] = tx
	}
	if !bytes.Equal(made[replayed], made[copied]) {
		t.Error("a replay is not what was sent before")
	}
	if _, err := f.load.cfg.TxDecoder()(made[garbage]); err == nil {
		t.Error("garbage was read")
	}
	for k, want := range map[kind]struct {
		kind   wire.BatchKind
		first  uint32 // org
		last   uint32
		signed bool
		bad    int
	}{
		copied:   {wire.BatchReports, honestRelays + 1, honestRelays + floodRelays, true, 0},
		badItem:  {wire.BatchReports, honestRelays + 1, honestRelays + floodRelays, true, 1},
		header:   {wire.BatchVouchers, honestRelays + 1, honestRelays + floodRelays, true, 0},
		stranger: {wire.BatchReports, honestRelays + floodRelays + 1, honestRelays + floodRelays + 1, true, 0},
		forged:   {wire.BatchReports, 1, honestRelays, false, 0},
	} {
		o := open(t, f, f.load.cfg, made[k])
		if o.batch.Kind != want.kind || o.batch.Org < want.first || o.batch.Org > want.last || o.signed != want.signed || o.bad != want.bad {
			t.Errorf("%s: kind %v of org %d, signed %v, %d bad items", kindNames[k], o.batch.Kind, o.batch.Org, o.signed, o.bad)
		}
		// Vouchers have another size, so the items are none of them.
		if o.batch.Matches(o.items) != (k != header) || o.batch.Chain != f.load.crowd.chain || o.batch.ValidUntil != 100+batchLife {
			t.Errorf("%s: another fault: %+v", kindNames[k], o.batch)
		}
	}
}

// TestEachValidatorGetsEachKind also shows that two batches are never the same,
// unless they are meant to be.
func TestEachValidatorGetsEachKind(t *testing.T) {
	doors := make([]offerer, validatorCount)
	for i := range doors {
		doors[i] = &door{}
	}
	f := testFlood(t, doors...)
	for n := range validatorCount * int(kindCount) {
		f.offer(t.Context(), n%validatorCount, n)
	}
	for i, d := range doors {
		if got := len(d.(*door).txs); got != int(kindCount) {
			t.Errorf("validator %d was offered %d of %d kinds", i, got, kindCount)
		}
	}
	for k := range kindCount {
		if f.refused[k].Load() != validatorCount || f.taken[k].Load() != 0 {
			t.Errorf("%s: %d refused, %d taken", kindNames[k], f.refused[k].Load(), f.taken[k].Load())
		}
	}
}

func TestFloodEnds(t *testing.T) {
	d := &door{}
	f := testFlood(t, d)
	f.until = time.Now().Add(200 * time.Millisecond)
	f.run(t.Context())
	if len(d.txs) == 0 {
		t.Error("nothing was offered")
	}
	f.until = time.Now().Add(time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	f.run(ctx)
}
