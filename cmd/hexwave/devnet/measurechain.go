package devnet

import (
	"context"
	"fmt"

	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// measureChain asks for everything at one height, which ctx carries.
func (r *run) measureChain(ctx context.Context, height int64) (ChainFacts, error) {
	c := ChainFacts{Validators: r.opt.Validators, Blocks: height, SupplyBefore: r.startSupply}
	var err error
	if c.Signing, err = r.signing(ctx); err != nil {
		return c, err
	}
	if err := r.compareHashes(ctx, &c, height); err != nil {
		return c, err
	}
	if c.SupplyAfter, err = r.supply(ctx); err != nil {
		return c, fmt.Errorf("supply: %w", err)
	}
	rewards := rewardstypes.NewQueryClient(r.chain.Conn())
	t, err := rewards.Totals(ctx, &rewardstypes.QueryTotalsRequest{})
	if err != nil {
		return c, fmt.Errorf("rewards: %w", err)
	}
	c.Minted, c.Splits = t.Totals.Minted, t.Totals.Splits
	for _, i := range r.allIndexes() {
		owed, err := rewards.Owed(ctx, &rewardstypes.QueryOwedRequest{Hotspot: i})
		if err != nil {
			return c, fmt.Errorf("pay of hotspot %d: %w", i, err)
		}
		c.Claimable += owed.Accrued + owed.Escrow
	}
	credits := creditstypes.NewQueryClient(r.chain.Conn())
	ct, err := credits.Totals(ctx, &creditstypes.QueryTotalsRequest{})
	if err != nil {
		return c, fmt.Errorf("credits: %w", err)
	}
	if c.CreditsFees, err = r.itemFees(ctx); err != nil {
		return c, err
	}
	c.Burned, c.CreditsUsed = ct.Totals.BurnedSpark+r.trials.burned(), ct.Totals.Used+c.CreditsFees
	for _, u := range r.trials.used() { // the escrows below are those of the town
		c.CreditsUsed -= u.Steps + u.Fees
		c.CreditsFees -= u.Fees
	}
	for _, org := range []uint32{orgNumber, carrierNumber} {
		e, err := credits.Escrow(ctx, &creditstypes.QueryEscrowRequest{Org: org})
		if err != nil {
			return c, fmt.Errorf("escrow: %w", err)
		}
		c.EscrowSpent += escrowCredits - e.Escrow.Balance.Credits
	}
	return c, nil
}

// count adds what became of the batches.
func (c *ChainFacts) count(b *carried) {
	c.Batches = b.batches
	for _, n := range b.failed {
		c.BatchesFailed += n
	}
	for _, n := range b.refused {
		c.VouchersRefused += n
	}
}

// itemFees is what settlements cost beside what they moved, DC.
func (r *run) itemFees(ctx context.Context) (uint64, error) {
	t, err := settlementtypes.NewQueryClient(r.chain.Conn()).Totals(ctx, &settlementtypes.QueryTotalsRequest{})
	if err != nil {
		return 0, fmt.Errorf("settlement: %w", err)
	}
	return t.Totals.Fees, nil
}

// compareHashes compares the app hash of every height on every validator.
func (r *run) compareHashes(ctx context.Context, c *ChainFacts, height int64) error {
	lowest, highest := height, int64(0)
	for i, n := range r.nodes {
		s, err := n.Status(ctx)
		if err != nil {
			return fmt.Errorf("%s: %w", validatorName(i), err)
		}
		lowest, highest = min(lowest, s.Height), max(highest, s.Height)
	}
	c.Spread = highest - lowest
	c.AppHashEqual = true
	const batch = 20 // of the RPC
	for from := int64(1); from <= lowest; from += batch {
		to := min(from+batch-1, lowest)
		first, err := r.nodes[0].Headers(ctx, from, to)
		if err != nil {
			return err
		}
		for i, n := range r.nodes[1:] {
			other, err := n.Headers(ctx, from, to)
			if err != nil {
				return fmt.Errorf("%s: %w", validatorName(i+1), err)
			}
			for h := from; h <= to; h++ {
				c.AppHashEqual = c.AppHashEqual && first[h] != "" && first[h] == other[h]
			}
		}
		c.HeightsCompared += int(to - from + 1)
	}
	return nil
}
