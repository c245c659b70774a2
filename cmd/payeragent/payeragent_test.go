package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/config"
)

func run(args ...string) (string, error) {
	var out bytes.Buffer
	root := rootCommand()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	root.SilenceUsage, root.SilenceErrors = true, true
	err := root.Execute()
	return out.String(), err
}

func load(t *testing.T, text string) error {
	t.Helper()
	file := filepath.Join(t.TempDir(), "payeragent.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := defaultConfig()
	_, err := config.Load(&cfg, config.Sources{File: file, Prefix: settings.Prefix})
	return err
}

func TestConfigInitLoadsOnceTheOrgIsNamed(t *testing.T) {
	text, err := run("config", "init")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"[lane]", "[aaa]", "[grant]", "[log]", "[metrics]", `listen = "127.0.0.1:9105"`} {
		if !strings.Contains(text, key) {
			t.Errorf("config init lacks %s:\n%s", key, text)
		}
	}
	if err := load(t, "[lane]\norg = 2\n"); err != nil {
		t.Errorf("defaults with an org do not load: %v", err)
	}
	if err := load(t, ""); cli.ExitCode(err) != cli.Usage || !strings.Contains(err.Error(), "org = 0") {
		t.Errorf("without an org: %v", err)
	}
}

func TestConfigRefuses(t *testing.T) {
	const org = "[lane]\norg = 2\n"
	for name, text := range map[string]string{
		"unknown key":    `listne = "127.0.0.1:1"`,
		"address":        "listen = \"nowhere\"\n" + org,
		"no node":        "nodes = []\n" + org,
		"no chain":       "chain_id = \"\"\n" + org,
		"router's id":    "routers = [\"hotspot1x\"]\n" + org,
		"slow commit":    org + `commit = "21ms"`,
		"aaa address":    org + "[aaa]\nauth = \"nowhere\"",
		"long wait":      org + "[aaa]\nwait = \"11s\"",
		"short reauth":   org + "[grant]\nreauth = \"59s\"",
		"short interim":  org + "[grant]\ninterim = \"30s\"",
		"small quantum":  org + "[grant]\nquantum = 1",
		"no cap":         org + "[grant]\nsubscriber_cap = 0",
		"no ceiling":     org + "[grant]\nceiling_mbps = 0",
		"negative price": org + "[grant]\nprice = -1",
	} {
		if err := load(t, text); err == nil || strings.Contains(err.Error(), "\n") || cli.ExitCode(err) != cli.Usage {
			t.Errorf("%s: %v, want one line and exit code 2", name, err)
		}
	}
}

func TestRunNamesTheMissingKey(t *testing.T) {
	file := filepath.Join(t.TempDir(), "payeragent.toml")
	text := "key_file = \"" + filepath.Join(t.TempDir(), "none.pem") + "\"\n[lane]\norg = 2\n[metrics]\nlisten = \"127.0.0.1:0\"\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := run("run", "--config", file)
	if cli.ExitCode(err) != cli.Usage || !strings.Contains(err.Error(), "key file does not exist") {
		t.Errorf("run: %v", err)
	}
}
