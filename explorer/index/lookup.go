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

// alias is an id and a name that a hotspot got.
type alias struct {
	id, name string
	hotspot  explorer.HotspotIndex
}

// names finds hotspots by id and by name, former ones included.
type names struct {
	mu     sync.RWMutex // guards all below
	byID   map[string]explorer.HotspotIndex
	byName map[string][]explorer.HotspotIndex // in the order in which they got it; names are not unique
}

func (n *names) init() {
	n.byID, n.byName = map[string]explorer.HotspotIndex{}, map[string][]explorer.HotspotIndex{}
}

func (n *names) add(list []alias) {
	if len(list) == 0 {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, a := range list {
		n.byID[a.id] = a.hotspot
		if !slices.Contains(n.byName[a.name], a.hotspot) {
			n.byName[a.name] = append(n.byName[a.name], a.hotspot)
		}
	}
}

// find returns who has an id or a name, or had it before.
func (n *names) find(idOrName string) []explorer.HotspotIndex {
	n.mu.RLock()
	defer n.mu.RUnlock()
	if i, ok := n.byID[idOrName]; ok {
		return []explorer.HotspotIndex{i}
	}
	return n.byName[strings.ToLower(idOrName)] // only ever appended to, so it may be read without the lock
}

// Find returns the hotspot that has or had that id, else the first that has that three-word name, else the first that had it,
// as v shows it; nil if there is none.
func (x *Index) Find(v *View, idOrName string) *Hotspot {
	var had *Hotspot
	for _, i := range x.names.find(idOrName) {
		h := v.Hotspot(i)
		if h != nil && strings.EqualFold(h.Name, idOrName) {
			return h
		}
		if had == nil {
			had = h
		}
	}
	return had
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
