package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/hotspot/identity"
	conf "github.com/hexwave/hexwave/hotspot/settings"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// program runs the command line and returns what it printed.
func program(ctx context.Context, args ...string) (string, error) {
	var out bytes.Buffer
	root := rootCommand()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	root.SilenceUsage, root.SilenceErrors = true, true
	err := root.ExecuteContext(ctx)
	return out.String(), err
}

func writeConfig(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "hotspot.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

const goodConfig = `
[router]
addresses = ["127.0.0.1:7000"]
[nodes]
rpc = ["http://127.0.0.1:26657"]
quorum = 1
`

func TestUnknownKeyNamesTheNearest(t *testing.T) {
	name := writeConfig(t, goodConfig+"[radio]\ngian = 3\n")
	_, err := program(t.Context(), "config", "validate", "--config", name)
	if !errors.Is(err, config.ErrUnknownKey) || !strings.Contains(err.Error(), "radio.gain") || cli.ExitCode(err) != cli.Usage {
		t.Errorf("%v, want the unknown key refused and radio.gain offered", err)
	}
}

func TestWrittenConfigNamesWhatIsMissing(t *testing.T) {
	text, err := program(t.Context(), "config", "init")
	if err != nil {
		t.Fatal(err)
	}
	_, err = program(t.Context(), "config", "validate", "--config", writeConfig(t, text))
	if err == nil || !strings.Contains(err.Error(), "router.addresses") {
		t.Errorf("%v, want the first setting that has no default", err)
	}
	text = strings.Replace(text, "addresses = []", `addresses = ["127.0.0.1:7000"]`, 1)
	text = strings.Replace(text, "rpc = []", `rpc = ["http://127.0.0.1:26657", "http://127.0.0.2:26657"]`, 1)
	if _, err := program(t.Context(), "config", "validate", "--config", writeConfig(t, text)); err != nil {
		t.Errorf("with routers and nodes: %v", err)
	}
}

func TestKeyIsMadeOnceAndConsents(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys", "key.json")
	if _, err := program(t.Context(), "key", "show", "--key-file", file); cli.ExitCode(err) != cli.Usage || !errors.Is(err, identity.ErrMissing) {
		t.Errorf("show without a key: %v", err)
	}
	made, err := program(t.Context(), "key", "init", "--key-file", file)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
	if _, err := program(t.Context(), "key", "init", "--key-file", file); !errors.Is(err, identity.ErrExists) {
		t.Errorf("a second key: %v, want %v", err, identity.ErrExists)
	}
	if shown, err := program(t.Context(), "key", "show", "--key-file", file); err != nil || shown != made {
		t.Errorf("shown %s, %v; made %s", shown, err, made)
	}
	owner := wire.EncodeAddress(bytes.Repeat([]byte{7}, 20))
	out, err := program(t.Context(), "registration", "--key-file", file, "--owner", owner, "--chain-id", "c-1", "--valid-until", "900")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(out))
	if err != nil {
		t.Fatal(err)
	}
	g, err := wire.ParseRegistration(raw)
	if err != nil {
		t.Fatal(err)
	}
	if g.ValidUntil != 900 || g.Chain != wire.HashChainID("c-1") || g.Class != wire.ClassFullLoRa ||
		!verify.Signature(verify.Signed{Key: g.Key, Body: g.AppendBody(nil), Sig: &g.Signature}) {
		t.Errorf("registration %+v", g)
	}
	for _, args := range [][]string{
		{"--owner", owner}, {"--owner", "hxw1nobody", "--valid-until", "900"}, {"--owner", owner, "--valid-until", "900", "--class", "toy"},
	} {
		if _, err := program(t.Context(), append([]string{"registration", "--key-file", file}, args...)...); cli.ExitCode(err) != cli.Usage {
			t.Errorf("%v: %v, want a usage error", args, err)
		}
	}
}

