package lane

import (
	"context"
	"crypto/sha256"
	"slices"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Relays knows who may bring batches.
type Relays interface {
	Signer(ctx context.Context, org, lane uint32) (routing.Signer, bool)
}

// Bounds are what a module allows of its batches.
type Bounds struct {
	Kinds []wire.BatchKind
	// Items is the most that one batch holds.
	Items uint32
	// LaneBytes and RelayBytes are the most bytes of items in one block, of all
	// relays and of one.
	LaneBytes, RelayBytes uint64
}

// Batches is what a module remembers of its relays' batches: which nonces are used,
// what is left of the block, and who was punished. Its keys lie in the module's own
// store, four prefixes from a first one on.
type Batches struct {
	relays Relays

	nonces collections.Map[collections.Pair[uint64, uint64], uint64] // relay, nonce -> valid until
	expiry collections.KeySet[collections.Triple[uint64, uint64, uint64]]
	usage  collections.Map[uint64, uint64] // relay, 0 for all -> height and bytes
	proven collections.KeySet[collections.Pair[uint64, []byte]]
}

// NewBatches adds its collections to a module's schema, at prefixes first to first+3.
func NewBatches(sb *collections.SchemaBuilder, first int, relays Relays) *Batches {
	two64 := collections.PairKeyCodec(collections.Uint64Key, collections.Uint64Key)
	return &Batches{
		relays: relays,
		nonces: collections.NewMap(sb, collections.NewPrefix(first), "nonces", two64, collections.Uint64Value),
		expiry: collections.NewKeySet(sb, collections.NewPrefix(first+1), "nonce_expiry",
			collections.TripleKeyCodec(collections.Uint64Key, collections.Uint64Key, collections.Uint64Key)),
		usage: collections.NewMap(sb, collections.NewPrefix(first+2), "usage", collections.Uint64Key, collections.Uint64Value),
		proven: collections.NewKeySet(sb, collections.NewPrefix(first+3), "proven",
			collections.PairKeyCodec(collections.Uint64Key, collections.BytesKey)),
	}
}

// Open checks all of a batch but its items, cheap things first: sizes, header, chain,
// heights, relay, nonce, the relay's signature, its rate on this node, bytes left in
// the block, digest. A batch that waits in a node's pool and is looked at again has
// the bytes that passed before, so that what follows the nonce is left out then.
// Account is whom the message names as its sender; nobody signed that, so it must be
// the one that the lane pays out to.
func (s *Batches) Open(ctx sdk.Context, bounds Bounds, raw, items []byte, account string) (wire.Batch, error) {
	b, err := parse(bounds, raw, items)
	if err != nil {
		return b, err
	}
	at := TargetHeight(ctx)
	if b.Chain != wire.HashChainID(ctx.ChainID()) {
		return b, ErrWrongChain
	}
	if b.ValidUntil < at || b.ValidUntil-at > limits.MaxBatchLife {
		return b, ErrExpired.Wrapf("valid until %d, now %d", b.ValidUntil, at)
	}
	relay, ok := s.relays.Signer(ctx, b.Org, uint32(b.Lane))
	if !ok || relay.Revoked || relay.Bond == 0 || relay.Payout != account {
		return b, ErrRelay.Wrapf("org %d lane %d", b.Org, b.Lane)
	}
	if used, err := s.nonces.Has(ctx, collections.Join(relayKey(&b), b.Nonce)); err != nil || used {
		return b, ErrNonce.Wrapf("%d", b.Nonce)
	}
	if ctx.IsReCheckTx() {
		return b, nil
	}
	if !signed(relay, &b, raw) {
		return b, ErrRelaySignature
	}
	if err := Spend(ctx, account, int(b.Count)); err != nil {
		return b, err
	}
	if err := s.spendBytes(ctx, bounds, &b, uint64(len(items))); err != nil {
		return b, err
	}
	if !b.Matches(items) {
		return b, ErrDigest
	}
	return b, nil
}

// parse checks sizes and reads the header.
func parse(bounds Bounds, raw, items []byte) (wire.Batch, error) {
	if len(raw) != wire.BatchSize {
		return wire.Batch{}, ErrSize.Wrapf("header of %d bytes", len(raw))
	}
	b, err := wire.ParseBatch(raw)
	if err != nil {
		return b, errorsmod.Wrap(ErrFormat, err.Error())
	}
	if !slices.Contains(bounds.Kinds, b.Kind) {
		return b, ErrFormat.Wrapf("kind %d", b.Kind)
	}
	if uint32(b.Count) > bounds.Items || len(items) != int(b.Count)*b.Kind.ItemSize() {
		return b, ErrSize.Wrapf("%d items in %d bytes", b.Count, len(items))
	}
	return b, nil
}

// TargetHeight is the height of the block that a batch would be in: CheckTx runs on
// the state of the block before.
func TargetHeight(ctx sdk.Context) uint64 {
	if ctx.IsCheckTx() {
		return uint64(ctx.BlockHeight()) + 1
	}
	return uint64(ctx.BlockHeight())
}

func signed(relay routing.Signer, b *wire.Batch, raw []byte) bool {
	key, err := wire.ParsePubKey(relay.Key)
	return err == nil && verify.Signature(verify.Signed{Key: key, Body: raw[:wire.BatchBodySize], Sig: &b.Signature})
}

// relayKey names a lane in the store; it is never 0.
func relayKey(b *wire.Batch) uint64 { return uint64(b.Org)<<16 | uint64(b.Lane) }

// Use marks a batch's nonce until it expires.
func (s *Batches) Use(ctx context.Context, b *wire.Batch) error {
	relay := relayKey(b)
	if err := s.expiry.Set(ctx, collections.Join3(b.ValidUntil, relay, b.Nonce)); err != nil {
		return err
	}
	return s.nonces.Set(ctx, collections.Join(relay, b.Nonce), b.ValidUntil)
}

// usageBits is the part of a usage word that counts bytes; the height is above.
const usageBits = 24

// spendBytes takes a batch's bytes out of what the relay and the lane may put into
// one block. CheckTx is not for one block, so it counts nothing.
func (s *Batches) spendBytes(ctx sdk.Context, bounds Bounds, b *wire.Batch, size uint64) error {
	if ctx.IsCheckTx() {
		return nil
	}
	height := uint64(ctx.BlockHeight())
	for _, q := range []struct{ key, most uint64 }{{0, bounds.LaneBytes}, {relayKey(b), bounds.RelayBytes}} {
		word, err := s.usage.Get(ctx, q.key)
		if err != nil && !errorsmod.IsOf(err, collections.ErrNotFound) {
			return err
		}
		used := size
		if word>>usageBits == height {
			used += word & (1<<usageBits - 1)
		}
		if used > q.most {
			return ErrQuota.Wrapf("%d bytes, at most %d", used, q.most)
		}
		if err := s.usage.Set(ctx, q.key, height<<usageBits|used); err != nil {
			return err
		}
	}
	return nil
}

// Accused returns the header of a batch of which item is said to be bad: its relay
// signed it, it is not older than limits.ProofBlocks, and it was not punished before.
// Whether it reached a block does not matter: nodes refuse such a batch for nothing,
// so without a punishment it would cost nothing to have all of them check it.
func (s *Batches) Accused(ctx sdk.Context, bounds Bounds, raw, items []byte, item uint32) (*wire.Batch, error) {
	b, err := parse(bounds, raw, items)
	if err != nil {
		return nil, err
	}
	now := uint64(ctx.BlockHeight())
	if b.Chain != wire.HashChainID(ctx.ChainID()) {
		return nil, ErrWrongChain
	}
	if now > b.ValidUntil+limits.ProofBlocks || b.ValidUntil > now+limits.MaxBatchLife {
		return nil, ErrExpired.Wrapf("valid until %d, now %d", b.ValidUntil, now)
	}
	if item >= uint32(b.Count) {
		return nil, ErrSize.Wrapf("item %d of %d", item, b.Count)
	}
	if !b.Matches(items) {
		return nil, ErrDigest
	}
	if known, err := s.proven.Has(ctx, collections.Join(b.ValidUntil, digest(raw))); err != nil || known {
		return nil, ErrProven
	}
	relay, ok := s.relays.Signer(ctx, b.Org, uint32(b.Lane))
	if !ok || relay.Bond == 0 {
		return nil, ErrRelay.Wrapf("org %d lane %d", b.Org, b.Lane)
	}
	if !signed(relay, &b, raw) {
		return nil, ErrRelaySignature
	}
	return &b, nil
}

// Convict notes that a batch is punished, so that it is once.
func (s *Batches) Convict(ctx context.Context, b *wire.Batch, raw []byte) error {
	return s.proven.Set(ctx, collections.Join(b.ValidUntil, digest(raw)))
}

func digest(raw []byte) []byte {
	h := sha256.Sum256(raw[:wire.BatchBodySize]) // a signature can have two forms
	return h[:]
}

// Forget drops the marks of batches that can no longer be included, and of those that
// can no longer be accused, by bounded steps.
func (s *Batches) Forget(ctx sdk.Context) error {
	height := uint64(ctx.BlockHeight())
	var old []collections.Triple[uint64, uint64, uint64]
	err := s.expiry.Walk(ctx, nil, func(key collections.Triple[uint64, uint64, uint64]) (bool, error) {
		if key.K1() >= height || len(old) >= limits.MaxPrunes {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := s.expiry.Remove(ctx, key); err != nil {
			return err
		}
		if err := s.nonces.Remove(ctx, collections.Join(key.K2(), key.K3())); err != nil {
			return err
		}
	}
	if height <= limits.ProofBlocks {
		return nil
	}
	return s.proven.Clear(ctx, new(collections.Range[collections.Pair[uint64, []byte]]).
		EndExclusive(collections.PairPrefix[uint64, []byte](height-limits.ProofBlocks)))
}
