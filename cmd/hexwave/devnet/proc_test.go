package devnet

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// startSupervisor runs a supervisor whose binaries are those of the system.
func startSupervisor(t *testing.T) *supervisor {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Fatal(err)
	}
	s := newSupervisor(filepath.Dir(sh), t.TempDir())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); s.Run(ctx) }()
	t.Cleanup(func() {
		s.Stop(func(string) bool { return true })
		cancel()
		<-done
	})
	return s
}

func TestChildrenAreKilledRestartedAndStopped(t *testing.T) {
	s := startSupervisor(t)
	ctx := context.Background()
	// A child with a child of its own: the whole group must go.
	if err := s.Start(ctx, "tree", "sh", "-c", "sleep 1000 & wait"); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Pids()); n != 1 {
		t.Fatalf("%d run, want 1", n)
	}
	first := s.Pids()[0]
	if err := s.Kill("tree"); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Pids()); n != 0 {
		t.Errorf("%d run after the kill, want 0", n)
	}
	if err := s.Restart(ctx, "tree"); err != nil {
		t.Fatal(err)
	}
	if p := s.Pids(); len(p) != 1 || p[0] == first {
		t.Errorf("after the restart: %v, first was %d", p, first)
	}
	s.Stop(func(string) bool { return true })
	if n := len(s.Pids()); n != 0 {
		t.Errorf("%d run after the stop, want 0", n)
	}
	select {
	case err := <-s.Died():
		t.Errorf("an end that was asked for is reported: %v", err)
	default:
	}
	if err := s.Kill("nobody"); err == nil {
		t.Error("an unknown process was killed")
	}
}

func TestUnexpectedEndIsReportedWithItsReason(t *testing.T) {
	s := startSupervisor(t)
	if err := s.Start(context.Background(), "fails", "sh", "-c", "echo no such thing; exit 3"); err != nil {
		t.Fatal(err)
	}
	err := <-s.Died()
	if !errors.Is(err, ErrDied) || !strings.Contains(err.Error(), "fails") || !strings.Contains(err.Error(), "no such thing") {
		t.Errorf("%v", err)
	}
	if err := s.Start(context.Background(), "missing", "no-such-binary"); err == nil {
		t.Error("a missing binary was started")
	}
}

func TestMemoryOfProcesses(t *testing.T) {
	if got := resident(os.Getpid()); got < 1<<20 {
		t.Errorf("this process holds %d bytes", got)
	}
	if got := resident(-1); got != 0 {
		t.Errorf("no process holds %d bytes", got)
	}
}

func TestFolderOfAnotherIsNotOverwritten(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "thesis.txt"), []byte("years of work"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := prepareDir(dir); !errors.Is(err, ErrFolder) {
		t.Errorf("%v, want %v", err, ErrFolder)
	}
	if err := prepareDir(filepath.Join(dir, "new")); err != nil {
		t.Errorf("a new folder: %v", err)
	}
	if _, err := ReadState(dir); !errors.Is(err, ErrNoDevnet) {
		t.Errorf("%v, want %v", err, ErrNoDevnet)
	}
}

func TestStateReadsBack(t *testing.T) {
	dir := t.TempDir()
	r := run{paths: paths{dir}, ports: ports{30000}, opt: Options{Validators: 2, Seed: 3}, layout: NewLayout(3, 4, 2, true)}
	r.indexes = []uint32{4, 3, 2, 1}
	if err := r.saveState(true); err != nil {
		t.Fatal(err)
	}
	s, err := ReadState(dir)
	if err != nil {
		t.Fatal(err)
	}
	alice, ok := s.Account("alice")
	if !ok || alice.Key().Address() != r.layout.Account("alice").Address {
		t.Errorf("alice: %v %v", alice.Address, ok)
	}
	if len(s.Hotspots) != 4+len(cheats) || s.Hotspots[1].Index != 3 || len(s.URLs.RPC) != 2 {
		t.Errorf("state: %+v", s)
	}
	info, err := os.Stat(filepath.Join(dir, StateFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: it holds keys", info.Mode(), err)
	}
}
