// Command hotspot is the program on the gateway: packets, beacons and witnesses.
// This package owns flags, configuration and wiring; it never decides anything
// about packets or pay.
package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	conf "github.com/hexwave/hexwave/hotspot/settings"
	"github.com/hexwave/hexwave/internal/cli"
)

var settings = cli.Config[conf.Config]{
	Prefix:  "HOTSPOT",
	File:    "/etc/hexwave/hotspot.toml",
	Default: conf.Default,
}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "hotspot",
		Short: "Connects a radio or access points to packet routers, and proves its coverage",
		Long: `hotspot runs beside a packet forwarder. It passes packets on to packet routers,
schedules downlinks, sends the beacons the chain asks of it and reports the
beacons of others that it heard. For Wi-Fi access points it is the RADIUS server:
it passes logins on to carriers and keeps the book of what was carried.

First steps:
  hotspot config init > hotspot.toml     (then set router.addresses and nodes.rpc in it)
  hotspot key init --config hotspot.toml
  hotspot registration --config hotspot.toml --owner hxw1... --valid-until HEIGHT   (for the owner's wallet)
  hotspot run --config hotspot.toml
  hotspot status --config hotspot.toml`,
	}
	root.SetContext(context.Background())
	out := cli.BindOutput(root)
	root.AddCommand(runCommand(), keyCommand(out), registrationCommand(), statusCommand(out), settings.Command(out), cli.VersionCommand())
	return root
}
