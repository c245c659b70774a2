package devnet

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// paths are the folders of a run.
type paths struct{ dir string }

func (p paths) validators() string { return filepath.Join(p.dir, "validators") }
func (p paths) validator(i int) string {
	return filepath.Join(p.validators(), fmt.Sprintf("node%d", i))
}
func (p paths) logs() string                { return filepath.Join(p.dir, "logs") }
func (p paths) hotspot(name string) string  { return filepath.Join(p.dir, "hotspots", name) }
func (p paths) router() string              { return filepath.Join(p.dir, "router") }
func (p paths) explorer() string            { return filepath.Join(p.dir, "explorer") }
func (p paths) payer() string               { return filepath.Join(p.dir, "payeragent") }
func (p paths) wifiTopology() string        { return filepath.Join(p.dir, "wifi.json") }
func (p paths) genesisPatch() string        { return filepath.Join(p.dir, "genesis-patch.json") }
func (p paths) topology() string            { return filepath.Join(p.dir, "topology.json") }
func (p paths) radioLog() string            { return filepath.Join(p.logs(), "air.ndjson") }
func (p paths) state() string               { return filepath.Join(p.dir, StateFile) }
func (p paths) lies(name string) string     { return filepath.Join(p.hotspot(name), "lies.ndjson") }
func (p paths) hotspotKey(n string) string  { return filepath.Join(p.hotspot(n), "key.json") }
func (p paths) hotspotConf(n string) string { return filepath.Join(p.hotspot(n), "hotspot.toml") }

// writeFile makes the folder and writes a file that only the owner may read:
// most of them hold keys.
func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(name), err)
	}
	return nil
}

// keyFile is an identity file as `hotspot key init` writes it.
func (h *Hotspot) keyFile() ([]byte, error) {
	return json.MarshalIndent(struct {
		Version   int    `json:"version"`
		Algorithm string `json:"algorithm"`
		Key       string `json:"key"`
		ChainSeed string `json:"chain_seed"`
		Hotspot   string `json:"hotspot"`
	}{1, string(h.algorithm()), hex.EncodeToString(h.KeySeed[:]), hex.EncodeToString(h.ChainSeed[:]), h.Key().String()}, "", "  ")
}

// hotspotConfig is hotspot.toml of hotspot i.
func (r *run) hotspotConfig(i int) string {
	h := &r.layout.Hotspots[i]
	var b strings.Builder
	fmt.Fprintf(&b, "chain_id = %q\nkey_file = %q\nstate_dir = %q\n", ChainID, r.paths.hotspotKey(h.Name), filepath.Join(r.paths.hotspot(h.Name), "state"))
	fmt.Fprintf(&b, "\n[radio]\nlisten = %q\ngain = %d\n", r.ports.addr(offHotspotUDP+i), h.Gain)
	fmt.Fprintf(&b, "\n[router]\naddresses = [%q]\n", publicOf(r.layout.Router).String()+"@"+r.ports.addr(offRouter))
	fmt.Fprintf(&b, "\n[nodes]\nrpc = [%s]\nquorum = %d\n", strings.Join(r.nodesOf(i), ", "), min(2, r.opt.Validators))
	fmt.Fprintf(&b, "\n[api]\nlisten = %q\n", r.ports.addr(offHotspotAPI+i))
	fmt.Fprintf(&b, "\n[metrics]\nlisten = %q\n", r.ports.addr(offHotspotAdmin+i))
	return b.String()
}

// nodesOf spreads the hotspots over the validators: three nodes each, so that
// two still agree while one is down.
func (r *run) nodesOf(i int) []string {
	var out []string
	for k := range min(3, r.opt.Validators) {
		out = append(out, fmt.Sprintf("%q", "http://"+r.ports.validator((i+k)%r.opt.Validators, portRPC)))
	}
	return out
}
