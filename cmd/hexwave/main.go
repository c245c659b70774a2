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
  hexwave config show --origin
  hexwave version`,
	}
	root.SetContext(context.Background())
	settings := cli.Config[Config]{Prefix: "HEXWAVE", File: configFile(), Default: defaultConfig}
	out := cli.BindOutput(root)
	root.AddCommand(devnetCommand(out), settings.Command(out), cli.VersionCommand())
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
