// Package memstore keeps a router's shared state in this process's memory:
// copy budgets, replay memory and the hotspot directory of a router that stands
// alone. It owns their bounds and their expiry. It never persists anything:
// what must survive a restart comes back through Restore.
package memstore

import (
	"hash/maphash"
	"sync"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

const shards = 64

// Budgets implements packetrouter.Budgets.
type Budgets struct {
	seed   maphash.Seed
	keep   int64 // microseconds a transmission is remembered
	most   int   // transmissions a shard
	shards [shards]budgetShard
}

type budgetShard struct {
	mu   sync.Mutex
	sent map[budgetKey][]copies // guarded by mu; a frame's transmissions, oldest first
	// queue has the keys in order of their first use, for expiry.
	queue []budgetKey // guarded by mu
}

type budgetKey struct {
	route packetrouter.RouteKey
	frame packetrouter.FrameHash
}

// copies is one transmission.
type copies struct {
	first, latest int64 // Unix microseconds
	taken         uint16
}

// maxSends is how many transmissions of one frame are told apart; LoRaWAN
// allows a device 15 repetitions.
const maxSends = 16

// NewBudgets returns budgets that remember each transmission for keep
// microseconds, and at most some of them: the oldest are dropped first.
func NewBudgets(keep int64, most int) *Budgets {
	b := &Budgets{seed: maphash.MakeSeed(), keep: keep, most: max(1, most/shards)}
	for i := range b.shards {
		b.shards[i].sent = map[budgetKey][]copies{}
	}
	return b
}

var _ packetrouter.Budgets = (*Budgets)(nil)

func (b *Budgets) shard(k budgetKey) *budgetShard {
	return &b.shards[maphash.Comparable(b.seed, k)%shards]
}

// Take implements packetrouter.Budgets.
func (b *Budgets) Take(q *packetrouter.CopyQuery) {
	k := budgetKey{q.Route, q.Frame}
	s := b.shard(k)
	s.mu.Lock()
	c := s.transmission(b, k, q.Received, q.Window)
	q.Transmission = packetrouter.Transmission{Frame: q.Frame, First: c.first}
	granted := c.taken < q.Max
	if granted {
		c.taken++
	}
	s.mu.Unlock()
	q.Answer(granted)
}

// transmission finds the one that a reception belongs to, or begins it.
func (s *budgetShard) transmission(b *Budgets, k budgetKey, received, window int64) *copies {
	list := s.sent[k]
	for i := range list {
		if received-list[i].first <= window && list[i].first-received <= window {
			list[i].latest = max(list[i].latest, received)
			return &list[i]
		}
	}
	if list == nil {
		s.expire(b, received)
		s.queue = append(s.queue, k)
	}
	if len(list) == maxSends {
		list = append(list[:0], list[1:]...)
	}
	s.sent[k] = append(list, copies{first: received, latest: received})
	return &s.sent[k][len(s.sent[k])-1]
}

// expire drops what is older than keep, and the oldest when the shard is full.
func (s *budgetShard) expire(b *Budgets, now int64) {
	for n := 0; len(s.queue) > 0 && n < 4; n++ {
		k := s.queue[0]
		list := s.sent[k]
		if len(s.queue) < b.most && now-list[len(list)-1].latest <= b.keep {
			return
		}
		delete(s.sent, k)
		s.queue = s.queue[1:]
	}
}

// Len is the number of frames remembered.
func (b *Budgets) Len() int {
	n := 0
	for i := range b.shards {
		s := &b.shards[i]
		s.mu.Lock()
		n += len(s.sent)
		s.mu.Unlock()
	}
	return n
}

// Settle implements packetrouter.Budgets.
func (b *Budgets) Settle(q *packetrouter.CopyQuery, delivered bool) {
	if delivered {
		return
	}
	k := budgetKey{q.Route, q.Frame}
	s := b.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.sent[k]
	for i := range list {
		if list[i].first == q.Transmission.First && list[i].taken > 0 {
			list[i].taken--
			return
		}
	}
}

// Restore implements packetrouter.Budgets.
func (b *Budgets) Restore(route packetrouter.RouteKey, t packetrouter.Transmission) {
	k := budgetKey{route, t.Frame}
	s := b.shard(k)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.transmission(b, k, t.First, 0).taken++
}

// Directory implements packetrouter.Directory.
type Directory struct {
	mu     sync.Mutex
	claims map[wire.PubKey]claim // guarded by mu
}

type claim struct {
	connection uint64
	node       string
}

// NewDirectory returns an empty directory.
func NewDirectory() *Directory { return &Directory{claims: map[wire.PubKey]claim{}} }

var _ packetrouter.Directory = (*Directory)(nil)

// Claim implements packetrouter.Directory.
func (d *Directory) Claim(k wire.PubKey, connection uint64, node string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c, ok := d.claims[k]; ok && c.connection > connection {
		return false
	}
	d.claims[k] = claim{connection, node}
	return true
}

// Release implements packetrouter.Directory.
func (d *Directory) Release(k wire.PubKey, connection uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.claims[k].connection == connection {
		delete(d.claims, k)
	}
}

// Find implements packetrouter.Directory.
func (d *Directory) Find(k wire.PubKey) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, ok := d.claims[k]
	return c.node, ok
}
