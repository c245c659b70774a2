package devnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hexwave/hexwave/cmd/hexwave/node"
)

// ErrReplay: blocks executed again did not give the recorded state.
var ErrReplay = errors.New("replay differs")

// Health is how a devnet is doing.
type Health struct {
	Dir        string `json:"dir"`
	Running    bool   `json:"running"`
	Ready      bool   `json:"ready"`
	Healthy    bool   `json:"healthy"`
	Height     int64  `json:"height"`
	Validators int    `json:"validators"`
	Signing    int    `json:"signing"`
	Hotspots   int    `json:"hotspots"`
	Online     int    `json:"online"`
	URLs       URLs   `json:"urls"`
}

// Health asks the network's parts. What does not answer counts as not there.
func (s State) Health(ctx context.Context) Health {
	h := Health{Dir: s.Dir, Running: s.Running(), Validators: len(s.URLs.RPC), Hotspots: len(s.Hotspots), URLs: s.URLs}
	if !h.Running {
		return h
	}
	h.Ready = s.Ready
	r := run{http: http.Client{Timeout: askTimeout}}
	if n, err := node.Dial(s.URLs.RPC[0], s.URLs.GRPC[0], s.Chain); err == nil {
		defer func() { _ = n.Close() }() // only read
		r.chain = n
		if st, err := n.Status(ctx); err == nil {
			h.Height = st.Height
		}
		h.Signing, _ = r.signing(ctx) // 0 when it does not answer
	}
	h.Online, _ = r.onlineAt(ctx, s.URLs.HotspotAPI)
	h.Healthy = h.Ready && h.Signing == h.Validators && h.Online == h.Hotspots
	return h
}

// Down asks the process that runs the devnet to stop, and waits until it has.
func (s State) Down(ctx context.Context) (stopped bool, err error) {
	if !s.Running() {
		return false, nil
	}
	if err := syscall.Kill(s.PID, syscall.SIGTERM); err != nil {
		return false, fmt.Errorf("stop process %d: %w", s.PID, err)
	}
	for s.Running() {
		if !sleep(ctx, pollEvery) {
			return false, ctx.Err()
		}
	}
	return true, nil
}

// Logs lists the processes that have a log.
func Logs(dir string) ([]string, error) {
	if _, err := ReadState(dir); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(paths{dir}.logs())
	if err != nil {
		return nil, fmt.Errorf("list logs: %w", err)
	}
	var out []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".log"); ok {
			out = append(out, name)
		}
	}
	return out, nil
}

var processName = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

// maxTail bounds what is read from the end of a log, bytes.
const maxTail = 1 << 20

// TailLog returns the last lines of a process's log. An unknown process is
// fs.ErrNotExist.
func TailLog(dir, name string, lines int) (string, error) {
	if _, err := ReadState(dir); err != nil {
		return "", err
	}
	if !processName.MatchString(name) {
		return "", fmt.Errorf("log of %q: %w", name, fs.ErrNotExist)
	}
	f, err := os.Open(filepath.Join(paths{dir}.logs(), name+".log"))
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	if info, err := f.Stat(); err == nil && info.Size() > maxTail {
		if _, err := f.Seek(-maxTail, io.SeekEnd); err != nil {
			return "", fmt.Errorf("read log: %w", err)
		}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxTail))
	if err != nil {
		return "", fmt.Errorf("read log: %w", err)
	}
	all := slices.Collect(strings.Lines(string(raw)))
	return strings.Join(all[max(0, len(all)-max(0, lines)):], ""), nil
}

// Replay executes the recorded blocks of a stopped devnet's validator, counted
// from 1, on a fresh application and compares each app hash, and then checks that
// its last state adds up. What hexwaved prints goes to out.
//
// Errors: ErrNoDevnet, ErrRunning, ErrBinary, ErrReplay.
func Replay(ctx context.Context, bin, dir string, validator int, out io.Writer) error {
	s, err := ReadState(dir)
	if err != nil {
		return err
	}
	if s.Running() {
		return fmt.Errorf("%w (process %d): its blocks cannot be read; stop it with: hexwave devnet down --dir %s", ErrRunning, s.PID, dir)
	}
	if validator < 1 || validator > len(s.URLs.RPC) {
		return fmt.Errorf("%w: there are validators 1 to %d", ErrOptions, len(s.URLs.RPC))
	}
	program := filepath.Join(bin, "hexwaved")
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("%w: %s; build all with: make build", ErrBinary, program)
	}
	for _, command := range []string{"replay", "invariants"} {
		if err := onStopped(ctx, program, command, paths{dir}.validator(validator-1), out); err != nil {
			return err
		}
	}
	return nil
}

// onStopped runs a command of hexwaved on the home of a stopped node.
func onStopped(ctx context.Context, program, command, home string, out io.Writer) error {
	var stderr strings.Builder
	cmd := exec.CommandContext(ctx, program, command, "--home", home)
	cmd.Stdout, cmd.Stderr = out, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%w: %w: %s", ErrReplay, err, strings.TrimSpace(stderr.String()))
	}
	return nil
}
