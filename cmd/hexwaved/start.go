package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	srvcfg "github.com/cosmos/cosmos-sdk/server/config"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
)

// Reasons why a node does not start, each reported in one line.
var (
	errNoGenesis  = errors.New("no genesis")
	errWrongChain = errors.New("wrong chain")
	errPort       = errors.New("port is occupied")
)

// guardStart puts the checks of what an operator most often gets wrong before
// the SDK's start command, and turns newApp's panic back into an error.
func guardStart(start *cobra.Command) {
	run := start.RunE
	start.PreRunE = func(cmd *cobra.Command, _ []string) error {
		return preflight(server.GetServerContextFromCmd(cmd))
	}
	start.RunE = func(cmd *cobra.Command, args []string) (err error) {
		defer func() {
			r := recover()
			if failed, ok := r.(startError); ok {
				err = failed.error
			} else if r != nil {
				panic(r)
			}
		}()
		app.TuneCollector(os.LookupEnv)
		return run(cmd, args)
	}
	addPriceFlags(start)
	start.Flags().Uint64(flagHistory, defaultHistory, "blocks for which settled challenges are kept for queries, 0 for none")
	if start.Flags().Lookup(flags.FlagChainID) == nil {
		start.Flags().String(flags.FlagChainID, "", "refuse to start unless the genesis file is for this chain")
	}
}

// preflight returns the first reason why the node cannot start.
func preflight(sctx *server.Context) error {
	chainID, err := genesisChain(sctx.Config.GenesisFile())
	if err != nil {
		return err
	}
	if want := sctx.Viper.GetString(flags.FlagChainID); want != "" && want != chainID {
		return fmt.Errorf("%w: --chain-id is %s, %s is for %s; use that chain's genesis file or its home directory",
			errWrongChain, want, sctx.Config.GenesisFile(), chainID)
	}
	cfg, err := srvcfg.GetConfig(sctx.Viper)
	if err != nil {
		return fmt.Errorf("read %s: %w", appConfigFile, err)
	}
	listeners := []struct{ name, where, address string }{
		{"p2p", "p2p.laddr in config.toml", sctx.Config.P2P.ListenAddress},
		{"rpc", "rpc.laddr in config.toml", sctx.Config.RPC.ListenAddress},
	}
	if cfg.GRPC.Enable {
		listeners = append(listeners, struct{ name, where, address string }{"grpc", "grpc.address in app.toml", cfg.GRPC.Address})
	}
	if cfg.API.Enable {
		listeners = append(listeners, struct{ name, where, address string }{"api", "api.address in app.toml", cfg.API.Address})
	}
	for _, l := range listeners {
		if err := free(l.address); err != nil {
			return fmt.Errorf("%s %w: %s; stop the program that uses it or change %s (%w)", l.name, errPort, l.address, l.where, err)
		}
	}
	return nil
}

func genesisChain(file string) (string, error) {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%w: %s is missing; run hexwaved init and copy the chain's genesis there", errNoGenesis, file)
	}
	if err != nil {
		return "", fmt.Errorf("read genesis: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	chainID, err := genutiltypes.ParseChainIDFromGenesis(f)
	if err != nil {
		return "", fmt.Errorf("%w: %s is damaged: %w", errNoGenesis, file, err)
	}
	return chainID, nil
}

// free reports whether a TCP address can be listened on.
func free(address string) error {
	address, isTCP := strings.CutPrefix(address, "tcp://")
	if !isTCP && strings.Contains(address, "://") {
		return nil // a unix socket
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}
