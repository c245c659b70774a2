package main

import (
	"fmt"
	"runtime"
	"slices"
	"syscall"
	"time"
)

// cost is what one operation took.
type cost struct {
	cpu    float64 // user + system, microseconds
	allocs float64
}

// work does n operations.
type work struct {
	name string
	n    int
	run  func() error
}

// compare runs the works by turns, so that a busy machine slows all alike, and
// returns the median cost an operation of each.
func compare(rounds int, works ...work) ([]cost, error) {
	samples := make([][]cost, len(works))
	for round := range rounds + 1 {
		for i, w := range works {
			c, err := measure(w)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", w.name, err)
			}
			if round > 0 { // the first warms up
				samples[i] = append(samples[i], c)
			}
		}
	}
	out := make([]cost, len(works))
	for i, s := range samples {
		slices.SortFunc(s, func(a, b cost) int {
			if a.cpu < b.cpu {
				return -1
			}
			return 1
		})
		out[i] = s[len(s)/2]
	}
	return out, nil
}

func measure(w work) (cost, error) {
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start, err := cpuTime()
	if err != nil {
		return cost{}, err
	}
	if err := w.run(); err != nil {
		return cost{}, err
	}
	end, err := cpuTime()
	if err != nil {
		return cost{}, err
	}
	runtime.ReadMemStats(&after)
	return cost{
		cpu:    float64((end - start).Nanoseconds()) / 1000 / float64(w.n),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(w.n),
	}, nil
}

// cpuTime returns the CPU this process has used, collector included.
func cpuTime() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, fmt.Errorf("read cpu time: %w", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}
