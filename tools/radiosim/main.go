// Command radiosim stands where the hardware of a network stands: one radio
// medium with gateways and their packet forwarders, LoRaWAN devices and
// network servers. Every choice it makes is a pure function of the seed in
// its topology file. It knows nothing of the chain.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/tools/radiosim/sim"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

const usage = `radiosim simulates the radio side of a network.

  radiosim run --topology FILE [--listen 127.0.0.1:0] [--log FILE]
        simulate a town; prints "radiosim ready http://ADDRESS" when it runs
  radiosim topology [--seed 1] [--hotspots 16] [--devices 12] [--center LAT,LNG] [--out FILE]
        write a town to simulate

The topology file and the control API are described in README.md beside the source.
`

var errUsage = errors.New("usage")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "radiosim:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return errUsage
	}
	switch args[0] {
	case "run":
		return runSim(ctx, args[1:], stdout, stderr)
	case "topology":
		return writeTopology(args[1:], stdout, stderr)
	case "help", "-h", "--help":
		fmt.Fprint(stdout, usage)
		return nil
	}
	fmt.Fprint(stderr, usage)
	return errUsage
}

func flags(name string, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	return fs
}

func parse(fs *flag.FlagSet, args []string) error {
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return err
	case err != nil || fs.NArg() > 0:
		return errUsage
	}
	return nil
}

func runSim(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	fs := flags("radiosim run", stderr)
	file := fs.String("topology", "", "topology `file`; without it, wait for POST /topology")
	listen := fs.String("listen", "127.0.0.1:0", "`address` of the control API")
	logFile := fs.String("log", "", "NDJSON log `file`, overwritten")
	if err := parse(fs, args); err != nil {
		return err
	}
	var out io.Writer
	if *logFile != "" {
		f, oerr := os.Create(*logFile)
		if oerr != nil {
			return fmt.Errorf("open log: %w", oerr)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	c := sim.NewControl(out)
	defer c.Close()
	if *file != "" {
		b, err := os.ReadFile(*file)
		if err != nil {
			return fmt.Errorf("read topology: %w", err)
		}
		t, err := topology.Parse(b)
		if err != nil {
			return fmt.Errorf("read topology %s: %w", *file, err)
		}
		if err := c.Load(ctx, t); err != nil {
			return err
		}
	}
	l, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("listen for control: %w", err)
	}
	fmt.Fprintf(stdout, "radiosim ready http://%s\n", l.Addr())
	return serve(ctx, l, c.Handler(ctx))
}

// serve answers until ctx ends.
func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func writeTopology(args []string, stdout, stderr io.Writer) error {
	fs := flags("radiosim topology", stderr)
	seed := fs.Uint64("seed", 1, "`number` all choices follow from")
	hotspots := fs.Int("hotspots", 16, "`number` of hotspots")
	devices := fs.Int("devices", 12, "`number` of devices")
	center := fs.String("center", "52.52,13.405", "`LAT,LNG` of the town in degrees")
	out := fs.String("out", "", "`file` to write; standard output without it")
	if err := parse(fs, args); err != nil {
		return err
	}
	p := topology.Plan{Seed: *seed, Hotspots: *hotspots, Devices: *devices}
	if p.Hotspots < 0 || p.Hotspots > topology.MaxGateways || p.Devices < 0 || p.Devices > topology.MaxDevices {
		return fmt.Errorf("at most %d hotspots and %d devices", topology.MaxGateways, topology.MaxDevices)
	}
	var err error
	if p.Lat, p.Lng, err = parseCenter(*center); err != nil {
		return err
	}
	b, err := json.MarshalIndent(topology.Generate(p), "", "  ")
	if err != nil {
		return fmt.Errorf("encode topology: %w", err)
	}
	b = append(b, '\n')
	if *out == "" {
		_, err := stdout.Write(b)
		return err
	}
	// The file holds device keys.
	return os.WriteFile(*out, b, 0o600)
}

func parseCenter(s string) (lat, lng float64, err error) {
	a, b, ok := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(a, 64)
	lng, err2 := strconv.ParseFloat(b, 64)
	if !ok || err1 != nil || err2 != nil || !(lat > -85 && lat < 85 && lng >= -180 && lng <= 180) {
		return 0, 0, fmt.Errorf("--center %q: want LAT,LNG in degrees, such as 52.52,13.405", s)
	}
	return lat, lng, nil
}
