package wire

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPriceVoteRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := PriceVote{
			Price:   rapid.Uint64Range(1, MaxPrice).Draw(t, "price"),
			Time:    rapid.Uint32().Draw(t, "time"),
			Sources: rapid.Uint8Min(1).Draw(t, "sources"),
		}
		raw := in.AppendTo(nil)
		if len(raw) != PriceVoteSize || len(raw) > 24 {
			t.Fatalf("%d bytes", len(raw))
		}
		out, err := ParsePriceVote(raw)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(in, out); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestPriceVoteRefuses(t *testing.T) {
	good := (&PriceVote{Price: 1, Time: 2, Sources: 3}).AppendTo(nil)
	for _, tc := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, ErrSize},
		{"short", good[:len(good)-1], ErrSize},
		{"long", append(bytes.Clone(good), 0), ErrSize},
		{"version", append([]byte{2}, good[1:]...), ErrTag},
		{"price 0", (&PriceVote{Sources: 1}).AppendTo(nil), ErrValue},
		{"price too high", (&PriceVote{Price: MaxPrice + 1, Sources: 1}).AppendTo(nil), ErrValue},
		{"no source", (&PriceVote{Price: 1}).AppendTo(nil), ErrValue},
	} {
		if _, err := ParsePriceVote(tc.raw); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func FuzzParsePriceVote(f *testing.F) {
	f.Add((&PriceVote{Price: 27_000_000, Time: 1_790_000_000, Sources: 2}).AppendTo(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := ParsePriceVote(raw)
		if err == nil && !bytes.Equal(v.AppendTo(nil), raw) {
			t.Fatalf("%x parses to %+v, which encodes differently", raw, v)
		}
	})
}
