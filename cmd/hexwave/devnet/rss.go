package devnet

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"sync/atomic"
	"time"
)

// memory watches how much all children hold together.
type memory struct {
	peak atomic.Uint64 // bytes
}

// Run samples until ctx is done.
func (m *memory) Run(ctx context.Context, pids func() []int) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		var sum uint64
		for _, pid := range pids() {
			sum += resident(pid)
		}
		m.peak.Store(max(m.peak.Load(), sum))
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// PeakMB is the most that was held at once, in 10^6 bytes.
func (m *memory) PeakMB() float64 { return float64(m.peak.Load()) / 1e6 }

// resident is the resident set of a process in bytes, 0 when it is gone.
func resident(pid int) uint64 {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := bytes.Fields(raw)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseUint(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * uint64(os.Getpagesize())
}
