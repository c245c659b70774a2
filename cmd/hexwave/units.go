package main

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/poc/geo"
)

const sparkPerHXW = 100_000_000

// hxwText writes spark as HXW, without trailing zeros.
func hxwText(spark uint64) string {
	s := fmt.Sprintf("%d.%08d", spark/sparkPerHXW, spark%sparkPerHXW)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " HXW"
}

// parseHXW reads an amount such as 1.5 (HXW) or 150000000spark.
func parseHXW(s string) (uint64, error) {
	bad := cli.Errorf(cli.Usage, "", "amount %q: write it like 1.5 (HXW, 8 decimal places at most) or 150000000spark", s)
	text, scale := strings.TrimSuffix(s, "spark"), int64(1)
	if text == s {
		text, scale = strings.TrimSuffix(strings.ToLower(s), "hxw"), sparkPerHXW
	}
	if text == "" || strings.Trim(text, "0123456789.") != "" {
		return 0, bad
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, bad
	}
	r.Mul(r, new(big.Rat).SetInt64(scale))
	if !r.IsInt() || !r.Num().IsUint64() || r.Sign() <= 0 {
		return 0, bad
	}
	return r.Num().Uint64(), nil
}

// parsePlace reads LAT,LNG in degrees, exactly.
func parsePlace(s string) (geo.Point, error) {
	bad := cli.Errorf(cli.Usage, "", "place %q: write it like 52.52,13.405 (degrees, 7 decimal places at most)", s)
	a, b, ok := strings.Cut(s, ",")
	lat, ok1 := parseE7(a)
	lng, ok2 := parseE7(b)
	p := geo.Point{Lat: lat, Lng: lng}
	if !ok || !ok1 || !ok2 || p.Validate() != nil {
		return p, bad
	}
	return p, nil
}

func parseE7(s string) (geo.E7, bool) {
	s = strings.TrimSpace(s)
	if strings.Trim(s, "-0123456789.") != "" {
		return 0, false
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, false
	}
	r.Mul(r, new(big.Rat).SetInt64(10_000_000))
	if !r.IsInt() || !r.Num().IsInt64() {
		return 0, false
	}
	n := r.Num().Int64()
	return geo.E7(n), n >= -int64(geo.MaxLng) && n <= int64(geo.MaxLng)
}

// degreesText writes an angle of 1e-7 degrees.
func degreesText(e7 int32) string { return fmt.Sprintf("%.7f", float64(e7)/1e7) }
