package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
	reflectionv1 "cosmossdk.io/api/cosmos/reflection/v1"
	corestore "cosmossdk.io/core/store"
	"cosmossdk.io/log/v2"
	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/baseapp/blockexec"
	"github.com/cosmos/cosmos-sdk/client"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/types/msgservice"
	"github.com/cosmos/cosmos-sdk/version"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/app/vrf"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
)

type kvService = corestore.KVStoreService

// Config is what an App needs from outside the chain's state.
type Config struct {
	// Home is the node's directory; upgrades leave their plan there.
	Home string
	// Options are the node's app.toml values and flags. It must not be nil.
	Options servertypes.AppOptions
	// VRF are this node's randomness keys: the present one and, in a rotation,
	// the next. A node without any never proposes a proof.
	VRF []*vrf.Key
	// MaxTxs bounds the paying part of the application mempool; it must be
	// positive, because without a pool proposals would not be checked.
	MaxTxs int
	// History is where settled challenges are kept for queries, or nil.
	History pockeeper.History
	// Price is where this node learns the price that it votes with, or nil: it then
	// votes with none.
	Price PriceSource
	// Clock tells the time to the node-local relay gate and to nothing else.
	Clock Clock
}

// App is the state machine of one node.
type App struct {
	*baseapp.BaseApp
	Keepers Keepers

	cfg        Config
	enc        Encoding
	keys       map[string]*storetypes.KVStoreKey
	objectKeys map[string]*storetypes.ObjectStoreKey

	transientKeys map[string]*storetypes.TransientStoreKey

	modules      *module.Manager
	basic        module.BasicManager
	configurator module.Configurator

	pool       *LanePool
	gate       *relayGate
	lanes      []Lane
	randomness RandomnessKeeper

	closing  sync.Once
	closeErr error
}

var _ servertypes.Application = (*App)(nil)

// New builds the application on db and loads its latest state. Configure must
// have been called. It returns an error for an unusable configuration or a
// database that cannot be read.
func New(logger log.Logger, db dbm.DB, cfg Config, opts ...func(*baseapp.BaseApp)) (*App, error) {
	if cfg.MaxTxs <= 0 {
		return nil, errors.New("build application: mempool.max-txs must be positive, blocks are not checked without a pool")
	}
	enc, err := NewEncoding()
	if err != nil {
		return nil, fmt.Errorf("build application: %w", err)
	}
	app := &App{
		cfg:        cfg,
		enc:        enc,
		keys:       storetypes.NewKVStoreKeys(storeNames()...),
		objectKeys: storetypes.NewObjectStoreKeys(banktypes.ObjectStoreKey),

		transientKeys: storetypes.NewTransientStoreKeys(poctypes.TransientKey),
		gate:          newRelayGate(cfg.Clock),
	}
	app.BaseApp = baseapp.NewBaseApp(Name, logger, db, enc.TxConfig.TxDecoder(), opts...)
	app.SetVersion(version.Version)
	app.SetInterfaceRegistry(enc.Registry)
	app.SetTxEncoder(enc.TxConfig.TxEncoder())
	blockexec.Apply(app.BaseApp, cfg.Options, app.allStoreKeys(), enc.TxConfig.TxDecoder(),
		func(storetypes.MultiStore) string { return Denom })

	app.stockKeepers()
	app.hexwaveKeepers()
	if cfg.History != nil {
		app.Keepers.PoC.KeepHistory(cfg.History)
	}
	if err := app.registerModules(); err != nil {
		return nil, fmt.Errorf("build application: %w", err)
	}
	app.lanes = app.freeLanes()
	app.pool = NewLanePool(app.lanes, cfg.MaxTxs)
	if err := app.setHandlers(); err != nil {
		return nil, fmt.Errorf("build application: %w", err)
	}
	if err := app.LoadLatestVersion(); err != nil {
		return nil, fmt.Errorf("load latest state: %w", err)
	}
	return app, nil
}

