package keeper_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// batch is a message for the fee-free lane, its header signed by the lane's key
// after change.
func (n *net) batch(nonce uint64, change func(*wire.Batch), vouchers ...[]byte) *types.MsgSettle {
	return n.batchOf(laneKey, n.org, n.lane, nonce, change, vouchers...)
}

func (n *net) batchOf(key, org, lane uint32, nonce uint64, change func(*wire.Batch), vouchers ...[]byte) *types.MsgSettle {
	var items []byte
	for _, v := range vouchers {
		items = append(items, v...)
	}
	b := wire.Batch{
		Chain: wire.HashChainID(fixture.ChainID), Org: org, Lane: uint16(lane), Kind: wire.BatchVouchers,
		ValidUntil: uint64(n.Ctx.BlockHeight()) + 10, Nonce: nonce, Count: uint16(len(vouchers)), Digest: sha256.Sum256(items),
	}
	if change != nil {
		change(&b)
	}
	priv, _ := fixture.Key(key)
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
		{"another message", &types.MsgUpdateParams{}, sdkerrors.ErrInvalidType},
		{"no header", &types.MsgSettle{Items: good}, lane.ErrSize},
		{"kind", n.batch(1, func(b *wire.Batch) { b.Kind = wire.BatchReports }, good), lane.ErrFormat},
		{"chain", n.batch(1, func(b *wire.Batch) { b.Chain[0]++ }, good), lane.ErrWrongChain},
		{"count", n.batch(1, func(b *wire.Batch) { b.Count = 2 }, good), lane.ErrSize},
		{"too many", n.batch(1, func(b *wire.Batch) { b.Count = 1_001 }, good), lane.ErrSize},
		{"expired", n.batch(1, func(b *wire.Batch) { b.ValidUntil = h - 1 }, good), lane.ErrExpired},
		{"too long", n.batch(1, func(b *wire.Batch) { b.ValidUntil = h + 11 }, good), lane.ErrExpired},
		{"org", n.batch(1, func(b *wire.Batch) { b.Org = other }, good), lane.ErrRelay},
		{"digest", n.batch(1, func(b *wire.Batch) { b.Digest[0]++ }, good), lane.ErrDigest},
		{"nothing that pays", n.batch(2, nil, n.voucher(0, 500, nil)), lane.ErrNothing},
		{"item of no chain", n.batch(2, nil, good, n.voucher(1, 5_000, func(v *wire.Voucher) { v.Chain[0]++ })), lane.ErrItem},
		{"no voucher", n.batch(2, nil, good, make([]byte, wire.VoucherSize)), lane.ErrItem},
		{"item twice", n.batch(3, nil, good, n.voucher(0, 6_000, nil)), lane.ErrItem},
		{"bad item signature", n.batch(4, nil, n.voucher(1, 5_000, nil), unsigned), lane.ErrItem},
		{"good", n.batch(5, nil, good, n.voucher(1, 5_000, nil)), nil},
		{"again", n.batch(5, nil, good), lane.ErrNonce},
	} {
		if err := n.Settlement.CheckBatch(n.Ctx, tc.msg); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	forged := n.batch(9, nil, good)
	forged.Batch[len(forged.Batch)-1] ^= 1
	if err := n.Settlement.CheckBatch(n.Ctx, forged); !errors.Is(err, lane.ErrRelaySignature) {
		t.Errorf("forged header: %v", err)
	}
	stranger := n.batch(9, nil, good)
	stranger.Sender = n.host.String()
	if err := n.Settlement.CheckBatch(n.Ctx, stranger); !errors.Is(err, lane.ErrRelay) {
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
	if err := n.Settlement.CheckBatch(ctx, forged); !errors.Is(err, lane.ErrRelaySignature) || len(asked) != 0 {
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

// A batch pays what it can: a voucher that somebody settled before costs the others
// nothing.
func TestBatchPaysWhatItCan(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	n.Settle(n.voucher(0, 5_000, nil))
	m := n.batch(1, nil, n.voucher(0, 5_000, nil), n.voucher(1, 5_000, nil))
	n.Must(n.Settlement.CheckBatch(n.Ctx, m))
	r, err := n.SettlementM.Settle(lane.Admit(n.Ctx), m)
	if err != nil || r.Settled != 1 || len(r.Refused) != 1 || r.Refused[0].Reason != types.REASON_NOT_HIGHER {
		t.Errorf("%v, %v", r, err)
	}
	n.Check()
}

// A relay has its share of a block, and all of them together theirs.
func TestBlockHasRoomForAllRelays(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	p := types.DefaultParams()
	p.RelayBytesPerBlock, p.LaneBytesPerBlock = 2*wire.VoucherSize, 3*wire.VoucherSize
	_, err := n.SettlementM.UpdateParams(n.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	n.Must(err)
	first, second := n.batch(1, nil, n.voucher(0, 5_000, nil)), n.batch(2, nil, n.voucher(0, 6_000, nil), n.voucher(1, 5_000, nil))
	n.Must(n.Settlement.CheckBatch(n.Ctx, first))
	if err := n.Settlement.CheckBatch(n.Ctx, second); !errors.Is(err, lane.ErrQuota) {
		t.Errorf("three items of a relay: %v", err)
	}
	if err := n.Settlement.CheckBatch(n.Ctx.WithIsCheckTx(true), second); err != nil {
		t.Errorf("for another block: %v", err)
	}
	n.Block(0)
	n.Must(n.Settlement.CheckBatch(n.Ctx, n.batch(3, nil, n.voucher(0, 6_000, nil), n.voucher(1, 5_000, nil))))
	org := n.Org(n.owner, 10_000_000)
	other := n.Lane(n.owner, org, laneKey+1, 300_000, n.router)
	m := n.batchOf(laneKey+1, org, other, 4, nil, n.voucher(0, 6_000, nil), n.voucher(1, 5_000, nil))
	if err := n.Settlement.CheckBatch(n.Ctx, m); !errors.Is(err, lane.ErrQuota) {
		t.Errorf("four items of two relays: %v", err)
	}
}

// What a relay can see costs it its bond; what it cannot see costs nothing.
func TestBadBatch(t *testing.T) {
	n := newNet(t, 250_000_000, 1_000_000, 300_000)
	good := n.voucher(0, 5_000, nil)
	unsigned := append([]byte(nil), good...)
	unsigned[len(unsigned)-1] ^= 1
	prover := fixture.Account(77)
	nonce := uint64(0)
	for _, tc := range []struct {
		name string
		item []byte
		want types.Reason // 0: nothing the relay answers for
	}{
		{"good", good, 0},
		{"too small a step", n.voucher(0, 5, nil), 0},
		{"lane that is not", n.voucher(0, 5_000, func(v *wire.Voucher) { v.Lane = 60 }), 0},
		{"old epoch", n.voucher(0, 5_000, func(v *wire.Voucher) { v.Epoch = 99 }), 0},
		{"no voucher", make([]byte, wire.VoucherSize), types.REASON_MALFORMED},
		{"no chain", n.voucher(0, 5_000, func(v *wire.Voucher) { v.Chain[0]++ }), types.REASON_WRONG_CHAIN},
		{"not signed", unsigned, types.REASON_BAD_SIGNATURE},
	} {
		nonce++
		m := n.batch(nonce, nil, tc.item)
		accuse := func() (*types.MsgBadBatchResponse, error) {
			return n.SettlementM.BadBatch(n.Ctx, &types.MsgBadBatch{Prover: prover.String(), Batch: m.Batch, Items: m.Items})
		}
		before, _ := n.Routing.Signer(n.Ctx, n.org, n.lane)
		r, err := accuse()
		after, _ := n.Routing.Signer(n.Ctx, n.org, n.lane)
		if tc.want == 0 {
			if !errors.Is(err, lane.ErrNoFault) || after.Bond != before.Bond {
				t.Errorf("%s: %v, bond %d of %d", tc.name, err, after.Bond, before.Bond)
			}
			continue
		}
		if err != nil || r.Reason != tc.want || r.Taken != types.DefaultParams().BadBatchSpark || after.Bond != before.Bond-r.Taken {
			t.Errorf("%s: %v, %v, bond %d of %d", tc.name, r, err, after.Bond, before.Bond)
		}
		if _, err := accuse(); !errors.Is(err, lane.ErrProven) {
			t.Errorf("%s again: %v", tc.name, err)
		}
	}
}
