package devnet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/poc/geo"
)

// baseline notes the supply before anything is bought.
func (r *run) baseline(ctx context.Context) error {
	return r.until(ctx, "supply at the start", func(ctx context.Context) (err error) {
		r.startSupply, err = r.supply(ctx)
		return err
	})
}

func (r *run) supply(ctx context.Context) (uint64, error) {
	resp, err := banktypes.NewQueryClient(r.chain.Conn()).SupplyOf(ctx, &banktypes.QuerySupplyOfRequest{Denom: client.Denom})
	if err != nil {
		return 0, err
	}
	if !resp.Amount.Amount.IsUint64() {
		return 0, fmt.Errorf("supply %s does not fit", resp.Amount)
	}
	return resp.Amount.Amount.Uint64(), nil
}

// awaitReady waits until every part works.
func (r *run) awaitReady(ctx context.Context) error {
	for _, part := range []struct {
		what string
		ask  func(context.Context) error
	}{
		{"all validators signing", func(ctx context.Context) error {
			n, err := r.signing(ctx)
			if err == nil && n < r.opt.Validators {
				err = fmt.Errorf("%d of %d sign", n, r.opt.Validators)
			}
			return err
		}},
		{"all hotspots connected", func(ctx context.Context) error {
			n, last := r.online(ctx)
			if n < len(r.layout.Hotspots) {
				return fmt.Errorf("%d of %d are: %s", n, len(r.layout.Hotspots), last)
			}
			return nil
		}},
		{"router", func(ctx context.Context) error { // which knows the routes of all orgs
			_, err := r.get(ctx, "GET", r.ports.url(offRouterMetrics)+"/readyz")
			return err
		}},
		{"Wi-Fi", func(ctx context.Context) error {
			n, complaint := r.onlineAt(ctx, []string{r.urls().WiFiAPI}, wifiName)
			if n == 0 {
				return errors.New(complaint)
			}
			_, err := r.get(ctx, "GET", "http://"+r.ports.addr(offPayerAdmin)+"/readyz")
			return err
		}},
		{"explorer", func(ctx context.Context) error {
			_, err := r.get(ctx, "GET", r.ports.url(offExplorer)+"/readyz")
			return err
		}},
	} {
		if err := r.until(ctx, part.what, part.ask); err != nil {
			return err
		}
		r.progress(part.what)
	}
	return nil
}

// signing counts the validators whose signature is in the newest commit.
func (r *run) signing(ctx context.Context) (int, error) {
	b, err := r.chain.RawBlock(ctx, 0)
	if err != nil {
		return 0, err
	}
	return len(b.Signers), nil
}

// hotspotStatus is the part of a hotspot's status that is looked at.
type hotspotStatus struct {
	Hotspot uint32 `json:"hotspot"`
	Router  struct {
		Connected bool   `json:"connected"`
		LastError string `json:"last_error"`
	} `json:"router"`
}

// online counts the hotspots that are registered and connected, and says what
// one of the others complains about.
func (r *run) online(ctx context.Context) (n int, complaint string) {
	names := make([]string, len(r.layout.Hotspots))
	for i, h := range r.layout.Hotspots {
		names[i] = h.Name
	}
	return r.onlineAt(ctx, r.urls().HotspotAPI, names...)
}

func (r *run) onlineAt(ctx context.Context, urls []string, names ...string) (n int, complaint string) {
	name := func(i int) string {
		if i < len(names) {
			return names[i]
		}
		return urls[i]
	}
	status := make([]hotspotStatus, len(urls))
	errs := make([]error, len(status))
	_ = parallel(len(status), func(i int) error { // each has its own error
		errs[i] = r.getJSON(ctx, urls[i]+"/status", &status[i])
		return nil
	})
	for i, s := range status {
		switch {
		case errs[i] != nil:
			complaint = name(i) + ": " + errs[i].Error()
		case s.Hotspot == 0 || !s.Router.Connected:
			complaint = name(i) + ": " + s.Router.LastError
		default:
			n++
		}
	}
	return n, complaint
}

// announce prints the ready block, once.
func (r *run) announce() error {
	var people []string
	for _, name := range []string{"alice", "bob", orgName} {
		a := r.layout.Account(name)
		people = append(people, fmt.Sprintf("%s %s", name, hxwText(a.Balance)))
	}
	cheating := 0
	for _, h := range r.layout.Hotspots {
		if !h.TellsTruth() {
			cheating++
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "Hexwave devnet ready in %.1fs   chain %s   seed %d   data %s\n", r.readyAfter.Seconds(), ChainID, r.opt.Seed, r.paths.dir)
	fmt.Fprintf(&b, "  Explorer  %s   RPC %s   REST %s   gRPC %s\n", r.ports.url(offExplorer),
		"http://"+r.ports.validator(0, portRPC), "http://"+r.ports.validator(0, portAPI), r.ports.validator(0, portGRPC))
	fmt.Fprintf(&b, "  Faucet    %s   Router %s   Radio %s\n", r.ports.url(offFaucet), r.ports.addr(offRouter), r.ports.url(offRadio))
	fmt.Fprintf(&b, "  Accounts  %s   (HXW; keys: %s, never reuse)\n", strings.Join(people, "   "), StateFile)
	fmt.Fprintf(&b, "  Validators %d/%d signing   Hotspots %d online (%d cheating)   Devices %d\n",
		r.opt.Validators, r.opt.Validators, len(r.layout.Hotspots), cheating, len(r.layout.Devices))
	fmt.Fprintf(&b, "  Wi-Fi     %d access points   %d phones   payer agent of org %d   status %s/status\n",
		len(r.layout.WiFi.Points), len(r.layout.WiFi.Users), carrierNumber, r.urls().WiFiAPI)
	for i, args := range r.tries() {
		lead := "        "
		if i == 0 {
			lead = "  Try:  "
		}
		// As the user called this program, so that the line works where it is read.
		fmt.Fprintf(&b, "%s%s %s\n", lead, os.Args[0], strings.Join(args, " "))
	}
	_, err := fmt.Fprint(r.out, b.String())
	return err
}

// hxwText writes spark as HXW.
func hxwText(spark uint64) string {
	if spark%hxw == 0 {
		return fmt.Sprintf("%d", spark/hxw)
	}
	return strings.TrimRight(fmt.Sprintf("%d.%08d", spark/hxw, spark%hxw), "0")
}

// balance is the spark of an account.
func (r *run) balance(ctx context.Context, address string) (uint64, error) {
	resp, err := banktypes.NewQueryClient(r.chain.Conn()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: address, Denom: client.Denom})
	if err != nil {
		return 0, err
	}
	if resp.Balance == nil || !resp.Balance.Amount.IsUint64() {
		return 0, fmt.Errorf("balance of %s does not fit", address)
	}
	return resp.Balance.Amount.Uint64(), nil
}

// firstResponse decodes the response of the only message of a transaction.
func firstResponse(data []byte, into interface{ Unmarshal([]byte) error }) error {
	var all sdk.TxMsgData
	if err := all.Unmarshal(data); err != nil {
		return err
	}
	if len(all.MsgResponses) != 1 {
		return fmt.Errorf("%d responses, want 1", len(all.MsgResponses))
	}
	return into.Unmarshal(all.MsgResponses[0].Value)
}

// placeText is a place as commands take it.
func placeText(p geo.Point) string {
	return fmt.Sprintf("%.7f,%.7f", degrees(int32(p.Lat)), degrees(int32(p.Lng)))
}
