package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/cosmos/cosmos-sdk/types/query"
	"github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"

	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

func hotspotCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "hotspot", Short: "Hotspots: register, look at, get paid, see why not"}
	root.AddCommand(hotspotList(out), hotspotGet(out), hotspotAdd(out), hotspotClaim(out), hotspotSettle(out), hotspotExplain(out))
	bindNetwork(root)
	return root
}

// hotspotRow is a hotspot as it is shown.
type hotspotRow struct {
	Index    uint32  `json:"index"`
	Name     string  `json:"name"`
	ID       string  `json:"id"`
	Owner    string  `json:"owner"`
	Class    string  `json:"class"`
	Lat      *string `json:"lat"` // degrees; null until a place is asserted
	Lng      *string `json:"lng"`
	Beacons  uint64  `json:"beacons_answered"`
	Asked    uint64  `json:"beacons_challenged"`
	Heard    uint64  `json:"heard_height"` // at which its beacon was last heard
	Owed     uint64  `json:"owed_spark"`
	Detailed bool    `json:"-"`
}

func rowOf(h hotspottypes.Hotspot) hotspotRow {
	r := hotspotRow{Index: h.Index, Owner: h.Owner, Class: strconv.Itoa(int(h.Class))}
	if k, err := wire.ParsePubKey(h.Key); err == nil {
		r.Name, r.ID = wire.HotspotName(k), k.String()
	}
	switch wire.HotspotClass(h.Class) {
	case wire.ClassFullLoRa:
		r.Class = "full"
	case wire.ClassDataLoRa:
		r.Class = "data"
	case wire.ClassWiFi:
		r.Class = "wifi"
	}
	if h.Location != nil {
		lat, lng := degreesText(h.Location.Lat), degreesText(h.Location.Lng)
		r.Lat, r.Lng = &lat, &lng
	}
	return r
}

func (h hotspotRow) place() string {
	if h.Lat == nil {
		return "not asserted"
	}
	return *h.Lat + "," + *h.Lng
}

func hotspotView() cli.View[hotspotRow] {
	return cli.View[hotspotRow]{
		Schema: "hotspot/v1", ID: func(h hotspotRow) string { return h.ID },
		Columns: []cli.Column[hotspotRow]{
			{Name: "index", Text: func(h hotspotRow) string { return fmt.Sprint(h.Index) }},
			{Name: "name", Text: func(h hotspotRow) string { return h.Name }},
			{Name: "class", Text: func(h hotspotRow) string { return h.Class }},
			{Name: "place", Text: hotspotRow.place},
			{Name: "beacons", Text: func(h hotspotRow) string { return fmt.Sprintf("%d of %d", h.Beacons, h.Asked) }},
			{Name: "last heard", Text: func(h hotspotRow) string { return fmt.Sprint(h.Heard) }},
			{Name: "owed", Text: func(h hotspotRow) string { return hxwText(h.Owed) }},
			{Name: "owner", Wide: true, Text: func(h hotspotRow) string { return h.Owner }},
			{Name: "id", Wide: true, Text: func(h hotspotRow) string { return h.ID }},
		},
	}
}

// maxListed bounds what one list asks for.
const maxListed = 1000

func hotspotList(out *cli.Output) *cobra.Command {
	var owner string
	c := &cobra.Command{
		Use: "list", Short: "List hotspots, the first 1,000", Args: cobra.NoArgs,
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, _ []string) error {
			req := &hotspottypes.QueryHotspotsRequest{Pagination: &query.PageRequest{Limit: maxListed}}
			if owner != "" {
				var err error
				if req.Owner, err = n.address(owner); err != nil {
					return err
				}
			}
			resp, err := hotspottypes.NewQueryClient(n.node.Conn()).Hotspots(ctx, req)
			if err != nil {
				return err
			}
			var rows []hotspotRow
			for _, h := range resp.Hotspots {
				r := rowOf(h)
				if err := n.record(ctx, &r); err != nil {
					return err
				}
				rows = append(rows, r)
			}
			return hotspotView().List(out, rows)
		}),
	}
	c.Flags().StringVar(&owner, "owner", "", "only those of this account")
	return c
}

// record adds what the hotspot did and is owed.
func (n *network) record(ctx context.Context, r *hotspotRow) error {
	p, err := poctypes.NewQueryClient(n.node.Conn()).Progress(ctx, &poctypes.QueryProgressRequest{Hotspot: r.Index})
	if err == nil { // a hotspot that was never drawn has no record
		r.Beacons, r.Asked, r.Heard = p.Progress.Answered, p.Progress.Challenged, p.Progress.LastBeacon
	}
	o, err := rewardstypes.NewQueryClient(n.node.Conn()).Owed(ctx, &rewardstypes.QueryOwedRequest{Hotspot: r.Index})
	if err != nil {
		return err
	}
	r.Owed = o.Accrued + o.Escrow
	return nil
}

