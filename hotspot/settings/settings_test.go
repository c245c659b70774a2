package settings

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/hotspot/wifi"
)

func TestValidateNamesTheSetting(t *testing.T) {
	good := Default()
	good.Router.Addresses, good.Nodes.RPC = []string{"127.0.0.1:7000"}, []string{"http://a:1", "http://b:1"}
	if err := good.Validate(); err != nil {
		t.Fatalf("the good one: %v", err)
	}
	for want, spoil := range map[string]func(*Config){
		"chain_id":           func(c *Config) { c.ChainID = "" },
		"router.addresses":   func(c *Config) { c.Router.Addresses = nil },
		"router.queue":       func(c *Config) { c.Router.Queue = 0 },
		"router.max_age":     func(c *Config) { c.Router.MaxAge = 0 },
		"nodes.quorum":       func(c *Config) { c.Nodes.Quorum = 3 },
		"radio.gain":         func(c *Config) { c.Radio.Gain = 301 },
		"radio.max_eirp":     func(c *Config) { c.Radio.MaxEIRP = -1 },
		"wifi.access_points": func(c *Config) { c.Radio.Listen = "" },
		`router "here"`:      func(c *Config) { c.Router.Addresses = []string{"here"} },
	} {
		c := good
		spoil(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s named", err, want)
		}
	}
}

func TestRoutersCanBePinned(t *testing.T) {
	id, err := identity.FromSeeds([32]byte{1}, [32]byte{2})
	if err != nil {
		t.Fatal(err)
	}
	r, err := parseRouter(id.PubKey().String() + "@router.example:7000")
	if err != nil || r.Key != id.PubKey() || r.Address != "router.example:7000" {
		t.Errorf("%+v, %v", r, err)
	}
	if r, err := parseRouter("router.example:7000"); err != nil || !r.Key.IsZero() {
		t.Errorf("%+v, %v", r, err)
	}
	for _, bad := range []string{"", "router.example", "hotspot1qq@router.example:7000", "@router.example:7000"} {
		if r, err := parseRouter(bad); err == nil {
			t.Errorf("took %q as %+v", bad, r)
		}
	}
}

func TestAccessPointText(t *testing.T) {
	var p, again PointConfig
	if err := p.UnmarshalText([]byte(" secret=/x  name=ap-1 from=10.0.0.5 das=10.0.0.5:3799 ceiling_mbps=300")); err != nil {
		t.Fatal(err)
	}
	text, err := p.MarshalText()
	if err != nil || again.UnmarshalText(text) != nil || again != p || p.From != netip.MustParsePrefix("10.0.0.5/32") {
		t.Errorf("%+v, then %+v from %s, %v", p, again, text, err)
	}
	for _, bad := range []string{
		"", "name=ap", "name=ap secret=x", "name=ap secret=x from=here", "name=ap secret=x from=10.0.0.5 das=x", "name=ap secret=x from=10.0.0.5 colour=red",
		"name=ap secret=x from=10.0.0.5 ceiling_mbps=fast", "name= secret=x from=10.0.0.5", "name secret=x from=10.0.0.5",
	} {
		if err := again.UnmarshalText([]byte(bad)); err == nil {
			t.Errorf("took %q", bad)
		}
	}
}

func TestWiFiSection(t *testing.T) {
	point := func(name string) PointConfig {
		return PointConfig{Name: name, Secret: "x", From: netip.MustParsePrefix("10.0.0.5/32")}
	}
	good := Default().WiFi
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*WiFiConfig){
		"twice":         func(c *WiFiConfig) { c.AccessPoints = []PointConfig{point("a"), point("a")} },
		"at most":       func(c *WiFiConfig) { c.AccessPoints = make([]PointConfig, 65) },
		"not host:port": func(c *WiFiConfig) { c.Auth = "here" },
	} {
		c := good
		spoil(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSecretsOfAccessPoints(t *testing.T) {
	dir := t.TempDir()
	const long = "0123456789abcdef01234567"
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		good bool
	}{
		"good": {long + "\n", 0o600, true}, "short": {"secret\n", 0o600, false}, "open": {long, 0o644, false}, "two lines": {long + "\n" + long, 0o600, false},
	} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		cfg := WiFiConfig{AccessPoints: []PointConfig{{Name: "ap", Secret: file, From: netip.MustParsePrefix("10.0.0.5/32")}}}
		list, err := cfg.Points()
		if (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
		if c.good && (string(list[0].Secret) != long || list[0].Ceiling != wifi.DefaultCeiling) {
			t.Errorf("%s: %+v", name, list[0])
		}
		if err != nil && strings.Contains(err.Error(), long) {
			t.Errorf("%s: the error shows the secret", name)
		}
	}
}
