package devnet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/hexwave/hexwave/chain/client"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
)

// settleLimit bounds the wait for the last settlement: two epochs, after which a
// voucher is worth nothing.
const settleLimit = 2 * epochSeconds * time.Second

// quiet is how long nothing new must reach the network server: a device repeats
// a confirmed uplink for some seconds after traffic stopped.
const quiet = 6 * time.Second

// finish stops the traffic, lets the work under way end, claims the pay and
// measures.
func (r *run) finish(ctx context.Context) (Measured, error) {
	r.log.Info("stopping traffic")
	if _, err := r.get(ctx, http.MethodPost, r.ports.url(offRadio)+"/stop"); err != nil {
		return Measured{}, fmt.Errorf("stop the devices: %w", err)
	}
	if err := r.leaveWiFi(ctx); err != nil {
		r.log.Warn("not all Wi-Fi is vouchered", "reason", err)
	}
	if err := r.awaitSettlement(ctx); err != nil {
		r.log.Warn("not all that was metered is settled", "reason", err)
	}
	claimed, err := r.claim(ctx)
	if err != nil {
		r.log.Warn("claims failed", "reason", err)
	}
	m := r.measure(ctx)
	if ctx.Err() != nil {
		return m, errInterrupted
	}
	if err != nil {
		m.Problems = append(m.Problems, "claims: "+err.Error())
	}
	m.Chain.Claimed = claimed
	return m, nil
}

// awaitSettlement waits until the network server has heard nothing new for a
// while, and the chain has settled what it heard.
func (r *run) awaitSettlement(parent context.Context) error {
	ctx, cancel := context.WithTimeout(parent, settleLimit)
	defer cancel()
	var last uint64
	changed, blocks := time.Now(), newCarried()
	for {
		metered, err := r.metered()
		if err != nil {
			return err
		}
		if metered != last {
			last, changed = metered, time.Now()
		}
		t, err := settlementtypes.NewQueryClient(r.chain.Conn()).Totals(ctx, &settlementtypes.QueryTotalsRequest{})
		switch {
		case err != nil:
		case t.Totals.Credits-t.Totals.WifiCredits < metered+r.trials.settled():
			err = fmt.Errorf("%d of %d DC settled", t.Totals.Credits-t.Totals.WifiCredits, metered+r.trials.settled())
		case time.Since(changed) >= quiet:
			if err = r.settledWiFi(ctx, blocks); err == nil {
				return nil
			}
		}
		if !sleep(ctx, time.Second) {
			return fmt.Errorf("settlement: %w: %w", ErrNotReady, cmp.Or(err, ctx.Err()))
		}
	}
}

// claim has anybody claim for all hotspots, as the chain allows, and returns
// what was paid.
func (r *run) claim(ctx context.Context) (uint64, error) {
	alice := r.layout.Account("alice")
	var paid uint64
	var all []error
	indexes := r.allIndexes()
	for first := 0; first < len(indexes); first += rewardstypes.MaxClaims {
		// The gas of a claim depends on how many it is for: ask.
		res, err := r.chain.NewSender(alice.key, client.SenderOptions{}).Send(ctx, &rewardstypes.MsgClaim{
			Sender: alice.Address, Hotspots: indexes[first:min(first+rewardstypes.MaxClaims, len(indexes))],
		})
		if err != nil {
			all = append(all, err)
			continue
		}
		var one rewardstypes.MsgClaimResponse
		if err := res.Response(0, &one); err != nil {
			all = append(all, err)
		}
		paid += one.Paid
	}
	return paid, errors.Join(all...)
}

// allIndexes are the indexes of all hotspots, the Wi-Fi one's too.
func (r *run) allIndexes() []uint32 { return append(slices.Clone(r.indexes), r.wifiIndex) }

// measure asks every part from outside. What cannot be asked is a problem of the
// report, not the end of it.
func (r *run) measure(ctx context.Context) Measured {
	m := Measured{Trials: r.trials}
	note := func(what string, err error) {
		if err != nil {
			m.Problems = append(m.Problems, what+": "+err.Error())
		}
	}
	s, err := r.chain.Status(ctx)
	note("chain", err)
	at := node.AtHeight(ctx, s.Height)
	m.Chain, err = r.measureChain(at, s.Height)
	note("chain", err)
	air, err := readAirLog(r.paths.radioLog())
	if err != nil {
		note("radio", err)
		return m
	}
	m.Packet, err = r.measurePackets(ctx, air)
	note("packets", err)
	blocks := newCarried()
	if err := r.readBlocks(ctx, blocks, s.Height); err != nil {
		note("blocks", err)
	} else {
		m.WiFi, err = r.measureWiFi(ctx, blocks)
		note("Wi-Fi", err)
		m.Beacon, err = r.measureBeacons(at, s.Height, air, blocks)
		note("beacons", err)
		m.Chain.count(blocks)
		r.log.Info("batches in blocks", "batches", blocks.batches, "failed", blocks.failed, "vouchers refused", blocks.refused)
	}
	m.Map, err = r.measureMap(ctx, air)
	note("map", err)
	return m
}

// conclude writes, prints and judges the report.
func (r *run) conclude(m Measured) error {
	rep := NewReport(r.opt.Seed, time.Since(r.started), r.opt.Kills, m)
	if r.opt.Report != "" {
		raw, err := rep.JSON()
		if err != nil {
			return fmt.Errorf("encode report: %w", err)
		}
		if err := writeFile(r.opt.Report, raw); err != nil {
			return err
		}
	}
	if err := rep.Table(r.out); err != nil {
		return err
	}
	if short := rep.Short(); len(short) > 0 {
		return &shortError{short}
	}
	return nil
}

// shortError names what fell short.
type shortError struct{ figures []string }

func (e *shortError) Error() string {
	text := ErrShort.Error() + ": "
	for i, f := range e.figures {
		if i > 0 {
			text += "; "
		}
		text += f
	}
	return text
}

func (e *shortError) Unwrap() error { return ErrShort }
