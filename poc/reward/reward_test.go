package reward

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

var (
	launch = Schedule{Initial: 16_438_356_164_383, HalvingEpochs: 730}
	shares = Shares{Validators: 600, Community: 700}
	fee    = Fee{Router: 100, Demand: 300, Burned: 100}
)

func TestEmission(t *testing.T) {
	for _, c := range []struct{ epoch, want uint64 }{
		{0, 16_438_356_164_383},
		{729, 16_438_356_164_383},
		{730, 8_219_178_082_191},
		{1460, 4_109_589_041_095},
		{2190, 2_054_794_520_547},
		{730 * 44, 0},
		{math.MaxUint64, 0},
	} {
		if got := Emission(launch, c.epoch); got != c.want {
			t.Errorf("epoch %d emits %d, want %d", c.epoch, got, c.want)
		}
	}
	for _, c := range []struct{ premine, want uint64 }{
		{0, 16_438_356_164_383},
		{4_000_000e8, 16_164_383_561_643},
		{240_000_000e8, 0},
		{math.MaxUint64, 0},
	} {
		if got := InitialEmission(240_000_000e8, c.premine, 730); got != c.want {
			t.Errorf("after a premine of %d the first epoch emits %d, want %d", c.premine, got, c.want)
		}
	}
	if got := InitialEmission(5, 0, 0); got != 0 {
		t.Errorf("without periods the first epoch emits %d", got)
	}
	if got := Emission(Schedule{Initial: 5}, 0); got != 0 {
		t.Errorf("a schedule without periods emits %d", got)
	}
}

func TestEmissionSums(t *testing.T) {
	var period, life uint64
	for e := range uint64(730 * 45) {
		life += Emission(launch, e)
		if e < 730 {
			period += Emission(launch, e)
		}
	}
	if period != 11_999_999_999_999_590 || life != 23_999_999_999_979_470 {
		t.Errorf("first period %d, life %d", period, life)
	}
}

func TestSplit(t *testing.T) {
	v, c, w := Split(Emission(launch, 0), shares)
	if v != 986_301_369_862 || c != 1_150_684_931_506 || w != 14_301_369_863_015 {
		t.Errorf("split %d %d %d", v, c, w)
	}
	if v, c, w := Split(100, Shares{Validators: 9_000, Community: 2_000}); v != 0 || c != 0 || w != 100 {
		t.Errorf("invalid shares split %d %d %d", v, c, w)
	}
}

func TestBasePool(t *testing.T) {
	years := []uint32{10_000, 7_500, 5_000, 2_500, 1_000}
	for _, c := range []struct{ epoch, want uint64 }{
		{0, 1000}, {364, 1000}, {365, 750}, {730, 500}, {1095, 250}, {1460, 100}, {1825, 0}, {math.MaxUint64, 0},
	} {
		if got := BasePool(1000, years, 365, c.epoch); got != c.want {
			t.Errorf("base pool of epoch %d is %d, want %d", c.epoch, got, c.want)
		}
	}
}

func TestReemit(t *testing.T) {
	const limit = 164_383_561_643
	var out, pool uint64
	for e, want := range map[int]uint64{1: 23_483_365_949, 2: 43_611_965_333, 3: 60_865_050_521, 14: 145_390_134_679} {
		pool = 0
		for range e {
			out, pool = Reemit(pool, 10_000e8, limit, 7)
		}
		if out != want {
			t.Errorf("steady burn, epoch %d: %d, want %d", e, out, want)
		}
	}
	pool = 0
	var sum uint64
	for e := range 31 {
		credit := uint64(0)
		if e == 0 {
			credit = 1_000e8
		}
		out, pool = Reemit(pool, credit, limit, 7)
		sum += out
		if want := []uint64{14_285_714_285, 12_244_897_959, 10_495_626_822}; e < 3 && out != want[e] {
			t.Errorf("single burn, epoch %d: %d, want %d", e, out, want[e])
		}
	}
	if sum != 99_159_283_593 {
		t.Errorf("single burn gave %d back in 31 epochs", sum)
	}
}

func TestReemitNeverExceedsCredit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.Uint64Max(1e12).Draw(t, "limit")
		smoothing := rapid.Uint32Max(30).Draw(t, "smoothing")
		var pool, in, out uint64
		for _, credit := range rapid.SliceOfN(rapid.Uint64Max(1e13), 1, 50).Draw(t, "credits") {
			var o uint64
			o, pool = Reemit(pool, credit, limit, smoothing)
			in, out = in+min(credit, limit), out+o
			if o > limit || out > in {
				t.Fatalf("re-emitted %d of %d, %d at once, limit %d", out, in, o, limit)
			}
		}
		if smoothing > 0 && in != out+pool {
			t.Fatalf("credited %d, re-emitted %d, left %d", in, out, pool)
		}
	})
}

