// Command payeragent is the process before a Wi-Fi carrier's AAA.
// This package owns flags, configuration and wiring; it never decides anything
// about packets or pay.
package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
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
		Long: `payeragent stands before the unmodified AAA server of a Wi-Fi carrier, adds a
signed grant to each accepted login and answers accounting with vouchers.

Wi-Fi is not part of this release: this build has the configuration, version
and health commands; run says so and exits.

First steps:
  payeragent config init > payeragent.toml
  payeragent config show --config payeragent.toml --origin
  payeragent run --config payeragent.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), healthCommand(), settings.Command(out), cli.VersionCommand())
	return root
}

func runCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "run",
		Short: "Say what this release lacks, and exit 1",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, _, err := settings.Load(c); err != nil {
				return err
			}
			return cli.Errorf(cli.Failure, "", "this release carries no Wi-Fi sessions; payeragent needs the Wi-Fi release")
		},
	}
	settings.Bind(c)
	return c
}

// healthCommand serves only /metrics, /livez and /readyz; /readyz names what is
// missing, so that a deployment prepared for the Wi-Fi release can be watched.
func healthCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "health",
		Short: "Serve metrics and health only; /readyz answers 503 and why",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := settings.Load(c)
			if err != nil {
				return err
			}
			log := service.NewLogger(os.Stderr, cfg.Log)
			admin := service.NewAdmin("payeragent", cfg.Metrics, log)
			admin.AddCheck("wifi", func(context.Context) error {
				return errors.New("not part of this release")
			})
			if err := admin.Listen(c.Context()); err != nil {
				return err
			}
			return service.Run(c.Context(), log, 0, admin.Task())
		},
	}
	settings.Bind(c)
	return c
}
