package radius

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"
)

// Errors of NewClient.
var (
	// ErrSecret: there is no shared secret.
	ErrSecret = errors.New("no shared secret")
	// ErrAddress: no UDP address.
	ErrAddress = errors.New("no address of an AAA")
)

// Defaults and bounds.
const (
	defaultWait    = 2 * time.Second
	defaultTries   = 3
	maxSockets     = 16
	perSocket      = 256 // identifiers of a socket (RFC 2865 §3)
	shortestTick   = time.Millisecond
	longestTick    = 100 * time.Millisecond
	ticksInOneWait = 8
)

// Config describes an AAA.
type Config struct {
	// Auth and Acct are host:port of its authentication and accounting ports. Names
	// are looked up once, by NewClient.
	Auth, Acct string
	// Secret is what the AAA shares with this client; at least one byte.
	Secret []byte
	// Wait is how long one try may take. 0 means 2 s.
	Wait time.Duration
	// Tries is how often a request is sent, with the same bytes. 0 means 3.
	Tries int
	// Sockets is how many sockets are used: each has room for 256 requests under
	// way. 0 means 16, which is also the most.
	Sockets int
	// Log may be nil.
	Log *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.Wait <= 0 {
		c.Wait = defaultWait
	}
	if c.Tries <= 0 {
		c.Tries = defaultTries
	}
	if c.Sockets <= 0 || c.Sockets > maxSockets {
		c.Sockets = maxSockets
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// tick is how often it is looked whether a wait is over.
func (c Config) tick() time.Duration {
	return min(max(c.Wait/ticksInOneWait, shortestTick), longestTick)
}

func resolve(address string) (netip.AddrPort, error) {
	a, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%w: %w", ErrAddress, err)
	}
	ap := a.AddrPort()
	if !ap.Addr().IsValid() || ap.Port() == 0 {
		return netip.AddrPort{}, fmt.Errorf("%w: %q", ErrAddress, address)
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), nil
}
