package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestSinCosAgainstFloatingPoint(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		angle := E7(rapid.Int32().Draw(t, "angle"))
		sin, cos := sinCos(angle)
		if off := dot(&vec{sin, cos}, &vec{sin, cos}).shiftDown(60) - q60; off < -4 || off > 4 {
			t.Fatalf("sin^2 + cos^2 is off by %d", off)
		}
		wantSin, wantCos := math.Sincos(float64(angle) * (math.Pi / 180 / 1e7))
		if d := math.Abs(float64(sin)/q60 - wantSin); d > 1e-15 {
			t.Fatalf("sin %d is off by %g", angle, d)
		}
		if d := math.Abs(float64(cos)/q60 - wantCos); d > 1e-15 {
			t.Fatalf("cos %d is off by %g", angle, d)
		}
	})
}
