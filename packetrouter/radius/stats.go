package radius

import (
	"errors"
	"sync/atomic"

	"github.com/hexwave/hexwave/proto/radius"
)

// Drop is why a datagram was dropped. Names are metric labels.
type Drop uint8

// Drops.
const (
	BadSize          Drop = iota // not as long as a packet, or as it says
	Malformed                    // attributes
	Unexpected                   // answers nothing under way: late, twice, or invented
	Stranger                     // not from the address that was asked
	WrongCode                    // a code that does not answer the request
	Forged                       // response authenticator
	NoMessageMAC                 // no Message-Authenticator in the answer to an Access-Request
	ForgedMessageMAC             // a Message-Authenticator that does not verify
	dropCount
)

// String returns the name.
func (d Drop) String() string {
	names := [dropCount]string{
		"bad-size", "malformed", "unexpected", "stranger", "wrong-code", "bad-authenticator", "no-message-authenticator",
		"bad-message-authenticator",
	}
	if d >= dropCount {
		return "unspecified"
	}
	return names[d]
}

// dropOf names an error of ParseReply.
func dropOf(err error) Drop {
	for _, x := range []struct {
		err  error
		drop Drop
	}{
		{radius.ErrSize, BadSize},
		{radius.ErrMalformed, Malformed},
		{radius.ErrCode, WrongCode},
		{radius.ErrAuthenticator, Forged},
		{radius.ErrNoMessageAuthenticator, NoMessageMAC},
		{radius.ErrMessageAuthenticator, ForgedMessageMAC},
	} {
		if errors.Is(err, x.err) {
			return x.drop
		}
	}
	return Unexpected
}

// counters are Stats in the making.
type counters struct {
	asked, resent, answered, noAnswer, full atomic.Uint64
	dropped                                 [dropCount]atomic.Uint64
}

func (c *counters) drop(d Drop) { c.dropped[d].Add(1) }

// Stats are counters since the start, and gauges.
type Stats struct {
	Asked    uint64 // requests sent a first time
	Resent   uint64 // further tries
	Answered uint64
	NoAnswer uint64 // given up
	Full     uint64 // not sent: every identifier was in use
	Dropped  map[Drop]uint64
	UnderWay int
	Silent   bool // the last request to end had no answer
}

// Stats returns a consistent-enough picture for metrics.
func (c *Client) Stats() Stats {
	s := Stats{
		Asked: c.stats.asked.Load(), Resent: c.stats.resent.Load(), Answered: c.stats.answered.Load(),
		NoAnswer: c.stats.noAnswer.Load(), Full: c.stats.full.Load(), Dropped: map[Drop]uint64{}, Silent: c.silent.Load(),
	}
	for d := range dropCount {
		s.Dropped[d] = c.stats.dropped[d].Load()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.sockets {
		s.UnderWay += perSocket - len(x.free)
	}
	return s
}
