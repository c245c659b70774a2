package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/index"
	"github.com/hexwave/hexwave/explorer/journal"
)

// read opens a journal and returns what it replays.
func read(tb testing.TB, dir string) (*journal.Journal, []explorer.Block) {
	tb.Helper()
	var got []explorer.Block
	j, err := journal.Open(dir, func(b explorer.Block) error { got = append(got, b); return nil })
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := j.Close(); err != nil {
			tb.Error(err)
		}
	})
	return j, got
}

func write(tb testing.TB, dir string, blocks []explorer.Block) {
	tb.Helper()
	j, _ := read(tb, dir)
	for _, b := range blocks {
		if err := j.Append("c-1", b); err != nil {
			tb.Fatal(err)
		}
	}
}

// lively returns a chain in which hotspots are sold, get new keys and retire.
func lively() []explorer.Block {
	chain := explorertest.Town{Blocks: 60}.Chain()
	for i, more := range map[int][]explorer.Event{
		5:  {explorer.HotspotStatusChanged{Index: 1, Status: explorer.StatusRetired}, explorer.HotspotOwnerChanged{Index: 2, Owner: "hxw1buyer"}},
		6:  {explorer.Owed{Hotspot: 2, Amount: 7}, explorer.OwedClaimed{Amount: 7}},
		20: {explorer.HotspotKeyRotated{Index: 2, ID: "new", Name: "new-new-new"}},
		40: {explorer.HotspotStatusChanged{Index: 2, Status: explorer.StatusRetired}, explorer.HotspotStatusChanged{Index: 7, Status: explorer.StatusRetired}},
	} {
		chain[i].Events = append(chain[i].Events, more...)
	}
	return chain
}

// state is all that can be read of an index.
type state struct {
	Stats    index.Stats
	Height   explorer.Height
	Hotspots []*index.Hotspot
	Cells    map[explorer.Cell]index.Record
	Links    map[explorer.Cell][]index.Link
	Standing []explorer.HotspotIndex
	Found    map[string]explorer.HotspotIndex
}

func stateOf(x *index.Index) state {
	v := x.View()
	s := state{
		Stats: v.Stats, Height: v.Height, Hotspots: slices.Collect(v.Hotspots(0)),
		Cells: map[explorer.Cell]index.Record{}, Links: map[explorer.Cell][]index.Link{}, Found: map[string]explorer.HotspotIndex{},
	}
	world := index.Box{West: -180, South: -90, East: 180, North: 90}
	for sum := range v.Near(world, explorer.CoverageRes) {
		s.Cells[sum.Cell], s.Links[sum.Cell] = v.Record(sum.Cell), slices.Clone(v.Links(sum.Cell))
	}
	for h := range v.Residents(world) {
		s.Standing = append(s.Standing, h.Index)
	}
	for _, name := range []string{explorertest.Name(1), explorertest.Name(2), "new", "new-new-new"} {
		if h := x.Find(v, name); h != nil {
			s.Found[name] = h.Index
		}
	}
	return s
}

// Wherever the explorer is stopped, what it replays and reads after is what it would have been.
func TestReplayGivesTheSameState(t *testing.T) {
	chain := lively()
	direct := index.New()
	for _, b := range chain {
		if err := direct.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	want := stateOf(direct)
	if want.Stats.Retired != 3 || len(want.Found) != 4 {
		t.Fatalf("the chain is not lively: %+v, found %v", want.Stats, want.Found)
	}
	for _, stop := range []int{0, 5, 6, 21, 40, 41, len(chain)} {
		dir := t.TempDir()
		write(t, dir, chain[:stop])
		x := index.New()
		j, err := journal.Open(dir, x.Apply)
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range chain[stop:] {
			if err := x.Apply(b); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(want, stateOf(x), cmp.AllowUnexported(index.Stats{})); d != "" {
			t.Errorf("stopped after %d blocks: %s", stop, d)
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestKeepsBlocks(t *testing.T) {
	chain := lively()
	dir := t.TempDir()
	write(t, dir, chain[:30])
	write(t, dir, chain[30:])
	j, got := read(t, dir)
	if d := cmp.Diff(chain, got); d != "" {
		t.Fatal(d)
	}
	if j.ChainID() != "c-1" {
		t.Errorf("chain %q", j.ChainID())
	}
	if err := j.Append("c-2", chain[0]); !errors.Is(err, journal.ErrOtherChain) {
		t.Errorf("another chain: %v", err)
	}
}

// A journal of another version lacks events that are read now: its blocks come from the node again.
func TestOtherVersionsStartAnew(t *testing.T) {
	line := func(body string) string { return fmt.Sprintf("%08x %s\n", crc32.ChecksumIEEE([]byte(body)), body) }
	block := line(`{"h":1,"t":"2026-01-01T00:00:00Z","e":[{"epoch":{"Epoch":1,"Scheduled":5}}]}`)
	for _, tc := range []struct{ version, blocks int }{{1, 0}, {2, 1}, {3, 0}} {
		dir := t.TempDir()
		file := line(fmt.Sprintf(`{"version":%d,"chain_id":"c-1"}`, tc.version)) + block
		if err := os.WriteFile(filepath.Join(dir, "blocks.jsonl"), []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
		j, got := read(t, dir)
		if len(got) != tc.blocks || (j.ChainID() == "c-1") != (tc.blocks > 0) {
			t.Errorf("version %d: %d blocks of chain %q", tc.version, len(got), j.ChainID())
		}
	}
}

// Wherever the file is cut or damaged, what comes back is a prefix of what was written, and the file can be appended to.
func TestDamageCostsOnlyTheEnd(t *testing.T) {
	chain := explorertest.Town{Hotspots: 5, Blocks: 12}.Chain()
	whole := t.TempDir()
	write(t, whole, chain)
	good, err := os.ReadFile(filepath.Join(whole, "blocks.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		dir := t.TempDir()
		bad := bytes.Clone(good)
		at := rapid.IntRange(0, len(bad)-1).Draw(rt, "at")
		if rapid.Bool().Draw(rt, "cut") {
			bad = bad[:at]
		} else {
			bad[at] ^= byte(rapid.IntRange(1, 255).Draw(rt, "flip"))
		}
		if err := os.WriteFile(filepath.Join(dir, "blocks.jsonl"), bad, 0o600); err != nil {
			rt.Fatal(err)
		}
		_, got := read(t, dir)
		if len(got) > 0 && cmp.Diff(chain[:len(got)], got) != "" {
			rt.Fatal("what came back is not what was written")
		}
		write(t, dir, chain[len(got):])
		if _, again := read(t, dir); !cmp.Equal(chain, again) {
			rt.Fatal("the rest could not be added")
		}
	})
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("00000000 {}\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		dir := t.TempDir()
		path := filepath.Join(dir, "blocks.jsonl")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		read(t, dir)
		kept, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(raw, kept) {
			t.Fatalf("%q became %q, %v", raw, kept, err)
		}
	})
}