// A device whose secure element has P-256 alone consents with the same commands.
func TestKeyOfASecureElement(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.json")
	if _, err := program(t.Context(), "key", "init", "--key-file", file, "--algorithm", "rsa"); cli.ExitCode(err) != cli.Usage || !errors.Is(err, identity.ErrAlgorithm) {
		t.Errorf("rsa: %v", err)
	}
	if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file is there after the refusal: %v", err)
	}
	if _, err := program(t.Context(), "key", "init", "--key-file", file, "--algorithm", "p256"); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key file: %v, %v", info, err)
	}
	owner := wire.EncodeAddress(bytes.Repeat([]byte{7}, 20))
	out, err := program(t.Context(), "registration", "--key-file", file, "--owner", owner, "--chain-id", "c-1", "--valid-until", "900")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := hex.DecodeString(strings.TrimSpace(out))
	if err != nil {
		t.Fatal(err)
	}
	g, err := wire.ParseRegistration(raw)
	if err != nil || g.Key.Alg != wire.KeyP256 || !verify.Signature(verify.Signed{Key: g.Key, Body: g.AppendBody(nil), Sig: &g.Signature}) {
		t.Errorf("registration %+v, %v", g, err)
	}
}

// runArgs are those of a hotspot on free ports whose router and node are away.
func runArgs(t *testing.T) []string {
	t.Helper()
	dir := t.TempDir()
	if _, err := identity.Create(filepath.Join(dir, "key.json"), identity.Ed25519); err != nil {
		t.Fatal(err)
	}
	return []string{
		"run", "--config", writeConfig(t, goodConfig), "--key_file", filepath.Join(dir, "key.json"), "--state_dir", dir, "--radio.listen", "127.0.0.1:0",
		"--api.listen", "127.0.0.1:0", "--metrics.listen", "127.0.0.1:0", "--log.level", "error",
	}
}

func TestRunStopsWhenAsked(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	ready, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer ready.Close()
	t.Setenv("NOTIFY_SOCKET", socket)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	args := runArgs(t)
	go func() {
		_, err := program(ctx, args...)
		done <- err
	}()
	if err := ready.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := ready.Read(make([]byte, 64)); err != nil {
		t.Fatalf("it did not say that it was ready: %v", err)
	}
	cancel()
	if err := <-done; err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestRunNamesWhatStopsIt(t *testing.T) {
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		args []string
		want string
		kind error
	}{
		{[]string{"--radio.listen", taken.LocalAddr().String()}, "radio.listen", service.ErrListen},
		{[]string{"--nodes.rpc", "26657"}, "want http://host:port", nil},
		{[]string{"--key_file", filepath.Join(t.TempDir(), "none")}, "no key file", identity.ErrMissing},
		{[]string{"--config", filepath.Join(t.TempDir(), "none.toml")}, "no such file", config.ErrRead},
	} {
		_, err := program(t.Context(), append(runArgs(t), c.args...)...)
		if err == nil || !strings.Contains(err.Error(), c.want) || c.kind != nil && !errors.Is(err, c.kind) {
			t.Errorf("%v: %v, want %q", c.args, err, c.want)
		}
	}
}

func TestStatusShowsARunningHotspot(t *testing.T) {
	id, err := identity.FromSeeds([32]byte{1}, [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	cfg := conf.Default()
	cfg.StateDir, cfg.Router.Addresses = t.TempDir(), []string{"127.0.0.1:1"}
	cfg.Nodes.RPC, cfg.Nodes.Quorum = []string{"http://127.0.0.1:1"}, 1
	a, err := agent.New(cfg.Agent(), id, conn, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(statusHandler(a))
	address := api.Listener.Addr().String()
	out, err := program(t.Context(), "status", "--api", address, "-o", "table")
	if err != nil || !strings.Contains(out, wire.HotspotName(id.PubKey())) || !strings.Contains(out, "not registered") || !strings.Contains(out, "not connected") {
		t.Errorf("%s, %v", out, err)
	}
	if out, err := program(t.Context(), "status", "--api", address, "-o", "json", "--field", "id"); err != nil || strings.Trim(out, "\"\n") != id.PubKey().String() {
		t.Errorf("id %q, %v", out, err)
	}
	api.Close()
	if _, err := program(t.Context(), "status", "--api", address); cli.ExitCode(err) != cli.Unhealthy {
		t.Errorf("with nobody there: %v, want exit %d", err, cli.Unhealthy)
	}
	if _, err := os.Stat(filepath.Join(cfg.StateDir, "starts")); errors.Is(err, fs.ErrNotExist) {
		t.Error("the start was not counted")
	}
}
