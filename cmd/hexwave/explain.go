package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/proto/wire"
)

// explained is one check of one party of a challenge.
type explained struct {
	Challenge uint64 `json:"challenge"`
	Party     string `json:"party"` // "beacon", or "witness N"
	Check     string `json:"check"`
	Measured  string `json:"measured"`
	Limit     string `json:"limit"`
	Passed    bool   `json:"passed"`
	Verdict   string `json:"verdict"` // of the party
	Points    uint64 `json:"points"`  // of the party, 1e-8 units
}

func hotspotExplain(out *cli.Output) *cobra.Command {
	view := cli.View[explained]{
		Schema: "explanation/v1", ID: func(e explained) string { return e.Party + "/" + e.Check },
		Columns: []cli.Column[explained]{
			{Name: "party", Text: func(e explained) string { return e.Party }},
			{Name: "check", Text: func(e explained) string { return e.Check }},
			{Name: "measured", Text: func(e explained) string { return e.Measured }},
			{Name: "limit", Text: func(e explained) string { return e.Limit }},
			{Name: "passed", Text: func(e explained) string { return yesNo(e.Passed) }},
			{Name: "verdict", Text: func(e explained) string { return e.Verdict }},
			{Name: "points", Wide: true, Text: func(e explained) string { return fmt.Sprint(e.Points) }},
		},
	}
	return &cobra.Command{
		Use: "explain CHALLENGE|HOTSPOT", Short: "Show each check of a settled challenge, with what was measured",
		Long: `explain asks the chain why a beacon and each report on it counted or not: every
check in order, what was measured, the limit, and the verdict. A number is that
of a challenge ('hexwave challenge list' shows them); a hotspot's id or three
words stand for its newest settled beacon.`,
		Example: "  hexwave hotspot explain 17\n  hexwave hotspot explain tidy-plum-otter",
		Args:    cobra.ExactArgs(1),
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			id, err := n.challenge(ctx, args[0])
			if err != nil {
				return err
			}
			resp, err := poctypes.NewQueryClient(n.node.Conn()).Explain(ctx, &poctypes.QueryExplainRequest{Challenge: id})
			if err != nil {
				return err
			}
			if ch, err := wire.ParseChallenge(resp.Record.Challenge); err == nil {
				// Prose for people; the rows are the answer.
				_, _ = fmt.Fprintf(c.ErrOrStderr(), "challenge %d: hotspot %d, drawn at height %d, %s, SF%d at %.1f MHz: %s\n",
					id, ch.Hotspot, ch.Drawn, time.UnixMilli(int64(ch.TxAt)).UTC().Format(time.RFC3339), ch.SF, float64(ch.Frequency)/1e6, statusText(resp.Record.Status))
			}
			return view.List(out, explainRows(id, resp))
		}),
	}
}

// challenge is the number of the challenge that s names.
func (n *network) challenge(ctx context.Context, s string) (uint64, error) {
	if id, err := strconv.ParseUint(s, 10, 64); err == nil {
		return id, nil
	}
	h, err := n.hotspot(ctx, s)
	if err != nil {
		return 0, err
	}
	client := poctypes.NewQueryClient(n.node.Conn())
	t, err := client.Totals(ctx, &poctypes.QueryTotalsRequest{})
	if err != nil {
		return 0, err
	}
	for id := t.Totals.Drawn; id > 0 && id+maxListed > t.Totals.Drawn; id-- {
		resp, err := client.Challenge(ctx, &poctypes.QueryChallengeRequest{Challenge: id})
		if err != nil {
			break // older ones are forgotten
		}
		ch, err := wire.ParseChallenge(resp.Record.Challenge)
		if err == nil && ch.Hotspot == h.Index && resp.Record.Status == poctypes.STATUS_SETTLED {
			return id, nil
		}
	}
	return 0, cli.Errorf(cli.NotFound, "hexwave challenge list", "%s has no settled beacon among the newest %d challenges", s, maxListed)
}

func explainRows(id uint64, resp *poctypes.QueryExplainResponse) []explained {
	var rows []explained
	add := func(party string, verdict uint32, points uint64, checks []poctypes.Check) {
		for _, c := range checks {
			rows = append(rows, explained{id, party, c.Name, c.Measured, c.Limit, c.Passed, wire.Verdict(verdict).String(), points})
		}
	}
	add("beacon", resp.Record.Verdict, resp.Record.Points, resp.Beacon)
	for _, w := range resp.Witnesses {
		add(fmt.Sprintf("witness %d", w.Hotspot), w.Verdict, w.Points, w.Checks)
	}
	return rows
}

