package app

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/runtime"
	"github.com/cosmos/cosmos-sdk/server"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distrkeeper "github.com/cosmos/cosmos-sdk/x/distribution/keeper"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	evidencekeeper "github.com/cosmos/cosmos-sdk/x/evidence/keeper"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantkeeper "github.com/cosmos/cosmos-sdk/x/feegrant/keeper"
	govkeeper "github.com/cosmos/cosmos-sdk/x/gov/keeper"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	slashingkeeper "github.com/cosmos/cosmos-sdk/x/slashing/keeper"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	stakingkeeper "github.com/cosmos/cosmos-sdk/x/staking/keeper"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	upgradekeeper "github.com/cosmos/cosmos-sdk/x/upgrade/keeper"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"
	"github.com/spf13/cast"

	creditskeeper "github.com/hexwave/hexwave/chain/x/credits/keeper"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspotkeeper "github.com/hexwave/hexwave/chain/x/hotspot/keeper"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	pricekeeper "github.com/hexwave/hexwave/chain/x/price/keeper"
	pricetypes "github.com/hexwave/hexwave/chain/x/price/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingkeeper "github.com/hexwave/hexwave/chain/x/routing/keeper"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementkeeper "github.com/hexwave/hexwave/chain/x/settlement/keeper"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Keepers are the modules' doors to their state, one field a module.
type Keepers struct {
	Consensus    consensuskeeper.Keeper
	Account      authkeeper.AccountKeeper
	Bank         bankkeeper.BaseKeeper
	Staking      *stakingkeeper.Keeper
	Distribution distrkeeper.Keeper
	Slashing     slashingkeeper.Keeper
	FeeGrant     feegrantkeeper.Keeper
	Authz        authzkeeper.Keeper
	Upgrade      *upgradekeeper.Keeper
	Gov          *govkeeper.Keeper
	Evidence     *evidencekeeper.Keeper

	Price   *pricekeeper.Keeper
	Credits *creditskeeper.Keeper
	Routing *routingkeeper.Keeper
	Hotspot *hotspotkeeper.Keeper

	Rewards    *rewardskeeper.Keeper
	Settlement *settlementkeeper.Keeper
	PoC        *pockeeper.Keeper
}

// Authority is the only account that may change parameters: governance.
func Authority() string {
	return authtypes.NewModuleAddress(govtypes.ModuleName).String()
}

// stockKeepers builds the SDK's keepers. Consensus comes first because the
// base application reads its parameters from there.
func (app *App) stockKeepers() {
	cdc, gov := app.enc.Codec, Authority()
	k := &app.Keepers
	acc := address.NewBech32Codec(sdk.GetConfig().GetBech32AccountAddrPrefix())
	val := address.NewBech32Codec(sdk.GetConfig().GetBech32ValidatorAddrPrefix())
	cons := address.NewBech32Codec(sdk.GetConfig().GetBech32ConsensusAddrPrefix())

	k.Consensus = consensuskeeper.NewKeeper(cdc, app.store(consensustypes.StoreKey), gov, runtime.EventService{})
	app.SetParamStore(k.Consensus.ParamsStore)
	k.Account = authkeeper.NewAccountKeeper(cdc, app.store(authtypes.StoreKey), authtypes.ProtoBaseAccount,
		moduleAccounts(), acc, AddressPrefix, gov, authkeeper.WithUnorderedTransactions(true))
	k.Bank = bankkeeper.NewBaseKeeper(cdc, app.store(banktypes.StoreKey), k.Account, blockedAccounts(), gov, app.Logger())
	k.Bank = k.Bank.WithObjStoreKey(app.objectKeys[banktypes.ObjectStoreKey])
	k.Staking = stakingkeeper.NewKeeper(cdc, app.store(stakingtypes.StoreKey), k.Account, k.Bank, gov, val, cons)
	k.Distribution = distrkeeper.NewKeeper(cdc, app.store(distrtypes.StoreKey), k.Account, k.Bank, k.Staking,
		authtypes.FeeCollectorName, gov)
	k.Slashing = slashingkeeper.NewKeeper(cdc, app.enc.Amino, app.store(slashingtypes.StoreKey), k.Staking, gov)
	k.FeeGrant = feegrantkeeper.NewKeeper(cdc, app.store(feegrant.StoreKey), k.Account)
	k.Staking.SetHooks(stakingtypes.NewMultiStakingHooks(k.Distribution.Hooks(), k.Slashing.Hooks()))
	k.Authz = authzkeeper.NewKeeper(app.store(authzkeeper.StoreKey), cdc, app.MsgServiceRouter(), k.Account)
	k.Upgrade = upgradekeeper.NewKeeper(app.skippedUpgrades(), app.store(upgradetypes.StoreKey), cdc, app.cfg.Home,
		app.BaseApp, gov)
	k.Gov = govkeeper.NewKeeper(cdc, app.store(govtypes.StoreKey), k.Account, k.Bank, k.Distribution,
		guardedRouter{app.MsgServiceRouter(), app}, govtypes.DefaultConfig(), gov,
		govkeeper.NewDefaultCalculateVoteResultsAndVotingPower(k.Staking))
	k.Evidence = evidencekeeper.NewKeeper(cdc, app.store(evidencetypes.StoreKey), k.Staking, k.Slashing, acc,
		runtime.ProvideCometInfoService())
}

