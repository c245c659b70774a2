package main

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/packetrouter"
)

// Config is everything packetrouter can be told. `packetrouter config init` prints it as a
// commented file.
type Config struct {
	ChainID string       `toml:"chain_id" doc:"Chain id of the network."`
	Listen  string       `toml:"listen" doc:"TCP address for hotspots, host:port. Bind 0.0.0.0 to serve others than this machine."`
	KeyFile string       `toml:"key_file" doc:"Identity of this router, made by 'packetrouter keys init'; mode 0600."`
	Nodes   []string     `toml:"nodes" doc:"gRPC addresses of chain nodes, host:port, tried in order."`
	Lanes   []LaneConfig `toml:"lanes" doc:"Orgs served, one text each: 'org=1 key=FILE wal=FOLDER bundle=FILE-OR-HTTPS-URL'. key signs vouchers up to the allowance the org gave it; wal must be on a disk that keeps what it syncs. An org that buys only Wi-Fi pays by its payer agent: 'org=2 bundle=...' without key and wal."`

	Commit       config.Duration `toml:"commit" doc:"How long deliveries are gathered before one sync of the voucher log, at most 20ms."`
	VoucherEvery config.Duration `toml:"voucher_every" doc:"Least time between two vouchers for one hotspot."`
	SettleEvery  uint64          `toml:"settle_every" doc:"Blocks between two settlements of a running epoch."`

	Trust   TrustConfig           `toml:"trust" doc:"Proofs that the orgs which nodes name are the chain's."`
	GWMP    GWMPConfig            `toml:"gwmp" doc:"Network servers that speak the Semtech UDP protocol."`
	Limits  LimitsConfig          `toml:"limits" doc:"Bounds of what hotspots may use."`
	Log     service.LogConfig     `toml:"log" doc:"What is written to the log, which goes to stderr."`
	Metrics service.MetricsConfig `toml:"metrics" doc:"Prometheus metrics and health checks."`
}

// TrustConfig is the [trust] section.
type TrustConfig struct {
	Genesis string   `toml:"genesis" doc:"Genesis file of the chain, or a file of 'hexwave proof table' that you checked. More than two thirds of its validators' power must have signed the table of orgs that a node names. Empty: nodes are believed."`
	RPC     []string `toml:"rpc" doc:"URLs of CometBFT RPCs that give the proofs, tried in order."`
}

// LaneConfig is one org that this router serves, and the lane it signs in.
type LaneConfig struct {
	Org    packetrouter.OrgID
	Key    string // file; empty, with WAL, where the router signs no vouchers of the org
	WAL    string // folder
	Bundle string // file or https URL
}

// GWMPConfig is the [gwmp] section.
type GWMPConfig struct {
	AckWait config.Duration `toml:"ack_wait" doc:"How long a PUSH_ACK may take before the packet is sent once more, and then before it counts as lost."`
}

// LimitsConfig is the [limits] section.
type LimitsConfig struct {
	Connections int             `toml:"connections" doc:"Hotspot connections at once."`
	InFlight    int             `toml:"in_flight" doc:"Packets without an outcome, of all hotspots."`
	Window      int             `toml:"window" doc:"The same, of one hotspot."`
	Rate        int             `toml:"rate" doc:"Packets a second of one hotspot, steady."`
	Burst       int             `toml:"burst" doc:"Packets of one hotspot at once."`
	Strangers   int             `toml:"strangers" doc:"Connections of keys that no registered hotspot has."`
	Drain       config.Duration `toml:"drain" doc:"How long a stop may take to finish the packets under way."`
}

