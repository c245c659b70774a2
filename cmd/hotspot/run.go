package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
)

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
			return run(c, cfg)
		},
	}
	settings.Bind(c)
	return c
}

func run(c *cobra.Command, cfg Config) error {
	log := service.NewLogger(os.Stderr, cfg.Log)
	id, err := loadKey(cfg.KeyFile)
	if err != nil {
		return err
	}
	admin := service.NewAdmin("hotspot", cfg.Metrics, log)
	if err := admin.Listen(c.Context()); err != nil {
		return err
	}
	radio, err := service.ListenPacket(c.Context(), "radio.listen", cfg.Radio.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = radio.Close() }() // the program ends
	api, err := service.Listen(c.Context(), "api.listen", cfg.API.Listen)
	if err != nil {
		return err
	}
	a, err := agent.New(cfg.agent(), id, radio, log)
	if err != nil {
		return err
	}
	admin.Registry().MustRegister(a)
	log.Info("hotspot", "id", id.PubKey().String(), "radio", radio.LocalAddr().String(), "api", "http://"+api.Addr().String()+"/status")

	tasks := []service.Task{admin.Task(), {Name: "api", Run: func(ctx context.Context) error {
		return service.ServeHTTP(ctx, api, statusHandler(a))
	}}}
	for name, run := range a.Tasks() {
		tasks = append(tasks, service.Task{Name: name, Run: run})
	}
	if err := service.Notify(c.Context(), service.StateReady); err != nil {
		return err
	}
	err = service.Run(c.Context(), log, 0, tasks...)
	if errors.Is(err, uplink.ErrRefused) {
		return cli.Errorf(cli.Usage, "hotspot config show --origin",
			"%w; set chain_id, now %q, and router.addresses to one network", err, cfg.ChainID)
	}
	return err
}

func loadKey(path string) (*identity.Identity, error) {
	id, err := identity.Load(path)
	if errors.Is(err, identity.ErrMissing) {
		return nil, cli.Errorf(cli.Usage, "hotspot key init", "%w", err)
	}
	return id, err
}

// statusHandler serves GET /status.
func statusHandler(a *agent.Agent) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(a.Status()) // a client that went away needs no answer
	})
	return mux
}