// hexwaveKeepers builds the keepers of chain/x, in the order of their needs.
func (app *App) hexwaveKeepers() {
	cdc, gov, k := app.enc.Codec, Authority(), &app.Keepers
	k.Price = pricekeeper.NewKeeper(cdc, app.store(pricetypes.StoreKey), gov)
	k.Credits = creditskeeper.NewKeeper(cdc, app.store(creditstypes.StoreKey), gov, k.Bank, k.Price)
	k.Routing = routingkeeper.NewKeeper(cdc, app.store(routingtypes.StoreKey), gov, k.Bank, k.Credits, k.Price)
	k.Hotspot = hotspotkeeper.NewKeeper(cdc, app.store(hotspottypes.StoreKey), gov, k.Credits)
	k.Rewards = rewardskeeper.NewKeeper(cdc, app.store(rewardstypes.StoreKey), gov,
		authtypes.NewModuleAddress(rewardstypes.ModuleName), k.Bank, k.Distribution, k.Hotspot, k.Credits)
	k.Settlement = settlementkeeper.NewKeeper(cdc, app.store(settlementtypes.StoreKey), gov,
		k.Routing, k.Hotspot, k.Credits, k.Price, k.Rewards)
	k.PoC = pockeeper.NewKeeper(cdc, app.store(poctypes.StoreKey), runtime.NewTransientStoreService(app.transientKeys[poctypes.TransientKey]), gov, k.Hotspot, k.Rewards, k.Routing, proposers{k.Staking})

	k.Rewards.PayTurns(proposers{k.Staking}, k.Distribution)
	k.Credits.SetOrgs(k.Routing)
	k.Credits.SetEpochs(k.Rewards)
	k.Routing.SetEpochs(k.Rewards)
	k.Credits.SetHooks(k.Settlement.Hooks())
	k.Routing.SetHooks(k.Settlement.Hooks())
	k.Hotspot.SetHooks(k.Rewards.HotspotHooks())
	app.randomness = k.PoC
}

// store is the key-value service of one module's store. The key must be in
// storeNames; anything else is a wiring fault and stops the program.
func (app *App) store(name string) kvService {
	key, ok := app.keys[name]
	if !ok {
		panic(fmt.Sprintf("store %q is not in storeNames", name))
	}
	return runtime.NewKVStoreService(key)
}

func (app *App) skippedUpgrades() map[int64]bool {
	skip := map[int64]bool{}
	for _, h := range cast.ToIntSlice(app.cfg.Options.Get(server.FlagUnsafeSkipUpgrades)) {
		skip[int64(h)] = true
	}
	return skip
}

func (app *App) allStoreKeys() []storetypes.StoreKey {
	var all []storetypes.StoreKey
	for _, name := range storeNames() {
		all = append(all, app.keys[name])
	}
	for _, key := range app.transientKeys {
		all = append(all, key)
	}
	for _, key := range app.objectKeys {
		all = append(all, key)
	}
	return all
}