func defaultConfig() Config {
	l := packetrouter.DefaultLimits()
	return Config{
		ChainID: "hexwave-1", Listen: "127.0.0.1:1701", KeyFile: "/var/lib/hexwave/packetrouter/key.pem",
		Nodes:  []string{"127.0.0.1:9090"},
		Commit: config.Duration(10 * time.Millisecond), VoucherEvery: config.Duration(250 * time.Millisecond), SettleEvery: 20,
		GWMP: GWMPConfig{AckWait: config.Duration(time.Second)},
		Limits: LimitsConfig{
			Connections: 12000, InFlight: l.MaxInFlight, Window: l.Window, Rate: l.Rate, Burst: l.Burst,
			Strangers: l.MaxStrangers, Drain: config.Duration(5 * time.Second),
		},
		Log:     service.DefaultLog(),
		Metrics: service.MetricsConfig{Listen: "127.0.0.1:9102"},
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.ChainID == "":
		return errors.New("chain_id is empty; set the chain id of the network")
	case len(c.Nodes) == 0:
		return errors.New("nodes is empty; name the gRPC address of a chain node")
	case c.Commit < 0 || c.Commit.D() > 20*time.Millisecond:
		return fmt.Errorf("commit = %s; set 0s to 20ms", c.Commit)
	case c.VoucherEvery.D() < 10*time.Millisecond:
		return fmt.Errorf("voucher_every = %s; set at least 10ms", c.VoucherEvery)
	case c.SettleEvery < 1:
		return errors.New("settle_every = 0; set at least 1 block")
	case (c.Trust.Genesis == "") != (len(c.Trust.RPC) == 0):
		return errors.New("trust.genesis and trust.rpc go together; set both or none")
	case c.GWMP.AckWait.D() < 10*time.Millisecond:
		return fmt.Errorf("gwmp.ack_wait = %s; set at least 10ms", c.GWMP.AckWait)
	}
	for _, a := range append([]string{c.Listen}, c.Nodes...) {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("%q is not host:port", a)
		}
	}
	orgs, folders := map[packetrouter.OrgID]bool{}, map[string]bool{}
	for _, l := range c.Lanes {
		if orgs[l.Org] || l.WAL != "" && folders[l.WAL] {
			return fmt.Errorf("lanes name org %s or its wal folder twice; one lane an org, one folder a lane", l.Org)
		}
		orgs[l.Org], folders[l.WAL] = true, true
	}
	return nil
}

// Validate checks the [limits] section.
func (c LimitsConfig) Validate() error {
	for name, v := range map[string]int{
		"connections": c.Connections, "in_flight": c.InFlight, "window": c.Window, "rate": c.Rate, "burst": c.Burst,
	} {
		if v < 1 || v > 1<<24 {
			return fmt.Errorf("%s = %d; set 1..%d", name, v, 1<<24)
		}
	}
	if c.Window > packetrouter.MaxWindow {
		return fmt.Errorf("window = %d; set at most %d", c.Window, packetrouter.MaxWindow)
	}
	return nil
}

// limits translates the section.
func (c LimitsConfig) limits() packetrouter.Limits {
	l := packetrouter.DefaultLimits()
	l.MaxInFlight, l.Window, l.Rate, l.Burst = c.InFlight, c.Window, c.Rate, c.Burst
	l.MaxStrangers, l.MaxPeers = c.Strangers, 2*c.Connections
	return l
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (l *LaneConfig) UnmarshalText(b []byte) error {
	var v LaneConfig
	for word := range strings.FieldsSeq(string(b)) {
		name, value, ok := strings.Cut(word, "=")
		if !ok || value == "" {
			return fmt.Errorf("lane %q: write it like 'org=1 key=lane.pem wal=lane1 bundle=org1.bundle'", b)
		}
		switch name {
		case "org":
			n, err := strconv.ParseUint(value, 10, 32)
			if err != nil || n == 0 {
				return fmt.Errorf("lane %q: org is a number from 1", b)
			}
			v.Org = packetrouter.OrgID(n)
		case "key":
			v.Key = value
		case "wal":
			v.WAL = value
		case "bundle":
			v.Bundle = value
		default:
			return fmt.Errorf("lane %q: unknown part %q; the parts are org, key, wal and bundle", b, name)
		}
	}
	if v.Org == 0 || (v.Key == "") != (v.WAL == "") || v.Bundle == "" {
		return fmt.Errorf("lane %q: write it like 'org=1 key=lane.pem wal=lane1 bundle=org1.bundle'", b)
	}
	*l = v
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (l LaneConfig) MarshalText() ([]byte, error) {
	if l.Key == "" {
		return fmt.Appendf(nil, "org=%d bundle=%s", l.Org, l.Bundle), nil
	}
	return fmt.Appendf(nil, "org=%d key=%s wal=%s bundle=%s", l.Org, l.Key, l.WAL, l.Bundle), nil
}
