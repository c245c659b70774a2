package wifipath

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/internal/loopback"
)

// need fails a test on a machine without a program.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Fatalf("%s is missing; tools/ci/prereq.sh installs it", p)
		}
	}
}

// freeradius is a carrier's AAA as Debian ships it: its own configuration, with the
// client's secret and a subscriber added. Folders, user and ports differ, so that
// it runs beside another one.
type freeradius struct{ auth, acct, dir string }

func startFreeRADIUS(t *testing.T, phones ...device) freeradius {
	t.Helper()
	need(t, "freeradius")
	dir := t.TempDir()
	if out, err := exec.Command("cp", "-r", "/etc/freeradius/3.0", filepath.Join(dir, "raddb")).CombinedOutput(); err != nil {
		t.Fatalf("freeradius has no configuration here: %s", out)
	}
	f := freeradius{loopback.Free(t, "udp"), loopback.Free(t, "udp"), dir}
	edit := func(name string, pairs ...string) {
		t.Helper()
		path := filepath.Join(dir, "raddb", name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for i := 0; i < len(pairs); i += 2 {
			re := regexp.MustCompile("(?m)" + pairs[i])
			if !re.MatchString(text) {
				t.Fatalf("%s has no %s", name, pairs[i])
			}
			text = re.ReplaceAllString(text, pairs[i+1])
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	edit("clients.conf", `secret = testing123$`, "secret = \""+aaaKey+"\"")
	edit("radiusd.conf", `^raddbdir = .*`, "raddbdir = "+dir+"/raddb", `^logdir = .*`, "logdir = "+dir, `^run_dir = .*`, "run_dir = "+dir,
		`^\s*user = freerad$`, "", `^\s*group = freerad$`, "")
	_, authPort, _ := net.SplitHostPort(f.auth)
	_, acctPort, _ := net.SplitHostPort(f.acct)
	_, innerPort, _ := net.SplitHostPort(loopback.Free(t, "udp"))
	edit("sites-available/default", `(type = auth(?s:.*?)ipaddr = )\*((?s:.*?)port = )0`, "${1}127.0.0.1${2}"+authPort, `(ipaddr = )\*(\s*(?s:.*?)port = )0(\s*type = acct)`, "${1}127.0.0.1${2}"+acctPort+"${3}")
	edit("sites-available/inner-tunnel", `port = 18120`, "port = "+innerPort)
	for _, d := range phones {
		edit("mods-available/eap", `ca_file = .*`, "ca_file = "+d.cert) // who may log in by certificate
	}
	users := filepath.Join(dir, "raddb", "mods-config", "files", "authorize")
	if err := os.WriteFile(users, []byte("anna Cleartext-Password := \"pw\"\nanna@carrier.example Cleartext-Password := \"pw\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.run(t)
	return f
}

func (f freeradius) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "freeradius", "-f", "-l", "stdout", "-x", "-d", filepath.Join(f.dir, "raddb"))
	cmd.WaitDelay = 5 * time.Second
	log, err := os.Create(filepath.Join(f.dir, "freeradius.log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was told to end
		_ = log.Close()
		if t.Failed() {
			t.Log(tail(filepath.Join(f.dir, "freeradius.log")))
		}
	})
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		b, _ := os.ReadFile(filepath.Join(f.dir, "freeradius.log"))
		if strings.Contains(string(b), "Ready to process requests") {
			return
		}
		if time.Now().After(end) {
			t.Fatal("freeradius does not start")
		}
	}
}

// bytes sums what the accounting detail of freeradius says of sessions that ended.
func (f freeradius) bytes(t *testing.T) uint64 {
	t.Helper()
	var sum uint64
	for _, record := range f.ended(t) {
		for _, m := range regexp.MustCompile(`Acct-(?:In|Out)put-Octets = (\d+)`).FindAllStringSubmatch(record, -1) {
			var n uint64
			_, _ = fmt.Sscan(m[1], &n) // digits, by the expression
			sum += n
		}
	}
	return sum
}

// ended are the Stop records of the accounting detail.
func (f freeradius) ended(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(f.dir, "radacct", "*", "detail-*"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for record := range strings.SplitSeq(string(b), "\n\n") {
			if strings.Contains(record, "Acct-Status-Type = Stop") {
				out = append(out, record)
			}
		}
	}
	return out
}

func tail(name string) string {
	b, err := os.ReadFile(name)
	if err != nil {
		return err.Error()
	}
	return string(b[max(0, len(b)-6000):])
}
