package app

import (
	"bytes"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"

	pricekeeper "github.com/hexwave/hexwave/chain/x/price/keeper"
	"github.com/hexwave/hexwave/proto/wire"
)

// extendedVoteBytes bounds one vote of an extended commit: address, power, flag,
// price vote and signature are less than 120 bytes with an Ed25519 key.
const extendedVoteBytes = 192

// Reasons why the extended commit in a block's first transaction is refused.
var (
	errExtensionsMissing    = errors.New("block lacks the price votes of the last height")
	errExtensionsUnexpected = errors.New("block carries price votes where none are due")
	errExtensionsSize       = errors.New("extended commit is larger than its votes can be")
	errExtensionsEncoding   = errors.New("extended commit is not encoded as it must be")
	errExtensionsVote       = errors.New("extended commit holds a vote that is no price vote")
	errExtensionsCommit     = errors.New("extended commit does not belong to the last commit")
)

// extensionsDue tells whether the block of a height must carry the extended commit
// of the height before. Where the chain does not know the keys of enough validators
// any more, as after many rotations at once, no proposer could give one that holds,
// and a block without is better than none.
func (app *App) extensionsDue(ctx sdk.Context, height int64) (bool, error) {
	p := ctx.ConsensusParams().Abci
	if app.randomness == nil || p == nil || p.VoteExtensionsEnableHeight == 0 || height <= p.VoteExtensionsEnableHeight {
		return false, nil
	}
	due, err := app.Keepers.Price.VoteDue(ctx, height-1)
	if err != nil || !due {
		return false, err
	}
	keys := voteKeys{app.Keepers.Staking}
	var power, known int64
	for _, v := range ctx.VoteInfos() {
		power += v.Validator.Power
		if v.BlockIdFlag == cmtproto.BlockIDFlagCommit && keys.known(ctx, v.Validator.Address) {
			known += v.Validator.Power
		}
	}
	return power > 0 && known >= power*2/3+1, nil // as ValidateVoteExtensions counts
}

// makeExtensions returns the extended commit that a proposal must carry, nil when
// none is due. A precommit that came after its height was decided was never shown
// to verifyVoteExtension: a vote that could not be accepted is marked absent.
func (app *App) makeExtensions(ctx sdk.Context, last abci.ExtendedCommitInfo, height int64) ([]byte, error) {
	due, err := app.extensionsDue(ctx, height)
	if err != nil || !due {
		return nil, err
	}
	keys := voteKeys{app.Keepers.Staking}
	out := abci.ExtendedCommitInfo{Round: last.Round, Votes: make([]abci.ExtendedVoteInfo, len(last.Votes))}
	for i, v := range last.Votes {
		if v.BlockIdFlag == cmtproto.BlockIDFlagCommit && len(v.ExtensionSignature) > 0 &&
			wellFormed(v.VoteExtension) && keys.known(ctx, v.Validator.Address) {
			out.Votes[i] = v
			continue
		}
		out.Votes[i] = abci.ExtendedVoteInfo{Validator: v.Validator, BlockIdFlag: cmtproto.BlockIDFlagAbsent}
	}
	return out.Marshal()
}

// checkExtensions returns nil when raw is an extended commit that a proposer may
// give at a height, or nothing where none is due. Cheap checks come first.
func (app *App) checkExtensions(ctx sdk.Context, raw []byte, height int64) error {
	due, err := app.extensionsDue(ctx, height)
	switch {
	case err != nil:
		return fmt.Errorf("price votes of block %d: %w", height, err)
	case !due && len(raw) != 0:
		return errExtensionsUnexpected
	case !due:
		return nil
	case len(raw) == 0:
		return errExtensionsMissing
	case len(raw) > extendedVoteBytes*(len(ctx.VoteInfos())+1):
		return errExtensionsSize
	}
	commit, err := parseExtensions(raw)
	if err != nil {
		return err
	}
	for _, v := range commit.Votes {
		switch {
		case v.BlockIdFlag == cmtproto.BlockIDFlagCommit && wellFormed(v.VoteExtension):
		case v.BlockIdFlag == cmtproto.BlockIDFlagAbsent && len(v.VoteExtension)+len(v.ExtensionSignature) == 0:
		default:
			return errExtensionsVote
		}
	}
	if err := baseapp.ValidateVoteExtensions(ctx, voteKeys{app.Keepers.Staking}, height, ctx.ChainID(), commit); err != nil {
		return errors.Join(errExtensionsCommit, err)
	}
	return nil
}

// parseExtensions reads an extended commit of which there is one encoding only, so
// that nothing can hide between its fields.
func parseExtensions(raw []byte) (abci.ExtendedCommitInfo, error) {
	var commit abci.ExtendedCommitInfo
	if err := commit.Unmarshal(raw); err != nil {
		return commit, errors.Join(errExtensionsEncoding, err)
	}
	again, err := commit.Marshal()
	if err != nil || !bytes.Equal(again, raw) {
		return commit, errors.Join(errExtensionsEncoding, err)
	}
	return commit, nil
}

// takeVotes gives the price votes of the block's first transaction to the price.
// Like storeRandomness it never fails for what the block contains.
func (app *App) takeVotes(ctx sdk.Context, req *abci.RequestFinalizeBlock) error {
	if len(req.Txs) == 0 {
		return nil
	}
	tx, err := wire.ParseRandomnessTx(req.Txs[0])
	if err != nil || len(tx.Extensions) == 0 {
		return nil
	}
	ballots, err := app.ballots(ctx, tx.Extensions, req)
	if err == nil {
		err = app.Keepers.Price.Vote(ctx, ballots)
	} else {
		app.Logger().Error("price votes are ignored", "height", req.Height, "reason", err.Error())
		err = app.Keepers.Price.Hold(ctx, "price votes do not hold")
	}
	if err != nil {
		return fmt.Errorf("take price votes of block %d: %w", req.Height, err)
	}
	return nil
}

// ballots are the price votes of a decided block. Power comes from the last commit,
// which consensus itself vouches for.
func (app *App) ballots(ctx sdk.Context, raw []byte, req *abci.RequestFinalizeBlock) ([]pricekeeper.Ballot, error) {
	due, err := app.Keepers.Price.VoteDue(ctx, req.Height-1)
	if err != nil {
		return nil, err
	}
	if !due {
		return nil, errExtensionsUnexpected
	}
	commit, err := parseExtensions(raw)
	if err != nil {
		return nil, err
	}
	last := req.DecidedLastCommit.Votes
	if len(commit.Votes) != len(last) {
		return nil, errExtensionsCommit
	}
	ballots := make([]pricekeeper.Ballot, len(last))
	for i, v := range last {
		vote := commit.Votes[i]
		if !bytes.Equal(v.Validator.Address, vote.Validator.Address) {
			return nil, errExtensionsCommit
		}
		ballots[i].Power = uint64(max(0, v.Validator.Power))
		if vote.BlockIdFlag != cmtproto.BlockIDFlagCommit {
			continue
		}
		if p, err := wire.ParsePriceVote(vote.VoteExtension); err == nil {
			ballots[i].Price, ballots[i].Time = p.Price, uint64(p.Time)
		}
	}
	return ballots, nil
}
