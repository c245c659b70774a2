package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxStatus bounds the answer of a hotspot, bytes.
const maxStatus = 16 << 20

// heldVoucher is a voucher and what the chain knows of its row.
type heldVoucher struct {
	Org     uint32 `json:"org"`
	Lane    uint16 `json:"lane"`
	Hotspot uint32 `json:"hotspot"`
	Epoch   uint32 `json:"epoch"`
	Credits uint64 `json:"credits"` // DC above what is settled
	Outcome string `json:"outcome"`

	raw     []byte
	voucher wire.Voucher
}

func heldView() cli.View[*heldVoucher] {
	num := func(get func(*heldVoucher) uint64) func(*heldVoucher) string {
		return func(v *heldVoucher) string { return strconv.FormatUint(get(v), 10) }
	}
	return cli.View[*heldVoucher]{
		Schema: "settle/v1", ID: func(v *heldVoucher) string { return fmt.Sprintf("%d/%d/%d", v.Org, v.Lane, v.Epoch) },
		Columns: []cli.Column[*heldVoucher]{
			{Name: "org", Text: num(func(v *heldVoucher) uint64 { return uint64(v.Org) })},
			{Name: "lane", Text: num(func(v *heldVoucher) uint64 { return uint64(v.Lane) })},
			{Name: "hotspot", Text: num(func(v *heldVoucher) uint64 { return uint64(v.Hotspot) })},
			{Name: "epoch", Text: num(func(v *heldVoucher) uint64 { return uint64(v.Epoch) })},
			{Name: "credits", Text: num(func(v *heldVoucher) uint64 { return v.Credits })},
			{Name: "outcome", Text: func(v *heldVoucher) string { return v.Outcome }},
		},
	}
}

func hotspotSettle(out *cli.Output) *cobra.Command {
	var from, api string
	var early bool
	c := &cobra.Command{
		Use: "settle [VOUCHER]...", Short: "Bring vouchers to the chain that a router or payer left unsettled",
		Long: `settle takes vouchers as hex, or all that a running hotspot holds, and has the chain
pay what is above the settled. Anyone may send it; the hotspot is paid.

A lane has some hours of the next epoch to settle by itself. Who brings its vouchers
after that gets half of what its bond loses for the delay, so those of a lane that
still has time are left alone unless --early is given.`,
		Example: `  hexwave hotspot settle --api 127.0.0.1:9203 --from alice --yes
  hexwave hotspot settle 48575631... --from alice`,
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			all, err := gather(ctx, n, api, args)
			if err != nil {
				return err
			}
			if err := n.settle(ctx, c, from, early, all); err != nil {
				return err
			}
			return heldView().List(out, all)
		}),
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "wallet that sends it; anyone may")
	f.StringVar(&api, "api", "", "HOST:PORT of a running hotspot, whose vouchers are taken")
	f.BoolVar(&early, "early", false, "also those of lanes that still have time to settle them")
	if err := c.MarkFlagRequired("from"); err != nil {
		panic("hexwave: a flag that was just made exists: " + err.Error())
	}
	return bindYes(c)
}

// gather parses the vouchers of the command line and of a running hotspot.
func gather(ctx context.Context, n *network, api string, args []string) ([]*heldVoucher, error) {
	if api != "" {
		held, err := askHotspot(ctx, api)
		if err != nil {
			return nil, err
		}
		args = append(args, held...)
	}
	if len(args) == 0 {
		return nil, cli.Errorf(cli.Usage, "hexwave hotspot settle --help", "no voucher; name some, or a hotspot with --api")
	}
	chain := wire.HashChainID(n.chainID)
	var all []*heldVoucher
	for _, s := range args {
		raw, err := hex.DecodeString(strings.TrimSpace(s))
		if err != nil {
			return nil, cli.Errorf(cli.Usage, "hotspot status -o json", "%.16q is no voucher: not hex", s)
		}
		v, err := wire.ParseVoucher(raw)
		if err != nil {
			return nil, cli.Errorf(cli.Usage, "hotspot status -o json", "%.16q is no voucher: %w", s, err)
		}
		if v.Chain != chain {
			return nil, cli.Errorf(cli.Usage, "hexwave config show --origin", "voucher %.16q is for another chain than %s", s, n.chainID)
		}
		all = append(all, &heldVoucher{Org: v.Org, Lane: v.Lane, Hotspot: v.Hotspot, Epoch: v.Epoch, raw: raw, voucher: v})
	}
	return all, nil
}

