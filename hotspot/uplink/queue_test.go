package uplink

import (
	"encoding/binary"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/hotspot"
)

// frame is a data uplink of a device with a marker where the counter stands.
func frame(dev uint32, n byte) []byte {
	p := make([]byte, 13)
	p[0] = 0x40
	binary.LittleEndian.PutUint32(p[1:5], dev)
	p[6] = n
	return p
}

func TestFreshFlowOvertakesBacklogButOrderWithinADeviceHolds(t *testing.T) {
	now := time.Unix(100, 0)
	q := NewQueue(1, 10, time.Minute)
	for _, p := range [][]byte{frame(1, 1), frame(1, 2), frame(2, 1)} {
		q.Receive(hotspot.Uplink{Payload: p, At: now})
	}
	got := q.Take(3, now)
	if got[0].ID != 3 || got[1].ID != 1 || got[2].ID != 2 {
		t.Errorf("sent %d, %d, %d; want the other device's 3 first, then 1, 2 in order", got[0].ID, got[1].ID, got[2].ID)
	}
}

func TestOldPacketsAndOverflowAreCounted(t *testing.T) {
	start := time.Unix(100, 0)
	q := NewQueue(1, 2, time.Minute)
	for i := range byte(3) {
		q.Receive(hotspot.Uplink{Payload: frame(uint32(i), 0), At: start})
	}
	if got := q.Take(5, start.Add(2*time.Minute)); len(got) != 0 {
		t.Errorf("sent %d packets past their lifetime", len(got))
	}
	if _, _, d := q.Stats(); d.Full != 1 || d.Old != 2 {
		t.Errorf("dropped %+v, want 1 for room and 2 for age", d)
	}
}

// TestNothingIsLostOrReordered drives a queue with random operations against
// the definition: each packet is delivered or counted as dropped, and first
// deliveries within a flow are in order.
func TestNothingIsLostOrReordered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(100, 0)
		q := NewQueue(1, rapid.IntRange(1, 8).Draw(t, "capacity"), time.Minute)
		sent, settled := uint64(0), map[uint64]bool{}
		taken := map[uint64]hotspot.Uplink{}
		lastFirst := map[flow]uint64{}
		seen := map[uint64]bool{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "op") {
			case 0:
				q.Receive(hotspot.Uplink{Payload: frame(uint32(rapid.IntRange(0, 2).Draw(t, "dev")), 0), At: now})
				sent++
			case 1:
				for _, u := range q.Take(rapid.IntRange(1, 3).Draw(t, "n"), now) {
					taken[u.ID] = u
					f := flowOf(u.Payload)
					if !seen[u.ID] && u.ID < lastFirst[f] {
						t.Fatalf("packet %d of its device first sent after %d", u.ID, lastFirst[f])
					}
					seen[u.ID] = true
					lastFirst[f] = max(lastFirst[f], u.ID)
				}
			case 2:
				for id := range taken {
					if !q.Settle(id) {
						t.Fatalf("packet %d was not in flight", id)
					}
					delete(taken, id)
					settled[id] = true
					break
				}
			case 3:
				q.Return()
				clear(taken)
			}
		}
		waiting, inFlight, d := q.Stats()
		if uint64(waiting+inFlight+len(settled))+d.Full+d.Old != sent {
			t.Fatalf("%d received, but %d waiting + %d in flight + %d settled + %+v", sent, waiting, inFlight, len(settled), d)
		}
	})
}
