// Package credits is the module of the chain that keeps data credits and what they cost. Its README is its
// spec. The package holds the wiring into the application only; the rules are
// in keeper, the stored and sent values in types.
package credits

import (
	"context"
	"encoding/json"
	"fmt"

	"cosmossdk.io/core/appmodule"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	gwruntime "github.com/grpc-ecosystem/grpc-gateway/runtime"
	"google.golang.org/grpc"

	"github.com/hexwave/hexwave/chain/x/credits/keeper"
	"github.com/hexwave/hexwave/chain/x/credits/types"
)

var (
	_ module.HasGenesis     = AppModule{}
	_ appmodule.HasServices = AppModule{}

	_ appmodule.HasEndBlocker = AppModule{}
)

// ConsensusVersion counts the changes of the stored layout.
const ConsensusVersion = 1

// AppModule is the module as the application manages it.
type AppModule struct {
	cdc    codec.Codec
	keeper *keeper.Keeper
}

// NewAppModule returns the module over k.
func NewAppModule(cdc codec.Codec, k *keeper.Keeper) AppModule {
	return AppModule{cdc: cdc, keeper: k}
}

// IsAppModule marks the type for the SDK.
func (AppModule) IsAppModule() {}

// IsOnePerModuleType marks the type for the SDK.
func (AppModule) IsOnePerModuleType() {}

// Name returns the module's name, which is its store key as well.
func (AppModule) Name() string { return types.ModuleName }

// ConsensusVersion returns the version of the stored layout.
func (AppModule) ConsensusVersion() uint64 { return ConsensusVersion }

// RegisterLegacyAminoCodec registers nothing: messages are signed as protobuf.
func (AppModule) RegisterLegacyAminoCodec(*codec.LegacyAmino) {}

// RegisterInterfaces registers the module's messages.
func (AppModule) RegisterInterfaces(r codectypes.InterfaceRegistry) { types.RegisterInterfaces(r) }

// RegisterGRPCGatewayRoutes registers the HTTP form of the queries.
func (AppModule) RegisterGRPCGatewayRoutes(c client.Context, mux *gwruntime.ServeMux) {
	if err := types.RegisterQueryHandlerClient(context.Background(), mux, types.NewQueryClient(c)); err != nil {
		panic(err)
	}
}

// RegisterServices registers message and query handlers.
func (am AppModule) RegisterServices(r grpc.ServiceRegistrar) error {
	types.RegisterMsgServer(r, keeper.NewMsgServer(am.keeper))
	types.RegisterQueryServer(r, keeper.NewQueryServer(am.keeper))
	return nil
}

// DefaultGenesis returns the state of a new chain.
func (AppModule) DefaultGenesis(cdc codec.JSONCodec) json.RawMessage {
	return cdc.MustMarshalJSON(types.DefaultGenesis())
}

// ValidateGenesis checks a genesis state without a store.
func (AppModule) ValidateGenesis(cdc codec.JSONCodec, _ client.TxEncodingConfig, raw json.RawMessage) error {
	var g types.GenesisState
	if err := cdc.UnmarshalJSON(raw, &g); err != nil {
		return fmt.Errorf("read genesis of %s: %w", types.ModuleName, err)
	}
	return g.Validate()
}

// InitGenesis stores a genesis state. A state that does not fit stops the node.
func (am AppModule) InitGenesis(ctx sdk.Context, cdc codec.JSONCodec, raw json.RawMessage) {
	var g types.GenesisState
	cdc.MustUnmarshalJSON(raw, &g)
	if err := am.keeper.InitGenesis(ctx, g); err != nil {
		panic(fmt.Errorf("init genesis of %s: %w", types.ModuleName, err))
	}
}

// ExportGenesis returns the state that InitGenesis would store.
func (am AppModule) ExportGenesis(ctx sdk.Context, cdc codec.JSONCodec) json.RawMessage {
	g, err := am.keeper.ExportGenesis(ctx)
	if err != nil {
		panic(fmt.Errorf("export genesis of %s: %w", types.ModuleName, err))
	}
	return cdc.MustMarshalJSON(g)
}

// EndBlock does the module's bounded work of a block.
func (am AppModule) EndBlock(ctx context.Context) error {
	am.keeper.EndBlock(sdk.UnwrapSDKContext(ctx))
	return nil
}
