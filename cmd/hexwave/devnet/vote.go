package devnet

import (
	"context"
	"fmt"
	"strconv"

	"cosmossdk.io/math"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	govv1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1"

	"github.com/hexwave/hexwave/chain/client"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
)

const (
	// votingSeconds is how long a devnet votes.
	votingSeconds = 20
	// proposalDeposit is what a main network asks for, spark.
	proposalDeposit = 1_000 * hxw
	// lowWater and votedLowWater are the parameter before and after the vote, DC.
	lowWater, votedLowWater = 1_000, 1_500
)

// VoteFacts are what became of a proposal.
type VoteFacts struct {
	Votes  int // of validators
	Passed bool
	Before uint64 // the parameter, DC
	After  uint64
}

// changeParameter proposes another low-water mark of orgs, has every validator's
// operator vote for it, and waits for the end.
func (r *run) changeParameter(ctx context.Context) (VoteFacts, error) {
	var f VoteFacts
	credits := creditstypes.NewQueryClient(r.chain.Conn())
	p, err := credits.Params(ctx, &creditstypes.QueryParamsRequest{})
	if err != nil {
		return f, fmt.Errorf("ask for the parameters: %w", err)
	}
	f.Before = p.Params.LowWater
	p.Params.LowWater = votedLowWater
	proposal, err := r.propose(ctx, &creditstypes.MsgUpdateParams{
		Authority: client.FormatAddress(authtypes.NewModuleAddress(govtypes.ModuleName)), Params: p.Params,
	})
	if err != nil {
		return f, err
	}
	if err := parallel(r.opt.Validators, func(i int) error {
		return r.operate(ctx, i, "gov", "vote", strconv.FormatUint(proposal, 10), "yes")
	}); err != nil {
		return f, err
	}
	f.Votes = r.opt.Validators
	gov := govv1.NewQueryClient(r.chain.Conn())
	err = r.until(ctx, "end of the vote", func(ctx context.Context) error {
		res, err := gov.Proposal(ctx, &govv1.QueryProposalRequest{ProposalId: proposal})
		if err != nil {
			return err
		}
		if s := res.Proposal.Status; s == govv1.StatusVotingPeriod || s == govv1.StatusDepositPeriod {
			return fmt.Errorf("proposal %d is at %s", proposal, s)
		}
		f.Passed = res.Proposal.Status == govv1.StatusPassed
		return nil
	})
	if err != nil {
		return f, err
	}
	if p, err = credits.Params(ctx, &creditstypes.QueryParamsRequest{}); err != nil {
		return f, fmt.Errorf("ask for the parameters: %w", err)
	}
	f.After = p.Params.LowWater
	return f, nil
}

// propose brings a message of governance to the vote, and returns the proposal's number.
func (r *run) propose(ctx context.Context, msg sdk.Msg) (uint64, error) {
	packed, err := codectypes.NewAnyWithValue(msg)
	if err != nil {
		return 0, fmt.Errorf("pack a proposal: %w", err)
	}
	bob := r.layout.Account("bob")
	res, err := r.send(ctx, bob.key, &govv1.MsgSubmitProposal{
		Messages: []*codectypes.Any{packed}, Proposer: bob.Address,
		InitialDeposit: sdk.Coins{{Denom: client.Denom, Amount: math.NewInt(proposalDeposit)}},
		Title:          "Warn orgs earlier", Summary: "An org hears of its escrow below 1,500 DC.",
	})
	if err != nil {
		return 0, fmt.Errorf("propose: %w", err)
	}
	var made govv1.MsgSubmitProposalResponse
	if err := res.Response(0, &made); err != nil {
		return 0, err
	}
	return made.ProposalId, nil
}
