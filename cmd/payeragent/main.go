// Command payeragent is the process before a Wi-Fi carrier's AAA.
// This package owns flags, configuration and wiring; it never decides anything
// about packets or pay.
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/keycli"
	"github.com/hexwave/hexwave/internal/service"
)

var settings = cli.Config[Config]{
	Prefix:  "PAYERAGENT",
	File:    "/etc/hexwave/payeragent.toml",
	Default: defaultConfig,
}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "payeragent",
		Short: "Stands before a Wi-Fi carrier's AAA and pays for sessions",
		Long: `payeragent stands before the unmodified AAA server of a Wi-Fi carrier. Logins of
hotspots reach the AAA through it; to each one that is accepted it adds a signed
grant, and accounting under that grant it answers with vouchers, which the chain
settles from the org's escrow.

First steps:
  payeragent config init > payeragent.toml
  payeragent keys init --file key.pem      (this agent's identity, for the org's bundle)
  payeragent keys init --file lane.pem     (signs vouchers; the org authorises its public key)
  payeragent run --config payeragent.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), keysCommand(out), settings.Command(out), cli.VersionCommand())
	return root
}

func keysCommand(out *cli.Output) *cobra.Command {
	return keycli.Command("payeragent", "Make and show keys: this agent's identity, its lane", out,
		func(c *cobra.Command) (string, error) {
			cfg, _, err := settings.Load(c)
			return cfg.KeyFile, err
		}, settings.Bind)
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
			admin := service.NewAdmin("payeragent", cfg.Metrics, log)
			if err := admin.Listen(c.Context()); err != nil {
				return err
			}
			d, err := newDaemon(c.Context(), cfg, log)
			if err != nil {
				return err
			}
			admin.Registry().MustRegister(newCollector(d))
			admin.AddCheck("payer", d.ready)
			if err := service.Notify(c.Context(), service.StateReady); err != nil {
				return err
			}
			return service.Run(c.Context(), log, 0, admin.Task(), service.Task{Name: "payer", Run: d.Run})
		},
	}
	settings.Bind(c)
	return c
}
