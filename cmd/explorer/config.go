package main

import (
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hexwave/hexwave/explorer/chainsource"
	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/service"
)

// Config is everything explorer can be told. `explorer config init` prints it as a
// commented file.
type Config struct {
	Listen  string                `toml:"listen" doc:"Address of the map and its API, host:port. Port 0 takes a free one. Bind 0.0.0.0 to serve others than this machine."`
	Node    NodeConfig            `toml:"node" doc:"The chain node that is followed."`
	DataDir string                `toml:"data_dir" doc:"Folder for blocks already read, so that a restart need not read them again. It may be deleted at any time; empty keeps nothing."`
	Limits  LimitsConfig          `toml:"limits" doc:"What clients may use. /v1/limits publishes it."`
	Log     service.LogConfig     `toml:"log" doc:"What is written to the log, which goes to stderr."`
	Metrics service.MetricsConfig `toml:"metrics" doc:"Prometheus metrics and health checks."`
}

// NodeConfig is the [node] section.
type NodeConfig struct {
	RPC     string          `toml:"rpc" doc:"CometBFT RPC address of the node, a URL."`
	ChainID string          `toml:"chain_id" doc:"Chain id the node must serve; empty takes the one it serves first."`
	Poll    config.Duration `toml:"poll" doc:"How often the node is asked for a new block, 10ms to 1m."`
}

// LimitsConfig is the [limits] section.
type LimitsConfig struct {
	Rate    int `toml:"rate" doc:"Requests a second of one client address on average, with a burst of four times that; 0 for no limit. Tiles, streams and the page are not counted."`
	Streams int `toml:"streams" doc:"Open event streams in all."`
}

func defaultConfig() Config {
	return Config{
		Listen:  "127.0.0.1:8080",
		Node:    NodeConfig{RPC: "http://127.0.0.1:26657", Poll: config.Duration(250 * time.Millisecond)},
		Limits:  LimitsConfig{Rate: 50, Streams: 512},
		Log:     service.DefaultLog(),
		Metrics: service.MetricsConfig{Listen: "127.0.0.1:9104"},
	}
}

// Validate names the first setting that cannot work.
func (c Config) Validate() error {
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("listen = %q is not host:port; set it like 127.0.0.1:8080", c.Listen)
	}
	return nil
}

// Validate checks the form of the address and the pace.
func (c NodeConfig) Validate() error {
	if _, err := chainsource.New(c.RPC); err != nil {
		return fmt.Errorf("rpc = %q is not a URL; set it like http://127.0.0.1:26657", c.RPC)
	}
	if c.Poll.D() < 10*time.Millisecond || c.Poll.D() > time.Minute {
		return fmt.Errorf("poll = %s is not between 10ms and 1m", c.Poll)
	}
	return nil
}

// Validate checks the ranges.
func (c LimitsConfig) Validate() error {
	if c.Rate < 0 || c.Streams < 1 || c.Streams > 100_000 {
		return errors.New("rate must be 0 or more, streams 1 to 100000")
	}
	return nil
}
