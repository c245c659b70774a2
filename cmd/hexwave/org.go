package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/cosmos/cosmos-sdk/types/query"
	"github.com/spf13/cobra"

	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/internal/cli"
)

// orgRow is an org as it is shown.
type orgRow struct {
	Org      uint32   `json:"org"`
	Owner    string   `json:"owner"`
	Escrow   uint64   `json:"escrow_credits"`
	Reserved uint64   `json:"reserved_credits"`
	DevAddrs []string `json:"dev_addrs"`
	JoinEUIs []string `json:"join_euis"`
	Realms   []string `json:"realms"`
	Price    uint32   `json:"wifi_price_udc_per_mb"` // micro-DC per 1,000,000 bytes; 0 buys no Wi-Fi
	Lanes    int      `json:"lanes"`
	Sequence uint64   `json:"bundle_sequence"`
}

func orgCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "org", Short: "Organisations that pay for traffic"}
	root.AddCommand(orgList(out), orgGet(out))
	bindNetwork(root)
	return root
}

func orgView() cli.View[orgRow] {
	return cli.View[orgRow]{
		Schema: "org/v1", ID: func(o orgRow) string { return fmt.Sprint(o.Org) },
		Columns: []cli.Column[orgRow]{
			{Name: "org", Text: func(o orgRow) string { return fmt.Sprint(o.Org) }},
			{Name: "escrow", Text: func(o orgRow) string { return fmt.Sprintf("%d DC", o.Escrow) }},
			{Name: "reserved", Text: func(o orgRow) string { return fmt.Sprintf("%d DC", o.Reserved) }},
			{Name: "dev addrs", Text: func(o orgRow) string { return strings.Join(o.DevAddrs, " ") }},
			{Name: "join euis", Text: func(o orgRow) string { return strings.Join(o.JoinEUIs, " ") }},
			{Name: "realms", Text: func(o orgRow) string { return strings.Join(o.Realms, " ") }},
			{Name: "wi-fi", Text: func(o orgRow) string {
				if o.Price == 0 {
					return ""
				}
				return perGB(o.Price)
			}},
			{Name: "lanes", Text: func(o orgRow) string { return fmt.Sprint(o.Lanes) }},
			{Name: "bundle", Text: func(o orgRow) string { return fmt.Sprint(o.Sequence) }},
			{Name: "owner", Wide: true, Text: func(o orgRow) string { return o.Owner }},
		},
	}
}

// perGB writes a Wi-Fi price in US$ a gigabyte: one DC is US$0.00001, so 10^8
// micro-DC per 10^6 bytes are US$1 a GB.
func perGB(price uint32) string {
	return fmt.Sprintf("US$%d.%04d/GB", price/100_000_000, price%100_000_000/10_000)
}

func (n *network) orgRow(ctx context.Context, d routingtypes.OrgDetail) (orgRow, error) {
	e, err := creditstypes.NewQueryClient(n.node.Conn()).Escrow(ctx, &creditstypes.QueryEscrowRequest{Org: d.Org.Id})
	if err != nil {
		return orgRow{}, err
	}
	r := orgRow{
		Org: d.Org.Id, Owner: d.Org.Owner, Escrow: e.Escrow.Balance.Credits, Reserved: e.Escrow.Reserved,
		DevAddrs: []string{}, JoinEUIs: []string{}, Realms: append([]string{}, d.Realms...), Price: d.Org.WifiPrice, Lanes: len(d.Signers), Sequence: d.Org.BundleSequence,
	}
	for _, x := range d.Ranges {
		r.DevAddrs = append(r.DevAddrs, fmt.Sprintf("%08x-%08x", x.First, x.Last))
	}
	for _, x := range d.JoinEuis {
		r.JoinEUIs = append(r.JoinEUIs, fmt.Sprintf("%016x", x))
	}
	return r, nil
}

func orgList(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List orgs, the first 1,000", Args: cobra.NoArgs,
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, _ []string) error {
			resp, err := routingtypes.NewQueryClient(n.node.Conn()).Orgs(ctx, &routingtypes.QueryOrgsRequest{Pagination: &query.PageRequest{Limit: maxListed}})
			if err != nil {
				return err
			}
			var rows []orgRow
			for _, d := range resp.Orgs {
				r, err := n.orgRow(ctx, d)
				if err != nil {
					return err
				}
				rows = append(rows, r)
			}
			return orgView().List(out, rows)
		}),
	}
}

func orgGet(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "get ORG", Short: "Show one org, by number", Args: cobra.ExactArgs(1),
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, args []string) error {
			id, err := strconv.ParseUint(args[0], 10, 32)
			if err != nil {
				return cli.Errorf(cli.Usage, "hexwave org list", "%q is not the number of an org", args[0])
			}
			resp, err := routingtypes.NewQueryClient(n.node.Conn()).Org(ctx, &routingtypes.QueryOrgRequest{Org: uint32(id)})
			if err != nil {
				return err
			}
			r, err := n.orgRow(ctx, resp.Org)
			if err != nil {
				return err
			}
			return orgView().One(out, r)
		}),
	}
}
