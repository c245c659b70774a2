package main

import (
	"bytes"
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

func TestRunSaysWhatIsMissing(t *testing.T) {
	_, err := run("run")
	if cli.ExitCode(err) != cli.Failure || !strings.Contains(err.Error(), "needs the Wi-Fi release") {
		t.Errorf("run: %v", err)
	}
}

func TestConfigInitLoads(t *testing.T) {
	text, err := run("config", "init")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"[log]", "[metrics]", `listen = "127.0.0.1:9105"`} {
		if !strings.Contains(text, key) {
			t.Errorf("config init lacks %s:\n%s", key, text)
		}
	}
	c := defaultConfig()
	if _, err := config.Load(&c, config.Sources{Prefix: settings.Prefix}); err != nil {
		t.Errorf("defaults do not load: %v", err)
	}
}
