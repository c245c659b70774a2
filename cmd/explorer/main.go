// Command explorer is the coverage map, its API and its web page.
// This package owns flags, configuration and wiring; it never decides anything
// about packets or pay.
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
)

var settings = cli.Config[Config]{
	Prefix:  "EXPLORER",
	File:    "/etc/hexwave/explorer.toml",
	Default: defaultConfig,
}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "explorer",
		Short: "Serves the coverage map and its API",
		Long: `explorer follows a chain node, keeps an index of measured coverage and serves it
as a JSON API, a live stream and a web map that needs nothing from elsewhere.

First steps:
  explorer config init > explorer.toml
  explorer config show --config explorer.toml --origin
  explorer run --config explorer.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), settings.Command(out), cli.VersionCommand())
	return root
}

func runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run",
		Short: "Follow a node and serve the map until interrupted",
		Long: `Reads the chain from its first block (or from where data_dir ends), follows it, and
serves the map and its API meanwhile. A node that is away is waited for.`,
		Example: `  explorer run
  explorer run --node.rpc http://127.0.0.1:26657 --listen 127.0.0.1:8080
  curl 'http://127.0.0.1:8080/v1/coverage/point?lat=52.52&lng=13.405'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := settings.Load(c)
			if err != nil {
				return err
			}
			return run(c.Context(), cfg, service.NewLogger(os.Stderr, cfg.Log))
		},
	}
	settings.Bind(c)
	return c
}
