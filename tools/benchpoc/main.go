// Command benchpoc measures proof-of-coverage: without a chain the rules around a
// signature against the bare signature, the draw, and the cell of a point; a whole
// node over a million hotspots; and four validators under load and under a flood.
// Peers are measured in the same run.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519"
	"github.com/uber/h3-go/v4"

	"github.com/hexwave/hexwave/internal/bench"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

func main() {
	o := options{}
	flag.StringVar(&o.out, "o", "", "`file` for the rows as JSON")
	flag.IntVar(&o.rounds, "rounds", 9, "`number` of measurements of each, of which the median counts")
	flag.Uint64Var(&o.seed, "seed", 1, "`number` all inputs follow from")
	flag.IntVar(&o.hotspots, "hotspots", 1_000_000, "`number` of hotspots")
	flag.IntVar(&o.blocks, "blocks", 300, "`number` of blocks of a whole node to measure, 0 for none")
	flag.StringVar(&o.dir, "dir", "", "`directory` for the state of the node, kept and used again; temporary when empty")
	flag.StringVar(&o.profile, "cpuprofile", "", "`file` for a CPU profile of the node's blocks, or of a validator")
	flag.StringVar(&o.phase, "phase", "", "`fill`, pages, journal, ledgers, measure, network or flood: one part by itself")
	flag.StringVar(&o.hexwaved, "hexwaved", "bin/hexwaved", "`file` of the validators of the network")
	flag.DurationVar(&o.during, "for", 10*time.Minute, "how `long` the network is measured, 0 for not")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.main(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchpoc:", err)
		os.Exit(1)
	}
}

// pure measures what needs no chain.
func pure(seed uint64, rounds, hotspots int) ([]bench.Row, error) {
	b, err := newBlock(seed)
	if err != nil {
		return nil, err
	}
	reports, err := b.benchReports(rounds)
	if err != nil {
		return nil, err
	}
	cells, err := benchCells(rounds)
	if err != nil {
		return nil, err
	}
	draw, err := benchDraw(context.Background(), seed, rounds, hotspots)
	return append(append(reports, cells...), draw...), err
}

var errSignature = errors.New("a good signature did not verify")

// noAllocs is below one allocation in a block of two hundred reports: what is left is
// the runtime's.
const noAllocs = 0.005

// bare verifies the signatures of the first beacons of a block in one batch and
// does nothing else.
func (b *block) bare(of int) work {
	verifier := ed25519.NewBatchVerifier()
	options := &ed25519.Options{Verify: ed25519.VerifyOptionsZIP_215}
	return work{"bare signatures", of * witnesses, func() error {
		verifier.Reset()
		for i := range b.beacons[:of] {
			n := &b.beacons[i]
			for k, raw := range n.reports {
				verifier.AddWithOptions(n.sites[k].Key.Raw(), raw[:wire.ReportBodySize], raw[wire.ReportBodySize:], options)
			}
		}
		if ok, _ := verifier.Verify(rand.Reader); !ok {
			return errSignature
		}
		return nil
	}}
}

// all does what the chain does with the reports of the first beacons: parse,
// check, verify in one batch, reveal, settle, select, pay.
func (b *block) all(of int) work {
	verifier := verify.NewVerifier()
	signed := make([]verify.Signed, 0, of*witnesses)
	reports := make([]wire.Report, 0, of*witnesses)
	return work{"all rules", of * witnesses, func() error {
		signed, reports = signed[:0], reports[:0]
		var err error
		for i := range b.beacons[:of] {
			if signed, reports, err = b.beacons[i].include(&b.room, signed, reports); err != nil {
				return err
			}
		}
		if _, bad := verifier.Bad(signed); bad {
			return errSignature
		}
		for i := range b.beacons[:of] {
			if err := b.beacons[i].settle(&b.room, reports[witnesses*i:witnesses*(i+1)]); err != nil {
				return err
			}
		}
		return nil
	}}
}

func (b *block) benchReports(rounds int) ([]bench.Row, error) {
	const batch = 32 // beacons, 448 reports: what one relay batch may hold
	c, err := compare(rounds, b.bare(batch), b.all(batch), b.bare(beacons), b.all(beacons))
	if err != nil {
		return nil, err
	}
	const n = beacons * witnesses
	return []bench.Row{
		bench.Row{Name: "report, all rules, in batches of 448", Value: c[1].cpu, Unit: "us", Better: bench.Lower}.
			Against("bare Ed25519 batch", c[0].cpu, 1.25),
		bench.Row{Name: "the same, beyond those of the bare batch", Value: math.Max(0, c[1].allocs-c[0].allocs), Unit: "allocs", Better: bench.Lower}.
			Goal(noAllocs),
		bench.Row{Name: "block of 278 beacons x 14 witnesses, no store", Value: n * c[3].cpu / 1000, Unit: "ms", Better: bench.Lower}.
			Against("bare Ed25519 batch", n*c[2].cpu/1000, 1.25),
	}, nil
}

// benchCells compares our canonical cell of a point with H3's own.
func benchCells(rounds int) ([]bench.Row, error) {
	const n = 50_000
	point := func(i int) geo.Point {
		return geo.Point{Lat: geo.E7(i*7_919_317%1_700_000_000) - 850_000_000, Lng: geo.E7(i*104_729_977%3_600_000_000 - 1_800_000_000)}
	}
	var rows []bench.Row
	for _, res := range []int{8, 12} {
		ours := work{"CellAt", n, func() error {
			for i := range n {
				if geo.CellAt(point(i), res) == 0 {
					return geo.ErrPoint
				}
			}
			return nil
		}}
		theirs := work{"h3", n, func() error {
			for i := range n {
				p := point(i)
				if _, err := h3.LatLngToCell(h3.NewLatLng(float64(p.Lat)/1e7, float64(p.Lng)/1e7), res); err != nil {
					return err
				}
			}
			return nil
		}}
		c, err := compare(rounds, theirs, ours)
		if err != nil {
			return nil, err
		}
		rows = append(rows, bench.Row{Name: fmt.Sprintf("CellAt, resolution %d", res), Value: c[1].cpu, Unit: "us", Better: bench.Lower}.
			Against("h3-go", c[0].cpu, 0))
	}
	return rows, nil
}

// benchDraw measures drawing challenges from a frozen set in memory.
func benchDraw(ctx context.Context, seed uint64, rounds, hotspots int) ([]bench.Row, error) {
	g, err := newRegistry(ctx, seed, hotspots)
	if err != nil {
		return nil, err
	}
	w := challenge.Window{Number: 1, Start: 1, End: 3_601, Frozen: uint64(hotspots), Remaining: uint64(hotspots)}
	var total float64
	var drawn int
	_, err = compare(rounds, work{"draw", 1, func() error {
		before, err := cpuTime()
		if err != nil {
			return err
		}
		var n int
		if w, n, err = g.drawBlocks(ctx, w, 8); err != nil {
			return err
		}
		after, err := cpuTime()
		total += float64((after - before).Microseconds())
		drawn += n
		return err
	}})
	if err != nil {
		return nil, err
	}
	if drawn == 0 || !w.Balanced() {
		return nil, fmt.Errorf("drew %d challenges; window %+v", drawn, w)
	}
	return []bench.Row{
		{Name: fmt.Sprintf("draw of one challenge from %d hotspots in memory", hotspots), Value: total / float64(drawn), Unit: "us", Better: bench.Lower},
	}, nil
}
