package main

import (
	"fmt"
	"math/big"
)

const prec = 300

type vec [3]*big.Float

func parse(s string) *big.Float {
	f, _, err := big.ParseFloat(s, 10, prec, big.ToNearestEven)
	if err != nil {
		panic(fmt.Sprintf("geotables: bad number %q", s))
	}
	return f
}

func mul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Mul(a, b) }

func neg(a *big.Float) *big.Float { return new(big.Float).SetPrec(prec).Neg(a) }

func add(a, b vec) (r vec) {
	for n := range r {
		r[n] = new(big.Float).SetPrec(prec).Add(a[n], b[n])
	}
	return r
}

func scale(a vec, k *big.Float) (r vec) {
	for n := range r {
		r[n] = mul(a[n], k)
	}
	return r
}

// sinCos sums the Taylor series; |x| <= 2 pi here, so 120 terms are far below
// the working precision.
func sinCos(x *big.Float) (sin, cos *big.Float) {
	sin, cos = parse("0"), parse("0")
	term := parse("1")
	for n := range 120 {
		into := cos
		if n%2 == 1 {
			into = sin
		}
		if n%4 >= 2 {
			into.Sub(into, term)
		} else {
			into.Add(into, term)
		}
		term = mul(term, x)
		term.Quo(term, new(big.Float).SetPrec(prec).SetInt64(int64(n+1)))
	}
	return sin, cos
}

// q60 prints a vector times 2^60, rounded to nearest.
func q60(v vec) string {
	var n [3]*big.Int
	half := parse("0.5")
	for k, f := range v {
		scaled := new(big.Float).SetPrec(prec).SetMantExp(f, 60)
		if scaled.Sign() < 0 {
			scaled.Sub(scaled, half)
		} else {
			scaled.Add(scaled, half)
		}
		n[k], _ = scaled.Int(nil)
	}
	return fmt.Sprintf("vec{%s, %s, %s}", n[0], n[1], n[2])
}
