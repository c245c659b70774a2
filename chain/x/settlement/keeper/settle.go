package keeper

import (
	"context"
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// item is a voucher with what the chain knows about it.
type item struct {
	wire.Voucher
	signed verify.Signed
	signer routing.Signer
	lane   types.Lane
	row    types.Settled
	credit uint64 // DC that it moves
	rise   uint64 // the same in its unit, once it is recorded
}

// credits converts an amount in the unit of an item to whole DC.
func (it *item) credits(amount uint64) uint64 {
	if it.Unit == wire.UnitMicroDC {
		return amount / reward.MicroPerCredit
	}
	return amount
}

// setting is what all items of a message have in common.
type setting struct {
	params    types.Params
	chain     wire.ChainHash
	epoch     uint32
	firstOpen uint32 // epoch
	sender    string
}

func (k *Keeper) setting(ctx context.Context, sender string) (setting, error) {
	p, err := k.params.Get(ctx)
	if err != nil {
		return setting{}, err
	}
	s := setting{params: p, chain: wire.HashChainID(sdk.UnwrapSDKContext(ctx).ChainID()), epoch: k.rewards.CurrentEpoch(ctx), sender: sender}
	s.firstOpen, err = k.firstOpen(ctx, p, s.epoch)
	return s, err
}

// signedItem reads a voucher as far as it takes to know whose signature it must have,
// and returns the reason when it cannot be one of an open epoch and a lane.
func (k *Keeper) signedItem(ctx context.Context, s setting, raw []byte) (*item, types.Reason, error) {
	v, err := wire.ParseVoucher(raw)
	switch {
	case err != nil:
		return nil, types.REASON_MALFORMED, nil
	case v.Chain != s.chain:
		return nil, types.REASON_WRONG_CHAIN, nil
	case v.Epoch > s.epoch || v.Epoch < s.firstOpen:
		return nil, types.REASON_BAD_EPOCH, nil
	}
	signer, ok := k.routing.Signer(ctx, v.Org, uint32(v.Lane))
	if !ok {
		return nil, types.REASON_UNKNOWN_LANE, nil
	}
	key, err := routing.ParseKey(signer.Key)
	if err != nil {
		return nil, 0, err
	}
	it := &item{Voucher: v, signer: signer}
	it.signed = verify.Signed{Key: key, Body: raw[:wire.VoucherBodySize], Sig: &it.Signature}
	return it, 0, nil
}

// inspect reads a voucher and returns the first reason why it cannot be settled,
// cheapest check first, all but its signature. A lane that was revoked still answers
// for what it signed until then: who carried has the time of any other epoch to settle,
// and more than the reservation is never paid.
func (k *Keeper) inspect(ctx context.Context, s setting, raw []byte) (*item, types.Reason, error) {
	it, reason, err := k.signedItem(ctx, s, raw)
	if err != nil || reason != 0 {
		return nil, reason, err
	}
	switch {
	case it.signer.Revoked && it.Epoch > it.signer.RevokedEpoch:
		return it, types.REASON_REVOKED, nil
	case (it.signer.Kind == routing.SIGNER_KIND_PAYER) != (it.Unit == wire.UnitMicroDC):
		return it, types.REASON_UNSUPPORTED_UNIT, nil
	}
	h, err := k.hotspots.Hotspot(ctx, it.Hotspot)
	switch {
	case errors.Is(err, hotspot.ErrUnknown):
		return it, types.REASON_UNKNOWN_HOTSPOT, nil
	case err != nil:
		return nil, 0, err
	case (wire.HotspotClass(h.Class) == wire.ClassWiFi) != (it.Unit == wire.UnitMicroDC):
		return it, types.REASON_WRONG_CLASS, nil
	}
	reason, err = k.inspectAmount(ctx, s, it)
	return it, reason, err
}

// inspectAmount checks that an item raises what was settled, by enough, and
// within what its lane has reserved.
func (k *Keeper) inspectAmount(ctx context.Context, s setting, it *item) (types.Reason, error) {
	var err error
	if it.row, err = k.settledRow(ctx, &it.Voucher); err != nil {
		return 0, err
	}
	if it.Cum <= it.row.Cum {
		return types.REASON_NOT_HIGHER, nil
	}
	// Whole DC move, those of the total less those of the total before: however a
	// total is split, it never rounds up.
	it.credit = it.credits(it.Cum) - it.credits(it.row.Cum)
	if it.credit == 0 || it.credit < s.params.MinStep && (it.Epoch == s.epoch || it.row.Final) {
		return types.REASON_STEP_TOO_SMALL, nil
	}
	if it.lane, err = k.lane(ctx, it.Epoch, it.Org, uint32(it.Lane)); err != nil {
		return 0, err
	}
	if it.lane.Reserved == 0 {
		return types.REASON_NO_ESCROW, nil
	}
	if left := it.lane.Left(); left < s.params.ItemFee || left-s.params.ItemFee < it.credit {
		return types.REASON_OVER_ALLOWANCE, nil
	}
	return 0, nil
}

// signatureGas is what checking a voucher's signature costs a paying
// transaction, as much as one of an account.
const signatureGas = 1_000

// settle settles one voucher, or returns the reason why not. Verified says that
// its signature was checked before.
func (k *Keeper) settle(ctx context.Context, s setting, raw []byte, verified bool) (types.Reason, error) {
	it, reason, err := k.inspect(ctx, s, raw)
	if err != nil {
		return 0, err
	}
	claims := it != nil && it.lane.Pool > 0 && (reason == types.REASON_OVER_ALLOWANCE || reason == types.REASON_NO_ESCROW)
	if reason != 0 && !claims {
		return reason, nil
	}
	if !verified {
		sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(signatureGas, "voucher signature")
		if !verify.Signature(it.signed) {
			return types.REASON_BAD_SIGNATURE, nil
		}
	}
	if claims {
		return types.REASON_CLAIMED, k.claim(ctx, it)
	}
	basis, err := k.credits.BurnEscrow(ctx, it.Org, it.credit)
	if err != nil {
		return 0, err
	}
	if s.params.ItemFee > 0 {
		if _, err := k.credits.BurnEscrowFee(ctx, it.Org, s.params.ItemFee); err != nil {
			return 0, err
		}
	}
	if err := k.record(ctx, s, it); err != nil {
		return 0, err
	}
	if err := k.pay(ctx, s, it, basis); err != nil {
		return 0, err
	}
	return 0, k.punishShortfall(ctx, s, it)
}

// record raises the row of the hotspot and the counters of the lane.
func (k *Keeper) record(ctx context.Context, s setting, it *item) error {
	it.rise = it.Cum - it.row.Cum
	it.row.Cum = it.Cum
	it.row.Final = it.row.Final || it.credit < s.params.MinStep
	if err := k.settled.Set(ctx, key(it.Epoch, it.Org, uint32(it.Lane), it.Hotspot), it.row); err != nil {
		return err
	}
	it.lane.Settled += it.credit
	it.lane.Fees += s.params.ItemFee
	it.lane.Issued = max(it.lane.Issued, it.Issued)
	it.lane.Seq = max(it.lane.Seq, it.Seq)
	it.lane.Cum += it.rise
	if err := k.settleClaim(ctx, it); err != nil {
		return err
	}
	return k.setLane(ctx, it.lane)
}

// pay splits what the burned credits cost, or are worth if that is less, among
// hotspot, router and cell; the rest stays burned.
func (k *Keeper) pay(ctx context.Context, s setting, it *item, basis uint64) error {
	worth, err := k.worth(ctx, it.credit)
	if err != nil {
		return err
	}
	payout, err := sdk.AccAddressFromBech32(it.signer.Payout)
	if err != nil {
		return err
	}
	base := min(basis, worth)
	p := rewards.Payment{Basis: basis, Hotspot: it.Hotspot, Router: payout}
	p.ToHotspot, p.ToRouter, p.ToCell, _ = reward.SplitBase(base, s.params.Fee())
	if p.ToCell, err = k.rewards.Carried(ctx, p); err != nil {
		return err
	}
	e := types.EventSettled{
		Epoch: it.Epoch, Org: it.Org, Lane: uint32(it.Lane), Hotspot: it.Hotspot, Credits: it.credit, Cum: it.Cum,
		Unit: uint32(it.Unit), Base: base, HotspotSpark: p.ToHotspot, RouterSpark: p.ToRouter, DemandSpark: p.ToCell,
		BurnedSpark: base - p.ToHotspot - p.ToRouter - p.ToCell,
	}
	if err := k.countTotals(ctx, &e, it.rise, s.params.ItemFee); err != nil {
		return err
	}
	return emit(ctx, &e)
}

func (k *Keeper) countTotals(ctx context.Context, e *types.EventSettled, rise, fee uint64) error {
	t, err := k.Totals(ctx)
	if err != nil {
		return err
	}
	t.Items++
	t.Credits += e.Credits
	t.Fees += fee
	t.Base += e.Base
	t.Hotspots += e.HotspotSpark
	t.Routers += e.RouterSpark
	t.Demand += e.DemandSpark
	t.Burned += e.BurnedSpark
	if e.Unit == uint32(wire.UnitMicroDC) {
		t.MicroCredits += rise
		t.WifiCredits += e.Credits
	}
	return k.totals.Set(ctx, t)
}
