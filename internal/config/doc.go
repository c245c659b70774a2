// Package config loads the one configuration struct of a binary.
//
// It owns the order of sources (defaults in the struct, then a strict TOML
// file, then environment variables, then flags), the names of a setting in
// each of them, the commented file that `config init` prints, and the one-line
// errors that say what to do. It never knows what a setting means: a binary
// declares its struct beside its main, and packages receive plain values.
//
// A struct is described by tags:
//
//	type Config struct {
//		Listen string          `toml:"listen" doc:"Address the server binds, host:port."`
//		Keep   config.Duration `toml:"keep" doc:"How long a session is kept."`
//		Redis  RedisConfig     `toml:"redis" doc:"Shared stores."`
//	}
//
// The setting redis.url is [redis] url in the file, PREFIX_REDIS__URL in the
// environment and --redis.url on the command line. A struct, or a section of
// it, that has a Validate() error method is asked after loading.
package config
