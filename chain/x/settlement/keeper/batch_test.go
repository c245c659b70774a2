package keeper_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// batch is a message for the fee-free lane, its header signed by the lane's key
// after change.
func (n *net) batch(nonce uint64, change func(*wire.Batch), vouchers ...[]byte) *types.MsgSettle {
	var items []byte
	for _, v := range vouchers {
		items = append(items, v...)
	}
	b := wire.Batch{
		Chain: wire.HashChainID(fixture.ChainID), Org: n.org, Lane: uint16(n.lane), Kind: wire.BatchVouchers,
		ValidUntil: uint64(n.Ctx.BlockHeight()) + 10, Nonce: nonce, Count: uint16(len(vouchers)), Digest: sha256.Sum256(items),
	}
	if change != nil {
		change(&b)
	}
	priv, _ := fixture.Key(laneKey)
	b.Signature = wire.Signature(ed25519.Sign(priv, b.AppendBody(nil)))
	return &types.MsgSettle{Sender: n.router.String(), Batch: b.AppendTo(nil), Items: items}
}

func TestCheckBatch(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	other := n.Org(fixture.Account(4), 0)
	good := n.voucher(0, 5_000, nil)
	unsigned := append([]byte(nil), good...)
	unsigned[len(unsigned)-1] ^= 1
	h := uint64(n.Ctx.BlockHeight())
	for _, tc := range []struct {
		name string
		msg  sdk.Msg
		want error
	}{
		{"another message", &types.MsgUpdateParams{}, types.ErrBatch},
		{"no header", &types.MsgSettle{Items: good}, types.ErrBatch},
		{"kind", n.batch(1, func(b *wire.Batch) { b.Kind = wire.BatchReports }, good), types.ErrBatch},
		{"chain", n.batch(1, func(b *wire.Batch) { b.Chain[0]++ }, good), types.ErrWrongChain},
		{"count", n.batch(1, func(b *wire.Batch) { b.Count = 2 }, good), types.ErrItems},
		{"too many", n.batch(1, func(b *wire.Batch) { b.Count = 1_001 }, good), types.ErrItems},
		{"expired", n.batch(1, func(b *wire.Batch) { b.ValidUntil = h - 1 }, good), types.ErrBatchTime},
		{"too long", n.batch(1, func(b *wire.Batch) { b.ValidUntil = h + 101 }, good), types.ErrBatchTime},
		{"org", n.batch(1, func(b *wire.Batch) { b.Org = other }, good), types.ErrRelay},
		{"digest", n.batch(1, func(b *wire.Batch) { b.Digest[0]++ }, good), types.ErrBatch},
		{"bad item", n.batch(2, nil, n.voucher(0, 500, nil)), types.ErrItem},
		{"item twice", n.batch(3, nil, good, n.voucher(0, 6_000, nil)), types.ErrItem},
		{"bad item signature", n.batch(4, nil, n.voucher(1, 5_000, nil), unsigned), types.ErrItem},
		{"good", n.batch(5, nil, good, n.voucher(1, 5_000, nil)), nil},
		{"again", n.batch(5, nil, good), types.ErrNonce},
	} {
		if err := n.Settlement.CheckBatch(n.Ctx, tc.msg); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	forged := n.batch(9, nil, good)
	forged.Batch[len(forged.Batch)-1] ^= 1
	if err := n.Settlement.CheckBatch(n.Ctx, forged); !errors.Is(err, types.ErrSignature) {
		t.Errorf("forged header: %v", err)
	}
	stranger := n.batch(9, nil, good)
	stranger.Sender = n.host.String()
	if err := n.Settlement.CheckBatch(n.Ctx, stranger); !errors.Is(err, types.ErrSender) {
		t.Errorf("stranger as sender: %v", err)
	}
}

var errGate = errors.New("gate")

// The relay's allowance is spent after its own signature, before any item's.
func TestCheckBatchAsksTheGate(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	var asked []int
	ctx := lane.WithGate(n.Ctx, func(_ string, items int) error {
		asked = append(asked, items)
		return errGate
	})
	forged := n.batch(1, nil, n.voucher(0, 5_000, nil))
	forged.Batch[len(forged.Batch)-1] ^= 1
	if err := n.Settlement.CheckBatch(ctx, forged); !errors.Is(err, types.ErrSignature) || len(asked) != 0 {
		t.Errorf("forged: %v, asked %v", err, asked)
	}
	if err := n.Settlement.CheckBatch(ctx, n.batch(1, nil, make([]byte, wire.VoucherSize))); !errors.Is(err, errGate) || len(asked) != 1 {
		t.Errorf("refused by the gate: %v, asked %v", err, asked)
	}
}

func TestBatchMustComeThroughTheLane(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	m := n.batch(1, nil, n.voucher(0, 5_000, nil))
	if _, err := n.SettlementM.Settle(n.Ctx, m); !errors.Is(err, lane.ErrNotAdmitted) {
		t.Errorf("outside the lane: %v", err)
	}
	n.Must(n.Settlement.CheckBatch(n.Ctx, m))
	r, err := n.SettlementM.Settle(lane.Admit(n.Ctx), m)
	if err != nil || r.Settled != 1 {
		t.Errorf("through the lane: %v, %v", r, err)
	}
	n.Check()
}

func TestNoncesAreForgotten(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.Must(n.Settlement.CheckBatch(n.Ctx, n.batch(1, nil, n.voucher(0, 5_000, nil))))
	for range 11 {
		n.Block(0)
	}
	g, err := n.Settlement.ExportGenesis(n.Ctx)
	n.Must(err)
	if len(g.Nonces) != 0 {
		t.Errorf("%d nonces are kept", len(g.Nonces))
	}
}
