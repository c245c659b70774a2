package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// process is a measured process.
type process struct {
	cmd     *exec.Cmd
	address string // what it listens on
	tail    *tail  // the end of its standard error
}

// startWithin bounds how long a process may take to be ready.
const startWithin = time.Minute

// start runs a program until stop. pick is called for each line the program
// writes to the stream that announces it, and returns its address once ready.
func start(ctx context.Context, program string, args []string, stderr bool, pick func(line string) (string, bool)) (*process, error) {
	p := &process{cmd: exec.CommandContext(ctx, program, args...), tail: &tail{}}
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // nothing outlives the benchmark
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = 5 * time.Second
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make pipe: %w", err)
	}
	if stderr {
		p.cmd.Stderr = write
	} else {
		p.cmd.Stdout, p.cmd.Stderr = write, p.tail
	}
	err = p.cmd.Start()
	_ = write.Close() // the child has its own
	if err != nil {
		_ = read.Close() // nothing was written
		return nil, fmt.Errorf("start %s: %w", program, err)
	}
	found := make(chan string, 1)
	go p.watch(read, found, pick)
	select {
	case address, ok := <-found:
		if ok {
			p.address = address
			return p, nil
		}
		err = errors.New("it ended at once")
	case <-time.After(startWithin):
		err = errors.New("it was not ready in time")
	case <-ctx.Done():
		err = ctx.Err()
	}
	p.stop()
	return nil, fmt.Errorf("%s %s: %w; it wrote: %s", program, args[0], err, p.tail)
}

// watch reads the announcing stream until the process ends.
func (p *process) watch(r io.ReadCloser, found chan<- string, pick func(string) (string, bool)) {
	defer func() { _ = r.Close() }() // only read
	defer close(found)
	ready := false
	for lines := bufio.NewScanner(r); lines.Scan(); {
		_, _ = p.tail.Write(append(lines.Bytes(), '\n')) // never fails
		if address, ok := pick(lines.Text()); ok && !ready {
			found <- address
			ready = true
		}
	}
}

// announced reads the line of our own processes: they announce themselves with "ready ADDRESS".
func announced(line string) (string, bool) { return strings.CutPrefix(line, "ready ") }

// hotspotReady reads the log of bin/hotspot: its radio's address, and then that
// it is connected.
func hotspotReady() func(string) (string, bool) {
	radio := ""
	return func(line string) (string, bool) {
		var l struct {
			Msg   string `json:"msg"`
			Radio string `json:"radio"`
		}
		if json.Unmarshal([]byte(line), &l) != nil {
			return "", false
		}
		if l.Radio != "" {
			radio = l.Radio
		}
		return radio, l.Msg == "connected" && radio != ""
	}
}

// stop ends the process and waits for it.
func (p *process) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already
	kill := time.AfterFunc(3*time.Second, func() { _ = p.cmd.Process.Kill() })
	defer kill.Stop()
	_ = p.cmd.Wait() // how it ended says nothing: it was told to
}

// cpuTick is the unit of /proc/PID/stat, USER_HZ, which is 100 on Linux.
const cpuTick = 10 * time.Millisecond

// cpu returns the user and system time of the process so far.
func (p *process) cpu() (time.Duration, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("read cpu time: %w; the process wrote: %s", err, p.tail)
	}
	// Fields 14 and 15 of the line; the name in field 2 may hold spaces.
	fields := strings.Fields(string(raw[strings.LastIndexByte(string(raw), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("read cpu time: %d fields", len(fields))
	}
	user, err1 := strconv.ParseUint(fields[11], 10, 63)
	system, err2 := strconv.ParseUint(fields[12], 10, 63)
	return time.Duration(user+system) * cpuTick, errors.Join(err1, err2)
}

// tail keeps the end of what was written to it. It is safe for concurrent use.
type tail struct {
	mu   sync.Mutex
	text []byte // guarded by mu
}

const tailSize = 2048

// Write implements io.Writer; it never fails.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if n := len(t.text) - tailSize; n > 0 {
		t.text = append(t.text[:0], t.text[n:]...)
	}
	return len(p), nil
}

// String returns what was kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
