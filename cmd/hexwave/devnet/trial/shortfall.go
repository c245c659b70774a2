package trial

import (
	"context"
	"fmt"
	"time"

	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Sizes of the trial of a router that settles too little, DC.
const (
	shortPurse   = 100_000
	shortSettled = 2_000
	shortOwed    = 40_000
	shortTime    = 8 * time.Second
)

// Shortfall is what became of a router that settled less than it had signed for.
type Shortfall struct {
	Used   Used
	Owed   uint64 // DC that the hotspot brought beyond what the router had settled
	Paid   bool   // the hotspot's voucher was settled
	Before uint64 // spark of bond
	After  uint64
	// Gained says that who brought the voucher has more spark than before.
	Gained bool
}

// RunShortfall has a router settle a part of what it signed for a hotspot, waits until
// the time it has for the rest is over, and has the hotspot's owner bring the rest.
func (s *Stage) RunShortfall(ctx context.Context) (Shortfall, error) {
	var out Shortfall
	d, err := s.open(ctx, shortPurse)
	if err != nil {
		return out, err
	}
	epoch, err := s.room(ctx, shortTime)
	if err != nil {
		return out, err
	}
	if err := d.pay(ctx, s.Payer, d.voucher(epoch, shortSettled, shortSettled)); err != nil {
		return out, fmt.Errorf("the router's own voucher: %w", err)
	}
	held := d.voucher(epoch, shortOwed, shortOwed)
	signer, err := d.signer(ctx)
	if err != nil {
		return out, err
	}
	out.Before = signer.Bond
	if err := s.dutyOver(ctx, epoch); err != nil {
		return out, fmt.Errorf("wait for the end of the lane's duty: %w", err)
	}
	had, err := s.balance(ctx, s.Bringer.Address())
	if err != nil {
		return out, err
	}
	reason, err := d.settle(ctx, s.Bringer, held)
	if err != nil {
		return out, err
	}
	out.Owed, out.Paid = shortOwed-shortSettled, reason == 0
	if signer, err = d.signer(ctx); err != nil {
		return out, err
	}
	has, err := s.balance(ctx, s.Bringer.Address())
	if err != nil {
		return out, err
	}
	out.After, out.Gained = signer.Bond, has > had
	out.Used, err = d.bill(ctx)
	return out, err
}

// dutyOver waits until a lane no longer has time to settle an epoch itself.
func (s *Stage) dutyOver(ctx context.Context, epoch uint32) error {
	p, err := settlementtypes.NewQueryClient(s.Chain.Conn()).Params(ctx, &settlementtypes.QueryParamsRequest{})
	if err != nil {
		return fmt.Errorf("ask for the duty of lanes: %w", err)
	}
	duty := time.Duration(p.Params.DutySeconds) * time.Second
	var began time.Time
	return until(ctx, func(ctx context.Context) error {
		head, err := s.Chain.Head(ctx)
		if err != nil {
			return err
		}
		now, _, err := s.now(ctx)
		if err != nil {
			return err
		}
		if now > epoch && began.IsZero() {
			began = head.Time // at the earliest: an epoch begins with a block
		}
		if began.IsZero() || head.Time.Sub(began) < duty {
			return fmt.Errorf("epoch %d, block of %s", now, head.Time)
		}
		return nil
	})
}
