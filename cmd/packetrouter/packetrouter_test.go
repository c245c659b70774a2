package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/packetrouter/bundle"
)

// run executes the program in process and returns what it printed.
func run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root := rootCommand()
	root.SilenceErrors, root.SilenceUsage = true, true
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(io.Discard)
	root.SetArgs(args)
	err := root.Execute()
	return out.String(), err
}

func TestREADMEConfigurationLoads(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllSubmatch(readme, -1)
	if len(blocks) == 0 {
		t.Fatal("README.md shows no configuration")
	}
	for _, b := range blocks {
		file := filepath.Join(t.TempDir(), "packetrouter.toml")
		if err := os.WriteFile(file, b[1], 0o600); err != nil {
			t.Fatal(err)
		}
		cfg := defaultConfig()
		if _, err := config.Load(&cfg, config.Sources{File: file, Prefix: "PACKETROUTER"}); err != nil {
			t.Errorf("%s: %v", b[1], err)
		}
		if len(cfg.Lanes) != 1 || cfg.Lanes[0].Org != 1 || cfg.Lanes[0].Bundle != "/etc/hexwave/org1.bundle" {
			t.Errorf("lanes %+v", cfg.Lanes)
		}
	}
}

func TestConfigInitIsValid(t *testing.T) {
	text, err := run(t, "config", "init")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "packetrouter.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, "config", "validate", "--config", file); err != nil {
		t.Error(err)
	}
}

func TestConfigRefuses(t *testing.T) {
	lane := "org=1 key=a wal=b bundle=c"
	for name, text := range map[string]string{
		"unknown key":         `listne = "127.0.0.1:1"`,
		"address":             `listen = "nowhere"`,
		"node":                `nodes = ["nowhere"]`,
		"no node":             `nodes = []`,
		"no chain":            `chain_id = ""`,
		"slow commit":         `commit = "21ms"`,
		"lane without bundle": `lanes = ["org=1 key=a wal=b"]`,
		"lane of org 0":       `lanes = ["org=0 key=a wal=b bundle=c"]`,
		"lane with a typo":    `lanes = ["org=1 key=a wal=b bundel=c"]`,
		"org twice":           `lanes = ["` + lane + `", "` + lane + `"]`,
		"trust without rpc":   "[trust]\ngenesis = \"g.json\"",
		"rpc without trust":   "[trust]\nrpc = [\"http://127.0.0.1:1\"]",
		"window":              "[limits]\nwindow = 100000",
	} {
		cfg := defaultConfig()
		file := filepath.Join(t.TempDir(), "packetrouter.toml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(&cfg, config.Sources{File: file, Prefix: "PACKETROUTER"})
		if err == nil || strings.Contains(err.Error(), "\n") || cli.ExitCode(err) != cli.Usage {
			t.Errorf("%s: %v, want one line and exit code 2", name, err)
		}
	}
}

func TestTrustIsReadAtTheStart(t *testing.T) {
	if trust, err := (TrustConfig{}).load(); trust != nil || err != nil {
		t.Errorf("none: %v, %v", trust, err)
	}
	file := filepath.Join(t.TempDir(), "genesis.json")
	for name, text := range map[string]string{"no JSON": "{", "nobody": `{"chain_id":"a-1"}`, "no proof": `{"format":"hexwave-proof/1"}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if trust, err := (TrustConfig{Genesis: file}).load(); err == nil {
			t.Errorf("%s: %+v", name, trust)
		}
	}
	if _, err := (TrustConfig{Genesis: file + ".none"}).load(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

func TestLaneOfAPayer(t *testing.T) {
	var l LaneConfig
	if err := l.UnmarshalText([]byte("org=2 bundle=x")); err != nil || l != (LaneConfig{Org: 2, Bundle: "x"}) {
		t.Errorf("%+v, %v", l, err)
	}
	if text, err := l.MarshalText(); err != nil || string(text) != "org=2 bundle=x" {
		t.Errorf("%s, %v", text, err)
	}
	if l.UnmarshalText([]byte("org=2 key=a bundle=x")) == nil {
		t.Error("a key without its log")
	}
}

func TestLaneTextRoundTrip(t *testing.T) {
	var l, again LaneConfig
	if err := l.UnmarshalText([]byte("  wal=b bundle=https://x/y org=7   key=a ")); err != nil {
		t.Fatal(err)
	}
	text, err := l.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	if err := again.UnmarshalText(text); err != nil || again != l {
		t.Errorf("%+v, then %+v, %v", l, again, err)
	}
}

func TestKeysAndBundle(t *testing.T) {
	dir := t.TempDir()
	key, doc, out := filepath.Join(dir, "org.pem"), filepath.Join(dir, "routes.json"), filepath.Join(dir, "org.bundle")
	made, err := run(t, "keys", "init", "--file", key, "-o", "json")
	if err != nil {
		t.Fatal(err)
	}
	var k struct{ ID, Key string }
	if err := json.Unmarshal([]byte(made), &k); err != nil || len(k.Key) != 68 || !strings.HasPrefix(k.ID, "hotspot1") {
		t.Errorf("%s: %v", made, err)
	}
	if _, err := run(t, "keys", "init", "--file", key); !errors.Is(err, keyfile.ErrExists) {
		t.Errorf("second init: %v", err)
	}
	shown, err := run(t, "keys", "show", "--file", key, "-o", "json")
	if err != nil || shown != made {
		t.Errorf("show: %s, %v", shown, err)
	}
	if err := os.WriteFile(doc, []byte(`{"version": 1, "routes": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"bundle", "sign", doc, "--chain-id", "hexwave-1", "--org", "3", "--sequence", "8", "--key", key, "--out", out, "-o", "json"}
	signed, err := run(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	var b bundleView
	if err := json.Unmarshal([]byte(signed), &b); err != nil || b.Org != 3 || b.Sequence != 8 || len(b.Digest) != 64 {
		t.Errorf("%s: %v", signed, err)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if h, _, err := bundle.Header(data); err != nil || h.Org != 3 {
		t.Errorf("%+v, %v", h, err)
	}
	if err := os.WriteFile(doc, []byte(`{"version": 2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := run(t, args...); cli.ExitCode(err) != cli.Usage {
		t.Errorf("bad document: %v", err)
	}
}