func statusText(s poctypes.Status) string {
	switch s {
	case poctypes.STATUS_OPEN:
		return "open"
	case poctypes.STATUS_SETTLED:
		return "settled"
	case poctypes.STATUS_MISSED:
		return "missed: nobody revealed it"
	case poctypes.STATUS_VOID:
		return "void: the chain stood still"
	default:
		return "unknown"
	}
}

// challengeRow is a challenge in a list.
type challengeRow struct {
	ID        uint64 `json:"id"`
	Hotspot   uint32 `json:"hotspot"`
	Drawn     uint64 `json:"drawn_height"`
	Status    string `json:"status"`
	Verdict   string `json:"verdict"`
	Reports   int    `json:"reports"`
	Accepted  int    `json:"accepted"`
	Preimage  string `json:"preimage,omitempty"`
	Frequency uint32 `json:"frequency_hz"`
	SF        uint8  `json:"sf"`
}

func challengeCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "challenge", Short: "Beacons that the chain asked for"}
	root.AddCommand(challengeList(out))
	bindNetwork(root)
	return root
}

func challengeList(out *cli.Output) *cobra.Command {
	view := cli.View[challengeRow]{
		Schema: "challenge/v1", ID: func(c challengeRow) string { return fmt.Sprint(c.ID) },
		Columns: []cli.Column[challengeRow]{
			{Name: "id", Text: func(c challengeRow) string { return fmt.Sprint(c.ID) }},
			{Name: "hotspot", Text: func(c challengeRow) string { return fmt.Sprint(c.Hotspot) }},
			{Name: "drawn", Text: func(c challengeRow) string { return fmt.Sprint(c.Drawn) }},
			{Name: "status", Text: func(c challengeRow) string { return c.Status }},
			{Name: "verdict", Text: func(c challengeRow) string { return c.Verdict }},
			{Name: "witnesses", Text: func(c challengeRow) string { return fmt.Sprintf("%d of %d", c.Accepted, c.Reports) }},
			{Name: "sf", Wide: true, Text: func(c challengeRow) string { return fmt.Sprint(c.SF) }},
			{Name: "mhz", Wide: true, Text: func(c challengeRow) string { return fmt.Sprintf("%.1f", float64(c.Frequency)/1e6) }},
		},
	}
	var last uint64
	c := &cobra.Command{
		Use: "list", Short: "List the newest challenges", Args: cobra.NoArgs,
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, _ []string) error {
			if last < 1 || last > maxListed {
				return cli.Errorf(cli.Usage, "hexwave challenge list --last 20", "--last must be 1 to %d", maxListed)
			}
			client := poctypes.NewQueryClient(n.node.Conn())
			t, err := client.Totals(ctx, &poctypes.QueryTotalsRequest{})
			if err != nil {
				return err
			}
			var rows []challengeRow
			for id := t.Totals.Drawn; id > 0 && id+last > t.Totals.Drawn; id-- {
				resp, err := client.Challenge(ctx, &poctypes.QueryChallengeRequest{Challenge: id})
				if err != nil {
					break // older ones are forgotten
				}
				rows = append(rows, challengeOf(id, resp.Record))
			}
			return view.List(out, rows)
		}),
	}
	c.Flags().Uint64Var(&last, "last", 20, "how many, 1 to 1000")
	return c
}

func challengeOf(id uint64, rec poctypes.ChallengeRecord) challengeRow {
	r := challengeRow{ID: id, Status: statusText(rec.Status), Verdict: wire.Verdict(rec.Verdict).String(), Reports: len(rec.Reports), Preimage: hex.EncodeToString(rec.Preimage)}
	if ch, err := wire.ParseChallenge(rec.Challenge); err == nil {
		r.Hotspot, r.Drawn, r.Frequency, r.SF = ch.Hotspot, ch.Drawn, ch.Frequency, ch.SF
	}
	if rec.Status == poctypes.STATUS_OPEN {
		r.Verdict = ""
	}
	for _, p := range rec.Reports {
		if rec.Status == poctypes.STATUS_SETTLED && wire.Verdict(p.Verdict) == wire.Accepted {
			r.Accepted++
		}
	}
	return r
}
