package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/internal/cli"
)

func statusCommand(out *cli.Output) *cobra.Command {
	var address string
	c := &cobra.Command{
		Use: "status", Short: "Show how the running hotspot is doing", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if address == "" {
				cfg, _, err := settings.Load(c)
				if err != nil {
					return err
				}
				address = cfg.API.Listen
			}
			client := http.Client{Timeout: 5 * time.Second}
			resp, err := client.Get("http://" + address + "/status")
			if err != nil {
				return cli.Errorf(cli.Unhealthy, "hotspot run", "no hotspot answers at %s: %w", address, err)
			}
			defer func() { _ = resp.Body.Close() }() // only read
			var s agent.Status
			if err := json.NewDecoder(resp.Body).Decode(&s); err != nil {
				return fmt.Errorf("read status of %s: %w", address, err)
			}
			return statusView().One(out, s)
		},
	}
	c.Flags().StringVar(&address, "api", "", "address of the running hotspot (default: the configuration's api.listen)")
	settings.Bind(c)
	return c
}

func statusView() cli.View[agent.Status] {
	num := func(n uint64) string { return strconv.FormatUint(n, 10) }
	return cli.View[agent.Status]{
		Schema: "hotspot-status/v1", ID: func(s agent.Status) string { return s.ID },
		Columns: []cli.Column[agent.Status]{
			{Name: "NAME", Text: func(s agent.Status) string { return s.Name }},
			{Name: "ID", Text: func(s agent.Status) string { return s.ID }},
			{Name: "ON CHAIN", Text: func(s agent.Status) string {
				if s.Hotspot == 0 {
					return "not registered: run 'hotspot registration' and 'hexwave hotspot add'"
				}
				return "hotspot " + strconv.Itoa(int(s.Hotspot))
			}},
			{Name: "ROUTER", Text: func(s agent.Status) string {
				if !s.Router.Connected {
					return "not connected: " + s.Router.LastError
				}
				return s.Router.Router + " since " + s.Router.Since.UTC().Format(time.RFC3339)
			}},
			{Name: "HEIGHT", Text: func(s agent.Status) string { return num(s.Height) + ", " + s.HeadAge + " ago" }},
			{Name: "FORWARDERS", Text: func(s agent.Status) string {
				up := 0
				for _, f := range s.Forwarders {
					if f.Connected {
						up++
					}
				}
				return fmt.Sprintf("%d connected of %d seen", up, len(s.Forwarders))
			}},
			{Name: "FRAMES", Text: func(s agent.Status) string { return num(s.Radio.Frames) }},
			{Name: "DELIVERED", Text: func(s agent.Status) string { return num(s.Uplinks["delivered"]) }},
			{Name: "WAITING", Text: func(s agent.Status) string { return strconv.Itoa(s.Queue.Waiting) }},
			{Name: "BEACONS", Text: func(s agent.Status) string {
				return num(s.Coverage.Beacons) + " sent of " + num(s.Coverage.Challenged) + " asked"
			}},
			{Name: "WITNESSED", Text: func(s agent.Status) string { return num(s.Coverage.Heard["reported"]) }},
			{Name: "VOUCHERS", Text: func(s agent.Status) string { return strconv.Itoa(len(s.Vouchers)) + " held" }},
		},
	}
}