// hotspot finds a hotspot by index, id or three-word name.
func (n *network) hotspot(ctx context.Context, s string) (hotspottypes.Hotspot, error) {
	client := hotspottypes.NewQueryClient(n.node.Conn())
	if index, err := strconv.ParseUint(s, 10, 32); err == nil {
		resp, err := client.Hotspot(ctx, &hotspottypes.QueryHotspotRequest{Hotspot: uint32(index)})
		if err != nil {
			return hotspottypes.Hotspot{}, err
		}
		return resp.Hotspot, nil
	}
	if strings.HasPrefix(s, "hotspot1") {
		if _, err := wire.DecodeHotspotID(s); err != nil {
			return hotspottypes.Hotspot{}, cli.Errorf(cli.Usage, "hexwave hotspot list -o wide", "%q is not the id of a hotspot: a character is wrong or missing", s)
		}
		resp, err := client.HotspotByKey(ctx, &hotspottypes.QueryHotspotByKeyRequest{Id: s})
		if err != nil {
			return hotspottypes.Hotspot{}, err
		}
		return resp.Hotspot, nil
	}
	resp, err := client.Hotspots(ctx, &hotspottypes.QueryHotspotsRequest{Pagination: &query.PageRequest{Limit: maxListed}})
	if err != nil {
		return hotspottypes.Hotspot{}, err
	}
	for _, h := range resp.Hotspots {
		if k, err := wire.ParsePubKey(h.Key); err == nil && wire.HotspotName(k) == s {
			return h, nil
		}
	}
	return hotspottypes.Hotspot{}, cli.Errorf(cli.NotFound, "hexwave hotspot list", "no hotspot is called %q; name it by index, id or three words", s)
}

func hotspotGet(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "get HOTSPOT", Short: "Show one hotspot, by index, id or three-word name", Args: cobra.ExactArgs(1),
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, args []string) error {
			h, err := n.hotspot(ctx, args[0])
			if err != nil {
				return err
			}
			r := rowOf(h)
			if err := n.record(ctx, &r); err != nil {
				return err
			}
			return hotspotView().One(out, r)
		}),
	}
}

// addition is what hotspot add is told.
type addition struct {
	owner, registration, at string
	gain, height            int32
}

func hotspotAdd(out *cli.Output) *cobra.Command {
	var a addition
	c := &cobra.Command{
		Use: "add", Short: "Register a hotspot and assert its place",
		Long: `add sends the device's signed consent ('hotspot registration' prints it) to the
chain and asserts where the device stands. Data credits for both fees are bought
with tokens of the owner, as far as it has not enough. The place is public.`,
		Example: `  hexwave hotspot add --owner alice --registration 48575231... --at 52.52,13.405 --gain 30 --height 12`,
		Args:    cobra.NoArgs,
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, _ []string) error {
			r, err := n.add(ctx, c, a)
			if err != nil {
				return err
			}
			return hotspotView().One(out, r)
		}),
	}
	f := c.Flags()
	f.StringVar(&a.owner, "owner", "", "wallet that will own and pay")
	f.StringVar(&a.registration, "registration", "", "hex that 'hotspot registration --owner ADDRESS' printed")
	f.StringVar(&a.at, "at", "", "LAT,LNG in degrees; it will be public")
	f.Int32Var(&a.gain, "gain", 12, "antenna gain, tenths of dBi")
	f.Int32Var(&a.height, "height", 5, "metres above ground")
	for _, name := range []string{"owner", "registration", "at"} {
		if err := c.MarkFlagRequired(name); err != nil {
			panic("hexwave: a flag that was just made exists: " + err.Error())
		}
	}
	return bindYes(c)
}

func (n *network) add(ctx context.Context, c *cobra.Command, a addition) (hotspotRow, error) {
	var none hotspotRow
	key, err := n.key(a.owner)
	if err != nil {
		return none, err
	}
	raw, err := hex.DecodeString(strings.TrimSpace(a.registration))
	if err != nil {
		return none, cli.Errorf(cli.Usage, "hotspot registration", "--registration is not hex")
	}
	reg, err := wire.ParseRegistration(raw)
	if err != nil {
		return none, cli.Errorf(cli.Usage, "hotspot registration", "--registration: %w", err)
	}
	at, err := parsePlace(a.at)
	if err != nil {
		return none, err
	}
	id, err := n.register(ctx, c, key.Address(), a, raw, reg, at)
	if err != nil {
		return none, err
	}
	h, err := n.hotspot(ctx, id)
	if err != nil {
		return none, err
	}
	return rowOf(h), nil
}

