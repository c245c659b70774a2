package index

import (
	"maps"
	"slices"
	"sync"

	"github.com/hexwave/hexwave/explorer"
)

// Change is what one block changed.
type Change struct {
	Seq      explorer.Seq
	Height   explorer.Height
	Cells    []explorer.Cell // resolution 8, in order
	Hotspots []explorer.HotspotIndex
}

// feedItems bounds the cells and hotspots that the feed remembers in all.
const feedItems = 1 << 18

// feed remembers the newest changes and wakes those who wait for the next. Readers pull, so a slow one costs nothing.
type feed struct {
	mu      sync.Mutex // guards all below
	changes []Change   // in order of Seq
	items   int
	first   explorer.Seq // changes above it are remembered
	wake    chan struct{}
}

func (f *feed) init() { f.wake = make(chan struct{}) }

// publish calls show, remembers what the block changed if it changed anything, and wakes the waiting. Show runs under
// the feed's lock, so whoever holds the new view finds its change here.
func (f *feed) publish(c Change, changed bool, show func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	show()
	if changed {
		f.changes = append(f.changes, c)
		f.items += len(c.Cells) + len(c.Hotspots) + 1
		drop := 0
		for f.items > feedItems && drop < len(f.changes)-1 {
			old := f.changes[drop]
			f.items -= len(old.Cells) + len(old.Hotspots) + 1
			f.first = old.Seq
			drop++
		}
		f.changes = slices.Delete(f.changes, 0, drop)
	}
	close(f.wake)
	f.wake = make(chan struct{})
}

// Next returns a channel that is closed when a block after this call is applied.
func (x *Index) Next() <-chan struct{} {
	x.feed.mu.Lock()
	defer x.feed.mu.Unlock()
	return x.feed.wake
}

// Since returns what changed after sequence since, up to the sequence of v: each cell and hotspot once, in order. It
// reports false if since is beyond v or too old for the feed, which holds the newest few hundred thousand changes;
// the caller then starts over from v.
func (x *Index) Since(v *View, since explorer.Seq) (Change, bool) {
	out := Change{Seq: v.Seq, Height: v.Height}
	x.feed.mu.Lock()
	defer x.feed.mu.Unlock()
	if since < x.feed.first || since > v.Seq {
		return out, false
	}
	cells, hotspots := map[explorer.Cell]bool{}, map[explorer.HotspotIndex]bool{}
	from, _ := slices.BinarySearchFunc(x.feed.changes, since+1, func(c Change, s explorer.Seq) int { return int(int64(c.Seq) - int64(s)) })
	for _, c := range x.feed.changes[from:] {
		if c.Seq > v.Seq {
			break
		}
		for _, cell := range c.Cells {
			cells[cell] = true
		}
		for _, h := range c.Hotspots {
			hotspots[h] = true
		}
	}
	out.Cells, out.Hotspots = slices.Sorted(maps.Keys(cells)), slices.Sorted(maps.Keys(hotspots))
	return out, true
}
