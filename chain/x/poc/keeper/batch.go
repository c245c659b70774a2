package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkerrors "github.com/cosmos/cosmos-sdk/types/errors"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// laneUsage is the key of the whole lane's bytes; relay keys are never 0.
const laneUsage = 0

// CheckBatch decides whether a batch may enter a block. The checks go from cheap
// to dear: sizes, header, relay, nonce, the relay's signature, its rate on this
// node, bytes left in the block, digest, then each item's own checks, and all
// item signatures together at the end. On success the nonce is used up.
func (k *Keeper) CheckBatch(ctx sdk.Context, msg sdk.Msg) error {
	m, ok := msg.(*types.MsgSubmitReports)
	if !ok {
		return errorsmod.Wrapf(sdkerrors.ErrInvalidType, "%T", msg)
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	b, err := parseBatch(m, &p)
	if err != nil {
		return err
	}
	at := targetHeight(ctx)
	if b.Chain != chainHash(ctx) {
		return types.ErrWrongChain
	}
	if b.ValidUntil < at || b.ValidUntil > at+limits.MaxBatchLife {
		return errorsmod.Wrapf(types.ErrExpired, "valid until %d, now %d", b.ValidUntil, at)
	}
	relay, err := k.relay(ctx, &b, m.Relay)
	if err != nil {
		return err
	}
	if used, err := k.nonces.Has(ctx, collections.Join(relayKey(&b), b.Nonce)); err != nil || used {
		return errorsmod.Wrapf(types.ErrNonce, "%d", b.Nonce)
	}
	if ctx.IsReCheckTx() {
		// The bytes are those that passed before, so their signatures hold.
		if err := k.stillUseful(ctx, &b, m.Items, at); err != nil {
			return err
		}
		return k.useNonce(ctx, &b)
	}
	if !relaySigned(relay, &b, m.Batch) {
		return types.ErrRelaySignature
	}
	if err := lane.Spend(ctx, m.Relay, int(b.Count)); err != nil {
		return err
	}
	if err := k.spendBytes(ctx, &p, &b, uint64(len(m.Items))); err != nil {
		return err
	}
	if !b.Matches(m.Items) {
		return types.ErrDigest
	}
	if err := k.checkItems(ctx, &b, m.Items, at); err != nil {
		return err
	}
	return k.useNonce(ctx, &b)
}

// parseBatch checks sizes and reads the header.
func parseBatch(m *types.MsgSubmitReports, p *types.Params) (wire.Batch, error) {
	if len(m.Batch) != wire.BatchSize {
		return wire.Batch{}, errorsmod.Wrapf(types.ErrBatchSize, "header of %d bytes", len(m.Batch))
	}
	b, err := wire.ParseBatch(m.Batch)
	if err != nil {
		return b, errorsmod.Wrap(types.ErrBatchFormat, err.Error())
	}
	if b.Kind != wire.BatchReports && b.Kind != wire.BatchReveals {
		return b, errorsmod.Wrapf(types.ErrBatchFormat, "kind %d", b.Kind)
	}
	if uint32(b.Count) > p.MaxBatchItems || len(m.Items) != int(b.Count)*b.Kind.ItemSize() {
		return b, errorsmod.Wrapf(types.ErrBatchSize, "%d items in %d bytes", b.Count, len(m.Items))
	}
	return b, nil
}

// targetHeight is the height of the block that a batch would be in: CheckTx runs
// on the state of the block before.
func targetHeight(ctx sdk.Context) uint64 {
	if ctx.IsCheckTx() {
		return height(ctx) + 1
	}
	return height(ctx)
}

// relay returns the signer of the batch's lane. The account in the message is
// not signed by anyone, so it must be the one the lane pays out to.
func (k *Keeper) relay(ctx context.Context, b *wire.Batch, account string) (routingtypes.Signer, error) {
	s, ok := k.routing.Signer(ctx, b.Org, uint32(b.Lane))
	if !ok || s.Revoked || s.Bond == 0 || s.Payout != account {
		return s, errorsmod.Wrapf(types.ErrRelay, "org %d lane %d", b.Org, b.Lane)
	}
	return s, nil
}

func relaySigned(s routingtypes.Signer, b *wire.Batch, raw []byte) bool {
	key, err := wire.ParsePubKey(s.Key)
	return err == nil && verify.Signature(verify.Signed{Key: key, Body: raw[:wire.BatchBodySize], Sig: &b.Signature})
}

// relayKey names a lane in the store.
func relayKey(b *wire.Batch) uint64 { return uint64(b.Org)<<16 | uint64(b.Lane) }

// useNonce marks the batch's nonce until it expires.
func (k *Keeper) useNonce(ctx context.Context, b *wire.Batch) error {
	relay := relayKey(b)
	if err := k.nonceExpiry.Set(ctx, collections.Join3(b.ValidUntil, relay, b.Nonce)); err != nil {
		return err
	}
	return k.nonces.Set(ctx, collections.Join(relay, b.Nonce), b.ValidUntil)
}

// spendBytes takes a batch's bytes out of what the relay and the lane may put
// into one block. CheckTx is not for one block, so it counts nothing.
func (k *Keeper) spendBytes(ctx sdk.Context, p *types.Params, b *wire.Batch, size uint64) error {
	if ctx.IsCheckTx() {
		return nil
	}
	for _, q := range []struct{ key, most uint64 }{
		{laneUsage, uint64(p.LaneBytesPerBlock)},
		{relayKey(b), uint64(p.RelayBytesPerBlock)},
	} {
		word, err := getOr(ctx, k.usage, q.key)
		if err != nil {
			return err
		}
		used := usedAt(word, height(ctx)) + size
		if used > q.most {
			return errorsmod.Wrapf(types.ErrQuota, "%d bytes, at most %d", used, q.most)
		}
		if err := k.usage.Set(ctx, q.key, height(ctx)<<usageBits|used); err != nil {
			return err
		}
	}
	return nil
}

// usageBits is the part of a usage word that counts bytes; the height is above.
const usageBits = 24

// usedAt returns the bytes of a usage word, none if it is of another height.
func usedAt(word, h uint64) uint64 {
	if word>>usageBits != h {
		return 0
	}
	return word & (1<<usageBits - 1)
}

// expireNonces forgets marks of batches that can no longer be included.
func (k *Keeper) expireNonces(ctx context.Context) error {
	var old []collections.Triple[uint64, uint64, uint64]
	err := k.nonceExpiry.Walk(ctx, nil, func(key collections.Triple[uint64, uint64, uint64]) (bool, error) {
		if key.K1() >= height(ctx) || len(old) >= limits.MaxPrunes {
			return true, nil
		}
		old = append(old, key)
		return false, nil
	})
	if err != nil {
		return err
	}
	for _, key := range old {
		if err := k.nonceExpiry.Remove(ctx, key); err != nil {
			return err
		}
		if err := k.nonces.Remove(ctx, collections.Join(key.K2(), key.K3())); err != nil {
			return err
		}
	}
	return nil
}
