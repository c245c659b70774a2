package app

import (
	"context"
	"errors"
	"fmt"
	"math"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtencoding "github.com/cometbft/cometbft/crypto/encoding"
	cmtcrypto "github.com/cometbft/cometbft/proto/tendermint/crypto"
	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"

	"github.com/hexwave/hexwave/chain/pricesource"
	"github.com/hexwave/hexwave/proto/wire"
)

// PriceSource tells what this node knows of the price of HXW. It answers at once,
// from memory: consensus waits for it.
type PriceSource interface {
	// Newest returns the newest quote, and false when there is none that is young
	// enough to vote with.
	Newest() (pricesource.Quote, bool)
}

// extendVote gives this validator's price vote at heights where one is due, and
// otherwise, or without a quote, the empty extension. It never fails: a node whose
// source is broken votes on the block all the same.
func (app *App) extendVote(ctx sdk.Context, req *abci.RequestExtendVote) (*abci.ResponseExtendVote, error) {
	vote, err := app.priceVote(ctx, req.Height)
	if err != nil {
		app.Logger().Error("no price vote", "height", req.Height, "reason", err.Error())
	}
	if vote == nil {
		vote = []byte{} // CometBFT takes nil for a response that was never filled
	}
	return &abci.ResponseExtendVote{VoteExtension: vote}, nil
}

// errQuote is the reason for not voting with a quote.
var errQuote = errors.New("quote is outside of what a price vote may say")

func (app *App) priceVote(ctx sdk.Context, height int64) ([]byte, error) {
	due, err := app.Keepers.Price.VoteDue(ctx, height)
	if err != nil || !due || app.cfg.Price == nil {
		return nil, err
	}
	q, ok := app.cfg.Price.Newest()
	if !ok {
		return nil, nil
	}
	p, err := app.Keepers.Price.Params(ctx)
	if err != nil {
		return nil, err
	}
	at := q.Time.Unix()
	if !p.Sane(q.Price) || at < 0 || at > math.MaxUint32 {
		return nil, fmt.Errorf("%w: price %d at %d", errQuote, q.Price, at)
	}
	vote := wire.PriceVote{Price: q.Price, Time: uint32(at), Sources: uint8(min(max(q.Sources, 1), math.MaxUint8))}
	raw := vote.AppendTo(nil)
	if !wellFormed(raw) {
		return nil, fmt.Errorf("%w: %+v", errQuote, vote)
	}
	return raw, nil
}

// verifyVoteExtension accepts what extendVote can give and nothing else. It looks
// at no state, so that no two nodes can disagree.
func (app *App) verifyVoteExtension(_ sdk.Context, req *abci.RequestVerifyVoteExtension) (*abci.ResponseVerifyVoteExtension, error) {
	status := abci.ResponseVerifyVoteExtension_REJECT
	if wellFormed(req.VoteExtension) {
		status = abci.ResponseVerifyVoteExtension_ACCEPT
	}
	return &abci.ResponseVerifyVoteExtension{Status: status}, nil
}

// wellFormed tells whether a vote extension is empty or one price vote.
func wellFormed(extension []byte) bool {
	if len(extension) == 0 {
		return true
	}
	_, err := wire.ParsePriceVote(extension)
	return err == nil
}

// voteKeys finds the key that a validator signed the last height's vote with. It
// gives no other key than the one that the address is the hash of: a validator whose
// key the chain has already replaced has none.
type voteKeys struct{ staking *stakingkeeper.Keeper }

var errVoteKey = errors.New("the chain holds another key for the validator")

// GetPubKeyByConsAddr implements baseapp.ValidatorStore.
func (v voteKeys) GetPubKeyByConsAddr(ctx context.Context, address sdk.ConsAddress) (cmtcrypto.PublicKey, error) {
	raw, err := v.staking.GetPubKeyByConsAddr(ctx, address)
	if err != nil {
		return raw, err
	}
	key, err := cmtencoding.PubKeyFromProto(raw)
	if err != nil {
		return raw, err
	}
	if !address.Equals(sdk.ConsAddress(key.Address())) {
		return raw, errVoteKey
	}
	return raw, nil
}

func (v voteKeys) known(ctx context.Context, address []byte) bool {
	_, err := v.GetPubKeyByConsAddr(ctx, address)
	return err == nil
}
