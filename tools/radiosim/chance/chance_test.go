package chance

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDrawsArePure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Seed(rapid.Uint64().Draw(t, "seed"))
		n := rapid.Uint64().Draw(t, "n")
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		first := s.Uint64("p", n, a, b)
		if again := s.Uint64("p", n, a, b); again != first {
			t.Fatal("a draw changed")
		}
		for _, other := range []uint64{(s + 1).Uint64("p", n, a, b), s.Uint64("q", n, a, b), s.Uint64("p", n+1, a, b), s.Uint64("p", n, a+b)} {
			if other == first {
				t.Fatal("different draws agree")
			}
		}
		if f := s.Float("p", n, a); f < 0 || f >= 1 {
			t.Fatalf("uniform %v", f)
		}
	})
}

func TestNormal(t *testing.T) {
	const n = 20_000
	var sum, sq float64
	for i := range uint64(n) {
		z := Seed(1).Normal("z", i)
		sum += z
		sq += z * z
	}
	mean, sd := sum/n, math.Sqrt(sq/n)
	if math.Abs(mean) > 0.03 || math.Abs(sd-1) > 0.03 {
		t.Errorf("mean %.3f, deviation %.3f", mean, sd)
	}
}