// register sends what is still missing: a hotspot that is there already only
// gets its place, so the command can be repeated.
func (n *network) register(ctx context.Context, c *cobra.Command, owner string, a addition, raw []byte, reg wire.Registration, at geo.Point) (string, error) {
	key, err := n.key(a.owner)
	if err != nil {
		return "", err
	}
	fees, err := hotspottypes.NewQueryClient(n.node.Conn()).Params(ctx, &hotspottypes.QueryParamsRequest{})
	if err != nil {
		return "", err
	}
	id := reg.Key.String()
	known, err := hotspottypes.NewQueryClient(n.node.Conn()).HotspotByKey(ctx, &hotspottypes.QueryHotspotByKeyRequest{Id: id})
	fee := fees.Params.LocationFee(reg.Class)
	if err != nil {
		fee += fees.Params.RegistrationFee(reg.Class)
	}
	msgs, cost, haveErr := n.buyCredits(ctx, owner, fee)
	if haveErr != nil {
		return "", haveErr
	}
	preview := fmt.Sprintf("add %s (%s)\n  owner  %s\n  place  %s,%s, public from now on\n  fees   %d DC; burns %s for what is missing",
		wire.HotspotName(reg.Key), id, owner, degreesText(int32(at.Lat)), degreesText(int32(at.Lng)), fee, hxwText(cost))
	if err != nil {
		res, err := n.send(ctx, c, key, preview, append(msgs, &hotspottypes.MsgRegister{Payer: owner, Owner: owner, Registration: raw})...)
		if err != nil {
			return "", err
		}
		var r hotspottypes.MsgRegisterResponse
		if err := res.Response(len(msgs), &r); err != nil {
			return "", err
		}
		known, msgs, preview = &hotspottypes.QueryHotspotResponse{Hotspot: hotspottypes.Hotspot{Index: r.Hotspot}}, nil, "registered; asserting the place"
		if err := c.Flags().Set("yes", "true"); err != nil {
			return "", err // the preview before was for both
		}
	}
	const cellRes = 12
	_, err = n.send(ctx, c, key, preview, append(msgs, &hotspottypes.MsgAssertLocation{
		Owner: owner, Hotspot: known.Hotspot.Index,
		Location: hotspottypes.Location{Lat: int32(at.Lat), Lng: int32(at.Lng), Cell: uint64(geo.CellAt(at, cellRes)), Gain: a.gain, Height: a.height},
	})...)
	return id, err
}

// buyCredits returns the message that buys what an account lacks of credits.
func (n *network) buyCredits(ctx context.Context, owner string, credits uint64) (msgs []proto.Message, spark uint64, err error) {
	client := creditstypes.NewQueryClient(n.node.Conn())
	have, err := client.Balance(ctx, &creditstypes.QueryBalanceRequest{Address: owner})
	if err != nil {
		return nil, 0, err
	}
	if have.Balance.Credits >= credits {
		return nil, 0, nil
	}
	missing := credits - have.Balance.Credits
	quote, err := client.Quote(ctx, &creditstypes.QueryQuoteRequest{Credits: missing})
	if err != nil {
		return nil, 0, err
	}
	return []proto.Message{&creditstypes.MsgMintCredits{Sender: owner, Credits: missing, MaxBurn: quote.Burn + quote.Burn/50}}, quote.Burn, nil
}

func hotspotClaim(out *cli.Output) *cobra.Command {
	var from string
	c := &cobra.Command{
		Use: "claim HOTSPOT...", Short: "Pay out what hotspots have earned, to their owners",
		Example: "  hexwave hotspot claim tidy-plum-otter --from alice --yes", Args: cobra.RangeArgs(1, rewardstypes.MaxClaims),
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			key, err := n.key(from)
			if err != nil {
				return err
			}
			msg := &rewardstypes.MsgClaim{Sender: key.Address()}
			var owed uint64
			var names []string
			for _, name := range args {
				h, err := n.hotspot(ctx, name)
				if err != nil {
					return err
				}
				r := rowOf(h)
				if err := n.record(ctx, &r); err != nil {
					return err
				}
				owed += r.Owed
				names = append(names, r.Name)
				msg.Hotspots = append(msg.Hotspots, h.Index)
			}
			res, err := n.send(ctx, c, key, fmt.Sprintf("claim about %s for %s, paid to their owners", hxwText(owed), strings.Join(names, ", ")), msg)
			if err != nil {
				return err
			}
			return sentView().One(out, sent{res.Hash.String(), res.Height, res.GasUsed})
		}),
	}
	c.Flags().StringVar(&from, "from", "", "wallet that sends it; anyone may")
	if err := c.MarkFlagRequired("from"); err != nil {
		panic("hexwave: a flag that was just made exists: " + err.Error())
	}
	return bindYes(c)
}
