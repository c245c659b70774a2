package verify

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/poc/geo"
)

func TestPowersTable(t *testing.T) {
	h := sha256.New()
	for r, p := range powers {
		var b [16]byte
		binary.BigEndian.PutUint64(b[:8], p[0])
		binary.BigEndian.PutUint64(b[8:], p[1])
		h.Write(b[:])

		// |T/2^64 - 10^(r/100)| <= 1/2^65, exactly: (2T-1)^100 <= 10^r 2^6500 < (2T+1)^100.
		twice := new(big.Int).SetBytes(b[:])
		twice.Lsh(twice, 1)
		want := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(r)), nil)
		want.Lsh(want, 6500)
		hundred := big.NewInt(100)
		low := new(big.Int).Exp(new(big.Int).Sub(twice, big.NewInt(1)), hundred, nil)
		high := new(big.Int).Exp(new(big.Int).Add(twice, big.NewInt(1)), hundred, nil)
		if low.Cmp(want) > 0 || high.Cmp(want) <= 0 {
			t.Errorf("powers[%d] is not the nearest", r)
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != "f85e451ba6ea12eba7f66ef0facd432f849d59c70b32ff6e9b7f13857a0ed882" {
		t.Errorf("table hashes to %s", got)
	}
}

// reference is the inequality in big integers.
func reference(d2 uint64, freq uint32, x int32) bool {
	kc, _ := new(big.Int).SetString("569143365714345047022", 10)
	q, r := floorDiv(x, 100)
	left := new(big.Int).SetUint64(d2)
	left.Mul(left, big.NewInt(int64(freq)))
	left.Mul(left, big.NewInt(int64(freq)))
	left.Lsh(left, 64)
	right := new(big.Int).SetUint64(powers[r][0])
	right.Lsh(right, 64).Add(right, new(big.Int).SetUint64(powers[r][1])).Mul(right, kc)
	ten := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(q, -q))), nil)
	if q >= 0 {
		right.Mul(right, ten)
	} else {
		left.Mul(left, ten)
	}
	return left.Cmp(right) <= 0
}

func TestFreeSpaceAgainstBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d2 := rapid.Uint64Range(0, 1<<rapid.IntRange(0, 63).Draw(t, "bits")).Draw(t, "d2")
		freq := rapid.Uint32Range(1, 1<<32-1).Draw(t, "freq")
		x := rapid.Int32Range(-100*maxDecades, 100*maxDecades+99).Draw(t, "x")
		if got, want := freeSpaceAllows(d2, freq, x), reference(d2, freq, x); got != want {
			t.Fatalf("d2 %d, %d Hz, x %d: %v, want %v", d2, freq, x, got, want)
		}
		most := MaxRSSI(d2, freq, 140, 20, 0)
		if d2 >= 1e6 && freq >= 1e8 && (!reference(d2, freq, 160-most) || reference(d2, freq, 160-most-1)) {
			t.Fatalf("d2 %d, %d Hz: %d is not the limit", d2, freq, most)
		}
	})
}

func TestMaxRSSI(t *testing.T) {
	for _, c := range []struct {
		metres uint32
		freq   uint32
		loss   int32 // 0.1 dB, rounded up
	}{
		{300, 867_900_000, 808},
		{508, 867_900_024, 854},
		{1_000, 868_100_000, 913},
		{1_000, 903_900_000, 916},
		{5_000, 867_900_000, 1052},
		{10_000, 923_200_000, 1118},
		{14_318, 868_100_000, 1144},
		{50_000, 868_100_000, 1252},
		{100_000, 868_100_000, 1313},
		{100_000, 905_300_000, 1316},
	} {
		if got := -MaxRSSI(geo.SquareMetres(c.metres), c.freq, 0, 0, 0); got != c.loss {
			t.Errorf("%d m at %d Hz lose %d, want %d", c.metres, c.freq, got, c.loss)
		}
	}
	if got := MaxRSSI(geo.SquareMetres(508), 867_900_024, 120+81, 83, 0); got != -570 {
		t.Errorf("limit %d, want -57.0 dBm", got)
	}
	if freeSpaceAllows(1, 1, -2_000) || !freeSpaceAllows(^uint64(0), ^uint32(0), 2_000) || !freeSpaceAllows(0, 1, -2_000) {
		t.Error("losses out of range are decided wrongly")
	}
}

func TestFreeSpaceAllocatesNothing(t *testing.T) {
	if n := testing.AllocsPerRun(10, func() { freeSpaceAllows(1e14, 868_100_000, 1_200) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
