package study

import (
	"fmt"
	"io"
	"strings"
)

// Page writes what came of a study as a page.
func (s *Study) Page(w io.Writer) error {
	var b strings.Builder
	b.WriteString(introduction)
	fmt.Fprintf(&b, setting, s.Plan.Hotspots, s.Plan.Size.Name, s.Plan.Before, s.Plan.Days, s.Plan.Seed)
	b.WriteString("\n## 1. What the rules cost the honest\n\n" + honestText)
	s.honest(&b)
	b.WriteString("\n## 2. What each strategy brings\n\n" + takeText)
	s.takes(&b)
	b.WriteString("\n## 3. The same without a rule\n\n" + withoutText)
	s.without(&b)
	b.WriteString("\n## 4. How large a ring must be\n\n" + sharesText)
	s.sizes(&b)
	b.WriteString("\n## 5. A life, and what it may pay\n\n" + lifeText)
	s.lives(&b)
	b.WriteString("\n" + unsolved)
	_, err := io.WriteString(w, b.String())
	return err
}

func row(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

func head(b *strings.Builder, cells ...string) {
	row(b, cells...)
	b.WriteString(strings.Repeat("|---", len(cells)) + "|\n")
}

func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }

func (s *Study) honest(b *strings.Builder) {
	h := &s.Honest.Honest
	fmt.Fprintf(b, "%d beacons were heard of %d that were sent. Mature at the end: %d of %d. Evidence took %s of the points.\n\n",
		h.Beacons, h.Answered, h.Mature, h.N, percent(h.WithheldShare()))
	head(b, "rule", "what it asks", "refused or taken", "points lost by it")
	for _, t := range s.Rules {
		row(b, t.Rule, what(t.Rule), percent(refusedBy(t.Rule, h)), percent(max(0, 1-float64(h.Points)/float64(t.Result.Honest.Points))))
	}
}

func (s *Study) takes(b *strings.Builder) {
	head(b, "strategy", "attackers", "pay", "honestly", "**take**", "paid by day "+fmt.Sprint(s.Plan.Days), "cost, US$", "caught by", "honest pay", "honest points lost", "goal")
	for i := range s.Attacks {
		a := &s.Attacks[i]
		g := &a.Result.Attackers
		pay, honestly, earned, cost := "-", "-", "-", "-"
		if g.N > 0 {
			pay, earned = percent(g.Pay), percent(g.Earned)
			cost = fmt.Sprintf("%.0f", fee+a.Attack.Hardware)
			if a.Attack.Twin != nil {
				honestly = percent(a.Twin.Attackers.Pay * float64(a.Twin.Attackers.N) / float64(g.N))
			}
		}
		row(b, a.Attack.Name, fmt.Sprint(g.N), pay, honestly, "**"+percent(a.Take())+"**", earned, cost, caught(g),
			percent(a.Result.Honest.Pay), percent(s.Loss(&a.Result)), s.goal(a))
	}
	b.WriteString("\n")
	for i := range s.Attacks {
		fmt.Fprintf(b, "- *%s*: %s.\n", s.Attacks[i].Attack.Name, s.Attacks[i].Attack.What)
	}
}

func (s *Study) without(b *strings.Builder) {
	head(b, "strategy", "rule taken away", "take", "with it", "honest points lost", "with it")
	for i := range s.Attacks {
		a := &s.Attacks[i]
		for _, t := range a.Without {
			row(b, a.Attack.Name, t.Rule, percent(take(&t.Result, &a.Twin)), percent(a.Take()),
				percent(s.Loss(&t.Result)), percent(s.Loss(&a.Result)))
		}
	}
}

func (s *Study) sizes(b *strings.Builder) {
	head(b, "members for a hundred honest", "take of a member", "honest pay")
	for _, x := range s.Shares {
		row(b, fmt.Sprintf("%.0f", float64(x.Permille)/10), percent(take(&x.Result, &Result{})), percent(x.Result.Honest.Pay))
	}
}

// lifeMultiples are the multiples of the fee that are looked at.
var lifeMultiples = []float64{1, 1.5, 2, 3}

func (s *Study) lives(b *strings.Builder) {
	head(b, "strategy", "take", "days to one fee", "net at m = 1", "1.5", "2", "3", "loses up to m =")
	least, best := 10.0, ""
	for i := range s.Attacks {
		a := &s.Attacks[i]
		if a.Result.Attackers.N == 0 || a.Take() <= 0 {
			continue
		}
		cells := []string{a.Attack.Name, percent(a.Take()), days(LifeOf(a.Take(), 1, 0, 0).Days)}
		for _, m := range lifeMultiples {
			cells = append(cells, fmt.Sprintf("%+.0f", LifeOf(a.Take(), m, a.Attack.Hardware, a.Attack.Running).Net))
		}
		even := BreakEven(a.Take(), a.Attack.Hardware, a.Attack.Running)
		if even < least {
			least, best = even, a.Attack.Name
		}
		row(b, append(cells, bound(even))...)
	}
	fmt.Fprintf(b, "\nThe best of them is *%s*: the largest m at which every one of them loses on average is **%.2f**. The chain starts with m = %.2f.\n",
		best, least, float64(launch().Lifetime)/1_000)
}

func days(d float64) string {
	if d > 5*365 {
		return "never"
	}
	return fmt.Sprintf("%.0f", d)
}

func bound(m float64) string {
	if m >= 10 {
		return "any"
	}
	return fmt.Sprintf("%.2f", m)
}
