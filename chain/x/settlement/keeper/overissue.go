package keeper

import (
	"bytes"
	"context"
	"math/bits"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// A lane may promise as much as it has reserved. It numbers its vouchers, and each says
// how much the lane has issued in the epoch to all hotspots together, so that whoever
// holds one sees how much of the reservation is spoken for. A lane that lies about it is
// caught by its own signatures.

// ProveOverIssue burns the bond of a lane whose vouchers prove that it promised more
// than it may, and keeps half of it to be minted again for those it leaves unpaid. All
// of it would flow back to a cheat that holds most of the unpaid vouchers itself.
func (s msgServer) ProveOverIssue(ctx context.Context, m *types.MsgProveOverIssue) (*types.MsgProveOverIssueResponse, error) {
	if _, err := sdk.AccAddressFromBech32(m.Prover); err != nil {
		return nil, types.ErrAddress.Wrapf("%q", m.Prover)
	}
	set, err := s.k.setting(ctx, m.Prover)
	if err != nil {
		return nil, err
	}
	sdk.UnwrapSDKContext(ctx).GasMeter().ConsumeGas(gasPerFault, "judge vouchers")
	it, err := s.k.evidence(ctx, set, m.Voucher)
	if err != nil {
		return nil, err
	}
	l, err := s.k.lane(ctx, it.Epoch, it.Org, uint32(it.Lane))
	if err != nil {
		return nil, err
	}
	fault := alone(it, l)
	if fault == 0 && len(m.Other) > 0 {
		other, err := s.k.evidence(ctx, set, m.Other)
		if err != nil {
			return nil, err
		}
		if fault, err = together(it, other); err != nil {
			return nil, err
		}
	}
	if fault == 0 {
		return nil, types.ErrNoFault
	}
	burned, err := s.k.convict(ctx, it, l, fault, m.Prover)
	return &types.MsgProveOverIssueResponse{Fault: fault, Burned: burned}, err
}

// evidence reads a voucher of an open epoch that its lane signed.
func (k *Keeper) evidence(ctx context.Context, s setting, raw []byte) (*item, error) {
	it, reason, err := k.signedItem(ctx, s, raw)
	switch {
	case err != nil:
		return nil, err
	case reason != 0:
		return nil, types.ErrEvidence.Wrap(reason.String())
	case !verify.Signature(it.signed):
		return nil, types.ErrEvidence.Wrap(types.REASON_BAD_SIGNATURE.String())
	}
	return it, nil
}

// alone returns what one voucher proves against what the chain knows of its lane.
func alone(it *item, l types.Lane) types.Fault {
	hi, reserved := bits.Mul64(l.Reserved, it.one())
	if hi == 0 && it.Issued > reserved {
		return types.FAULT_OVER_RESERVATION
	}
	// All that was settled was signed before this one.
	if it.Seq >= l.Seq && it.Issued < l.Cum {
		return types.FAULT_UNCOUNTED
	}
	return 0
}

// together returns what two vouchers of one lane and epoch prove.
func together(a, b *item) (types.Fault, error) {
	if a.Org != b.Org || a.Lane != b.Lane || a.Epoch != b.Epoch {
		return 0, types.ErrEvidence.Wrap("of two lanes or epochs")
	}
	if a.Seq > b.Seq {
		a, b = b, a
	}
	switch {
	case a.Seq == b.Seq && !bytes.Equal(a.signed.Body, b.signed.Body):
		return types.FAULT_TWICE, nil
	case a.Seq == b.Seq:
		return 0, nil
	case b.Issued < a.Issued, a.Hotspot == b.Hotspot && b.Cum < a.Cum:
		return types.FAULT_NOT_RISING, nil
	}
	return 0, nil
}

// convict burns the bond of a lane, and revokes one that has none left, once.
func (k *Keeper) convict(ctx context.Context, it *item, l types.Lane, fault types.Fault, prover string) (burned uint64, err error) {
	if burned, err = k.routing.Confiscate(ctx, l.Org, l.Lane); err != nil {
		return 0, err
	}
	if burned == 0 && it.signer.Revoked {
		return 0, types.ErrNoBond.Wrapf("org %d lane %d", l.Org, l.Lane)
	}
	if err := k.rewards.CountBacking(ctx, burned/2); err != nil {
		return 0, err
	}
	l.Pool += burned / 2
	if err := k.setLane(ctx, l); err != nil {
		return 0, err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return 0, err
	}
	t.Bonds += burned
	if err := k.totals.Set(ctx, t); err != nil {
		return 0, err
	}
	e := types.EventOverIssued{Epoch: l.Epoch, Org: l.Org, Lane: l.Lane, Fault: fault, Burned: burned, Prover: prover}
	return burned, emit(ctx, &e)
}

// claim notes what a voucher is worth that the reservation of its convicted lane does
// not pay.
func (k *Keeper) claim(ctx context.Context, it *item) error {
	at := key(it.Epoch, it.Org, uint32(it.Lane), it.Hotspot)
	c, err := orZero(k.claims.Get(ctx, at))
	if err != nil || it.credit <= c.Credits {
		return err
	}
	it.lane.Claimed += it.credit - c.Credits
	if err := k.setLane(ctx, it.lane); err != nil {
		return err
	}
	c = types.Claim{Epoch: it.Epoch, Org: it.Org, Lane: uint32(it.Lane), Hotspot: it.Hotspot, Credits: it.credit}
	return k.claims.Set(ctx, at, c)
}

// settleClaim takes from a hotspot's claim what is settled after all.
func (k *Keeper) settleClaim(ctx context.Context, it *item) error {
	if it.lane.Claimed == 0 {
		return nil
	}
	at := key(it.Epoch, it.Org, uint32(it.Lane), it.Hotspot)
	c, err := orZero(k.claims.Get(ctx, at))
	if err != nil || c.Credits == 0 {
		return err
	}
	less := min(c.Credits, it.credit)
	it.lane.Claimed -= less
	if c.Credits -= less; c.Credits == 0 {
		return k.claims.Remove(ctx, at)
	}
	return k.claims.Set(ctx, at, c)
}

// compensate pays the next of a lane's claims, whose epoch is past its deadline, their
// part of its bond, at most what the credits are worth, and tells how many are handled.
// The rest of the bond stays burned.
func (k *Keeper) compensate(ctx context.Context, l types.Lane, most int) (int, error) {
	var next []types.Claim
	from := key(l.Epoch, l.Org, l.Lane)
	err := k.claims.Walk(ctx, prefixRange(from), func(_ []byte, c types.Claim) (bool, error) {
		next = append(next, c)
		return len(next) == most, nil
	})
	if err != nil || len(next) == 0 {
		return 0, err
	}
	t, err := k.Totals(ctx)
	if err != nil {
		return 0, err
	}
	for _, c := range next {
		worth, err := k.worth(ctx, c.Credits)
		if err != nil {
			return 0, err
		}
		spark := min(reward.MulDiv(l.Pool, c.Credits, l.Claimed), worth)
		if err := k.rewards.Accrue(ctx, c.Hotspot, spark); err != nil {
			return 0, err
		}
		if err := k.claims.Remove(ctx, key(c.Epoch, c.Org, c.Lane, c.Hotspot)); err != nil {
			return 0, err
		}
		t.Compensated += spark
		e := types.EventCompensated{Epoch: c.Epoch, Org: c.Org, Lane: c.Lane, Hotspot: c.Hotspot, Credits: c.Credits, Spark: spark}
		if err := emit(ctx, &e); err != nil {
			return 0, err
		}
	}
	return len(next), k.totals.Set(ctx, t)
}

// punishShortfall takes from a lane's bond twice what somebody else had to settle for
// it after its duty was over, half for the submitter. Small differences are free: a
// lane settles by steps.
func (k *Keeper) punishShortfall(ctx context.Context, s setting, it *item) error {
	if it.Epoch+1 != s.epoch || s.sender == it.signer.Payout {
		return nil
	}
	started, err := k.rewards.EpochStart(ctx)
	if err != nil {
		return err
	}
	if sdk.UnwrapSDKContext(ctx).BlockTime().UnixMilli() < started+int64(s.params.DutySeconds)*1000 {
		return nil
	}
	total := it.credits(it.Cum)
	if it.credit <= max(reward.MulDiv(total, uint64(s.params.ShortfallBps), 10_000), s.params.ShortfallMin) {
		return nil
	}
	worth, err := k.worth(ctx, it.credit)
	if err != nil {
		return err
	}
	submitter, err := sdk.AccAddressFromBech32(s.sender)
	if err != nil {
		return types.ErrAddress.Wrapf("%q", s.sender)
	}
	taken, err := k.routing.Slash(ctx, it.Org, uint32(it.Lane), reward.Add(worth, worth), submitter)
	if err != nil || taken == 0 {
		return err
	}
	return emit(ctx, &types.EventShortfall{
		Epoch: it.Epoch, Org: it.Org, Lane: uint32(it.Lane), Hotspot: it.Hotspot, Credits: it.credit, Taken: taken, Submitter: s.sender,
	})
}

// one is how much of an item's unit is one DC.
func (it *item) one() uint64 {
	if it.Unit == wire.UnitMicroDC {
		return reward.MicroPerCredit
	}
	return 1
}
