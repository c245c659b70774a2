package types

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestJournalRoundTrip(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		points := map[Place]uint64{}
		for range rapid.IntRange(0, 60).Draw(rt, "bookings") {
			at := Place{
				Cell: rapid.Uint64Range(1, 4).Draw(rt, "cell"), Page: rapid.Uint16Range(0, 3).Draw(rt, "page"),
				Slot: rapid.Uint8Range(0, PageSlots-1).Draw(rt, "slot"),
			}
			points[at] = rapid.Uint64Max(MaxPoints).Draw(rt, "points")
		}
		raw := JournalOf(9, points).Encode()
		from := PageID{rapid.Uint64Range(0, 5).Draw(rt, "from"), rapid.Uint16Range(0, 3).Draw(rt, "from page")}
		got := map[Place]uint64{}
		epoch, err := WalkJournal(raw, from, PageID{4, 2}, func(id PageID, slots []SlotPoints) error {
			for _, s := range slots {
				got[Place{id.Cell, id.Page, s.Slot}] = s.Points
			}
			return nil
		})
		if err != nil || epoch != 9 {
			rt.Fatal(epoch, err)
		}
		for at := range points {
			if at.PageID().Compare(from) < 0 || at.PageID().Compare(PageID{4, 2}) >= 0 {
				delete(points, at)
			}
		}
		if diff := cmp.Diff(points, got); diff != "" {
			rt.Fatal(diff)
		}
	})
}

func FuzzJournal(f *testing.F) {
	f.Add(JournalOf(1, map[Place]uint64{{1, 2, 3}: 4, {1, 2, 4}: 5, {6, 0, 0}: MaxPoints}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		pages := 0
		_, err := WalkJournal(b, PageID{}, PageID{}, func(_ PageID, slots []SlotPoints) error {
			pages++
			for _, s := range slots {
				if s.Slot >= PageSlots || s.Points > MaxPoints {
					t.Fatalf("%+v", s)
				}
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrLayout) || pages > len(b)/journalHead {
			t.Fatal(pages, err)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add((&Fold{From: 1, To: 129, Step: 1, Bounds: []PageID{{1, 0}, {7, 2}}}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		fold, err := DecodeFold(b)
		if err != nil {
			return
		}
		if !bytes.Equal(fold.Encode(), b) {
			t.Fatalf("%+v is not what was read", fold)
		}
	})
}
