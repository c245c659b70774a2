package devnet

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ErrDied: a child process ended by itself.
var ErrDied = errors.New("process ended by itself")

// stopGrace is how long children have to end after SIGTERM.
const stopGrace = 8 * time.Second

// supervisor starts, watches and ends child processes. Each child is a process
// group of its own and dies with this process.
type supervisor struct {
	bin, logs string
	spawn     chan func()
	died      chan error

	mu    sync.Mutex
	procs []*proc // guarded by mu, in order of start
}

// proc is one child. Killing and starting again keeps its name and command.
type proc struct {
	name, binary string
	args, env    []string

	cmd      *exec.Cmd
	done     chan struct{} // closed when reaped
	expected bool          // guarded by supervisor.mu: its end is not a failure
}

func newSupervisor(bin, logs string) *supervisor {
	return &supervisor{bin: bin, logs: logs, spawn: make(chan func()), died: make(chan error, 1)}
}

// Run starts children on one thread that lives as long as ctx: the kernel's
// parent-death signal is tied to the thread that started the child, not to the
// process.
func (s *supervisor) Run(ctx context.Context) {
	runtime.LockOSThread()
	for {
		select {
		case f := <-s.spawn:
			f()
		case <-ctx.Done():
			// The thread is not unlocked: it ends with this goroutine, and takes
			// with it whatever was not stopped.
			return
		}
	}
}

// Start starts bin/binary with its output in logs/name.log.
func (s *supervisor) Start(ctx context.Context, name, binary string, args ...string) error {
	return s.StartWith(ctx, nil, name, binary, args...)
}

// StartWith is Start with more in the environment, as NAME=VALUE.
func (s *supervisor) StartWith(ctx context.Context, env []string, name, binary string, args ...string) error {
	p := &proc{name: name, binary: binary, args: args, env: env}
	if err := s.launch(ctx, p); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.procs = append(s.procs, p)
	return nil
}

func (s *supervisor) launch(ctx context.Context, p *proc) error {
	log, err := os.OpenFile(s.logFile(p.name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("open log of %s: %w", p.name, err)
	}
	defer func() { _ = log.Close() }() // the child has its own copy
	cmd := exec.Command(filepath.Join(s.bin, p.binary), p.args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	// Many Go processes share few cores here: fewer threads each, less switching.
	cmd.Env = append(append(os.Environ(), "GOMAXPROCS=2"), p.env...)
	started := make(chan error, 1)
	select {
	case s.spawn <- func() { started <- cmd.Start() }:
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := <-started; err != nil {
		return fmt.Errorf("start %s: %w", p.name, err)
	}
	done := make(chan struct{})
	s.mu.Lock()
	p.cmd, p.done, p.expected = cmd, done, false
	s.mu.Unlock()
	go s.reap(p, cmd, done)
	return nil
}

func (s *supervisor) reap(p *proc, cmd *exec.Cmd, done chan struct{}) {
	err := cmd.Wait()
	s.mu.Lock()
	expected := p.expected
	s.mu.Unlock()
	close(done)
	if expected {
		return
	}
	if err == nil {
		err = errors.New("exit status 0")
	}
	select {
	case s.died <- fmt.Errorf("%s: %w (%w): %s", p.name, ErrDied, err, lastLine(s.logFile(p.name))):
	default: // the first death is the one to tell
	}
}

// Died delivers the first unexpected end of a child.
func (s *supervisor) Died() <-chan error { return s.died }

func (s *supervisor) logFile(name string) string { return filepath.Join(s.logs, name+".log") }

func (s *supervisor) find(name string) (*proc, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.procs {
		if p.name == name {
			return p, nil
		}
	}
	return nil, fmt.Errorf("no process is called %q", name)
}

// Kill ends a child with SIGKILL and returns when it is gone.
func (s *supervisor) Kill(name string) error {
	p, err := s.find(name)
	if err != nil {
		return err
	}
	s.end(p, syscall.SIGKILL)
	<-p.done
	return nil
}

// Restart starts a killed child again with the same command.
func (s *supervisor) Restart(ctx context.Context, name string) error {
	p, err := s.find(name)
	if err != nil {
		return err
	}
	return s.launch(ctx, p)
}

// end signals the whole group of a child.
func (s *supervisor) end(p *proc, sig syscall.Signal) {
	s.mu.Lock()
	p.expected = true
	pid := p.cmd.Process.Pid
	s.mu.Unlock()
	_ = syscall.Kill(-pid, sig) // a group that is gone needs no signal
}

// Stop ends the named children, or all: first politely, then not.
func (s *supervisor) Stop(pick func(name string) bool) {
	s.mu.Lock()
	procs := slices.Clone(s.procs)
	s.mu.Unlock()
	procs = slices.DeleteFunc(procs, func(p *proc) bool { return !pick(p.name) })
	for _, p := range procs {
		s.end(p, syscall.SIGTERM)
	}
	timer := time.NewTimer(stopGrace)
	defer timer.Stop()
	for _, p := range procs {
		select {
		case <-p.done:
		case <-timer.C:
			timer.Reset(0)
			s.end(p, syscall.SIGKILL)
			<-p.done
		}
	}
}

// Pids are the children that run now.
func (s *supervisor) Pids() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pids []int
	for _, p := range s.procs {
		select {
		case <-p.done:
		default:
			pids = append(pids, p.cmd.Process.Pid)
		}
	}
	return pids
}

// Left counts processes of the children's groups that still live.
func (s *supervisor) Left() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	left := 0
	for _, p := range s.procs {
		if syscall.Kill(-p.cmd.Process.Pid, 0) == nil {
			left++
		}
	}
	return left
}

// lastLine is the end of a log, where the reason of a stop stands.
func lastLine(file string) string {
	f, err := os.Open(file)
	if err != nil {
		return "no log"
	}
	defer func() { _ = f.Close() }() // only read
	if info, err := f.Stat(); err == nil && info.Size() > 8192 {
		_, _ = f.Seek(-8192, 2) // from the start, then
	}
	last := "empty log"
	for sc := bufio.NewScanner(f); sc.Scan(); {
		if line := strings.TrimSpace(sc.Text()); line != "" {
			last = line
		}
	}
	return last
}
