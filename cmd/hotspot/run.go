package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/hotspot/identity"
	conf "github.com/hexwave/hexwave/hotspot/settings"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/hotspot/wifi"
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

func run(c *cobra.Command, cfg conf.Config) error {
	log := service.NewLogger(os.Stderr, cfg.Log)
	id, err := loadKey(cfg.KeyFile)
	if err != nil {
		return err
	}
	admin := service.NewAdmin("hotspot", cfg.Metrics, log)
	if err := admin.Listen(c.Context()); err != nil {
		return err
	}
	radio, opts, closeAll, err := sockets(c.Context(), cfg)
	if err != nil {
		return err
	}
	defer closeAll()
	api, err := service.Listen(c.Context(), "api.listen", cfg.API.Listen)
	if err != nil {
		return err
	}
	a, err := agent.New(cfg.Agent(), id, radio, log, opts...)
	if err != nil {
		return err
	}
	admin.Registry().MustRegister(a)
	at := "none"
	if radio != nil {
		at = radio.LocalAddr().String()
	}
	log.Info("hotspot", "id", id.PubKey().String(), "radio", at, "access_points", len(cfg.WiFi.AccessPoints), "api", "http://"+api.Addr().String()+"/status")

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

// sockets opens what the radio and the access points send to.
func sockets(ctx context.Context, cfg conf.Config) (radio *net.UDPConn, opts []agent.Option, closeAll func(), err error) {
	var open []*net.UDPConn
	closeAll = func() {
		for _, c := range open {
			_ = c.Close() // the program ends
		}
	}
	listen := func(name, address string) *net.UDPConn {
		if err != nil {
			return nil
		}
		var c *net.UDPConn
		if c, err = service.ListenPacket(ctx, name, address); err == nil {
			open = append(open, c)
		}
		return c
	}
	if cfg.Radio.Listen != "" {
		radio = listen("radio.listen", cfg.Radio.Listen)
	}
	if len(cfg.WiFi.AccessPoints) > 0 && err == nil {
		points, perr := cfg.WiFi.Points()
		if perr != nil {
			closeAll()
			return nil, nil, nil, cli.Errorf(cli.Usage, "", "wifi.access_points: %w", perr)
		}
		opts = append(opts, agent.WithWiFi(points, cfg.WiFi.MinPrice, wifi.Sockets{
			Auth: listen("wifi.auth", cfg.WiFi.Auth), Acct: listen("wifi.acct", cfg.WiFi.Acct),
			Dynamic: listen("wifi.auth", ":0"), // any address: access points are reached through all interfaces
		}))
	}
	if err != nil {
		closeAll()
		return nil, nil, nil, err
	}
	return radio, opts, closeAll, nil
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
