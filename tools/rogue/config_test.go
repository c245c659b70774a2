package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/hexwave/hexwave/internal/config"
)

// TestConfigIsThatOfHotspot reads the full file that hotspot writes, strictly,
// and compares the keys: whoever changes one program is told about the other.
func TestConfigIsThatOfHotspot(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "run", "../../cmd/hotspot", "config", "init")
	cmd.Stderr = os.Stderr
	document, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "hotspot.toml")
	if err := os.WriteFile(name, document, 0o600); err != nil {
		t.Fatal(err)
	}
	cfg := defaultConfig()
	if _, err := config.Load(&cfg, config.Sources{File: name, Prefix: "HOTSPOT", Environ: []string{
		"HOTSPOT_ROUTER__ADDRESSES=127.0.0.1:1", "HOTSPOT_NODES__RPC=http://127.0.0.1:2,http://127.0.0.1:3",
	}}); err != nil {
		t.Errorf("the file of hotspot does not load: %v", err)
	}
	var ours bytes.Buffer
	d := defaultConfig()
	if err := config.Document(&ours, &d); err != nil {
		t.Fatal(err)
	}
	if ours.String() != string(document) {
		t.Errorf("settings differ from hotspot's:\n%s\nwant\n%s", &ours, document)
	}
}
