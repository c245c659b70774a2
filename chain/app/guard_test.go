package app_test

import (
	"errors"
	"testing"
	"time"

	"cosmossdk.io/log/v2"
	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/chain/chaintest"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Each of these parameters is sound by itself, so only all of them together can refuse.
func TestGovernanceKeepsParametersTogether(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Validators: 1})
	ctx, err := c.App.CreateQueryContextWithCheckHeader(0, false, false)
	if err != nil {
		t.Fatal(err)
	}
	gov := app.Authority()
	stake, err := c.App.Keepers.Staking.GetParams(ctx)
	if err != nil {
		t.Fatal(err)
	}
	consensus := func(change func(*consensustypes.MsgUpdateParams)) sdk.Msg {
		p := app.ConsensusParams().ToProto()
		m := &consensustypes.MsgUpdateParams{Authority: gov, Block: p.Block, Evidence: p.Evidence, Validator: p.Validator, Abci: p.Abci}
		change(m)
		return m
	}
	staking := func(unbonding time.Duration) sdk.Msg {
		p := stake
		p.UnbondingTime = unbonding
		return &stakingtypes.MsgUpdateParams{Authority: gov, Params: p}
	}
	rewards := func(seconds uint64) sdk.Msg {
		p := rewardstypes.DefaultParams()
		p.EpochSeconds = seconds
		return &rewardstypes.MsgUpdateParams{Authority: gov, Params: p}
	}
	for _, tc := range []struct {
		name string
		msg  sdk.Msg
		ok   bool
	}{
		{"as it is", consensus(func(*consensustypes.MsgUpdateParams) {}), true},
		{"longer unbonding", staking(app.UnbondingTime + time.Second), false},
		{"shorter unbonding", staking(app.UnbondingTime - time.Second), true},
		{"younger evidence", consensus(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxAgeDuration -= time.Second }), false},
		{"evidence of fewer blocks", consensus(func(m *consensustypes.MsgUpdateParams) { m.Evidence.MaxAgeNumBlocks-- }), false},
		{"another authority", consensus(func(m *consensustypes.MsgUpdateParams) {
			m.Auth = &cmtproto.AuthorityParams{Authority: c.Account("eve").Address().String()}
		}), false},
		{"larger blocks", consensus(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = 5 << 20 }), false},
		{"blocks without room", consensus(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxBytes = 1 << 20 }), false},
		{"gas of a block", consensus(func(m *consensustypes.MsgUpdateParams) { m.Block.MaxGas = 1_000_000 }), false},
		{"epochs of three days", rewards(3 * 86_400), true},
		{"epochs longer than bonds are held", rewards(4 * 86_400), false},
		{"epochs shorter than duties", rewards(7_199), false},
		{"bonds are held for less", &routingtypes.MsgUpdateParams{Authority: gov, Params: func() routingtypes.Params {
			p := routingtypes.DefaultParams()
			p.UnbondSeconds = 3 * 86_400
			return p
		}()}, true},
		{"vouchers live on", &settlementtypes.MsgUpdateParams{Authority: gov, Params: func() settlementtypes.Params {
			p := settlementtypes.DefaultParams()
			p.OpenBlocks = 100_000
			return p
		}()}, false},
	} {
		branch, _ := ctx.CacheContext()
		handle := c.App.Keepers.Gov.Router().Handler(tc.msg)
		_, err := handle(branch, tc.msg)
		if tc.ok && err != nil || !tc.ok && !errors.Is(err, app.ErrTogether) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
	if c.App.Keepers.Gov.Router().HandlerByTypeURL("/nothing") != nil {
		t.Error("a message that is not has a handler")
	}
}

// A chain does not start unless evidence counts for as long as stake is bound.
func TestGenesisIsGuarded(t *testing.T) {
	founder := chaintest.New(t, chaintest.Options{}).Nodes[0]
	start := func(patch string, change func(*cmttypes.ConsensusParams)) error {
		t.Helper()
		a, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), app.Config{
			Options: simtestutil.NewAppOptionsWithFlagHome(t.TempDir()), MaxTxs: 1,
		}, baseapp.SetChainID(chaintest.ChainID))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := netgenesis.Build(a, netgenesis.Network{
			ChainID: chaintest.ChainID, Time: time.Unix(1_800_000_000, 0), Patch: []byte(patch),
			Validators: []netgenesis.Validator{{
				Moniker: "one", Operator: founder.Operator, Consensus: founder.Consensus.PubKey(),
				Stake: chaintest.ValidatorStake, Balance: chaintest.ValidatorBalance,
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		change(doc.Consensus.Params)
		params := doc.Consensus.Params.ToProto()
		_, err = a.InitChain(&abci.RequestInitChain{
			Time: doc.GenesisTime, ChainId: doc.ChainID, ConsensusParams: &params, AppStateBytes: doc.AppState, InitialHeight: 1,
		})
		return err
	}
	none := func(*cmttypes.ConsensusParams) {}
	for _, tc := range []struct {
		name, patch string
		change      func(*cmttypes.ConsensusParams)
		ok          bool
	}{
		{"as it is", `{}`, none, true},
		{"shorter unbonding", `{"staking": {"params": {"unbonding_time": "60s"}}}`, none, true},
		{"longer unbonding", `{"staking": {"params": {"unbonding_time": "1814401s"}}}`, none, false},
		{"younger evidence", `{}`, func(p *cmttypes.ConsensusParams) { p.Evidence.MaxAgeDuration-- }, false},
		{"evidence of fewer blocks", `{}`, func(p *cmttypes.ConsensusParams) { p.Evidence.MaxAgeNumBlocks-- }, false},
	} {
		if err := start(tc.patch, tc.change); tc.ok && err != nil || !tc.ok && !errors.Is(err, app.ErrTogether) {
			t.Errorf("%s: %v", tc.name, err)
		}
	}
}
