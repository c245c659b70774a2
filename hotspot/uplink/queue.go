package uplink

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/hexwave/hexwave/hotspot"
)

// Limits of a queue.
const (
	// DefaultCapacity is the number of packets kept while no router is there:
	// about three minutes of a busy gateway.
	DefaultCapacity = 4096
	// DefaultMaxAge is the age at which an unacknowledged packet is worthless.
	DefaultMaxAge = 60 * time.Second
)

// flow names packets whose order matters: those of one DevAddr. Joins and
// everything else share flow zero's order per kind.
type flow uint64

// flowOf returns the flow of a PHYPayload: MHDR's MType and, for data uplinks,
// the DevAddr (LoRaWAN 1.0.4 §4.1, §4.3).
func flowOf(payload []byte) flow {
	if len(payload) == 0 {
		return 0
	}
	mtype := payload[0] >> 5
	if (mtype == 2 || mtype == 4) && len(payload) >= 5 {
		return flow(1)<<32 | flow(binary.LittleEndian.Uint32(payload[1:5]))
	}
	return flow(mtype) << 40
}

// Queue keeps packets until they are settled. Within a flow packets go out in
// the order they came; between flows the freshest goes first, so that live
// traffic overtakes only other devices' backlog. It is safe for concurrent use.
type Queue struct {
	capacity int
	maxAge   time.Duration
	wake     chan struct{}

	mu       sync.Mutex // guards the fields below
	nextID   uint64
	waiting  map[flow][]hotspot.Uplink // never sent, or to be sent again; FIFO
	newest   []flow                    // flows by the arrival of their last packet, newest last
	inFlight map[uint64]hotspot.Uplink
	count    int
	dropped  Dropped
}

// Dropped counts packets that left without a router's word.
type Dropped struct {
	Full uint64 // the oldest made room
	Old  uint64 // past the queue's lifetime
}

// NewQueue returns a queue whose first packet gets the id first. An id is never
// used twice, also not after a restart: the caller keeps a count of starts and
// passes starts<<32 + 1.
func NewQueue(first uint64, capacity int, maxAge time.Duration) *Queue {
	return &Queue{
		capacity: capacity, maxAge: maxAge, wake: make(chan struct{}, 1), nextID: first,
		waiting: map[flow][]hotspot.Uplink{}, inFlight: map[uint64]hotspot.Uplink{},
	}
}

// Receive adds a packet and gives it its id. With the queue full the oldest
// waiting packet of the flow that has waited longest is dropped.
func (q *Queue) Receive(u hotspot.Uplink) {
	q.mu.Lock()
	u.ID = q.nextID
	q.nextID++
	if q.count >= q.capacity {
		q.dropOldest()
	}
	q.push(u)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// push appends u to its flow and makes that flow the newest.
func (q *Queue) push(u hotspot.Uplink) {
	f := flowOf(u.Payload)
	q.waiting[f] = append(q.waiting[f], u)
	q.touch(f)
	q.count++
}

// touch moves f to the newest end.
func (q *Queue) touch(f flow) {
	q.forget(f)
	q.newest = append(q.newest, f)
}

func (q *Queue) forget(f flow) {
	for i, g := range q.newest {
		if g == f {
			q.newest = append(q.newest[:i], q.newest[i+1:]...)
			return
		}
	}
}

func (q *Queue) dropOldest() {
	if len(q.newest) == 0 {
		return // all are in flight: the window bounds them
	}
	q.pop(q.newest[0])
	q.dropped.Full++
}

// pop removes the head of a flow.
func (q *Queue) pop(f flow) hotspot.Uplink {
	list := q.waiting[f]
	u := list[0]
	if len(list) == 1 {
		delete(q.waiting, f)
		q.forget(f)
	} else {
		q.waiting[f] = list[1:]
	}
	q.count--
	return u
}

// Take moves up to n packets to the router's hands and returns them. Packets
// past their lifetime are dropped on the way.
func (q *Queue) Take(n int, now time.Time) []hotspot.Uplink {
	q.mu.Lock()
	defer q.mu.Unlock()
	var out []hotspot.Uplink
	for len(out) < n && len(q.newest) > 0 {
		u := q.pop(q.newest[len(q.newest)-1])
		if now.Sub(u.At) > q.maxAge {
			q.dropped.Old++
			continue
		}
		q.inFlight[u.ID] = u
		out = append(out, u)
	}
	return out
}

// Settle forgets a packet that the router has acknowledged. It reports whether
// the packet was in flight.
func (q *Queue) Settle(id uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	_, ok := q.inFlight[id]
	delete(q.inFlight, id)
	return ok
}

// Return puts all packets in flight back, in front of what waits in their flows:
// the stream broke before they were settled.
func (q *Queue) Return() {
	q.mu.Lock()
	defer q.mu.Unlock()
	back := map[flow][]hotspot.Uplink{}
	for _, u := range q.inFlight {
		f := flowOf(u.Payload)
		back[f] = insertByID(back[f], u)
		q.count++
	}
	for f, list := range back {
		if len(q.waiting[f]) == 0 {
			q.newest = append([]flow{f}, q.newest...) // old news: last in line
		}
		q.waiting[f] = append(list, q.waiting[f]...)
	}
	clear(q.inFlight)
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// insertByID keeps a list in order of ids, which is order of arrival.
func insertByID(list []hotspot.Uplink, u hotspot.Uplink) []hotspot.Uplink {
	i := len(list)
	for i > 0 && list[i-1].ID > u.ID {
		i--
	}
	list = append(list, hotspot.Uplink{})
	copy(list[i+1:], list[i:])
	list[i] = u
	return list
}

// Wake is signalled when packets may be waiting.
func (q *Queue) Wake() <-chan struct{} { return q.wake }

// Stats returns the packets waiting, those in flight, and the drops.
func (q *Queue) Stats() (waiting, inFlight int, dropped Dropped) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.count, len(q.inFlight), q.dropped
}
