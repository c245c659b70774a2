package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// TestMain lets this test binary be the processes that a measurement starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == "hotspot" || os.Args[1] == "router" || os.Args[1] == "pipeline") {
		if run(context.Background(), os.Args[1:]) != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// TestBothPathsCarryPackets runs the smallest measurement for real.
func TestBothPathsCarryPackets(t *testing.T) {
	program := filepath.Join(t.TempDir(), "hotspot")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../../cmd/hotspot")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	p := plan{hotspot: program, rate: 50, duration: time.Second, rounds: 1}
	rows, err := p.compare(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		if r.Limit == nil || r.Target == nil || r.LimitName == "" {
			t.Errorf("%+v is incomplete", r)
		}
	}
}

func TestDatagramsAreFramesThatForwardersSend(t *testing.T) {
	seen := map[string]bool{}
	for n := range uint32(3 * devices) {
		raw, err := datagram(1, n)
		if err != nil {
			t.Fatal(err)
		}
		p, err := gwmp.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		push, ok := p.(gwmp.PushData)
		if !ok || len(push.RxPks) != 1 || seen[string(push.RxPks[0].Data)] {
			t.Fatalf("packet %d: %+v", n, p)
		}
		seen[string(push.RxPks[0].Data)] = true
	}
}
