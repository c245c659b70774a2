package main

import (
	"fmt"
	"strings"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/keys"
	"github.com/cosmos/cosmos-sdk/client/pruning"
	"github.com/cosmos/cosmos-sdk/client/rpc"
	"github.com/cosmos/cosmos-sdk/client/snapshot"
	"github.com/cosmos/cosmos-sdk/server"
	authcli "github.com/cosmos/cosmos-sdk/x/auth/client/cli"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/cli"
)

func addCommands(root *cobra.Command, shell *app.App) {
	home := app.DefaultHome()
	node := &starter{}
	server.AddCommandsWithStartCmdOptions(root, home, node.newApp, exportApp, server.StartCmdOptions{
		DBOpener: app.OpenDB, PostSetup: node.run, PostSetupStandalone: node.run,
	})
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "start":
			guardStart(cmd)
		case "version":
			root.RemoveCommand(cmd) // ours has the form that all our binaries share
		}
	}
	root.AddCommand(
		cli.VersionCommand(),
		initCommand(shell),
		vrfCommand(),
		consensusKeyCommand(),
		stateSyncCommand(),
		upgradesCommand(),
		replayCommand(),
		invariantsCommand(),
		testnetCommand(shell),
		genutilcli.Commands(shell.TxConfig(), shell.BasicModules(), home),
		server.StatusCommand(),
		keys.Commands(),
		queryCommand(),
		txCommand(),
		pruning.Cmd(newApp, home),
		snapshot.Cmd(newApp),
	)
}

// upgradesCommand tells an operator whether a binary is the one that a plan asks for.
func upgradesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "upgrades",
		Short: "List the upgrade plans that this binary can execute, oldest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), strings.Join(app.Plans(), "\n"))
			return err
		},
	}
}

func queryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "query",
		Aliases:                    []string{"q"},
		Short:                      "Read the chain's state",
		DisableFlagParsing:         false,
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	cmd.AddCommand(
		rpc.WaitTxCmd(),
		server.QueryBlockCmd(),
		server.QueryBlocksCmd(),
		server.QueryBlockResultsCmd(),
		authcli.QueryTxsByEventsCmd(),
		authcli.QueryTxCmd(),
	)
	return cmd
}

func txCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:                        "tx",
		Short:                      "Send a transaction",
		DisableFlagParsing:         false,
		SuggestionsMinimumDistance: 2,
		RunE:                       client.ValidateCmd,
	}
	cmd.AddCommand(
		authcli.GetSignCommand(),
		authcli.GetSignBatchCommand(),
		authcli.GetMultiSignCommand(),
		authcli.GetMultiSignBatchCmd(),
		authcli.GetValidateSignaturesCommand(),
		authcli.GetBroadcastCommand(),
		authcli.GetEncodeCommand(),
		authcli.GetDecodeCommand(),
		authcli.GetSimulateCmd(),
	)
	return cmd
}
