// Command packetrouter is the packet router: routes, delivers and meters what hotspots receive.
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
	Prefix:  "PACKETROUTER",
	File:    "/etc/hexwave/packetrouter.toml",
	Default: defaultConfig,
}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "packetrouter",
		Short: "Carries LoRaWAN packets from hotspots to the network servers of orgs",
		Long: `packetrouter accepts hotspots over gRPC (TLS 1.3, the key is the identity),
finds the org of each packet in the routes the chain knows, delivers it to that
org's network server, and meters what it delivered into signed vouchers.

First steps:
  packetrouter config init > packetrouter.toml
  packetrouter keys init --file key.pem             (this router's identity)
  packetrouter keys init --file lane.pem            (the org authorises its public key)
  packetrouter bundle sign routes.json ...          (the org's routes)
  packetrouter run --config packetrouter.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), keysCommand(out), bundleCommand(out), settings.Command(out), cli.VersionCommand())
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
			admin := service.NewAdmin("packetrouter", cfg.Metrics, log)
			if err := admin.Listen(c.Context()); err != nil {
				return err
			}
			d, err := newDaemon(c.Context(), cfg, log)
			if err != nil {
				return err
			}
			admin.Registry().MustRegister(newCollector(d.router, d.egress, d.payers))
			admin.AddCheck("router", d.ready)
			if err := service.Notify(c.Context(), service.StateReady); err != nil {
				return err
			}
			return service.Run(c.Context(), log, 2*cfg.Limits.Drain.D(), admin.Task(), service.Task{Name: "router", Run: d.Run})
		},
	}
	settings.Bind(c)
	return c
}
