package trial

import (
	"context"
	"fmt"
	"time"

	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
)

// Sizes of the dry trial, DC. What is left of the purse after the first voucher is
// less than the smallest item of a main network takes.
const (
	dryPurse     = 5_000
	dryFirst     = 4_900
	dryNext      = 10_000
	dryThreshold = 20_000
	dryTarget    = 60_000
	// dryMost bounds what topping up may cost, spark.
	dryMost = 1_000 * 100_000_000
	// dryTime is what the trial needs of one epoch.
	dryTime = 12 * time.Second
)

// Dry is what became of an org that ran out of credits and let the chain buy more.
type Dry struct {
	Used      Used
	Suspended bool   // when its escrow was used up
	Refused   bool   // a voucher beyond it
	ToppedUp  uint64 // DC that the chain bought for it
	Resumed   bool
	Settled   uint64 // DC settled after that
}

// RunDry has an org spend its escrow, shows that nothing more settles, and then sets a
// top-up, upon which it goes on without anybody sending credits.
func (s *Stage) RunDry(ctx context.Context) (Dry, error) {
	var out Dry
	d, err := s.open(ctx, dryPurse)
	if err != nil {
		return out, err
	}
	epoch, err := s.room(ctx, dryTime)
	if err != nil {
		return out, err
	}
	if err := d.pay(ctx, s.Payer, d.voucher(epoch, dryFirst, dryFirst)); err != nil {
		return out, fmt.Errorf("what the escrow covers: %w", err)
	}
	e, err := d.escrow(ctx)
	if err != nil {
		return out, err
	}
	out.Suspended = e.Suspended
	beyond := d.voucher(epoch, dryFirst+dryNext, dryFirst+dryNext)
	reason, err := d.settle(ctx, s.Payer, beyond)
	if err != nil {
		return out, err
	}
	out.Refused = reason != 0
	before := e.Escrow.Balance.Credits
	if _, err := s.send(ctx, s.Payer, &creditstypes.MsgSetTopUp{
		Owner: s.Payer.Address(), Org: d.org, Threshold: dryThreshold, Target: dryTarget, MaxSpark: dryMost,
	}); err != nil {
		return out, fmt.Errorf("set a top-up: %w", err)
	}
	if err := until(ctx, func(ctx context.Context) error {
		if e, err = d.escrow(ctx); err != nil {
			return err
		}
		if e.Suspended {
			return fmt.Errorf("org %d has %d DC", d.org, e.Escrow.Balance.Credits)
		}
		return nil
	}); err != nil {
		return out, fmt.Errorf("wait for the top-up: %w", err)
	}
	out.Resumed, out.ToppedUp = true, e.Escrow.Balance.Credits-before
	d.used.Funded += out.ToppedUp
	if out.Settled, err = d.goOn(ctx, epoch, beyond); err != nil {
		return out, err
	}
	out.Used, err = d.bill(ctx)
	return out, err
}

// goOn settles the voucher that was refused, or in the next epoch a new one.
func (d *defendant) goOn(ctx context.Context, epoch uint32, beyond []byte) (uint64, error) {
	now, err := d.stage.room(ctx, dryTime/2)
	if err != nil {
		return 0, err
	}
	if now != epoch {
		beyond = d.voucher(now, dryNext, dryNext)
	}
	if err := d.pay(ctx, d.stage.Payer, beyond); err != nil {
		return 0, fmt.Errorf("after the top-up: %w", err)
	}
	return dryNext, nil
}
