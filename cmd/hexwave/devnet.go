package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/cmd/hexwave/devnet"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
)

func devnetCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{
		Use:   "devnet",
		Short: "Run a whole network on this machine",
		Long: `devnet runs the real binaries on loopback, with simulated radio, devices, access
points, phones, a network server and a carrier's AAA where hardware and strangers
would stand: validators, a packet router, a payer agent, hotspots (some of which
cheat), an explorer and a faucet. Nothing leaves the
machine. All choices of the simulators follow from --seed.

Everything is in one folder (~/.hexwave/devnet): keys, chains, logs, and
devnet.json with addresses and accounts. A new 'devnet up' replaces it.`,
	}
	root.AddCommand(devnetUp(), devnetStatus(out), devnetDown(), devnetLogs(), devnetReplay())
	return root
}

func devnetUp() *cobra.Command {
	var o devnet.Options
	var kills string
	var noCheats bool
	c := &cobra.Command{
		Use:   "up",
		Short: "Start it, and keep it up until Ctrl-C",
		Example: `  hexwave devnet up
  hexwave devnet up --headless --for 120s --seed 1 --report report.json
  hexwave devnet up --headless --for 120s --kill validator=2@40s,router@60s`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Kills, err = devnet.ParseKills(kills); err != nil {
				return cli.Errorf(cli.Usage, "hexwave devnet up --help", "%w", err)
			}
			self, err := os.Executable()
			if err != nil {
				return fmt.Errorf("find the binaries: %w", err)
			}
			if o.Bin == "" {
				o.Bin = filepath.Dir(self)
			}
			o.Cheats = !noCheats
			ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			log := service.NewLogger(os.Stderr, service.DefaultLog())
			return devnetError(devnet.Up(ctx, o, log, c.OutOrStdout()))
		},
	}
	f := c.Flags()
	f.StringVar(&o.Dir, "dir", devnet.DefaultDir(), "folder of the network; an earlier devnet in it is replaced")
	f.StringVar(&o.Bin, "bin", "", "folder of the binaries (default: where hexwave is)")
	f.IntVar(&o.Hotspots, "hotspots", 16, "honest hotspots")
	f.IntVar(&o.Devices, "devices", 12, "LoRaWAN devices")
	f.IntVar(&o.Validators, "validators", 4, "validators")
	f.Uint64Var(&o.Seed, "seed", 1, "root of all choices: places, keys, radio, traffic")
	f.BoolVar(&noCheats, "no-cheats", false, "leave out the hotspots that cheat")
	f.BoolVar(&o.Headless, "headless", false, "run for --for, settle, measure, print the report and stop")
	f.DurationVar(&o.For, "for", 0, "time of a headless run, from the ready line on")
	f.StringVar(&o.Report, "report", "", "file for the report of a headless run, JSON")
	f.StringVar(&kills, "kill", "", "end processes with SIGKILL and start them again 5s later, as in validator=2@40s,router@60s")
	f.IntVar(&o.PortsBase, "ports-base", 0, "first of 870 ports (default: 26600, or the next free block)")
	f.DurationVar(&o.BlockTime, "block-time", time.Second, "pause between blocks")
	return c
}

// devnetError gives the errors of a run their exit code and what to try.
func devnetError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, devnet.ErrOptions), errors.Is(err, devnet.ErrKill):
		return cli.Errorf(cli.Usage, "hexwave devnet up --help", "%w", err)
	case errors.Is(err, devnet.ErrBinary):
		return cli.Errorf(cli.Failure, "make build", "%w", err)
	case errors.Is(err, devnet.ErrNoDevnet):
		return cli.Errorf(cli.NotFound, "hexwave devnet up", "%w", err)
	case errors.Is(err, devnet.ErrDied), errors.Is(err, devnet.ErrNotReady):
		return cli.Errorf(cli.Failure, "hexwave devnet logs", "%w", err)
	default:
		return err
	}
}

