package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
)

// maxExplorerAnswer bounds one answer of the explorer, bytes.
const maxExplorerAnswer = 4 << 20

// coverage is the explorer's answer for one place.
type coverage struct {
	Lat     float64 `json:"lat"`
	Lng     float64 `json:"lng"`
	Covered string  `json:"covered"` // yes, no, unknown
	Basis   string  `json:"basis"`   // measured, tested, none
	Cell    struct {
		Cell     string   `json:"cell"`
		State    string   `json:"state"`
		BestRSSI *float64 `json:"best_rssi_dbm"`
		BestSNR  *float64 `json:"best_snr_db"`
		Samples  uint64   `json:"samples"`
		Hotspots uint16   `json:"hotspots"`
		LastSeen string   `json:"last_seen,omitempty"`
	} `json:"cell"`
	Nearest *struct {
		Cell     string  `json:"cell"`
		Distance float64 `json:"distance_m"`
	} `json:"nearest_measured,omitempty"`
	AsOf struct {
		Height uint64 `json:"height"`
	} `json:"as_of"`
}

// verdict says whether there is coverage and how that is known.
func (c coverage) verdict() string {
	if c.Basis == "none" {
		return c.Covered + ": nothing was measured here"
	}
	return c.Covered + " (" + c.Cell.State + ")"
}

func coverageCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "coverage", Short: "Where there is coverage, as measured"}
	root.AddCommand(coverageCheck(out))
	bindNetwork(root)
	return root
}

func coverageCheck(out *cli.Output) *cobra.Command {
	view := cli.View[coverage]{
		Schema: "coverage/v1", ID: func(c coverage) string { return c.Cell.Cell },
		Columns: []cli.Column[coverage]{
			{Name: "covered", Text: coverage.verdict},
			{Name: "cell", Text: func(c coverage) string { return c.Cell.Cell }},
			{Name: "best signal", Text: func(c coverage) string {
				if c.Cell.BestRSSI == nil || c.Cell.BestSNR == nil {
					return "none measured"
				}
				return fmt.Sprintf("%.1f dBm, SNR %.1f dB", *c.Cell.BestRSSI, *c.Cell.BestSNR)
			}},
			{Name: "links", Text: func(c coverage) string { return fmt.Sprintf("%d, with %d hotspots", c.Cell.Samples, c.Cell.Hotspots) }},
			{Name: "last seen", Text: func(c coverage) string { return cmp.Or(c.Cell.LastSeen, "-") }},
			{Name: "nearest", Text: func(c coverage) string {
				if c.Nearest == nil {
					return "-"
				}
				return fmt.Sprintf("%s, %.0f m away", c.Nearest.Cell, c.Nearest.Distance)
			}},
			{Name: "height", Text: func(c coverage) string { return fmt.Sprint(c.AsOf.Height) }},
		},
	}
	return &cobra.Command{
		Use: "check LAT,LNG", Short: "Ask the explorer about one place", Example: "  hexwave coverage check 52.52,13.405", Args: cobra.ExactArgs(1),
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, args []string) error {
			at, err := parsePlace(args[0])
			if err != nil {
				return err
			}
			query := url.Values{"lat": {degreesText(int32(at.Lat))}, "lng": {degreesText(int32(at.Lng))}}
			var answer coverage
			if err := n.ask(ctx, "/v1/coverage/point?"+query.Encode(), &answer); err != nil {
				return err
			}
			return view.One(out, answer)
		}),
	}
}

// ask reads a JSON answer of the explorer.
func (n *network) ask(ctx context.Context, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, n.explorer+path, http.NoBody)
	if err != nil {
		return cli.Errorf(cli.Usage, "hexwave config show --origin", "explorer %q is not a URL", n.explorer)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return n.away("explorer", err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	if resp.StatusCode != http.StatusOK {
		return cli.Errorf(cli.Failure, "", "the explorer says %s", resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxExplorerAnswer)).Decode(into); err != nil {
		return cli.Errorf(cli.Failure, "", "the explorer's answer makes no sense: %w", err)
	}
	return nil
}
