package app_test

import (
	"errors"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/app"
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
