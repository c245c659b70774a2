package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/tools/pocsim/attack"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/study"
)

// small is a land that is simulated in a moment.
func small(a *attack.Attack) study.Case {
	return study.Case{Size: land.Sizes[0], Hotspots: 60, Before: 1, Days: 2, Seed: 3, Rules: engine.Launch(), Attack: a}
}

// The same case comes to the same, and another seed to something else.
func TestSameSeedSameResult(t *testing.T) {
	first, err := study.Run(small(nil))
	if err != nil {
		t.Fatal(err)
	}
	again, err := study.Run(small(nil))
	if err != nil || again != first {
		t.Fatalf("%v: %+v, then %+v", err, first.Totals, again.Totals)
	}
	c := small(nil)
	c.Seed++
	if other, err := study.Run(c); err != nil || other.Totals == first.Totals {
		t.Errorf("another seed: %v", err)
	}
	if first.Totals.Kept == 0 || first.Honest.Points == 0 {
		t.Errorf("nobody was heard: %+v", first.Totals)
	}
}

// Each strategy, and each without each of its rules, can be run.
func TestEveryStrategyRuns(t *testing.T) {
	names := map[string]bool{}
	for _, a := range attack.All() {
		if names[a.Name] || a.What == "" || a.Setup == nil {
			t.Errorf("strategy %q", a.Name)
		}
		names[a.Name] = true
		for _, rule := range append([]string{""}, a.Rules...) {
			c := small(&a)
			c.Days = 1
			ok := true
			if rule != "" {
				c.Rules, ok = study.Without(c.Rules, rule)
			}
			r, err := study.Run(c)
			if err != nil || !ok || r.Attackers.N == 0 && a.Share > 0 {
				t.Errorf("%s without %q: %d attackers, %v", a.Name, rule, r.Attackers.N, err)
			}
		}
	}
}

// What a rule is there for happens when it is gone.
func TestRulesAreNeeded(t *testing.T) {
	for _, c := range []struct{ strategy, rule string }{{"guess", "tag"}, {"mute", "reciprocity"}} {
		for _, a := range attack.All() {
			if a.Name != c.strategy {
				continue
			}
			with := small(&a)
			without := with
			without.Rules, _ = study.Without(without.Rules, c.rule)
			r, err := study.Run(with)
			if err != nil {
				t.Fatal(err)
			}
			s, err := study.Run(without)
			if err != nil || r.Attackers.Points > 0 || s.Attackers.Points == 0 {
				t.Errorf("%s: %d points, %d without %s: %v", c.strategy, r.Attackers.Points, s.Attackers.Points, c.rule, err)
			}
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, args := range [][]string{{"--land", "moon"}, {"--strategy", "magic"}, {"--days", "1"}, {"what"}, {"--no"}} {
		if err := run(args, io.Discard, io.Discard); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
	var out bytes.Buffer
	args := []string{"--land", "town", "--hotspots", "40", "--before", "0", "--days", "2"}
	if err := run(args, &out, io.Discard); err != nil || !strings.Contains(out.String(), "40 hotspots in a town") {
		t.Errorf("%v: %s", err, out.String())
	}
}

// The page names every strategy: it was made with the ones there are.
func TestPageIsOfTheseStrategies(t *testing.T) {
	text, err := os.ReadFile("../../" + page)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range attack.All() {
		if !strings.Contains(string(text), "- *"+a.Name+"*: "+a.What) {
			t.Errorf("the page does not tell of %s; make it anew", a.Name)
		}
	}
}