// registerModules builds the module manager and gives every module's messages,
// queries and types to the application.
func (app *App) registerModules() error {
	app.modules = module.NewManager(append(app.stockModules(), app.hexwaveModules()...)...)
	app.basic = module.NewBasicManagerFromManager(app.modules, map[string]module.AppModuleBasic{
		genutiltypes.ModuleName: genutil.NewAppModuleBasic(genutiltypes.DefaultMessageValidator),
	})
	app.basic.RegisterLegacyAminoCodec(app.enc.Amino)
	app.basic.RegisterInterfaces(app.enc.Registry)
	setModuleOrders(app.modules)

	app.configurator = module.NewConfigurator(app.enc.Codec, app.MsgServiceRouter(), app.GRPCQueryRouter())
	if err := app.modules.RegisterServices(app.configurator); err != nil {
		return fmt.Errorf("register module services: %w", err)
	}
	autocliv1.RegisterQueryServer(app.GRPCQueryRouter(), runtimeservices.NewAutoCLIQueryService(app.modules.Modules))
	reflection, err := runtimeservices.NewReflectionService()
	if err != nil {
		return fmt.Errorf("build reflection service: %w", err)
	}
	reflectionv1.RegisterReflectionServiceServer(app.GRPCQueryRouter(), reflection)
	files, err := proto.MergedRegistry()
	if err != nil {
		return fmt.Errorf("merge message descriptors: %w", err)
	}
	if err := msgservice.ValidateProtoAnnotations(files); err != nil {
		return fmt.Errorf("check message annotations: %w", err)
	}
	return nil
}

func (app *App) setHandlers() error {
	app.MountKVStores(app.keys)
	app.MountTransientStores(app.transientKeys)
	app.MountObjectStores(app.objectKeys)
	ante, err := app.anteHandler()
	if err != nil {
		return fmt.Errorf("build ante handler: %w", err)
	}
	app.SetInitChainer(app.initChain)
	app.SetPreBlocker(app.preBlock)
	app.SetBeginBlocker(func(ctx sdk.Context) (sdk.BeginBlock, error) { return app.modules.BeginBlock(ctx) })
	app.SetEndBlocker(func(ctx sdk.Context) (sdk.EndBlock, error) { return app.modules.EndBlock(ctx) })
	app.SetAnteHandler(ante)
	app.SetMempool(app.pool)
	app.SetPrepareProposal(app.prepareProposal)
	app.SetProcessProposal(app.processProposal)
	app.SetExtendVoteHandler(app.extendVote)
	app.SetVerifyVoteExtensionHandler(app.verifyVoteExtension)
	app.registerUpgrades()
	return nil
}

// initChain starts the state from the genesis document. Modules panic at state
// that does not fit; the operator gets the reason as an error instead.
func (app *App) initChain(ctx sdk.Context, req *abci.RequestInitChain) (_ *abci.ResponseInitChain, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("start from genesis: %v", r)
		}
	}()
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("read genesis state: %w", err)
	}
	if err := app.Keepers.Upgrade.SetModuleVersionMap(ctx, app.modules.GetVersionMap()); err != nil {
		return nil, fmt.Errorf("store module versions: %w", err)
	}
	res, err := app.modules.InitGenesis(ctx, app.enc.Codec, state)
	if err != nil {
		return nil, fmt.Errorf("start from genesis: %w", err)
	}
	if err := app.checkConsensus(ctx); err != nil {
		return nil, fmt.Errorf("start from genesis: %w", err)
	}
	return res, nil
}

// Encoding returns the codecs of the application.
func (app *App) Encoding() Encoding { return app.enc }

// TxConfig returns how transactions are encoded and signed.
func (app *App) TxConfig() client.TxConfig { return app.enc.TxConfig }

// BasicModules returns the modules without state, for genesis commands.
func (app *App) BasicModules() module.BasicManager { return app.basic }

// Modules returns the module manager.
func (app *App) Modules() *module.Manager { return app.modules }

// Pool returns the application mempool.
func (app *App) Pool() *LanePool { return app.pool }

// Close releases databases and snapshots. The SDK's server calls it more than
// once when a node stops.
func (app *App) Close() error {
	app.closing.Do(func() {
		app.closeErr = app.BaseApp.Close()
		if c, ok := app.cfg.History.(io.Closer); ok {
			app.closeErr = errors.Join(app.closeErr, c.Close())
		}
	})
	return app.closeErr
}
