package app

import (
	"encoding/json"
	"fmt"
	"time"

	"cosmossdk.io/math"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	govv1 "github.com/cosmos/cosmos-sdk/x/gov/types/v1"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/gogoproto/proto"
)

// What differs from the SDK's defaults, each with its reason.
const (
	// UnbondingTime is three weeks, the SDK's own value, named here because
	// evidence must live as long as stake can still be slashed.
	UnbondingTime = 21 * 24 * time.Hour
	// blockTime is the launch interval; it turns UnbondingTime into blocks.
	blockTime = 5 * time.Second
	// maxEvidenceBytes keeps evidence from filling a block of MaxBlockBytes.
	maxEvidenceBytes = 128 << 10
	// signedWindow is one day of blocks: a restart or a machine moved to
	// another rack does not jail a validator, as the SDK's 100 blocks would.
	signedWindow = 17_280
	// minDeposit is 1,000 HXW: the SDK's number of base units would be 0.1 HXW
	// here, which makes proposals free.
	minDeposit = 1_000 * PowerReduction
	// keyRotationFee is 100 HXW, for the same reason.
	keyRotationFee = 100 * PowerReduction
	// votingPeriod is a week, and an expedited vote a day: who votes need not watch the
	// chain every other day.
	votingPeriod, expeditedPeriod = 7 * 24 * time.Hour, 24 * time.Hour
)

// Shares of governance, slashing and staking, in thousandths, that differ from the SDK's.
// A proposal needs two fifths of the stake and two thirds of the votes: what it changes
// are the rules of money. A quarter of the deposit opens it. A day offline costs a
// thousandth; commissions have a floor, so that nobody takes all delegations by
// undercutting.
const (
	govQuorum          = 400
	govThreshold       = 667
	govExpedited       = 750
	govInitialDeposit  = 250
	slashDowntime      = 1
	stakeMinCommission = 50
)

// permille returns n thousandths as the SDK's decimals.
func permille(n int64) math.LegacyDec { return math.LegacyNewDecWithPrec(n, 3) }

// ConsensusParams are the parameters a new chain starts with: blocks of at most
// 4 MiB, and evidence that is admissible exactly as long as stake is bound. Gas
// is budgeted by class in ProcessProposal, so the block-wide limit stays off. Votes
// carry extensions from the first block on, because enabling them later takes a
// proposal and they are empty until prices are voted on.
func ConsensusParams() *cmttypes.ConsensusParams {
	p := cmttypes.DefaultConsensusParams()
	p.Block.MaxBytes = MaxBlockBytes
	p.Block.MaxGas = -1
	p.Evidence.MaxAgeDuration = UnbondingTime
	p.Evidence.MaxAgeNumBlocks = int64(UnbondingTime / blockTime)
	p.Evidence.MaxBytes = maxEvidenceBytes
	p.ABCI.VoteExtensionsEnableHeight = 1
	return p
}

// DefaultGenesis returns every module's initial state with the chain's own
// values put in.
func (app *App) DefaultGenesis() (map[string]json.RawMessage, error) {
	state := app.basic.DefaultGenesis(app.enc.Codec)
	cdc := app.enc.Codec

	var stake stakingtypes.GenesisState
	var slash slashingtypes.GenesisState
	var gov govv1.GenesisState
	var bank banktypes.GenesisState
	for _, edit := range []struct {
		module string
		into   proto.Message
		change func()
	}{
		{stakingtypes.ModuleName, &stake, func() {
			stake.Params.UnbondingTime = UnbondingTime
			stake.Params.BondDenom = Denom
			stake.Params.KeyRotationFee = spark(keyRotationFee)
			stake.Params.MinCommissionRate = permille(stakeMinCommission)
		}},
		{slashingtypes.ModuleName, &slash, func() {
			slash.Params.SignedBlocksWindow = signedWindow
			slash.Params.SlashFractionDowntime = permille(slashDowntime)
		}},
		{govtypes.ModuleName, &gov, func() {
			gov.Params.MinDeposit = sdk.NewCoins(spark(minDeposit))
			gov.Params.ExpeditedMinDeposit = sdk.NewCoins(spark(5 * minDeposit))
			week, day := votingPeriod, expeditedPeriod
			gov.Params.VotingPeriod, gov.Params.MaxDepositPeriod, gov.Params.ExpeditedVotingPeriod = &week, &week, &day
			gov.Params.Quorum, gov.Params.Threshold = permille(govQuorum).String(), permille(govThreshold).String()
			gov.Params.ExpeditedThreshold, gov.Params.MinInitialDepositRatio = permille(govExpedited).String(), permille(govInitialDeposit).String()
		}},
		{banktypes.ModuleName, &bank, func() { bank.DenomMetadata = []banktypes.Metadata{tokenMetadata()} }},
	} {
		if err := editModule(cdc, state, edit.module, edit.into, edit.change); err != nil {
			return nil, err
		}
	}
	return state, nil
}

func editModule(cdc codec.JSONCodec, state map[string]json.RawMessage, name string, into proto.Message, change func()) error {
	if err := cdc.UnmarshalJSON(state[name], into); err != nil {
		return fmt.Errorf("read default genesis of %s: %w", name, err)
	}
	change()
	raw, err := cdc.MarshalJSON(into)
	if err != nil {
		return fmt.Errorf("write default genesis of %s: %w", name, err)
	}
	state[name] = raw
	return nil
}

func spark(n int64) sdk.Coin { return sdk.NewCoin(Denom, math.NewInt(n)) }

// tokenMetadata tells wallets that 10^8 spark are one HXW.
func tokenMetadata() banktypes.Metadata {
	return banktypes.Metadata{
		Description: "The token of the Hexwave network",
		DenomUnits: []*banktypes.DenomUnit{
			{Denom: Denom, Exponent: 0},
			{Denom: DisplayDenom, Exponent: DenomExponent},
		},
		Base:    Denom,
		Display: DisplayDenom,
		Name:    "Hexwave",
		Symbol:  "HXW",
	}
}
