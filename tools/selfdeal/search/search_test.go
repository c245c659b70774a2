package search_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
	"github.com/hexwave/hexwave/tools/selfdeal/search"
)

// needed are the rules without each of which dealing with oneself pays, whatever the
// others are.
var needed = []economy.Rule{
	economy.Basis, economy.OneBudget, economy.OwnCell, economy.NetEmission, economy.BondApart, economy.Lifetime, economy.MultipleOne,
}

// behind are the rules that stand behind others, or guard something else.
var behind = []economy.Rule{
	economy.LowHigh, economy.StaysBurned, economy.Backing, economy.PointCaps, economy.WiFiBurned, economy.ItemFee,
}

func run(t *testing.T, s *search.Study) []search.Found {
	t.Helper()
	if err := s.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.Found
}

// TestRulesHoldAndAreNeeded searches a little: under all rules the best plan loses, and
// it finds a way at once when a rule that is needed is taken away.
func TestRulesHoldAndAreNeeded(t *testing.T) {
	s := search.Study{Cases: []search.Case{nil}, Effort: search.Effort{Starts: 4, Steps: 700}, Seed: 1}
	for _, r := range append(needed, behind...) {
		s.Cases = append(s.Cases, search.Case{r})
	}
	found := run(t, &s)
	if best := found[0]; best.Account.Net() >= 0 || best.Account.Used == 0 {
		t.Errorf("under all rules: %+v by: %s", best.Account, best.Plan)
	}
	for i, r := range needed {
		if best := found[1+i]; best.Account.Net() <= 0 {
			t.Errorf("no plan gains without %q: %+v by: %s", r, best.Account, best.Plan)
		}
	}
	for i, r := range behind {
		if best := found[1+len(needed)+i]; best.Account.Net() >= 0 {
			t.Errorf("without %q alone: %+v by: %s", r, best.Account, best.Plan)
		}
	}
}

// TestEveryRuleIsJudged: a new rule is either needed or behind others.
func TestEveryRuleIsJudged(t *testing.T) {
	if got, want := len(needed)+len(behind), len(economy.All()); got != want {
		t.Errorf("%d rules are judged, there are %d", got, want)
	}
}

// TestSecondLine: pay from the basis taken away, the breaker of re-mints bounds the
// damage by what others burned for good.
func TestSecondLine(t *testing.T) {
	s := search.Study{
		Cases:  []search.Case{{economy.Basis}, {economy.Basis, economy.Backing}},
		Effort: search.Effort{Starts: 4, Steps: 700}, Seed: 1,
	}
	found := run(t, &s)
	if a, b := found[0].Account.Net(), found[1].Account.Net(); a >= b {
		t.Errorf("%d spark with the breaker, %d without", a, b)
	}
}

// TestSameSeedSamePage: what is printed follows from the seed, in whatever order the
// cases were searched.
func TestSameSeedSamePage(t *testing.T) {
	var pages [2]strings.Builder
	for i := range pages {
		s := search.Study{Cases: search.Cases()[:4], Effort: search.Effort{Starts: 1, Steps: 40}, Seed: 7}
		run(t, &s)
		if err := s.Table(&pages[i]); err != nil {
			t.Fatal(err)
		}
	}
	if pages[0].String() != pages[1].String() {
		t.Errorf("%s\nand then\n%s", pages[0].String(), pages[1].String())
	}
}

// TestNoRandomPlanGains plays plans that nobody chose: all that use something lose.
func TestNoRandomPlanGains(t *testing.T) {
	params := search.Params(0)
	rapid.Check(t, func(rt *rapid.T) {
		p := search.Random(rapid.Uint64().Draw(rt, "seed"))
		a := p.Play(params)
		if a.Net() > a.Dust || a.Used > 0 && a.Net() >= 0 {
			rt.Fatalf("%+v by: %s", a, p)
		}
	})
}
