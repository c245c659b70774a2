// Package loop is the simulator's single thread of events: a heap of timed
// functions run in order of their time by one goroutine, and a bounded queue
// through which other goroutines hand work in. State that only events touch
// needs no lock.
package loop

import (
	"container/heap"
	"context"
	"time"
)

// queueLen bounds what other goroutines may have waiting.
const queueLen = 4096

// Loop runs events. Times are durations since its origin. An event learns its
// nominal time, which does not depend on how late the machine runs it.
type Loop struct {
	clock  func() time.Duration
	now    time.Duration // of a virtual loop
	posts  chan func(now time.Duration)
	events events
	seq    uint64
	late   time.Duration
}

// New returns a loop on the monotonic wall clock with its origin at origin.
func New(origin time.Time) *Loop {
	return &Loop{clock: func() time.Duration { return time.Since(origin) }, posts: make(chan func(time.Duration), queueLen)}
}

// NewVirtual returns a loop whose time only [Loop.Advance] moves.
func NewVirtual() *Loop {
	l := &Loop{posts: make(chan func(time.Duration), queueLen)}
	l.clock = func() time.Duration { return l.now }
	return l
}

// Now returns the present time.
func (l *Loop) Now() time.Duration { return l.clock() }

// MaxLate returns how late the latest event ran so far. Only events may call it.
func (l *Loop) MaxLate() time.Duration { return l.late }

// At runs f at t, or as soon as possible if t has passed; events of the same
// time run in the order they were added. Only events may call it, or anyone
// before Run.
func (l *Loop) At(t time.Duration, f func(t time.Duration)) {
	l.seq++
	heap.Push(&l.events, event{at: t, seq: l.seq, run: f})
}

// Post hands f over from any goroutine. It reports false when the queue is full.
func (l *Loop) Post(f func(now time.Duration)) bool {
	select {
	case l.posts <- f:
		return true
	default:
		return false
	}
}

// Do runs f in the loop and waits for it.
func (l *Loop) Do(ctx context.Context, f func(now time.Duration)) error {
	done := make(chan struct{})
	select {
	case l.posts <- func(now time.Duration) { f(now); close(done) }:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run runs events until ctx ends; it returns nil then.
func (l *Loop) Run(ctx context.Context) error {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		for len(l.events) > 0 && l.events[0].at <= l.clock() {
			l.step()
			if ctx.Err() != nil {
				return nil
			}
		}
		wait := time.Hour
		if len(l.events) > 0 {
			wait = l.events[0].at - l.clock()
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return nil
		case f := <-l.posts:
			f(l.clock())
		case <-timer.C:
		}
	}
}

// Advance moves a virtual loop to t through all events before it.
func (l *Loop) Advance(t time.Duration) {
	for len(l.events) > 0 && l.events[0].at <= t {
		l.now = max(l.now, l.events[0].at)
		l.step()
	}
	l.now = t
}

func (l *Loop) step() {
	e := heap.Pop(&l.events).(event)
	l.late = max(l.late, l.clock()-e.at)
	e.run(e.at)
}

type event struct {
	at  time.Duration
	seq uint64
	run func(time.Duration)
}

type events []event

func (h events) Len() int { return len(h) }

func (h events) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq
}

func (h events) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

func (h *events) Push(x any) { *h = append(*h, x.(event)) }

func (h *events) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}
