package main

import "github.com/hexwave/hexwave/internal/service"

// Config is everything payeragent can be told. `payeragent config init` prints it as a
// commented file.
type Config struct {
	Log     service.LogConfig     `toml:"log" doc:"What is written to the log, which goes to stderr."`
	Metrics service.MetricsConfig `toml:"metrics" doc:"Prometheus metrics and health checks."`
}

func defaultConfig() Config {
	return Config{
		Log:     service.DefaultLog(),
		Metrics: service.MetricsConfig{Listen: "127.0.0.1:9105"},
	}
}
