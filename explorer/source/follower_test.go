package source_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/index"
	"github.com/hexwave/hexwave/explorer/source"
)

// follow runs a follower inside a synctest bubble; the function returned stops it and gives Run's error.
func follow(t *testing.T, s *explorertest.Source) (f *source.Follower, stop func() error) {
	t.Helper()
	f = &source.Follower{Source: s, Index: index.New(), Poll: time.Second, Log: slog.New(slog.DiscardHandler)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx) }()
	return f, func() error { cancel(); return <-ended }
}

func TestFollowsBackfillsAndResumes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		chain := explorertest.Town{Seed: 2, Blocks: 40}.Chain()
		genesis := explorer.Block{Events: []explorer.Event{explorer.HotspotRegistered{Index: 900, Name: "first-of-all", ID: "g"}}}
		s := explorertest.NewSource("c-1", genesis, chain)
		f, stop := follow(t, s)
		at := func(want explorer.Height) {
			t.Helper()
			time.Sleep(20 * time.Second)
			synctest.Wait()
			if got := f.Index.View().Height; got != want {
				t.Fatalf("height %d, want %d", got, want)
			}
		}
		at(0)
		if f.Index.View().Hotspot(900) == nil {
			t.Fatal("genesis is not in the index")
		}
		s.Show(25)
		at(25)
		s.SetAway(true)
		s.Show(30)
		at(25)
		if !errors.Is(f.Status().Err, explorertest.ErrAway) {
			t.Fatalf("status says %v", f.Status().Err)
		}
		s.SetAway(false)
		at(30)
		s.Show(40)
		at(40)
		if err := stop(); err != nil {
			t.Fatal(err)
		}

		direct := index.New()
		for _, b := range append([]explorer.Block{genesis}, chain...) {
			if err := direct.Apply(b); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := f.Index.View().Stats, direct.View().Stats; got.CellsSeen != want.CellsSeen || got.Kept != want.Kept || got.Hotspots != want.Hotspots {
			t.Fatalf("followed %+v, applied %+v", got, want)
		}
		if st := f.Status(); st.Head != 40 || st.ChainID != "c-1" || st.Err != nil || st.Gap != 0 {
			t.Fatalf("%+v", st)
		}
	})
}

// An index filled from an earlier run goes on where it ended, if the source has the same history.
func TestGoesOnWithItsOwnHistoryOnly(t *testing.T) {
	chain := explorertest.Town{Seed: 2, Blocks: 30}.Chain()
	other := explorertest.Town{Seed: 2, Blocks: 30, Start: time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC)}.Chain()
	for name, tc := range map[string]struct {
		blocks []explorer.Block
		want   error
	}{
		"same":          {chain, nil},
		"started again": {other, source.ErrOtherChain},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := explorertest.NewSource("c-1", explorer.Block{}, tc.blocks)
				s.Show(30)
				var kept []explorer.Height
				f := &source.Follower{Source: s, Index: index.New(), Poll: time.Second, Log: slog.New(slog.DiscardHandler), ChainID: "c-1"}
				f.Keep = func(_ string, b explorer.Block) error { kept = append(kept, b.Height); return nil }
				for _, b := range chain[:20] {
					if err := f.Index.Apply(b); err != nil {
						t.Fatal(err)
					}
				}
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				if err := f.Run(ctx); !errors.Is(err, tc.want) {
					t.Fatalf("%v, want %v", err, tc.want)
				}
				if tc.want == nil && (len(kept) != 10 || kept[0] != 21) {
					t.Fatalf("kept %v", kept)
				}
			})
		})
	}
}

// A node that comes back shorter is waited for; whether it is the same chain is checked when it has caught up.
func TestWaitsForANodeThatIsBehind(t *testing.T) {
	chain := explorertest.Town{Blocks: 20}.Chain()
	for name, tc := range map[string]struct {
		back []explorer.Block
		want error
	}{
		"catching up":   {chain, nil},
		"started again": {explorertest.Town{Blocks: 20, Start: time.Date(2026, 2, 2, 0, 0, 0, 0, time.UTC)}.Chain(), source.ErrOtherChain},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := explorertest.NewSource("c-1", explorer.Block{}, chain)
				s.Show(10)
				f, stop := follow(t, s)
				time.Sleep(10 * time.Second)
				s.Replace(tc.back)
				s.Show(4)
				time.Sleep(20 * time.Second)
				if got := f.Status().Err; !errors.Is(got, source.ErrBehind) || f.Index.View().Height != 10 {
					t.Fatalf("%v at %d", got, f.Index.View().Height)
				}
				s.Show(20)
				time.Sleep(20 * time.Second)
				synctest.Wait()
				if err := stop(); !errors.Is(err, tc.want) {
					t.Fatalf("%v, want %v", err, tc.want)
				}
			})
		})
	}
}

func TestStopsWhenBlocksCannotBeKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := explorertest.NewSource("c-1", explorer.Block{}, explorertest.Town{Blocks: 3}.Chain())
		s.Show(3)
		f := &source.Follower{Source: s, Index: index.New(), Poll: time.Second, Log: slog.New(slog.DiscardHandler)}
		f.Keep = func(string, explorer.Block) error { return errors.New("disk full") }
		if err := f.Run(t.Context()); !errors.Is(err, source.ErrKeep) {
			t.Fatalf("%v", err)
		}
	})
}

func TestBeginsWhereThePrunedNodeBegins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := explorertest.NewSource("c-1", explorer.Block{}, explorertest.Town{Blocks: 20}.Chain())
		s.Show(20)
		s.Prune(10)
		f, stop := follow(t, s)
		time.Sleep(10 * time.Second)
		if v := f.Index.View(); v.Height != 20 || f.Status().Gap != 11 {
			t.Fatalf("height %d, status %+v", v.Height, f.Status())
		}
		if err := stop(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestStopsForAnotherChain(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*explorertest.Source)
		want   error
	}{
		"another id": {func(s *explorertest.Source) { s.SetChainID("c-2") }, source.ErrOtherChain},
		"shorter":    {func(s *explorertest.Source) { s.Show(3) }, nil}, // it may catch up
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := explorertest.NewSource("c-1", explorer.Block{}, explorertest.Town{Blocks: 20}.Chain())
				s.Show(20)
				_, stop := follow(t, s)
				time.Sleep(10 * time.Second)
				tc.change(s)
				time.Sleep(10 * time.Second)
				synctest.Wait()
				if err := stop(); !errors.Is(err, tc.want) {
					t.Fatalf("%v, want %v", err, tc.want)
				}
			})
		})
	}
}
