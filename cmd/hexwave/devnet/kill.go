package devnet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"
)

// ErrKill is returned for a --kill that cannot be read.
var ErrKill = errors.New("cannot read --kill")

// downTime is how long a killed process stays down.
const downTime = 5 * time.Second

// Kill is one process to end with SIGKILL, counted from the ready line.
type Kill struct {
	Process string // name of the child
	After   time.Duration
}

// ParseKills reads validator=2@40s,router@60s. Validators and hotspots count
// from 1; wifi is the Wi-Fi hotspot.
func ParseKills(s string) ([]Kill, error) {
	var out []Kill
	if s == "" {
		return nil, nil
	}
	for item := range strings.SplitSeq(s, ",") {
		what, when, ok := strings.Cut(item, "@")
		if !ok {
			return nil, fmt.Errorf("%w: %q has no @TIME; write it like router@60s", ErrKill, item)
		}
		after, err := time.ParseDuration(when)
		if err != nil || after < 0 {
			return nil, fmt.Errorf("%w: %q is no time; write it like router@60s", ErrKill, when)
		}
		kind, number, numbered := strings.Cut(what, "=")
		switch {
		case !numbered && (kind == "router" || kind == "explorer" || kind == agentName):
			out = append(out, Kill{kind, after})
		case !numbered && kind == "wifi":
			out = append(out, Kill{wifiName, after})
		case numbered && (kind == "validator" || kind == "hotspot"):
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 || n > 99 {
				return nil, fmt.Errorf("%w: %q is not a number from 1", ErrKill, number)
			}
			name := fmt.Sprintf("hotspot-%02d", n)
			if kind == "validator" {
				name = validatorName(n - 1)
			}
			out = append(out, Kill{name, after})
		default:
			return nil, fmt.Errorf("%w: %q; kill validator=N, hotspot=N, wifi, router, payeragent or explorer", ErrKill, what)
		}
	}
	return out, nil
}

// runKills ends and restarts processes at their times.
func runKills(ctx context.Context, log *slog.Logger, s *supervisor, kills []Kill) error {
	errs := make(chan error, len(kills))
	for _, k := range kills {
		go func() { errs <- runKill(ctx, log, s, k) }()
	}
	var all error
	for range kills {
		all = errors.Join(all, <-errs)
	}
	return all
}

func runKill(ctx context.Context, log *slog.Logger, s *supervisor, k Kill) error {
	if !sleep(ctx, k.After) {
		return nil
	}
	log.Info("killing", "process", k.Process)
	if err := s.Kill(k.Process); err != nil {
		return err
	}
	if !sleep(ctx, downTime) {
		return nil
	}
	log.Info("restarting", "process", k.Process)
	return s.Restart(ctx, k.Process)
}

// sleep waits and reports whether it was left in peace.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
