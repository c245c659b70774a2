package feed

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMedian(t *testing.T) {
	for _, tc := range []struct {
		name    string
		reports []Report
		want    uint64
	}{
		{"by weight", []Report{{100, 10}, {200, 30}, {300, 25}, {900, 35}}, 300},
		{"a liar with a quarter", []Report{{240_000_000, 40}, {250_000_000, 35}, {9_900_000_000, 25}}, 250_000_000},
		{"feeders", []Report{{1, 1}, {2, 1}, {9, 1}}, 2},
		{"two feeders: the lower", []Report{{9, 1}, {2, 1}}, 2},
		{"no weight does not count", []Report{{1, 0}, {5, 1}}, 5},
		{"one", []Report{{7, 1}}, 7},
	} {
		if got, ok := Median(tc.reports); got != tc.want || !ok {
			t.Errorf("%s: %d, %v, want %d", tc.name, got, ok, tc.want)
		}
	}
	for _, none := range [][]Report{nil, {{5, 0}}} {
		if got, ok := Median(none); ok {
			t.Errorf("median of %v is %d", none, got)
		}
	}
}

func reports(t *rapid.T) []Report {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Report {
		return Report{rapid.Uint64Min(1).Draw(t, "price"), rapid.Uint64Range(1, 1<<50).Draw(t, "weight")}
	}), 1, 100).Draw(t, "reports")
}

func TestMedianIsAReportAndKnowsNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := reports(t)
		got, ok := Median(in)
		if !ok {
			t.Fatal("no median")
		}
		var below, upTo uint64
		for _, r := range in {
			if r.Price < got {
				below += r.Weight
			}
			if r.Price <= got {
				upTo += r.Weight
			}
		}
		if total := Weight(in); 2*upTo < total || 2*below >= total {
			t.Fatalf("%d of %d at or below %d, %d below", upTo, total, got, below)
		}
		before := slices.Clone(in)
		again, _ := Median(rapid.Permutation(in).Draw(t, "order"))
		if again != got {
			t.Fatalf("in another order %d, was %d", again, got)
		}
		if diff := cmp.Diff(before, in); diff != "" {
			t.Fatal("the input was changed", diff)
		}
	})
}

// Whoever reports beyond any bound moves nothing while less than half of the
// weight does so.
func TestMinorityCannotMoveTheMedianOutOfHonestPrices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		honest := reports(t)
		lowest, highest := uint64(math.MaxUint64), uint64(0)
		for _, r := range honest {
			lowest, highest = min(lowest, r.Price), max(highest, r.Price)
		}
		lie := Report{rapid.Uint64Min(1).Draw(t, "lie"), rapid.Uint64Range(1, Weight(honest)).Draw(t, "weight of the lie")}
		if lie.Weight == Weight(honest) {
			lie.Weight-- // half of all is enough to pull it down
		}
		if got, _ := Median(append(honest, lie)); got < lowest || got > highest {
			t.Fatalf("median %d outside of %d..%d", got, lowest, highest)
		}
	})
}

func TestShares(t *testing.T) {
	for _, tc := range []struct {
		part, total uint64
		reaches     bool
		share       uint32
	}{
		{666, 1000, false, 6660},
		{668, 1000, true, 6680},
		{6667, 10_000, true, 6667},
		{66_669, 100_000, false, 6666},
		{0, 0, false, 0},
		{5, 5, true, 10_000},
		{math.MaxUint64 / 2, math.MaxUint64, false, 4999},
	} {
		if got := Reaches(tc.part, tc.total, 6_667); got != tc.reaches {
			t.Errorf("%d of %d reaches: %v", tc.part, tc.total, got)
		}
		if got := Share(tc.part, tc.total); got != tc.share {
			t.Errorf("%d of %d is %d", tc.part, tc.total, got)
		}
	}
}

func TestClamp(t *testing.T) {
	for _, tc := range []struct {
		name                         string
		price, median, seconds, want uint64
	}{
		{"30 % up in an hour", 250_000_000, 325_000_000, 3_600, 275_000_000},
		{"30 % down in an hour", 250_000_000, 175_000_000, 3_600, 225_000_000},
		{"10 % up in an hour", 250_000_000, 275_000_000, 3_600, 275_000_000},
		{"half an hour", 250_000_000, 325_000_000, 1_800, 262_500_000},
		{"a minute", 250_000_000, 325_000_000, 60, 250_416_666},
		{"no time", 250_000_000, 325_000_000, 0, 250_000_000},
		{"ten hours down", 250_000_000, 1, 36_000, 1},
		{"for ever", math.MaxUint64, 1, math.MaxUint64, 1},
	} {
		if got := Clamp(tc.price, tc.median, Allowed(tc.price, tc.seconds, 1_000)); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestClampIsIdempotentAndBounded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price, median := rapid.Uint64Min(1).Draw(t, "price"), rapid.Uint64Min(1).Draw(t, "median")
		seconds, bps := rapid.Uint64().Draw(t, "seconds"), rapid.Uint64Range(100, 10_000).Draw(t, "bps")
		allowed := Allowed(price, seconds, bps)
		once := Clamp(price, median, allowed)
		if twice := Clamp(price, once, allowed); twice != once {
			t.Fatalf("clamped to %d, then to %d", once, twice)
		}
		if once < min(price, median) || once > max(price, median) {
			t.Fatalf("%d is not between %d and %d", once, price, median)
		}
		if max(price, once)-min(price, once) > allowed {
			t.Fatalf("%d to %d is more than %d", price, once, allowed)
		}
	})
}

