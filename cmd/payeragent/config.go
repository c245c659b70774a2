package main

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/service"
	"github.com/hexwave/hexwave/packetrouter/payer"
	"github.com/hexwave/hexwave/proto/wire"
)

// Config is everything payeragent can be told. `payeragent config init` prints it as a
// commented file.
type Config struct {
	ChainID string   `toml:"chain_id" doc:"Chain id of the network."`
	Listen  string   `toml:"listen" doc:"TCP address for packet routers, host:port. Bind 0.0.0.0 to serve others than this machine."`
	KeyFile string   `toml:"key_file" doc:"Identity of this payer agent, made by 'payeragent keys init'; mode 0600. Its id goes into the org's bundle."`
	Nodes   []string `toml:"nodes" doc:"gRPC addresses of chain nodes, host:port, tried in order."`
	Routers []string `toml:"routers" doc:"Ids of the routers that are served; empty serves any, which is safe: they carry only what hotspots and this agent sign."`

	Lane    LaneConfig            `toml:"lane" doc:"The org that pays, and its key for vouchers."`
	AAA     AAAConfig             `toml:"aaa" doc:"The carrier's AAA server, which stays as it is."`
	Grant   GrantConfig           `toml:"grant" doc:"On what terms sessions are paid."`
	Log     service.LogConfig     `toml:"log" doc:"What is written to the log, which goes to stderr."`
	Metrics service.MetricsConfig `toml:"metrics" doc:"Prometheus metrics and health checks."`
}

// LaneConfig is the [lane] section.
type LaneConfig struct {
	Org          uint32          `toml:"org" doc:"Number of the org on chain (OUI)."`
	KeyFile      string          `toml:"key_file" doc:"Signs grants and vouchers; the org authorises its public key with kind payer. Mode 0600."`
	WAL          string          `toml:"wal" doc:"Folder of the lane's log, on a disk that keeps what it syncs: grants, usage and vouchers follow from it."`
	Commit       config.Duration `toml:"commit" doc:"How long bookings are gathered before one sync of the log, at most 20ms."`
	VoucherEvery config.Duration `toml:"voucher_every" doc:"Least time between two vouchers for one hotspot."`
	SettleEvery  uint64          `toml:"settle_every" doc:"Blocks between two settlements of a running epoch."`
}

// AAAConfig is the [aaa] section.
type AAAConfig struct {
	Auth       string          `toml:"auth" doc:"UDP address of its authentication port, host:port."`
	Acct       string          `toml:"acct" doc:"UDP address of its accounting port, host:port."`
	SecretFile string          `toml:"secret_file" doc:"File with the secret that the AAA has for this client; one line, mode 0600."`
	Wait       config.Duration `toml:"wait" doc:"How long an answer may take before the request is sent again."`
}

// GrantConfig is the [grant] section.
type GrantConfig struct {
	Price         uint32          `toml:"price" doc:"Micro-DC per 1,000,000 bytes, both directions summed: 10000000 is US$0.10 a GB. 0 pays what the org has on chain, which counts too where it is higher."`
	Reauth        config.Duration `toml:"reauth" doc:"After how long a session must authenticate again, 1m to 24h."`
	Interim       config.Duration `toml:"interim" doc:"How often access points report, 1m to 1h."`
	Quantum       uint32          `toml:"quantum" doc:"Bytes that may be unpaid at a time, 65536 to 1073741824."`
	SubscriberCap uint64          `toml:"subscriber_cap" doc:"Bytes that a subscriber may use in 30 days."`
	CeilingMbps   uint32          `toml:"ceiling_mbps" doc:"Most megabits a second that one session is believed to move, 1 to 100000."`
}

