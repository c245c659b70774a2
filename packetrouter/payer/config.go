package payer

import (
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// Config describes a payer agent. A figure that is 0 has its default, one beyond
// its bounds the bound.
type Config struct {
	Chain wire.ChainHash
	// Memory is the one that the lane was opened with.
	Memory *Memory
	// Price of Wi-Fi traffic, micro-DC per 1,000,000 bytes. That of the org on chain
	// counts where it is higher; with neither, logins are refused.
	Price uint32
	// SubscriberCap is how many bytes a subscriber may use in 30 days from the
	// first use: 1 to 2^50, by default 40 GB.
	SubscriberCap uint64
	// Ceiling is how many bytes a second one grant can move at most: 1 to 2^40, by
	// default 150,000,000 (1.2 Gbit/s).
	Ceiling uint64
	// Reauth is after how long a session must authenticate again: 1 minute to 1 day
	// in whole seconds, by default 30 minutes. A shorter Session-Timeout of the AAA
	// counts instead.
	Reauth time.Duration
	// Interim is how often access points report: 1 minute to 1 hour in whole
	// seconds, by default 5 minutes.
	Interim time.Duration
	// Quantum is after how many bytes a usage record is due: 64 KiB to 1 GiB, by
	// default 10 MiB. A login needs allowance for one.
	Quantum uint32
}

func (c Config) withDefaults() Config {
	c.SubscriberCap = bounded(c.SubscriberCap, 40e9, 1, 1<<50)
	c.Ceiling = bounded(c.Ceiling, 150e6, 1, 1<<40)
	c.Reauth = bounded(c.Reauth, 30*time.Minute, time.Minute, 24*time.Hour)
	c.Interim = bounded(c.Interim, 5*time.Minute, time.Minute, time.Hour)
	c.Quantum = bounded(c.Quantum, 10<<20, 64<<10, 1<<30)
	return c
}

func bounded[N ~int64 | ~uint32 | ~uint64](v, standard, least, most N) N {
	if v == 0 {
		return standard
	}
	return min(max(v, least), most)
}

// seconds is a duration as grants and RADIUS have it.
func seconds(d time.Duration) uint32 { return uint32(d / time.Second) }