// askHotspot returns the vouchers that a running hotspot holds, as hex.
func askHotspot(ctx context.Context, api string) ([]string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+api+"/status", http.NoBody)
	if err != nil {
		return nil, cli.Errorf(cli.Usage, "", "--api %q: %w", api, err)
	}
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return nil, cli.Errorf(cli.Unhealthy, "hotspot status", "no hotspot answers at %s: %w", api, err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	var s struct {
		Vouchers []struct {
			Voucher string `json:"voucher"`
		} `json:"vouchers"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxStatus)).Decode(&s); err != nil {
		return nil, fmt.Errorf("read status of %s: %w", api, err)
	}
	var out []string
	for _, v := range s.Vouchers {
		out = append(out, v.Voucher)
	}
	if len(out) == 0 {
		return nil, cli.Errorf(cli.NotFound, "hotspot status", "the hotspot at %s holds no voucher", api)
	}
	return out, nil
}

// settle sends the vouchers that pay something, and notes what became of each.
func (n *network) settle(ctx context.Context, c *cobra.Command, from string, early bool, all []*heldVoucher) error {
	key, err := n.key(from)
	if err != nil {
		return err
	}
	overdue, err := n.overdue(ctx)
	if err != nil {
		return err
	}
	var send []*heldVoucher
	var credits uint64
	for _, v := range all {
		if err := n.above(ctx, v); err != nil {
			return err
		}
		switch {
		case v.Credits == 0:
			v.Outcome = "settled already"
		case !early && !overdue(v.Epoch):
			v.Outcome = "its lane still has time; --early brings it now"
		default:
			send, credits = append(send, v), credits+v.Credits
		}
	}
	if len(send) == 0 {
		return nil
	}
	msg := &settlementtypes.MsgSettle{Sender: key.Address()}
	for _, v := range send {
		msg.Items = append(msg.Items, v.raw...)
	}
	res, err := n.send(ctx, c, key, fmt.Sprintf("settle %d vouchers, %d DC above what is settled, paid to their hotspots", len(send), credits), msg)
	if err != nil {
		return err
	}
	var did settlementtypes.MsgSettleResponse
	if err := res.Response(0, &did); err != nil {
		return err
	}
	for _, v := range send {
		v.Outcome = "settled"
	}
	for _, r := range did.Refused {
		if int(r.Item) < len(send) {
			send[r.Item].Outcome = "refused: " + strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(r.Reason.String(), "REASON_"), "_", " "))
		}
	}
	return nil
}

// above asks how many credits a voucher is worth beyond what is settled.
func (n *network) above(ctx context.Context, v *heldVoucher) error {
	s, err := settlementtypes.NewQueryClient(n.node.Conn()).Settled(ctx, &settlementtypes.QuerySettledRequest{
		Org: v.Org, Lane: uint32(v.Lane), Hotspot: v.Hotspot, Epoch: v.Epoch,
	})
	if err != nil {
		return err
	}
	v.Credits = creditsBetween(v.voucher.Unit, s.Cum, v.voucher.Cum)
	return nil
}

// creditsBetween is what a row that rises from old to cum moves, DC; the parts of a DC
// are dropped on either side, as the chain does.
func creditsBetween(unit wire.Unit, old, cum uint64) uint64 {
	one := uint64(1)
	if unit == wire.UnitMicroDC {
		one = 1_000_000
	}
	return max(cum/one, old/one) - old/one
}

// overdue returns which epochs' lanes have no time left to settle by themselves.
func (n *network) overdue(ctx context.Context) (func(epoch uint32) bool, error) {
	rewards := rewardstypes.NewQueryClient(n.node.Conn())
	e, err := rewards.CurrentEpoch(ctx, &rewardstypes.QueryCurrentEpochRequest{})
	if err != nil {
		return nil, err
	}
	p, err := rewards.Params(ctx, &rewardstypes.QueryParamsRequest{})
	if err != nil {
		return nil, err
	}
	s, err := settlementtypes.NewQueryClient(n.node.Conn()).Params(ctx, &settlementtypes.QueryParamsRequest{})
	if err != nil {
		return nil, err
	}
	head, err := n.node.Head(ctx)
	if err != nil {
		return nil, err
	}
	began := time.UnixMilli(e.EndsAt).Add(-time.Duration(p.Params.EpochSeconds) * time.Second)
	over := !head.Time.Before(began.Add(time.Duration(s.Params.DutySeconds) * time.Second))
	return func(epoch uint32) bool {
		return uint64(epoch)+1 < uint64(e.Epoch) || uint64(epoch)+1 == uint64(e.Epoch) && over
	}, nil
}
