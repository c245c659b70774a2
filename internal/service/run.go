package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// DefaultGrace is how long tasks have to return after a stop was asked for.
const DefaultGrace = 10 * time.Second

// ErrGrace: a task did not return in time after the stop. The process should
// exit at once; what the task held is as a crash would leave it.
var ErrGrace = errors.New("stopped before all tasks had finished")

// Task is one long-running part of a daemon. Run returns when ctx is done (nil
// or ctx's error), earlier only when it has finished for good or failed.
type Task struct {
	Name string
	Run  func(ctx context.Context) error
}

// Run starts every task and returns when all have returned. The first error, an
// interrupt or SIGTERM cancels the context of the others, which then have grace
// (0: DefaultGrace) to return. A second signal ends the process at once.
//
// Errors: the first task error as "NAME: cause", or ErrGrace.
func Run(ctx context.Context, log *slog.Logger, grace time.Duration, tasks ...Task) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	// Once a stop is under way a second signal has its default effect.
	restore := context.AfterFunc(ctx, stop)
	defer restore()
	return runTasks(ctx, log, grace, tasks)
}

func runTasks(parent context.Context, log *slog.Logger, grace time.Duration, tasks []Task) error {
	if grace <= 0 {
		grace = DefaultGrace
	}
	group, ctx := errgroup.WithContext(parent)
	running := newNames(tasks)
	for _, t := range tasks {
		group.Go(func() error {
			defer running.remove(t.Name)
			err := t.Run(ctx)
			if err == nil || ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil
			}
			return fmt.Errorf("%s: %w", t.Name, err)
		})
	}
	done := make(chan error, 1)
	go func() { done <- group.Wait() }()

	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	if parent.Err() != nil {
		log.Info("stopping", "grace", grace.String())
	}
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case err := <-done:
		return err
	case <-timer.C:
		return fmt.Errorf("%w: %s still running after %s", ErrGrace, running.list(), grace)
	}
}

// names is the set of tasks that have not returned.
type names struct {
	mu    sync.Mutex
	names []string // guarded by mu
}

func newNames(tasks []Task) *names {
	n := &names{}
	for _, t := range tasks {
		n.names = append(n.names, t.Name)
	}
	return n
}

func (n *names) remove(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if i := slices.Index(n.names, name); i >= 0 {
		n.names = slices.Delete(n.names, i, i+1)
	}
}

func (n *names) list() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.names, ", ")
}
