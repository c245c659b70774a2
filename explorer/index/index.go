package index

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/explorer"
)

// Errors of Apply. A block that is refused changes nothing.
var (
	// ErrHeight says that the block is not above the last one applied.
	ErrHeight = errors.New("block is not above the index's height")
)

// Reach is the distance in metres within which an active hotspot makes an unheard beacon a failed test
// (architecture §7).
const Reach = 15_000

// Index is the coverage index. Its zero value is not usable; call New.
type Index struct {
	apply sync.Mutex // held by the one writer
	view  atomic.Pointer[View]

	names      names
	challenges challengeLog
	feed       feed
}

// New returns an empty index at height 0.
func New() *Index {
	x := &Index{}
	x.view.Store(&View{root: new([rootPages]*page), Stats: Stats{Reasons: map[string]uint64{}}})
	x.names.init()
	x.challenges.init()
	x.feed.init()
	return x
}

// View returns the newest state. It never blocks.
func (x *Index) View() *View { return x.view.Load() }

// Apply adds one block. Heights must rise (gaps are allowed: blocks without events may be left out); otherwise it
// returns ErrHeight and changes nothing. The first block may have height 0, for what genesis holds. Events that
// name a hotspot nobody registered are counted in Stats.Unplaced and otherwise ignored. Only one goroutine at a time
// gets in; readers are never blocked.
func (x *Index) Apply(b explorer.Block) error {
	x.apply.Lock()
	defer x.apply.Unlock()
	old := x.view.Load()
	fresh := old.Seq == 0 && old.Height == 0
	if b.Height < old.Height || b.Height == old.Height && !fresh {
		return fmt.Errorf("%w: %d after %d", ErrHeight, b.Height, old.Height)
	}
	u := newUpdate(old, b)
	for _, e := range b.Events {
		u.event(e)
	}
	next := u.finish()
	x.names.add(u.named)
	x.challenges.add(u.challenges)
	change := Change{Seq: next.Seq, Height: next.Height, Cells: u.touchedCells(), Hotspots: u.touchedHotspots()}
	x.feed.publish(change, next.Seq != old.Seq, func() { x.view.Store(next) })
	return nil
}

// update builds the next view: it copies what it changes and leaves the rest shared.
type update struct {
	old    *View
	next   View
	height explorer.Height
	day    explorer.Day

	root       *[rootPages]*page
	pages      map[uint64]*page // copied ones, by root slot
	chunks     map[uint64]*chunk
	hotspots   map[explorer.HotspotIndex]*Hotspot
	cells      map[explorer.Cell]bool
	named      []alias
	challenges []*Challenge
}

func newUpdate(old *View, b explorer.Block) *update {
	u := &update{
		old: old, next: *old, height: b.Height, day: explorer.DayOf(b.Time),
		pages: map[uint64]*page{}, chunks: map[uint64]*chunk{},
		hotspots: map[explorer.HotspotIndex]*Hotspot{}, cells: map[explorer.Cell]bool{},
	}
	u.next.Height, u.next.Time = b.Height, b.Time.UTC()
	if b.Time.IsZero() {
		u.next.Time, u.day = time.Time{}, 0
	}
	if len(b.Events) > 0 {
		u.next.Seq++
		u.next.Stats.Reasons = maps.Clone(old.Stats.Reasons)
	}
	return u
}

// finish freezes the update into the next view.
func (u *update) finish() *View {
	for _, h := range u.hotspots {
		if h.Located {
			u.chunk(h.Cell.Parent(explorer.ChunkRes)) // what a map shows of it changed with it
		}
	}
	for _, ch := range u.chunks {
		ch.seq = u.next.Seq
	}
	if u.root != nil {
		u.next.root = u.root
	}
	if len(u.hotspots) > 0 {
		u.next.hotspots = u.old.hotspots.with(u.hotspots)
	}
	return &u.next
}

// chunk returns the chunk of a resolution 5 cell for changing.
func (u *update) chunk(c5 explorer.Cell) *chunk {
	pos := c5.Position()
	if ch, ok := u.chunks[pos]; ok {
		return ch
	}
	if u.root == nil {
		root := *u.old.root
		u.root = &root
	}
	slot := pos / pageSize
	p := u.pages[slot]
	if p == nil {
		p = new(page)
		if was := u.root[slot]; was != nil {
			*p = *was
		}
		u.pages[slot], u.root[slot] = p, p
	}
	ch := p[pos%pageSize]
	if ch == nil {
		ch = newChunk(c5)
	} else {
		ch = ch.clone()
	}
	u.chunks[pos], p[pos%pageSize] = ch, ch
	return ch
}

// hotspot returns a hotspot for changing; nil, counted, if it is not known.
func (u *update) hotspot(i explorer.HotspotIndex) *Hotspot {
	if h, ok := u.hotspots[i]; ok {
		return h
	}
	was := u.old.Hotspot(i)
	if was == nil {
		u.next.Stats.Unplaced++
		return nil
	}
	h := was.clone()
	u.hotspots[i] = h
	return h
}

// peek returns a hotspot for reading, as this update has left it; nil if it is not known.
func (u *update) peek(i explorer.HotspotIndex) *Hotspot {
	if h, ok := u.hotspots[i]; ok {
		return h
	}
	return u.old.Hotspot(i)
}
