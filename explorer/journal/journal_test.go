package journal_test

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
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
