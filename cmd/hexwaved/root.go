package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/core/appmodule"
	"cosmossdk.io/log/v2"
	cmtcfg "github.com/cometbft/cometbft/config"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client"
	clientcfg "github.com/cosmos/cosmos-sdk/client/config"
	"github.com/cosmos/cosmos-sdk/codec/address"
	runtimeservices "github.com/cosmos/cosmos-sdk/runtime/services"
	"github.com/cosmos/cosmos-sdk/server"
	simtestutil "github.com/cosmos/cosmos-sdk/testutil/sims"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
)

const rootLong = `hexwaved runs a Hexwave node.

First start of a node that joins an existing chain:
  hexwaved init my-node --chain-id hexwave-1
  (put the chain's genesis.json into ~/.hexwaved/config and set
   persistent_peers in config.toml)
  hexwaved start

A network of four validators on this machine, to try things out:
  hexwaved testnet init --validators 4 --output ./net
  hexwaved start --home ./net/node0    (and node1, node2, node3)

Every flag can be given as an environment variable: HEXWAVED_LOG_LEVEL=error.`

// newRoot builds the command tree. It needs an application without state, for
// the codecs and for the commands that modules describe.
func newRoot() (*cobra.Command, error) {
	shell, err := app.New(log.NewNopLogger(), dbm.NewMemDB(), app.Config{
		Options: simtestutil.NewAppOptionsWithFlagHome(os.TempDir()),
		MaxTxs:  defaultMaxTxs,
	})
	if err != nil {
		return nil, err
	}
	enc := shell.Encoding()
	ctx := client.Context{}.
		WithCodec(enc.Codec).
		WithInterfaceRegistry(enc.Registry).
		WithTxConfig(enc.TxConfig).
		WithLegacyAmino(enc.Amino).
		WithInput(os.Stdin).
		WithAccountRetriever(authtypes.AccountRetriever{}).
		WithHomeDir(app.DefaultHome()).
		WithViper(envPrefix)

	root := &cobra.Command{
		Use:           app.Binary,
		Short:         "Hexwave node and validator",
		Long:          rootLong,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return prepare(cmd, ctx)
		},
	}
	addCommands(root, shell)
	if err := enhance(root, shell, ctx); err != nil {
		return nil, fmt.Errorf("build commands of modules: %w", err)
	}
	return root, nil
}

// prepare reads the configuration of the home directory into the command. A home
// without files gets those that init would write.
func prepare(cmd *cobra.Command, ctx client.Context) error {
	cmd.SetOut(cmd.OutOrStdout())
	cmd.SetErr(cmd.ErrOrStderr())
	ctx, err := client.ReadPersistentCommandFlags(ctx.WithCmdContext(cmd.Context()), cmd.Flags())
	if err != nil {
		return err
	}
	if ctx, err = clientcfg.ReadFromClientConfig(ctx); err != nil {
		return fmt.Errorf("read client configuration: %w", err)
	}
	if err := client.SetCmdClientContextHandler(ctx, cmd); err != nil {
		return err
	}
	l := layout{}.withDefaults()
	dir := filepath.Join(ctx.HomeDir, configDirectory)
	if _, err := os.Stat(filepath.Join(dir, appConfigFile)); errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return fmt.Errorf("make node directory: %w", err)
		}
		l.writeApp(dir)
	}
	return server.InterceptConfigsPreRunHandler(cmd, "", nil, l.cometConfig(cmtcfg.DefaultConfig()))
}

// enhance adds a query and a transaction command for every module that
// describes its services.
func enhance(root *cobra.Command, shell *app.App, ctx client.Context) error {
	mm := shell.Modules().Modules
	cfg := sdk.GetConfig()
	opts := autocli.AppOptions{
		Modules:               autocliModules(mm),
		ModuleOptions:         runtimeservices.ExtractAutoCLIOptions(mm),
		AddressCodec:          address.NewBech32Codec(cfg.GetBech32AccountAddrPrefix()),
		ValidatorAddressCodec: address.NewBech32Codec(cfg.GetBech32ValidatorAddrPrefix()),
		ConsensusAddressCodec: address.NewBech32Codec(cfg.GetBech32ConsensusAddrPrefix()),
		ClientCtx:             ctx,
	}
	return opts.EnhanceRootCommand(root)
}

// autocliModules are the modules that bring their own commands.
func autocliModules(mm map[string]any) map[string]appmodule.AppModule {
	out := map[string]appmodule.AppModule{}
	for name, m := range mm {
		if am, ok := m.(appmodule.AppModule); ok {
			out[name] = am
		}
	}
	return out
}
