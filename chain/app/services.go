package app

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	"github.com/cosmos/cosmos-sdk/server/api"
	"github.com/cosmos/cosmos-sdk/server/config"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/openapi"
	"github.com/hexwave/hexwave/internal/version"
)

// RegisterAPIRoutes serves the modules' queries over HTTP.
func (app *App) RegisterAPIRoutes(srv *api.Server, _ config.APIConfig) {
	authtx.RegisterGRPCGatewayRoutes(srv.ClientCtx, srv.GRPCGatewayRouter)
	cmtservice.RegisterGRPCGatewayRoutes(srv.ClientCtx, srv.GRPCGatewayRouter)
	nodeservice.RegisterGRPCGatewayRoutes(srv.ClientCtx, srv.GRPCGatewayRouter)
	app.basic.RegisterGRPCGatewayRoutes(srv.ClientCtx, srv.GRPCGatewayRouter)
	once := sync.OnceValues(app.OpenAPI)
	srv.Router.HandleFunc(OpenAPIPath, func(w http.ResponseWriter, _ *http.Request) {
		doc, err := once()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(doc) // a client that went away needs no answer
	}).Methods(http.MethodGet)
}

// OpenAPIPath is where the HTTP gateway describes itself.
const OpenAPIPath = "/openapi.json"

// OpenAPI describes the HTTP gateway: the queries of all modules, transactions, blocks
// and the node itself.
func (app *App) OpenAPI() ([]byte, error) {
	files, err := proto.MergedRegistry()
	if err != nil {
		return nil, fmt.Errorf("merge message descriptors: %w", err)
	}
	return openapi.Document(files, "Hexwave node", version.Get().Version, app.serves)
}

// serves tells whether the gateway has the services of a package: those of our modules,
// and of the SDK's that are in this application.
func (app *App) serves(pkg string) bool {
	switch parts := strings.Split(pkg, "."); parts[0] {
	case "hexwave":
		return app.modules.Modules[parts[1]] != nil
	case "cosmos":
		if pkg == "cosmos.gov.v1beta1" { // which the SDK describes and does not serve
			return false
		}
		base := []string{"cosmos.tx.v1beta1", "cosmos.base.tendermint.v1beta1", "cosmos.base.node.v1beta1"}
		return slices.Contains(base, pkg) || app.modules.Modules[parts[1]] != nil && len(parts) == 3
	default:
		return false
	}
}

// RegisterTxService serves transaction broadcast, simulation and lookup.
func (app *App) RegisterTxService(ctx client.Context) {
	authtx.RegisterTxService(app.GRPCQueryRouter(), ctx, app.Simulate, app.enc.Registry)
}

// RegisterTendermintService serves queries about blocks and validators.
func (app *App) RegisterTendermintService(ctx client.Context) {
	cmtservice.RegisterTendermintService(ctx, app.GRPCQueryRouter(), app.enc.Registry, app.Query)
}

// RegisterNodeService serves the node's own configuration and status.
func (app *App) RegisterNodeService(ctx client.Context, cfg config.Config) {
	nodeservice.RegisterNodeService(ctx, app.GRPCQueryRouter(), cfg, func() int64 {
		return app.CommitMultiStore().EarliestVersion()
	})
}