func TestSplitBase(t *testing.T) {
	h, r, d, b := SplitBase(1_000_000, fee)
	if h != 950_000 || r != 10_000 || d != 30_000 || b != 10_000 {
		t.Errorf("split %d %d %d %d", h, r, d, b)
	}
	if h, r, d, b := SplitBase(99, fee); h != 94 || r != 0 || d != 2 || b != 3 {
		t.Errorf("dust split %d %d %d %d", h, r, d, b)
	}
	for _, f := range []Fee{{Router: 100, Demand: 301, Burned: 100}, {Burned: 10_001}, {Router: math.MaxUint32, Burned: math.MaxUint32}} {
		if f.Valid() {
			t.Errorf("%+v is valid", f)
		}
		if _, _, _, b := SplitBase(7, f); b != 7 {
			t.Errorf("%+v burns %d of 7", f, b)
		}
	}
}

func TestPartsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Uint64().Draw(t, "total")
		v, c, w := Split(total, Shares{rapid.Uint32Max(11_000).Draw(t, "validators"), rapid.Uint32Max(11_000).Draw(t, "community")})
		if v+c+w != total {
			t.Fatalf("%d+%d+%d is not %d", v, c, w, total)
		}
		f := Fee{rapid.Uint32Max(9_000).Draw(t, "router"), rapid.Uint32Max(9_000).Draw(t, "demand"), rapid.Uint32Max(9_000).Draw(t, "burned")}
		h, r, d, b := SplitBase(total, f)
		if h+r+d+b != total || h > total || r > total || d > total {
			t.Fatalf("%d+%d+%d+%d is not %d", h, r, d, b, total)
		}
		if f.Valid() && MulDiv(total, uint64(f.Burned), 10_000) > b {
			t.Fatalf("burned %d of %d at %d bps", b, total, f.Burned)
		}
	})
}

func TestTakeBasisIsConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dc, basis := rapid.Uint64Range(1, 1e15).Draw(t, "dc"), rapid.Uint64Max(1e18).Draw(t, "basis")
		left, sum := basis, uint64(0)
		for dc > 0 {
			x := rapid.Uint64Range(1, dc).Draw(t, "take")
			if rapid.Bool().Draw(t, "all") {
				x = dc
			}
			out := TakeBasis(dc, left, x)
			dc, left, sum = dc-x, left-out, sum+out
		}
		if left != 0 || sum != basis {
			t.Fatalf("took %d of %d, left %d", sum, basis, left)
		}
	})
}

func TestRate(t *testing.T) {
	r := Rate(1_000_000, 100, 1_000, Caps{PointShare: 5_000, Hotspot: 100})
	if r.Over != 500 || r.Limit != 100_000 {
		t.Errorf("quiet epoch: %+v", r)
	}
	if got := r.Pay(40, math.MaxUint64); got != 80_000 {
		t.Errorf("40 points pay %d", got)
	}
	if got := r.Pay(60, math.MaxUint64); got != 100_000 {
		t.Errorf("60 points pay %d, the limit is 100,000", got)
	}
	if got := r.Pay(60, 5); got != 5 {
		t.Errorf("paid %d of 5 left", got)
	}
	if got := (PointRate{}).Pay(60, 5); got != 0 {
		t.Errorf("the zero rate pays %d", got)
	}
	if got := LifetimeLeft(1000, 1500, 400); got != 1100 {
		t.Errorf("left %d", got)
	}
	if got := LifetimeLeft(1000, 1500, 1501); got != 0 {
		t.Errorf("left %d", got)
	}
	if got := LifetimeLeft(0, 0, 1501); got != math.MaxUint64 {
		t.Errorf("without limit left %d", got)
	}
}

func TestRateNeverPaysMoreThanThePool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pool := rapid.Uint64Max(1e14).Draw(t, "pool")
		points := rapid.SliceOfN(rapid.Uint64Max(1<<48-1), 1, 40).Draw(t, "points")
		var total, paid uint64
		for _, p := range points {
			total += p
		}
		r := Rate(pool, total, rapid.Uint64Max(1e15).Draw(t, "mean"), Caps{rapid.Uint64Max(20_000).Draw(t, "share"), rapid.Uint32Max(1_100).Draw(t, "hotspot")})
		for _, p := range points {
			paid += r.Pay(p, math.MaxUint64)
		}
		if paid > pool {
			t.Fatalf("paid %d of %d", paid, pool)
		}
	})
}

func TestMulDivAgainstBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b"), rapid.Uint64Min(1).Draw(t, "c")
		product := new(big.Int).Mul(new(big.Int).SetUint64(a), new(big.Int).SetUint64(b))
		q, m := new(big.Int).DivMod(product, new(big.Int).SetUint64(c), new(big.Int))
		checkMulDiv(t, MulDiv(a, b, c), q)
		if m.Sign() > 0 {
			q.Add(q, big.NewInt(1))
		}
		checkMulDiv(t, MulDivUp(a, b, c), q)
	})
	if MulDiv(1, 1, 0) != 0 || MulDivUp(1, 1, 0) != 0 {
		t.Error("division among nobody")
	}
	if Add(math.MaxUint64, 1) != math.MaxUint64 || Sub(1, 2) != 0 || DemandShare(31, 30) != 1 || DemandShare(31, 0) != 0 {
		t.Error("saturation")
	}
}

func checkMulDiv(t *rapid.T, got uint64, want *big.Int) {
	t.Helper()
	if want.IsUint64() && got != want.Uint64() || !want.IsUint64() && got != math.MaxUint64 {
		t.Fatalf("got %d, want %s", got, want)
	}
}
