package journal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/explorertest"
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

func TestKeepsBlocks(t *testing.T) {
	chain := explorertest.Town{Blocks: 60}.Chain()
	chain[5].Events = append(chain[5].Events, explorer.HotspotStatusChanged{Index: 1, Status: explorer.StatusRetired}, explorer.HotspotOwnerChanged{Index: 2, Owner: "x"})
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