func TestTWAP(t *testing.T) {
	for _, tc := range []struct {
		name string
		ring []Sample
		want uint64
	}{
		{"empty", nil, 0},
		{"one", []Sample{{100, 7}}, 7},
		{"the newest has had no time yet", []Sample{{100, 7}, {160, 9}}, 7},
		{"by time", []Sample{{0, 100}, {900, 200}, {3_600, 999}}, 175},
		{"before the window", []Sample{{0, 100}, {10_000, 200}, {12_700, 300}, {13_600, 1}}, 225},
		{"rounded down", []Sample{{0, 1}, {1, 2}, {2, 5}}, 1},
		{"largest", []Sample{{0, math.MaxUint64}, {3_600, math.MaxUint64}}, math.MaxUint64},
	} {
		if got := TWAP(tc.ring, 3_600); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestRingStaysBoundedAndTWAPBetweenItsPrices(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		window := rapid.Uint64Range(60, 86_400).Draw(t, "window")
		var ring, all []Sample
		now := rapid.Uint64Range(0, 1<<33).Draw(t, "start")
		for range rapid.IntRange(1, 60).Draw(t, "samples") {
			now += rapid.Uint64Range(0, window).Draw(t, "later")
			s := Sample{now, rapid.Uint64Min(1).Draw(t, "price")}
			ring = Push(ring, s, window)
			if n := len(all); n > 0 && all[n-1].Time == now {
				all = all[:n-1]
			}
			all = append(all, s)
			lowest, highest := ring[0].Price, ring[0].Price
			for i, s := range ring {
				lowest, highest = min(lowest, s.Price), max(highest, s.Price)
				if i > 0 && ring[i-1].Time >= s.Time {
					t.Fatalf("ring %v does not rise", ring)
				}
			}
			got := TWAP(ring, window)
			if got < lowest || got > highest {
				t.Fatalf("TWAP %d outside of %d..%d", got, lowest, highest)
			}
			if whole := TWAP(all, window); whole != got {
				t.Fatalf("TWAP %d, with all that was dropped %d", got, whole)
			}
		}
	})
}

func TestRingDropsTheOldestWhenFull(t *testing.T) {
	var ring []Sample
	for i := range uint64(3 * MaxSamples) {
		ring = Push(ring, Sample{i, i + 1}, 86_400)
	}
	if n := len(ring); n != MaxSamples || ring[n-1].Price != 3*MaxSamples || ring[0].Price != 2*MaxSamples+1 {
		t.Errorf("%d samples, %v to %v", n, ring[0], ring[n-1])
	}
	if again := Push(ring, Sample{0, 1}, 86_400); again[len(again)-1] != ring[len(ring)-1] {
		t.Error("a sample older than the newest was taken")
	}
}

func TestAccept(t *testing.T) {
	rules := Rules{Window: 3_600, ClampBps: 1_000}
	ring, n := Accept(nil, Newest{}, 10_000, 250_000_000, rules)
	if mint, value := n.Prices(); mint != 250_000_000 || value != 250_000_000 {
		t.Errorf("first: %d, %d", mint, value)
	}
	_, up := Accept(ring, n, 13_600, 325_000_000, rules)
	if mint, value := up.Prices(); up.Price != 275_000_000 || mint != 250_000_000 || value != 275_000_000 {
		t.Errorf("30 %% up: %+v, mint %d, value %d", up, mint, value)
	}
	_, down := Accept(ring, n, 13_600, 100_000_000, rules)
	if mint, value := down.Prices(); down.Price != 225_000_000 || mint != 100_000_000 || value != 250_000_000 {
		t.Errorf("60 %% down: %+v, mint %d, value %d", down, mint, value)
	}
	if !(Newest{}).Stale(5, 600) || n.Stale(10_600, 600) || !n.Stale(10_601, 600) || n.Stale(1, 600) {
		t.Error("staleness is not counted from the newest sample")
	}
}

// A price so low that a short time allows no whole unit still moves.
func TestShortStepsAddUp(t *testing.T) {
	rules := Rules{Window: 60, ClampBps: 1_000}
	ring, n := Accept(nil, Newest{}, 0+1, 1_000, rules)
	for now := uint64(2); now <= 3_601; now++ {
		ring, n = Accept(ring, n, now, 2_000, rules)
	}
	// Each unit lets the next come a little sooner: at most e^0.1 in an hour.
	if n.Price < 1_100 || n.Price > 1_105 {
		t.Errorf("after an hour of seconds the price is %d, want 1100 and interest", n.Price)
	}
}

// From any state one median moves the price by no more than the clamp, and mint is
// never above value.
func TestPricesAreOrderedAndSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rules := Rules{rapid.Uint64Range(60, 86_400).Draw(t, "window"), rapid.Uint64Range(100, 10_000).Draw(t, "bps")}
		var ring []Sample
		var n Newest
		now := uint64(1)
		for range rapid.IntRange(2, 40).Draw(t, "medians") {
			now += rapid.Uint64Range(0, 7_200).Draw(t, "later")
			before := n
			ring, n = Accept(ring, n, now, rapid.Uint64Range(1, 1<<60).Draw(t, "median"), rules)
			mint, value := n.Prices()
			if mint == 0 || mint > value || mint > n.Median {
				t.Fatalf("mint %d, value %d of %+v", mint, value, n)
			}
			if before.Time != 0 {
				most := Allowed(before.Price, now-before.Since, rules.ClampBps)
				if max(before.Price, n.Price)-min(before.Price, n.Price) > most {
					t.Fatalf("%d to %d in %d s", before.Price, n.Price, now-before.Since)
				}
			}
		}
	})
}
