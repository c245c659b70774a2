package history

import (
	"crypto/ed25519"
	"testing"

	dbm "github.com/cosmos/cosmos-db"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

func record(t *testing.T, id uint64, points uint64) types.ChallengeRecord {
	t.Helper()
	key, err := wire.Ed25519Key(ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	c := wire.Challenge{ID: id, SF: 7, KnownIndex: 1, Key: key}
	return types.ChallengeRecord{Challenge: c.AppendTo(nil), Points: points}
}

// points returns what a challenge is kept with, 0 when it is not.
func points(t *testing.T, s *Store, id uint64) uint64 {
	t.Helper()
	r, ok, err := s.Record(id)
	if err != nil || ok != (r.Points > 0) {
		t.Fatalf("challenge %d: %v, %v", id, ok, err)
	}
	return r.Points
}

func TestHistory(t *testing.T) {
	s := New(dbm.NewMemDB(), 3)
	keep := func(height uint64, records ...types.ChallengeRecord) {
		t.Helper()
		if err := s.Keep(height, records); err != nil {
			t.Fatal(err)
		}
	}
	keep(10, record(t, 1, 11), record(t, 2, 12))
	keep(10, record(t, 1, 13), record(t, 2, 12)) // executed again after a crash
	keep(11)
	keep(12, record(t, 3, 14))
	for id, want := range []uint64{0, 13, 12, 14, 0} {
		if got := points(t, s, uint64(id)); got != want {
			t.Errorf("challenge %d: %d, want %d", id, got, want)
		}
	}
	keep(13) // 13 - 3 is gone now
	for id, want := range []uint64{0, 0, 0, 14} {
		if got := points(t, s, uint64(id)); got != want {
			t.Errorf("later, challenge %d: %d, want %d", id, got, want)
		}
	}
}

// A history that was made shorter is shortened a few blocks at a time.
func TestShorterHistory(t *testing.T) {
	db := dbm.NewMemDB()
	long := New(db, 1_000)
	for h := uint64(1); h <= 20; h++ {
		if err := long.Keep(h, []types.ChallengeRecord{record(t, h, h)}); err != nil {
			t.Fatal(err)
		}
	}
	short := New(db, 2)
	for h := uint64(21); h <= 30; h++ {
		if err := short.Keep(h, []types.ChallengeRecord{record(t, h, h)}); err != nil {
			t.Fatal(err)
		}
	}
	kept := 0
	for id := uint64(1); id <= 30; id++ {
		if points(t, short, id) > 0 {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("%d challenges are kept, want those of 2 blocks", kept)
	}
}
