package reward

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestMicroCredits(t *testing.T) {
	for _, c := range []struct {
		bytes       uint64
		price, rest uint32
		micro       uint64
		left        uint32
	}{
		// 10,000,000 micro-DC per 10^6 bytes is US$0.10 a GB.
		{63_414_560, 10_000_000, 0, 634_145_600, 0},
		{1_000_000_000, 10_000_000, 0, 10_000_000_000, 0}, // 10,000 DC
		{1 << 30, 10_000_000, 0, 10_737_418_240, 0},       // 10,737.41824 DC
		{1, 1, 999_999, 1, 0},
		{1, 1, 0, 0, 1},
		{0, 10_000_000, 7, 0, 7},
		{1 << 63, 1_000_000, 0, 1 << 63, 0},
	} {
		micro, left, ok := MicroCredits(c.bytes, c.price, c.rest)
		if !ok || micro != c.micro || left != c.left {
			t.Errorf("%d bytes at %d, rest %d: %d rest %d (%v), want %d rest %d", c.bytes, c.price, c.rest, micro, left, ok, c.micro, c.left)
		}
	}
	if _, _, ok := MicroCredits(1<<63, 2_000_000, 0); ok {
		t.Error("2^64 micro-DC fit into 64 bits")
	}
}

// The parts of an account add up to the floor of the whole.
func TestMicroCreditsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Uint32().Draw(t, "price")
		var rest uint32
		var sum, bytes uint64
		for range rapid.IntRange(1, 20).Draw(t, "parts") {
			part := rapid.Uint64Range(0, 1<<40).Draw(t, "bytes")
			micro, left, ok := MicroCredits(part, price, rest)
			if !ok {
				t.Fatalf("%d bytes at %d do not fit", part, price)
			}
			rest, sum, bytes = left, sum+micro, bytes+part
		}
		want := new(big.Int).Mul(new(big.Int).SetUint64(bytes), big.NewInt(int64(price)))
		want.Div(want, big.NewInt(priceBytes))
		if want.Cmp(new(big.Int).SetUint64(sum)) != 0 {
			t.Errorf("parts add up to %d, the whole is %v", sum, want)
		}
	})
}