func devnetStatus(out *cli.Output) *cobra.Command {
	var dir string
	var check bool
	c := &cobra.Command{
		Use: "status", Short: "Say whether it runs, and where things listen", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := devnet.ReadState(dir)
			if err != nil {
				return devnetError(err)
			}
			ctx, cancel := context.WithTimeout(c.Context(), 10*time.Second)
			defer cancel()
			health := s.Health(ctx)
			if err := healthView().One(out, health); err != nil {
				return err
			}
			if check && !health.Healthy {
				return cli.Errorf(cli.Unhealthy, "hexwave devnet logs", "the devnet is not healthy")
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dir", devnet.DefaultDir(), "folder of the network")
	c.Flags().BoolVar(&check, "check", false, "exit with 7 when something is not as it should be")
	return c
}

func healthView() cli.View[devnet.Health] {
	return cli.View[devnet.Health]{
		Schema: "devnet/v1", ID: func(h devnet.Health) string { return h.Dir },
		Columns: []cli.Column[devnet.Health]{
			{Name: "running", Text: func(h devnet.Health) string { return yesNo(h.Running) }},
			{Name: "ready", Text: func(h devnet.Health) string { return yesNo(h.Ready) }},
			{Name: "height", Text: func(h devnet.Health) string { return fmt.Sprint(h.Height) }},
			{Name: "validators", Text: func(h devnet.Health) string { return fmt.Sprintf("%d of %d signing", h.Signing, h.Validators) }},
			{Name: "hotspots", Text: func(h devnet.Health) string { return fmt.Sprintf("%d of %d online", h.Online, h.Hotspots) }},
			{Name: "explorer", Text: func(h devnet.Health) string { return h.URLs.Explorer }},
			{Name: "faucet", Text: func(h devnet.Health) string { return h.URLs.Faucet }},
			{Name: "rpc", Text: func(h devnet.Health) string { return strings.Join(h.URLs.RPC, " ") }},
			{Name: "grpc", Text: func(h devnet.Health) string { return strings.Join(h.URLs.GRPC, " ") }},
			{Name: "folder", Text: func(h devnet.Health) string { return h.Dir }},
		},
	}
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func devnetDown() *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use: "down", Short: "Stop it", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := devnet.ReadState(dir)
			if err != nil {
				return devnetError(err)
			}
			stopped, err := s.Down(c.Context())
			if err != nil {
				return err
			}
			text := "it was not running"
			if stopped {
				text = "stopped"
			}
			_, err = fmt.Fprintln(c.ErrOrStderr(), text)
			return err
		},
	}
	c.Flags().StringVar(&dir, "dir", devnet.DefaultDir(), "folder of the network")
	return c
}

func devnetLogs() *cobra.Command {
	var dir string
	var lines int
	c := &cobra.Command{
		Use: "logs [NAME]", Short: "Show the end of a process's log, or list the logs",
		Example: "  hexwave devnet logs router -n 50",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				names, err := devnet.Logs(dir)
				if err != nil {
					return devnetError(err)
				}
				_, err = fmt.Fprintln(c.OutOrStdout(), strings.Join(names, "\n"))
				return err
			}
			text, err := devnet.TailLog(dir, args[0], lines)
			if errors.Is(err, os.ErrNotExist) {
				return cli.Errorf(cli.NotFound, "hexwave devnet logs", "no log of %q", args[0])
			}
			if err != nil {
				return devnetError(err)
			}
			_, err = fmt.Fprint(c.OutOrStdout(), text)
			return err
		},
	}
	c.Flags().StringVar(&dir, "dir", devnet.DefaultDir(), "folder of the network")
	c.Flags().IntVarP(&lines, "lines", "n", 20, "lines from the end")
	return c
}

func devnetReplay() *cobra.Command {
	var bin string
	var validator int
	c := &cobra.Command{
		Use:   "replay [DIR]",
		Short: "Execute a stopped network's blocks again and compare each app hash",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			dir := devnet.DefaultDir()
			if len(args) == 1 {
				dir = args[0]
			}
			if bin == "" {
				self, err := os.Executable()
				if err != nil {
					return fmt.Errorf("find the binaries: %w", err)
				}
				bin = filepath.Dir(self)
			}
			return devnetError(devnet.Replay(c.Context(), bin, dir, validator, c.OutOrStdout()))
		},
	}
	c.Flags().StringVar(&bin, "bin", "", "folder of the binaries (default: where hexwave is)")
	c.Flags().IntVar(&validator, "validator", 1, "whose blocks")
	return c
}
