package index

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hexwave/hexwave/explorer"
)

// Challenge is a settled challenge with the block that settled it. It never changes.
type Challenge struct {
	explorer.ChallengeSettled
	Height explorer.Height
	Time   time.Time
}

// keptChallenges is the number of newest challenges that are kept; older ones are on the chain.
const keptChallenges = 1 << 16

// challengeLog holds the newest challenges.
type challengeLog struct {
	mu   sync.RWMutex // guards all below
	byID map[explorer.ChallengeID]*Challenge
	ring []*Challenge
	next int
}

func (l *challengeLog) init() { l.byID = map[explorer.ChallengeID]*Challenge{} }

func (l *challengeLog) add(cs []*Challenge) {
	if len(cs) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range cs {
		if len(l.ring) < keptChallenges {
			l.ring = append(l.ring, c)
		} else {
			if old := l.ring[l.next]; l.byID[old.ID] == old {
				delete(l.byID, old.ID)
			}
			l.ring[l.next] = c
			l.next = (l.next + 1) % keptChallenges
		}
		l.byID[c.ID] = c
	}
}

// Challenge returns a settled challenge among the newest 65,536; nil if it is not there.
func (x *Index) Challenge(id explorer.ChallengeID) *Challenge {
	x.challenges.mu.RLock()
	defer x.challenges.mu.RUnlock()
	return x.challenges.byID[id]
}

// Challenges returns up to n of the newest settled challenges at or below a height, newest first.
func (x *Index) Challenges(upTo explorer.Height, n int) []*Challenge {
	l := &x.challenges
	l.mu.RLock()
	defer l.mu.RUnlock()
	var out []*Challenge
	for i := len(l.ring) - 1; i >= 0 && len(out) < n; i-- {
		if c := l.ring[(l.next+i)%len(l.ring)]; c.Height <= upTo {
			out = append(out, c)
		}
	}
	return out
}

// names finds hotspots by id and by name.
type names struct {
	mu     sync.RWMutex // guards all below
	byID   map[string]explorer.HotspotIndex
	byName map[string]explorer.HotspotIndex // the first of that name
}

func (n *names) init() {
	n.byID, n.byName = map[string]explorer.HotspotIndex{}, map[string]explorer.HotspotIndex{}
}

func (n *names) add(hs []*Hotspot) {
	if len(hs) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, h := range hs {
		n.byID[h.ID] = h.Index
		if _, taken := n.byName[h.Name]; !taken {
			n.byName[h.Name] = h.Index
		}
	}
}

// Find returns the hotspot with that id, or the first registered with that three-word name, as v shows it; nil if there
// is none.
func (x *Index) Find(v *View, idOrName string) *Hotspot {
	x.names.mu.RLock()
	i, ok := x.names.byID[idOrName]
	if !ok {
		i, ok = x.names.byName[strings.ToLower(idOrName)]
	}
	x.names.mu.RUnlock()
	if !ok {
		return nil
	}
	return v.Hotspot(i)
}

// Search returns up to n hotspots whose name, id or owner holds q, ignoring case; names that start with q come first. One that
// retired is found by its name and id; its owner has it no more.
func (v *View) Search(q string, n int) []*Hotspot {
	q = strings.ToLower(strings.TrimSpace(q))
	if q == "" || n <= 0 {
		return nil
	}
	words := strings.ReplaceAll(q, " ", "-")
	var first, rest []*Hotspot
	for h := range v.Hotspots(0) {
		switch {
		case strings.HasPrefix(h.Name, words):
			first = append(first, h)
		case len(rest) < n && (strings.Contains(h.Name, words) || strings.HasPrefix(h.ID, q) || !h.Retired() && strings.HasPrefix(h.Owner, q)):
			rest = append(rest, h)
		}
		if len(first) == n {
			return first
		}
	}
	out := slices.Concat(first, rest)
	return out[:min(n, len(out))]
}
