package trial

import (
	"context"
	"fmt"
	"time"

	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Sizes of the trial of a lane that promises more than it may, DC.
const (
	overPurse  = 20_000
	overOwed   = 50_000
	overIssued = 90_000
	overTime   = 15 * time.Second
)

// OverIssue is what became of a lane that promised more than it has reserved.
type OverIssue struct {
	Used    Used
	Bond    uint64 // spark that it held
	Burned  uint64 // spark of it that the proof burned
	Left    uint64
	Revoked bool
	Claimed bool // the voucher of the hotspot became a claim
	// Compensated is what hotspots got of the bond, spark.
	Compensated uint64
}

// RunOverIssue has a lane sign for more than its org's escrow holds and anybody prove
// it; the hotspot that it left unpaid is paid out of the bond when the epoch's time is
// over.
func (s *Stage) RunOverIssue(ctx context.Context) (OverIssue, error) {
	var out OverIssue
	d, err := s.open(ctx, overPurse)
	if err != nil {
		return out, err
	}
	signer, err := d.signer(ctx)
	if err != nil {
		return out, err
	}
	out.Bond = signer.Bond
	epoch, err := s.room(ctx, overTime)
	if err != nil {
		return out, err
	}
	voucher := d.voucher(epoch, overOwed, overIssued)
	res, err := s.send(ctx, s.Bringer, &settlementtypes.MsgProveOverIssue{Prover: s.Bringer.Address(), Voucher: voucher})
	if err != nil {
		return out, fmt.Errorf("prove that org %d issued too much: %w", d.org, err)
	}
	var proven settlementtypes.MsgProveOverIssueResponse
	if err := res.Response(0, &proven); err != nil {
		return out, err
	}
	out.Burned = proven.Burned
	reason, err := d.settle(ctx, s.Bringer, voucher)
	if err != nil {
		return out, err
	}
	out.Claimed = reason == settlementtypes.REASON_CLAIMED
	if signer, err = d.signer(ctx); err != nil {
		return out, err
	}
	out.Left, out.Revoked = signer.Bond, signer.Revoked
	settlement := settlementtypes.NewQueryClient(s.Chain.Conn())
	if err := until(ctx, func(ctx context.Context) error {
		t, err := settlement.Totals(ctx, &settlementtypes.QueryTotalsRequest{})
		if err != nil {
			return err
		}
		if out.Compensated = t.Totals.Compensated; out.Compensated == 0 {
			return fmt.Errorf("nobody was compensated for org %d", d.org)
		}
		return nil
	}); err != nil {
		return out, fmt.Errorf("wait for the compensation: %w", err)
	}
	out.Used, err = d.bill(ctx)
	return out, err
}
