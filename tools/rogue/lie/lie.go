// Package lie owns the ways in which a hotspot of a test network cheats: what it
// says, when, and the record of each lie, so that the network's verdicts can be
// counted against it from outside. It sends nothing itself: lies leave by the
// same outbox as honest reports.
package lie

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/hexwave/hexwave/hotspot/lora"
	"github.com/hexwave/hexwave/proto/wire"
)

// Mode is a way to cheat.
type Mode string

// Modes.
const (
	// TagCopy reports with the tag of another hotspot's report, and, by turns,
	// with a right tag once the preimage is public.
	TagCopy Mode = "tagcopy"
	// RSSI reports what it hears 20 to 40 dB stronger than free space allows.
	RSSI Mode = "rssi"
	// Colluder reports frames that a friend heard.
	Colluder Mode = "colluder"
	// Leaker is honest to the chain and tells friends what it hears.
	Leaker Mode = "leaker"
)

// ParseMode returns the mode of a name.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case TagCopy, RSSI, Colluder, Leaker:
		return m, nil
	}
	return "", fmt.Errorf("mode %q: want tagcopy, rssi, colluder or leaker", s)
}

// Signer signs reports; identity.Identity is one.
type Signer interface {
	PubKey() wire.PubKey
	Sign(body []byte) wire.Signature
}

// Config is what a liar needs.
type Config struct {
	Mode   Mode
	Chain  wire.ChainHash
	Self   Signer
	Index  func() uint32 // hotspot index on chain, 0 while unknown
	Node   *Node
	Ledger *Ledger
	Friend string // URL of a leaker, for Colluder
	Seed   uint64
	Log    *slog.Logger
}

// pollEvery is how often the chain, and a friend, are asked: often enough to
// lie before reports close.
const pollEvery = 250 * time.Millisecond

// Liar cheats in one mode. Start it with Run.
type Liar struct {
	cfg     Config
	out     lora.Outbox // the way to the router; set by Through
	heard   chan wire.Report
	open    map[uint64]*target // owned by Run
	friend  *friend
	copying bool // next lie of TagCopy is a copied tag
}

// target is an open challenge with what this liar did about it.
type target struct {
	c    wire.Challenge
	done bool
	late bool // TagCopy: waits for the reveal
}

// New returns a liar.
func New(cfg Config) (*Liar, error) {
	l := &Liar{cfg: cfg, heard: make(chan wire.Report, 256), open: map[uint64]*target{}, copying: true}
	if cfg.Mode == Colluder {
		f, err := newFriend(cfg.Friend)
		if err != nil {
			return nil, err
		}
		l.friend = f
	}
	return l, nil
}

// Through puts the liar in front of out and returns it. Call it before Run.
func (l *Liar) Through(out lora.Outbox) *Liar {
	l.out = out
	return l
}

// Report takes an honest report of the agent. What becomes of it is the mode's
// choice: only a leaker passes it on. It never blocks.
func (l *Liar) Report(r wire.Report) {
	switch l.cfg.Mode {
	case Leaker:
		l.out.Report(r)
	case RSSI:
		select {
		case l.heard <- r:
		default:
		}
	}
}

// Reveal passes a reveal on: liars want to be paid for their own beacons.
func (l *Liar) Reveal(r wire.Reveal) { l.out.Reveal(r) }

// Run lies until ctx is done.
func (l *Liar) Run(ctx context.Context) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		select {
		case r := <-l.heard:
			l.note(l.overstate(ctx, r))
		case <-ticker.C:
			l.note(l.poll(ctx))
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *Liar) note(err error) {
	if err != nil {
		l.cfg.Log.Debug("chance missed", "error", err)
	}
}

// poll looks for chances that the chain, or a friend, gives.
func (l *Liar) poll(ctx context.Context) error {
	if l.cfg.Mode == Leaker {
		return nil
	}
	height, err := l.follow(ctx)
	if err != nil || l.cfg.Index() == 0 {
		return err
	}
	switch l.cfg.Mode {
	case TagCopy:
		return l.tagCopy(ctx, height)
	case Colluder:
		return l.collude(ctx, height)
	}
	return nil
}

// follow learns the open challenges and forgets those that are over.
func (l *Liar) follow(ctx context.Context) (height uint64, err error) {
	open, height, err := l.cfg.Node.Open(ctx)
	if err != nil {
		return 0, fmt.Errorf("list challenges: %w", err)
	}
	for _, c := range open {
		if _, known := l.open[c.ID]; !known && c.Chain == l.cfg.Chain && c.Key != l.cfg.Self.PubKey() {
			l.open[c.ID] = &target{c: c}
		}
	}
	for id, t := range l.open {
		if height > t.c.Settle {
			delete(l.open, id)
		}
	}
	return height, nil
}

// say signs a report, hands it to the router and writes the lie down.
func (l *Liar) say(kind string, r wire.Report) error {
	r.Chain, r.Witness = l.cfg.Chain, l.cfg.Index()
	r.Signature = l.cfg.Self.Sign(r.AppendBody(nil))
	l.out.Report(r)
	digest := sha256.Sum256(r.AppendTo(nil))
	l.cfg.Log.Info("lied", "challenge", r.Challenge, "kind", kind)
	return l.cfg.Ledger.Add(Lie{
		Time: time.Now().UTC(), Mode: l.cfg.Mode, Challenge: r.Challenge, Kind: kind, Witness: r.Witness,
		Digest: hex.EncodeToString(digest[:]),
	})
}

// dice returns the randomness of this liar for one challenge.
func (l *Liar) dice(challenge uint64) *rand.Rand {
	return rand.New(rand.NewPCG(l.cfg.Seed, challenge))
}
