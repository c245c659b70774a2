package devnet

import "fmt"

// moneyFigures judge the trials.
func moneyFigures(t *Trials, validators int) []Figure {
	figures := append(priceFigures(&t.Price, validators), dryFigures(t)...)
	figures = append(figures, faultFigures(t)...)
	figures = append(figures,
		equal("parameter_after_vote", float64(t.Vote.After), votedLowWater).in("DC").
			because(fmt.Sprintf("%d before; %d validators voted yes", t.Vote.Before, t.Vote.Votes)),
	)
	return append(figures, spareFigures(&t.Spare, validators)...)
}

func priceFigures(p *PriceFacts, validators int) []Figure {
	return []Figure{
		yes("price_by_votes", p.Votes && !p.Stale),
		equal("price_reporters", float64(p.Reporters), float64(validators)),
		equal("price_median", float64(p.Median), secondUnits).in("1e-8 US$").because("one validator reports another price"),
		equal("price_to_mint", float64(p.Mint), secondUnits).in("1e-8 US$").because("what credits cost falls at once, what they are worth slowly"),
	}
}

func dryFigures(t *Trials) []Figure {
	d := &t.Dry
	return []Figure{
		yes("dry_org_suspended", d.Suspended && d.Refused).because("its escrow was used up, the next voucher refused"),
		atLeast("dry_org_topped_up", float64(d.ToppedUp), 1).in("DC").because("bought by the chain from the owner's HXW"),
		yes("dry_org_resumed", d.Resumed && d.Settled > 0).because(fmt.Sprintf("%d DC settled after it", d.Settled)),
	}
}

func faultFigures(t *Trials) []Figure {
	s, o := &t.Shortfall, &t.OverIssue
	return []Figure{
		yes("shortfall_brought_by_hotspot", s.Paid && s.Owed > 0).because(fmt.Sprintf("%d DC that its router had not settled", s.Owed)),
		atLeast("shortfall_bond_taken", float64(s.Before)-float64(s.After), 1).in("spark").because("twice what was owed, half of it for who brought the voucher"),
		yes("shortfall_bringer_gained", s.Gained),
		equal("over_issue_bond_burned", float64(o.Burned), float64(o.Bond)).in("spark").because("the whole bond"),
		yes("over_issue_lane_revoked", o.Revoked && o.Left == 0 && o.Bond > 0),
		yes("over_issue_voucher_claimed", o.Claimed),
		atLeast("over_issue_compensated", float64(o.Compensated), 1).in("spark").because("to the hotspot that the lane left unpaid"),
	}
}

func spareFigures(s *SpareFacts, validators int) []Figure {
	figures := []Figure{
		yes("node_joined_by_state_sync", s.Joined && s.FirstBlock > 1).because(fmt.Sprintf("its first block is %d", s.FirstBlock)),
		yes("node_app_hash_equal", s.HashEqual),
	}
	if validators < fewestToMove {
		return figures
	}
	return append(figures, yes("validator_rotated_key", s.Moved && s.OldGone).because("to the key of the node that joined"))
}
