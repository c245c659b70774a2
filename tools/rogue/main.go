// Command rogue is a hotspot that cheats, for test networks: the agent of an
// honest hotspot with a liar between it and the router. It owns flags and
// wiring; the lies are in package lie.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/lora"
	conf "github.com/hexwave/hexwave/hotspot/settings"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/rogue/lie"
)

var settings = cli.Config[conf.Config]{Prefix: "HOTSPOT", File: "/etc/hexwave/hotspot.toml", Default: conf.Default}

func main() { os.Exit(cli.Main(rootCommand())) }

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "rogue",
		Short: "A hotspot that cheats, for test networks",
		Long: `rogue runs in the place of hotspot, with the same configuration file, flags and
key file, and lies at every chance. Each lie is counted and can be recorded, so
that a test can compare what was claimed with what the chain accepted.`,
	}
	root.SetContext(context.Background())
	root.AddCommand(runCommand(), cli.VersionCommand())
	return root
}

// options are what rogue can be told beyond a hotspot's configuration.
type options struct {
	mode, lies, friend string
	seed               uint64
}

func runCommand() *cobra.Command {
	var o options
	c := &cobra.Command{
		Use: "run", Short: "Run, and cheat, until interrupted", Args: cobra.NoArgs,
		Example: `  rogue run --config hotspot.toml --mode tagcopy --lies lies.ndjson
  rogue run --config hotspot.toml --mode colluder --friend http://127.0.0.1:9203`,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, _, err := settings.Load(c)
			if err != nil {
				return err
			}
			return run(c.Context(), cfg, o)
		},
	}
	c.Flags().StringVar(&o.mode, "mode", "", "tagcopy, rssi, colluder or leaker")
	c.Flags().StringVar(&o.lies, "lies", "", "file that each lie is appended to, NDJSON")
	c.Flags().StringVar(&o.friend, "friend", "", "API of a leaker, http://host:port, for --mode colluder")
	c.Flags().Uint64Var(&o.seed, "seed", 1, "root of the numbers that are made up")
	settings.Bind(c)
	return c
}

func run(ctx context.Context, cfg conf.Config, o options) error {
	log := service.NewLogger(os.Stderr, cfg.Log)
	mode, err := lie.ParseMode(o.mode)
	if err != nil {
		return cli.Errorf(cli.Usage, "rogue run --mode tagcopy", "--mode: %w", err)
	}
	id, err := identity.Load(cfg.KeyFile)
	if err != nil {
		return err
	}
	record, err := openRecord(o.lies)
	if err != nil {
		return err
	}
	defer func() { _ = record.Close() }() // each lie was written when it was told
	admin := service.NewAdmin("rogue", cfg.Metrics, log)
	if err := admin.Listen(ctx); err != nil {
		return err
	}
	radio, err := service.ListenPacket(ctx, "radio.listen", cfg.Radio.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = radio.Close() }() // the program ends
	api, err := service.Listen(ctx, "api.listen", cfg.API.Listen)
	if err != nil {
		return err
	}
	ledger, leak := lie.NewLedger(mode, record), &lie.Leak{}
	var a *agent.Agent // set before anything runs
	liar, err := lie.New(lie.Config{
		Mode: mode, Chain: wire.HashChainID(cfg.ChainID), Self: id, Index: func() uint32 { return a.Index() },
		Node: lie.NewNode(cfg.Nodes.RPC), Ledger: ledger, Friend: o.friend, Seed: o.seed, Log: log.With("part", "liar"),
	})
	if err != nil {
		return cli.Errorf(cli.Usage, "rogue run --mode colluder --friend http://127.0.0.1:9203", "%w", err)
	}
	a, err = agent.New(cfg.Agent(), id, radio, log, agent.WithTap(leak.Heard),
		agent.WithOutbox(func(out lora.Outbox) lora.Outbox { return liar.Through(out) }))
	if err != nil {
		return err
	}
	admin.Registry().MustRegister(a)
	log.Info("rogue", "mode", mode, "id", id.PubKey(), "radio", radio.LocalAddr().String(), "api", "http://"+api.Addr().String()+"/lies")

	tasks := []service.Task{admin.Task(), {Name: "liar", Run: liar.Run}, {Name: "api", Run: func(ctx context.Context) error {
		return service.ServeHTTP(ctx, api, handler(a, ledger, leak, mode))
	}}}
	for name, run := range a.Tasks() {
		tasks = append(tasks, service.Task{Name: name, Run: run})
	}
	if err := service.Notify(ctx, service.StateReady); err != nil {
		return err
	}
	return service.Run(ctx, log, 0, tasks...)
}

// openRecord opens the file of lies; without a name they are only counted.
func openRecord(name string) (io.WriteCloser, error) {
	if name == "" {
		return discard{}, nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open record of lies: %w", err)
	}
	return f, nil
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }

// handler serves the status of the agent, the count of lies, and for a leaker
// what it heard.
func handler(a *agent.Agent, ledger *lie.Ledger, leak *lie.Leak, mode lie.Mode) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.Status()) // a client that went away needs no answer
	})
	mux.Handle("GET /lies", ledger)
	if mode == lie.Leaker {
		mux.Handle("GET /frames", leak)
	}
	return mux
}
