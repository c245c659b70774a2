package verify

import (
	"fmt"

	"github.com/hexwave/hexwave/proto/wire"
)

// RevealCase is one reveal with what the chain knows of its challenge.
type RevealCase struct {
	Challenge *wire.Challenge // nil when there is no such challenge
	Open      bool
	Revealed  bool
	Height    uint64 // of inclusion
	MaxWalk   uint32
	Reveal    *wire.Reveal
}

// Verdict judges a reveal. It needs no signature: the preimage proves itself by
// hashing to the element that was known at the draw.
func (c *RevealCase) Verdict() wire.Verdict {
	if c.Challenge == nil || c.Reveal.Challenge != c.Challenge.ID {
		return wire.UnknownChallenge
	}
	switch ch := c.Challenge; {
	case c.Reveal.Chain != ch.Chain:
		return wire.WrongChain
	case c.Revealed:
		return wire.AlreadyRevealed
	case c.Height <= ch.Close:
		return wire.TooEarly
	case !c.Open || c.Height > ch.Reveal:
		return wire.TooLate
	case ch.KnownIndex-ch.Index > c.MaxWalk:
		return wire.BadPreimage
	}
	if !Preimage(c.Challenge, c.Reveal.Preimage) {
		return wire.BadPreimage
	}
	return wire.Accepted
}

// Preimage tells whether a is the element that the challenge asked for.
func Preimage(c *wire.Challenge, a wire.Preimage) bool {
	return wire.WalkPreimage(c.Chain, c.Key, c.Index, c.KnownIndex, a) == c.Known
}

// ExplainBeacon shows the checks of the beacon itself. Void is shown first
// because nothing else counts then; the preimage is shown once revealed.
func (c *Case) ExplainBeacon() []Line {
	lines := []Line{settlement[0].line(c, false), settlement[1].line(c, false)}
	if !c.Revealed {
		return lines
	}
	return append(lines, Line{
		Name: "preimage", Passed: Preimage(c.Challenge, c.Preimage), Verdict: wire.BadPreimage,
		Measured: fmt.Sprintf("element %d is %x", c.Challenge.Index, c.Preimage),
		Limit:    fmt.Sprintf("hashes to element %d, %x", c.Challenge.KnownIndex, c.Challenge.Known),
	})
}
