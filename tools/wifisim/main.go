// Command wifisim stands where the hardware and the carrier of a Wi-Fi network
// stand: access points as RADIUS clients of a hotspot, phones that log in and move
// bytes, and a carrier's AAA. It knows nothing of the chain; to the programs
// under test it is strangers.
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
	"sync"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/tools/wifisim/aaa"
	"github.com/hexwave/hexwave/tools/wifisim/phone"
	"github.com/hexwave/hexwave/tools/wifisim/town"
)

const usage = `wifisim simulates access points, phones and a carrier's AAA.

  wifisim run --topology FILE [--listen 127.0.0.1:0]
        simulate a town; prints "wifisim ready http://ADDRESS" when it runs

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
		fmt.Fprintln(os.Stderr, "wifisim:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	if len(args) == 0 || args[0] != "run" {
		fmt.Fprint(stderr, usage)
		if len(args) > 0 && (args[0] == "help" || args[0] == "--help" || args[0] == "-h") {
			return flag.ErrHelp
		}
		return errUsage
	}
	fs := flag.NewFlagSet("wifisim run", flag.ContinueOnError)
	fs.SetOutput(stderr)
	file := fs.String("topology", "", "topology `file`")
	listen := fs.String("listen", "127.0.0.1:0", "`address` of the control API")
	if err := fs.Parse(args[1:]); err != nil || fs.NArg() > 0 {
		return errors.Join(err, errUsage)
	}
	b, err := os.ReadFile(*file)
	if err != nil {
		return fmt.Errorf("read topology: %w", err)
	}
	t, err := town.Parse(b)
	if err != nil {
		return fmt.Errorf("read topology %s: %w", *file, err)
	}
	return simulate(ctx, t, *listen, stdout)
}

// simulate runs a town until ctx is done.
func simulate(ctx context.Context, t town.Town, listen string, stdout io.Writer) error {
	users := map[string]string{}
	for _, u := range t.Users {
		users[u.Name] = u.Password
	}
	server, err := aaa.Listen(t.AAA.Auth, t.AAA.Acct, t.AAA.Secret, users)
	if err != nil {
		return err
	}
	world, err := phone.New(t)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return fmt.Errorf("listen for control: %w", err)
	}
	fmt.Fprintf(stdout, "wifisim ready http://%s\n", l.Addr())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var parts sync.WaitGroup
	parts.Go(func() { _ = server.Run(ctx) }) // ends with ctx
	parts.Go(func() { _ = world.Run(ctx) })  // ends with ctx
	err = serve(ctx, l, handler(server, world))
	cancel()
	parts.Wait()
	return err
}

func serve(ctx context.Context, l net.Listener, h http.Handler) error {
	srv := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = srv.Close() })
	defer stop()
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// stopWithin bounds POST /stop.
const stopWithin = 25 * time.Second

func handler(server *aaa.Server, world *phone.World) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("POST /start", func(w http.ResponseWriter, _ *http.Request) {
		world.Start()
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("POST /stop", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), stopWithin)
		defer cancel()
		if err := world.Stop(ctx); err != nil {
			http.Error(w, err.Error(), http.StatusGatewayTimeout)
			return
		}
		fmt.Fprintln(w, "ok")
	})
	mux.HandleFunc("GET /facts", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(struct { // a client that went away needs no answer
			Phones phone.Facts `json:"phones"`
			AAA    aaa.Facts   `json:"aaa"`
		}{world.Facts(), server.Facts()})
	})
	return mux
}
