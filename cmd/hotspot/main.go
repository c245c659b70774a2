// Command hotspot is the program on the gateway: packets, beacons and witnesses.
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
	Prefix:  "HOTSPOT",
	File:    "/etc/hexwave/hotspot.toml",
	Default: defaultConfig,
}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hotspot",
		Short: "Connects a radio beside it to packet routers and proves its coverage",
		Long: `hotspot runs beside a packet forwarder. It passes packets on to packet routers,
schedules downlinks, sends the beacons the chain asks of it and reports the
beacons of others that it heard.

First steps:
  hotspot config init > hotspot.toml
  hotspot config show --config hotspot.toml --origin
  hotspot run --config hotspot.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), settings.Command(out), cli.VersionCommand())
	return root
}

func runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run",
		Short: "Run until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := settings.Load(c)
			if err != nil {
				return err
			}
			log := service.NewLogger(os.Stderr, cfg.Log)
			admin := service.NewAdmin("hotspot", cfg.Metrics, log)
			if err := admin.Listen(c.Context()); err != nil {
				return err
			}
			if err := service.Notify(c.Context(), service.StateReady); err != nil {
				return err
			}
			return service.Run(c.Context(), log, 0, admin.Task())
		},
	}
	settings.Bind(c)
	return c
}
