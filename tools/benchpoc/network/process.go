package network

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// clockTick is the kernel's unit of CPU time in /proc on Linux.
const clockTick = 10 * time.Millisecond

// usage is what a process has used until now.
type usage struct {
	cpu time.Duration
	rss int64 // bytes held now
}

func usageOf(pid int) (usage, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return usage{}, fmt.Errorf("read use of process: %w", err)
	}
	// The name in brackets may hold spaces; state is the field behind it.
	fields := bytes.Fields(raw[bytes.LastIndexByte(raw, ')')+1:])
	if len(fields) < 22 {
		return usage{}, fmt.Errorf("read use of process %d: %d fields", pid, len(fields))
	}
	var n [3]int64 // utime, stime, rss
	for i, at := range []int{11, 12, 21} {
		if n[i], err = strconv.ParseInt(string(fields[at]), 10, 64); err != nil {
			return usage{}, fmt.Errorf("read use of process %d: %w", pid, err)
		}
	}
	return usage{cpu: time.Duration(n[0]+n[1]) * clockTick, rss: n[2] * int64(os.Getpagesize())}, nil
}

// sum returns the use of several processes and the largest memory of one.
func sum(pids ...int) (usage, error) {
	var all usage
	for _, pid := range pids {
		u, err := usageOf(pid)
		if err != nil {
			return all, err
		}
		all.cpu += u.cpu
		all.rss = max(all.rss, u.rss)
	}
	return all, nil
}

var errStat = errors.New("the kernel's figures cannot be read")

// machineCPU returns the CPU time that all processes have used.
func machineCPU() (time.Duration, error) {
	raw, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, fmt.Errorf("read use of machine: %w", err)
	}
	line, _, _ := bytes.Cut(raw, []byte("\n"))
	fields := bytes.Fields(line) // cpu user nice system idle iowait irq softirq steal
	if len(fields) < 8 {
		return 0, errStat
	}
	var ticks int64
	for _, at := range []int{1, 2, 3, 6, 7} {
		n, err := strconv.ParseInt(string(fields[at]), 10, 64)
		if err != nil {
			return 0, errors.Join(errStat, err)
		}
		ticks += n
	}
	return time.Duration(ticks) * clockTick, nil
}
