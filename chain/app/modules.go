package app

import (
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/authz"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"
	authzmodule "github.com/cosmos/cosmos-sdk/x/authz/module"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	distr "github.com/cosmos/cosmos-sdk/x/distribution"
	distrtypes "github.com/cosmos/cosmos-sdk/x/distribution/types"
	"github.com/cosmos/cosmos-sdk/x/evidence"
	evidencetypes "github.com/cosmos/cosmos-sdk/x/evidence/types"
	"github.com/cosmos/cosmos-sdk/x/feegrant"
	feegrantmodule "github.com/cosmos/cosmos-sdk/x/feegrant/module"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/cosmos-sdk/x/gov"
	govtypes "github.com/cosmos/cosmos-sdk/x/gov/types"
	"github.com/cosmos/cosmos-sdk/x/slashing"
	slashingtypes "github.com/cosmos/cosmos-sdk/x/slashing/types"
	"github.com/cosmos/cosmos-sdk/x/staking"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/cosmos-sdk/x/upgrade"
	upgradetypes "github.com/cosmos/cosmos-sdk/x/upgrade/types"

	"github.com/hexwave/hexwave/chain/x/credits"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/hotspot"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/poc"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/chain/x/price"
	pricetypes "github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/chain/x/rewards"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/routing"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// A module of chain/x is wired by one line in each list of this file, a field
// in Keepers and a constructor call in hexwaveKeepers.

type appModule = module.AppModule //nolint:staticcheck // the manager of a manual app takes nothing else

// storeNames are the key-value stores of the chain.
func storeNames() []string {
	return []string{
		authtypes.StoreKey, banktypes.StoreKey, stakingtypes.StoreKey, distrtypes.StoreKey,
		slashingtypes.StoreKey, govtypes.StoreKey, consensustypes.StoreKey, upgradetypes.StoreKey,
		feegrant.StoreKey, evidencetypes.StoreKey, authzkeeper.StoreKey,
		pricetypes.StoreKey, creditstypes.StoreKey, routingtypes.StoreKey, hotspottypes.StoreKey,
		rewardstypes.StoreKey, settlementtypes.StoreKey, poctypes.StoreKey,
	}
}

// moduleAccounts names the accounts owned by modules and what each may do.
func moduleAccounts() map[string][]string {
	return map[string][]string{
		authtypes.FeeCollectorName:          nil,
		distrtypes.ModuleName:               nil,
		govtypes.ModuleName:                 {authtypes.Burner},
		stakingtypes.BondedPoolName:         {authtypes.Burner, authtypes.Staking},
		stakingtypes.NotBondedPoolName:      {authtypes.Burner, authtypes.Staking},
		stakingtypes.KeyRotationFeePoolName: {authtypes.Burner},
		creditstypes.ModuleName:             {authtypes.Burner},
		routingtypes.ModuleName:             {authtypes.Burner},
		rewardstypes.ModuleName:             {authtypes.Minter, authtypes.Burner},
	}
}

// blockedAccounts are the module accounts nobody may send to. Governance is
// open because proposals pay and are paid through it.
func blockedAccounts() map[string]bool {
	blocked := map[string]bool{}
	for name := range moduleAccounts() {
		if name != govtypes.ModuleName {
			blocked[authtypes.NewModuleAddress(name).String()] = true
		}
	}
	return blocked
}

func (app *App) stockModules() []appModule {
	cdc, reg, k := app.enc.Codec, app.enc.Registry, &app.Keepers
	return []appModule{
		genutil.NewAppModule(k.Account, k.Staking, app, app.enc.TxConfig),
		auth.NewAppModule(cdc, k.Account, nil),
		bank.NewAppModule(cdc, k.Bank, k.Account),
		staking.NewAppModule(cdc, k.Staking, k.Account, k.Bank),
		distr.NewAppModule(cdc, k.Distribution, k.Account, k.Bank, k.Staking),
		slashing.NewAppModule(cdc, k.Slashing, k.Account, k.Bank, k.Staking, reg),
		gov.NewAppModule(cdc, k.Gov, k.Account, k.Bank),
		evidence.NewAppModule(*k.Evidence),
		feegrantmodule.NewAppModule(cdc, k.Account, k.Bank, k.FeeGrant, reg),
		authzmodule.NewAppModule(cdc, k.Authz, k.Account, k.Bank, reg),
		upgrade.NewAppModule(k.Upgrade, k.Account.AddressCodec()),
		consensus.NewAppModule(cdc, k.Consensus),
	}
}

// hexwaveModules are the modules of chain/x.
func (app *App) hexwaveModules() []appModule {
	cdc, k := app.enc.Codec, &app.Keepers
	return []appModule{
		price.NewAppModule(cdc, k.Price),
		credits.NewAppModule(cdc, k.Credits),
		routing.NewAppModule(cdc, k.Routing),
		hotspot.NewAppModule(cdc, k.Hotspot),
		rewards.NewAppModule(cdc, k.Rewards),
		settlement.NewAppModule(cdc, k.Settlement),
		poc.NewAppModule(cdc, k.PoC),
	}
}

// setModuleOrders says which module runs when. Upgrade goes first so that a
// plan runs before anything reads migrated state; bank ends a block first
// because it credits what the block's virtual transfers collected; genutil
// initialises after staking because gentxs need its pools. Of chain/x, rewards
// turns the epoch before settlement opens its lanes, and poc, which books points
// in the current epoch, comes last.
func setModuleOrders(mm *module.Manager) {
	mm.SetOrderPreBlockers(upgradetypes.ModuleName, authtypes.ModuleName)
	mm.SetOrderBeginBlockers(
		distrtypes.ModuleName, slashingtypes.ModuleName, evidencetypes.ModuleName,
		stakingtypes.ModuleName, authz.ModuleName,
		rewardstypes.ModuleName, settlementtypes.ModuleName,
	)
	mm.SetOrderEndBlockers(
		banktypes.ModuleName, govtypes.ModuleName, stakingtypes.ModuleName, feegrant.ModuleName,
		creditstypes.ModuleName, poctypes.ModuleName,
	)
	order := []string{
		authtypes.ModuleName, banktypes.ModuleName, distrtypes.ModuleName, stakingtypes.ModuleName,
		slashingtypes.ModuleName, govtypes.ModuleName, genutiltypes.ModuleName, evidencetypes.ModuleName,
		authz.ModuleName, feegrant.ModuleName, upgradetypes.ModuleName, consensustypes.ModuleName,
		pricetypes.ModuleName, creditstypes.ModuleName, routingtypes.ModuleName, hotspottypes.ModuleName,
		rewardstypes.ModuleName, settlementtypes.ModuleName, poctypes.ModuleName,
	}
	mm.SetOrderInitGenesis(order...)
	mm.SetOrderExportGenesis(order...)
}
