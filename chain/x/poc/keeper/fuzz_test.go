package keeper_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// FuzzSubmit hands a batch with any bytes for items, properly signed by the
// relay, to the chain. Nothing may panic, and a report that is stored must be
// signed by its witness.
func FuzzSubmit(f *testing.F) {
	seed := newNetwork(f, 4, testParams())
	c := seed.firstOpen()
	f.Add(byte(wire.BatchReports), seed.report(c, others(4, c.Hotspot)[0], nil))
	f.Add(byte(wire.BatchReveals), reveal(c))
	f.Add(byte(wire.BatchVouchers), make([]byte, wire.VoucherSize))
	f.Add(byte(wire.BatchReports), []byte("short"))
	f.Fuzz(func(t *testing.T, kind byte, items []byte) {
		size := max(wire.BatchKind(kind).ItemSize(), 1)
		if len(items) > 16*wire.ReportSize {
			return
		}
		ctx, _ := seed.ctx.CacheContext()
		net := *seed
		net.t, net.ctx = t, ctx.WithBlockHeight(seed.ctx.BlockHeight()+1)
		m := net.batch(wire.BatchReports, func(b *wire.Batch) {
			b.Kind, b.Count, b.Digest = wire.BatchKind(kind), uint16(len(items)/size), sha256.Sum256(items)
		})
		m.Items = items
		if _, err := net.deliver(m); err != nil {
			return
		}
		res, err := net.queries.Challenge(net.ctx, &types.QueryChallengeRequest{Challenge: c.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range res.Record.Reports {
			report, err := wire.ParseReport(r.Report)
			if err != nil {
				t.Fatal(err)
			}
			key := publicKey(report.Witness)
			if !ed25519.Verify(key.Raw(), r.Report[:wire.ReportBodySize], report.Signature[:]) {
				t.Fatalf("stored a report that hotspot %d did not sign", report.Witness)
			}
		}
	})
}
