// Command hexwave is the user's command line: wallet, hotspots, orgs, routes,
// coverage and a whole network on one machine. This package owns verbs and
// wiring; it never checks what the chain checks.
package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
)

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hexwave",
		Short: "Talk to a Hexwave network, or run one here",
		Long: `hexwave is the command line of the Hexwave network. Commands are a noun and a
verb; every list can be printed as a table, JSON, YAML or CSV with -o.

First steps:
  hexwave devnet up                 (a whole network on this machine)
  hexwave hotspot list
  hexwave coverage check 52.52,13.405
  hexwave config show --origin`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(
		walletCommand(out), hotspotCommand(out), orgCommand(out), coverageCommand(out), challengeCommand(out), proofCommand(out),
		devnetCommand(out), settings.Command(out), cli.VersionCommand(),
	)
	return root
}

// configFile is hexwave/config.toml in the user's configuration folder, or here
// when there is none.
func configFile() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "hexwave.toml"
	}
	return filepath.Join(dir, "hexwave", "config.toml")
}
