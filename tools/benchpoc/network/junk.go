package network

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

const (
	// floodRate is how many batches a second all nodes are offered together.
	floodRate = 100
	// floodRelays have bonds and misbehave. Behind them is one without.
	floodRelays = 4
	// floodWorkers is how many offers to one validator may be on their way.
	floodWorkers = 16
)

// kind is what is wrong with a batch of the flood.
type kind int

const (
	copied    kind = iota // good reports of others, by relays over their rate
	badItem               // signed by a relay, one report is not
	garbage               // no transaction at all
	header                // a transaction with a header that is none
	stranger              // signed by a relay without a bond
	replayed              // the bytes of a batch that was sent before
	forged                // in the name of an honest relay
	kindCount             // not a kind
)

var kindNames = [kindCount]string{
	"copied reports", "a bad signature", "garbage", "a bad header", "no bond", "a replay", "a forged relay",
}

// offerer takes transactions for a validator, by one protocol or another.
type offerer interface {
	broadcast(ctx context.Context, tx []byte) error
}

// flood sends batches that are good for nothing.
type flood struct {
	load    *load
	doors   []offerer // of the validators
	profile string    // file for a CPU profile of the first one, or none
	relays  []*million.Relay
	until   time.Time
	nonce   atomic.Uint64
	last    atomic.Pointer[[]byte] // a batch that was sent
	taken   [kindCount]atomic.Int64
	refused [kindCount]atomic.Int64
	skipped atomic.Int64 // because the node had not answered the ones before
	say     func(format string, a ...any)
	once    [kindCount]sync.Once
}

// run floods all validators until the time is over.
func (f *flood) run(ctx context.Context) {
	var group sync.WaitGroup
	for at := range f.doors {
		jobs := make(chan int, floodWorkers)
		group.Go(func() {
			defer close(jobs)
			tick := time.NewTicker(time.Second * time.Duration(len(f.doors)) / floodRate)
			defer tick.Stop()
			for n := at; time.Now().Before(f.until); n += len(f.doors) {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				select {
				case jobs <- n:
				default:
					f.skipped.Add(1)
				}
			}
		})
		for range floodWorkers {
			group.Go(func() {
				for n := range jobs {
					f.offer(ctx, at, n)
				}
			})
		}
	}
	group.Wait()
}

// offer sends the n-th batch to a validator.
func (f *flood) offer(ctx context.Context, at, n int) {
	// The number of kinds and that of validators have no common factor, so each
	// validator gets each kind.
	k := kind(n % int(kindCount))
	tx, err := f.batch(k, n)
	if err != nil || tx == nil {
		f.skipped.Add(1)
		return
	}
	err = f.doors[at].broadcast(ctx, tx)
	if err == nil {
		f.taken[k].Add(1)
		return
	}
	f.refused[k].Add(1)
	f.once[k].Do(func() { f.say("the first batch with %s: %.160v", kindNames[k], err) })
}

// batch makes a batch of a kind, nil when there is nothing to make it of yet.
func (f *flood) batch(k kind, n int) ([]byte, error) {
	recent := f.load.recent.Load()
	if recent == nil || len(*recent) == 0 {
		return nil, nil
	}
	relay := f.relays[(n/int(kindCount))%floodRelays]
	items := append([][]byte(nil), *recent...)
	b := wire.Batch{
		Chain: f.load.crowd.chain, Kind: wire.BatchReports, Nonce: 1<<40 + f.nonce.Add(1),
		ValidUntil: uint64(f.load.newest.Load() + batchLife),
	}
	switch k {
	case garbage:
		raw := make([]byte, 127<<10)
		for i := range raw {
			raw[i] = byte(rand.Uint32()) // distinct, and of no other meaning
		}
		return raw, nil
	case replayed:
		if last := f.last.Load(); last != nil {
			return *last, nil
		}
		return nil, nil
	case badItem:
		at := len(items) - 1
		bad := append([]byte(nil), items[at]...)
		bad[len(bad)-1] ^= 1
		items[at] = bad
	case header:
		b.Kind = wire.BatchVouchers
	case stranger:
		relay = f.relays[floodRelays]
	case forged:
		relay = impostor(n)
	}
	tx, err := relay.Batch(f.load.cfg, b, items)
	if err != nil {
		return nil, fmt.Errorf("make batch: %w", err)
	}
	if k == copied {
		f.last.Store(&tx)
	}
	return tx, nil
}

// impostor is an honest relay by its name, with another's key.
func impostor(n int) *million.Relay {
	r := *million.RelayOf(1 + uint32(n%honestRelays))
	seed := sha256.Sum256([]byte("impostor"))
	r.Key = ed25519.NewKeyFromSeed(seed[:])
	return &r
}