func defaultConfig() Config {
	return Config{
		ChainID: "hexwave-1", Listen: "127.0.0.1:1704", KeyFile: "/var/lib/hexwave/payeragent/key.pem",
		Nodes: []string{"127.0.0.1:9090"}, Routers: []string{},
		Lane: LaneConfig{
			KeyFile: "/var/lib/hexwave/payeragent/lane.pem", WAL: "/var/lib/hexwave/payeragent/lane",
			Commit: config.Duration(10 * time.Millisecond), VoucherEvery: config.Duration(250 * time.Millisecond), SettleEvery: 20,
		},
		AAA: AAAConfig{
			Auth: "127.0.0.1:1812", Acct: "127.0.0.1:1813", SecretFile: "/etc/hexwave/aaa.secret", Wait: config.Duration(2 * time.Second),
		},
		Grant: GrantConfig{
			Reauth: config.Duration(30 * time.Minute), Interim: config.Duration(time.Minute), Quantum: 10 << 20,
			SubscriberCap: 40_000_000_000, CeilingMbps: 1200,
		},
		Log:     service.DefaultLog(),
		Metrics: service.MetricsConfig{Listen: "127.0.0.1:9105"},
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	switch {
	case c.ChainID == "":
		return errors.New("chain_id is empty; set the chain id of the network")
	case len(c.Nodes) == 0:
		return errors.New("nodes is empty; name the gRPC address of a chain node")
	}
	for _, a := range append([]string{c.Listen, c.AAA.Auth, c.AAA.Acct}, c.Nodes...) {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("%q is not host:port", a)
		}
	}
	_, err := c.routers()
	return err
}

// Validate checks the [lane] section.
func (c LaneConfig) Validate() error {
	switch {
	case c.Org == 0:
		return errors.New("org = 0; set the number of the org that pays")
	case c.Commit < 0 || c.Commit.D() > 20*time.Millisecond:
		return fmt.Errorf("commit = %s; set 0s to 20ms", c.Commit)
	case c.VoucherEvery.D() < 10*time.Millisecond:
		return fmt.Errorf("voucher_every = %s; set at least 10ms", c.VoucherEvery)
	case c.SettleEvery < 1:
		return errors.New("settle_every = 0; set at least 1 block")
	}
	return nil
}

// Validate checks the [aaa] section.
func (c AAAConfig) Validate() error {
	if c.Wait.D() < 100*time.Millisecond || c.Wait.D() > 10*time.Second {
		return fmt.Errorf("wait = %s; set 100ms to 10s", c.Wait)
	}
	return nil
}

// Validate checks the [grant] section.
func (c GrantConfig) Validate() error {
	switch {
	case c.Reauth.D() < time.Minute || c.Reauth.D() > 24*time.Hour:
		return fmt.Errorf("reauth = %s; set 1m to 24h", c.Reauth)
	case c.Interim.D() < time.Minute || c.Interim.D() > time.Hour:
		return fmt.Errorf("interim = %s; set 1m to 1h", c.Interim)
	case c.Quantum < 64<<10 || c.Quantum > 1<<30:
		return fmt.Errorf("quantum = %d; set 65536 to 1073741824", c.Quantum)
	case c.SubscriberCap < 1 || c.SubscriberCap > 1<<50:
		return fmt.Errorf("subscriber_cap = %d; set 1 to %d", c.SubscriberCap, uint64(1)<<50)
	case c.CeilingMbps < 1 || c.CeilingMbps > 100_000:
		return fmt.Errorf("ceiling_mbps = %d; set 1 to 100000", c.CeilingMbps)
	}
	return nil
}

// routers reads the ids of the routers that are served.
func (c Config) routers() ([]wire.PubKey, error) {
	var out []wire.PubKey
	for _, id := range c.Routers {
		k, err := wire.DecodeHotspotID(id)
		if err != nil {
			return nil, fmt.Errorf("routers: %q: %w; print it with 'packetrouter keys show'", id, err)
		}
		out = append(out, k)
	}
	return out, nil
}

// payer translates the settings.
func (c Config) payer(m *payer.Memory) payer.Config {
	return payer.Config{
		Chain: wire.HashChainID(c.ChainID), Memory: m, Price: c.Grant.Price, SubscriberCap: c.Grant.SubscriberCap,
		Ceiling: uint64(c.Grant.CeilingMbps) * 1_000_000 / 8, Reauth: c.Grant.Reauth.D(), Interim: c.Grant.Interim.D(), Quantum: c.Grant.Quantum,
	}
}
