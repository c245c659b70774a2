package network

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

var errDied = errors.New("validator ended by itself")

const (
	readyWithin = 2 * time.Minute
	stopWithin  = 10 * time.Second
	// memoryOfEach is what a validator is told to keep within. The limit it sets
	// itself is for a machine of its own; four of that and nothing is left for the
	// files they write.
	memoryOfEach = "4GiB"
)

// validator is one node of the network.
type validator struct {
	Home string `json:"home"`
	RPC  string `json:"rpc"`
	GRPC string `json:"grpc"`

	pid   int
	pprof string // address
}

// make writes the homes of the network over the genesis patch.
func (o *Options) make(ctx context.Context, patch []byte) ([]validator, error) {
	file := filepath.Join(o.Dir, "patch.json")
	if err := os.WriteFile(file, patch, 0o600); err != nil {
		return nil, fmt.Errorf("write genesis patch: %w", err)
	}
	var out, log bytes.Buffer
	cmd := exec.CommandContext(ctx, o.Hexwaved, "testnet", "init", "--validators", strconv.Itoa(validatorCount),
		"--output", filepath.Join(o.Dir, "net"), "--chain-id", million.ChainID, "--base-port", strconv.Itoa(basePort),
		"--block-time", blockTime.String(), "--genesis-patch", file, "--node-log-level", "error", "--metrics=false")
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("make homes: %w: %s", err, log.Bytes())
	}
	var all []validator
	if err := json.Unmarshal(out.Bytes(), &all); err != nil {
		return nil, fmt.Errorf("read homes: %w", err)
	}
	return all, nil
}

// start starts the validators and returns a function that ends them and waits. A
// validator that ends before is the cause with which ctx is cancelled.
func (o *Options) start(ctx context.Context, all []validator) (context.Context, func(), error) {
	ctx, cancel := context.WithCancelCause(ctx)
	started, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		// The parent-death signal is tied to the thread that starts a child, so
		// this one stays until they are gone, and is then not used again.
		runtime.LockOSThread()
		var cmds []*exec.Cmd
		for i := range all {
			cmd, err := o.launch(ctx, &all[i], i)
			if err != nil {
				cancel(err)
				break
			}
			cmds = append(cmds, cmd)
		}
		started <- context.Cause(ctx)
		done := make(chan error, len(cmds))
		for i, cmd := range cmds {
			go func() { done <- fmt.Errorf("%w: node%d: %w", errDied, i, errors.Join(cmd.Wait())) }()
		}
		for range cmds {
			cancel(<-done) // the first cause counts
		}
	}()
	stop := func() {
		cancel(nil)
		<-ended
	}
	if err := <-started; err != nil {
		stop()
		return nil, nil, err
	}
	return ctx, stop, nil
}

func (o *Options) launch(ctx context.Context, v *validator, i int) (*exec.Cmd, error) {
	log, err := os.Create(filepath.Join(o.Dir, fmt.Sprintf("node%d.log", i)))
	if err != nil {
		return nil, fmt.Errorf("open log of node%d: %w", i, err)
	}
	defer func() { _ = log.Close() }() // the child has its own copy
	args := []string{"start", "--home", v.Home}
	if o.Profile != "" {
		v.pprof = fmt.Sprintf("127.0.0.1:%d", basePort+10*i+9)
		args = append(args, "--rpc.pprof_laddr", v.pprof)
	}
	cmd := exec.CommandContext(ctx, o.Hexwaved, args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append([]string{"GOMEMLIMIT=" + memoryOfEach}, os.Environ()...) // a caller's own comes later and wins
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = stopWithin
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start node%d: %w", i, err)
	}
	v.pid = cmd.Process.Pid
	return cmd, nil
}
