// Package settings is what the hotspot program can be told, as a configuration
// file, and its translation for the agent. It is a package and not beside a main
// because the cheats of a test network (tools/rogue) take the same file.
//
// It owns names, defaults, help and checks of settings; it opens nothing but the
// secrets that a setting names.
package settings

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hexwave/hexwave/hotspot/agent"
	"github.com/hexwave/hexwave/hotspot/lora"
	"github.com/hexwave/hexwave/hotspot/uplink"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/internal/version"
	"github.com/hexwave/hexwave/proto/wire"
)

// Config is everything hotspot can be told. `hotspot config init` prints it as a
// commented file.
type Config struct {
	ChainID  string `toml:"chain_id" doc:"Chain id of the network."`
	KeyFile  string `toml:"key_file" doc:"Key of this hotspot, made by 'hotspot key init'; mode 0600."`
	StateDir string `toml:"state_dir" doc:"Folder for vouchers and counters."`

	Radio   RadioConfig           `toml:"radio" doc:"The packet forwarder and its antenna."`
	WiFi    WiFiConfig            `toml:"wifi" doc:"Wi-Fi access points, as RADIUS clients of this hotspot."`
	Router  RouterConfig          `toml:"router" doc:"Packet routers that carry the traffic."`
	Nodes   NodesConfig           `toml:"nodes" doc:"Chain nodes that are asked before a beacon is sent or a preimage revealed."`
	API     APIConfig             `toml:"api" doc:"Local status, for 'hotspot status' and dashboards."`
	Log     service.LogConfig     `toml:"log" doc:"What is written to the log, which goes to stderr."`
	Metrics service.MetricsConfig `toml:"metrics" doc:"Prometheus metrics and health checks."`
}

// RadioConfig is the [radio] section.
type RadioConfig struct {
	Listen  string `toml:"listen" doc:"UDP address that packet forwarders send to (Semtech UDP, server_address and serv_port_up/down). Empty: there is no LoRa radio here."`
	Gain    int    `toml:"gain" doc:"Antenna gain minus cable loss, tenths of dBi."`
	MaxEIRP int    `toml:"max_eirp" doc:"Most radiated power, tenths of dBm; no more than the region allows."`
}

// WiFiConfig is the [wifi] section.
type WiFiConfig struct {
	AccessPoints []PointConfig `toml:"access_points" doc:"One text each: 'name=AP secret=FILE from=ADDRESS[/BITS] das=HOST:PORT ceiling_mbps=N'. name is its NAS-Identifier; secret a file with one line of at least 24 bytes, mode 0600; das and ceiling_mbps may be left out. Empty: there is no Wi-Fi here."`
	Auth         string        `toml:"auth" doc:"UDP address for RADIUS authentication."`
	Acct         string        `toml:"acct" doc:"UDP address for RADIUS accounting."`
	MinPrice     uint32        `toml:"min_price" doc:"Least price that is served, micro-DC per 1,000,000 bytes; 10000000 is US$0.10 a GB."`
}

// RouterConfig is the [router] section.
type RouterConfig struct {
	Addresses []string        `toml:"addresses" doc:"host:port of each router, in order of preference; a router's key may follow as id@host:port to pin it."`
	Queue     int             `toml:"queue" doc:"Packets kept while no router is reachable."`
	MaxAge    config.Duration `toml:"max_age" doc:"Age at which a packet that was not delivered is dropped."`
}

// NodesConfig is the [nodes] section.
type NodesConfig struct {
	RPC    []string `toml:"rpc" doc:"RPC addresses, such as http://10.0.0.7:26657."`
	Quorum int      `toml:"quorum" doc:"How many of them must show the same. 1 trusts a single node."`
}

// APIConfig is the [api] section.
type APIConfig struct {
	Listen string `toml:"listen" doc:"Address of the local status, host:port."`
}

// Default is the configuration of a new hotspot.
func Default() Config {
	return Config{
		ChainID: "hexwave-1", KeyFile: "/var/lib/hexwave/hotspot/key.json", StateDir: "/var/lib/hexwave/hotspot",
		Radio:   RadioConfig{Listen: "127.0.0.1:1700", Gain: 12, MaxEIRP: 161},
		WiFi:    WiFiConfig{AccessPoints: []PointConfig{}, Auth: "127.0.0.1:1812", Acct: "127.0.0.1:1813"},
		Router:  RouterConfig{Queue: uplink.DefaultCapacity, MaxAge: config.Duration(uplink.DefaultMaxAge)},
		Nodes:   NodesConfig{Quorum: 2},
		API:     APIConfig{Listen: "127.0.0.1:9203"},
		Log:     service.DefaultLog(),
		Metrics: service.MetricsConfig{Listen: "127.0.0.1:9103"},
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.ChainID == "":
		return errors.New("chain_id is empty; set the chain id of the network")
	case len(c.Router.Addresses) == 0:
		return errors.New("router.addresses is empty; name at least one packet router")
	case c.Router.Queue < 1 || c.Router.Queue > 1_000_000:
		return fmt.Errorf("router.queue = %d; set 1..1000000", c.Router.Queue)
	case c.Router.MaxAge.D() < time.Second:
		return fmt.Errorf("router.max_age = %s; set at least 1s", c.Router.MaxAge)
	case c.Nodes.Quorum < 1 || c.Nodes.Quorum > len(c.Nodes.RPC):
		return fmt.Errorf("nodes.quorum = %d of %d nodes.rpc; name that many nodes, or trust one with quorum = 1", c.Nodes.Quorum, len(c.Nodes.RPC))
	case c.Radio.Gain < -100 || c.Radio.Gain > 300:
		return fmt.Errorf("radio.gain = %d; it is in tenths of dBi", c.Radio.Gain)
	case c.Radio.MaxEIRP < 0 || c.Radio.MaxEIRP > 360:
		return fmt.Errorf("radio.max_eirp = %d; it is in tenths of dBm", c.Radio.MaxEIRP)
	}
	if c.Radio.Listen == "" && len(c.WiFi.AccessPoints) == 0 {
		return errors.New("radio.listen and wifi.access_points are both empty; there is nothing to serve")
	}
	for _, a := range c.Router.Addresses {
		if _, err := parseRouter(a); err != nil {
			return err
		}
	}
	return nil
}

// parseRouter reads host:port or id@host:port.
func parseRouter(s string) (uplink.Router, error) {
	var r uplink.Router
	address := s
	for i := range len(s) {
		if s[i] != '@' {
			continue
		}
		key, err := wire.DecodeHotspotID(s[:i])
		if err != nil {
			return r, fmt.Errorf("router %q: %w; print it with 'packetrouter keys show'", s, err)
		}
		r.Key, address = key, s[i+1:]
		break
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return r, fmt.Errorf("router %q is not host:port or id@host:port", s)
	}
	r.Address = address
	return r, nil
}

// Agent translates the settings.
func (c Config) Agent() agent.Config {
	routers := make([]uplink.Router, len(c.Router.Addresses))
	for i, a := range c.Router.Addresses {
		routers[i], _ = parseRouter(a) // Validate has been through
	}
	return agent.Config{
		ChainID: c.ChainID, StateDir: c.StateDir, Routers: routers, Nodes: c.Nodes.RPC, Quorum: c.Nodes.Quorum,
		Radio: lora.Radio{Gain: int16(c.Radio.Gain), MaxEIRP: int16(c.Radio.MaxEIRP)},
		Queue: c.Router.Queue, MaxAge: c.Router.MaxAge.D(), Software: "hexwave-hotspot " + version.Get().Version,
	}
}
