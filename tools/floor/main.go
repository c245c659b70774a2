// Command floor measures what a packet costs between forwarder and network
// server: first over an empty path (the same processes, sockets, streams, TLS
// and acknowledgements, and no logic), then over ours, with the same load.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/internal/bench"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

// run is the measurement, or with a first argument of its own one of the
// processes that it starts.
func run(ctx context.Context, args []string) error {
	if len(args) > 0 {
		switch args[0] {
		case "hotspot":
			return child(ctx, args[1:], emptyHotspot)
		case "router":
			return child(ctx, args[1:], emptyRouter)
		case "pipeline":
			return child(ctx, args[1:], realRouter)
		}
	}
	fs := flag.NewFlagSet("floor", flag.ContinueOnError)
	out := fs.String("o", "", "`file` for the rows as JSON")
	hotspot := fs.String("hotspot", "bin/hotspot", "`program` of the hotspot")
	gateways := fs.String("gateways", "1,16,50", "numbers of gateways, comma separated")
	rate := fs.Int("rate", 2000, "`packets` a second, all gateways together")
	duration := fs.Duration("for", 4*time.Second, "`time` of one measurement, after a second of warming up")
	rounds := fs.Int("rounds", 3, "`number` of measurements of each, of which the median counts")
	if err := fs.Parse(args); err != nil {
		return err
	}
	plan := plan{hotspot: *hotspot, rate: *rate, duration: *duration, rounds: *rounds}
	if plan.rate < 1 || plan.duration < time.Second || plan.rounds < 1 {
		return errors.New("-rate and -rounds must be at least 1 and -for at least 1s")
	}
	if _, err := os.Stat(plan.hotspot); err != nil {
		return fmt.Errorf("%w; build it with 'make hotspot'", err)
	}
	var rows []bench.Row
	for _, s := range strings.Split(*gateways, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxGateways {
			return fmt.Errorf("-gateways %q: want numbers from 1 to %d", *gateways, maxGateways)
		}
		more, err := plan.compare(ctx, n)
		if err != nil {
			return fmt.Errorf("%d gateways: %w", n, err)
		}
		rows = append(rows, more...)
	}
	fmt.Println("Ours is bin/hotspot and the packet router's packages in one process with a fixed ledger; no chain runs.")
	return bench.Report(os.Stdout, *out, rows)
}

// child runs one of the measured processes, with a setup file as its argument.
// It prints "ready ADDRESS" on standard output and ends with its parent.
func child(ctx context.Context, args []string, work func(context.Context, setup, func(string)) error) error {
	if len(args) != 1 {
		return errors.New("want a setup file")
	}
	s, err := readSetup(args[0])
	if err != nil {
		return err
	}
	return work(ctx, s, func(address string) { _, _ = io.WriteString(os.Stdout, "ready "+address+"\n") })
}
