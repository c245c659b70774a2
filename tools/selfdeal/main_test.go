package main

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
	"github.com/hexwave/hexwave/tools/selfdeal/search"
)

func TestRunPrintsEveryCase(t *testing.T) {
	var out, log strings.Builder
	if err := run(t.Context(), []string{"--seed", "3", "--starts", "1", "--steps", "10"}, &out, &log); err != nil {
		t.Fatal(err)
	}
	for _, c := range search.Cases() {
		if !strings.Contains(out.String(), "\n| "+c.String()+" | **") {
			t.Errorf("no line of %q in\n%s", c, out.String())
		}
	}
	if err := run(t.Context(), []string{"--rounds", "1"}, &out, &log); err == nil {
		t.Error("an unknown flag is taken")
	}
}

func TestVerdict(t *testing.T) {
	lost := search.Found{Account: economy.Account{Used: 10, Data: 9}}
	if err := verdict(lost); err != nil {
		t.Error(err)
	}
	even := search.Found{Account: economy.Account{Used: 10, Data: 10}, Plan: search.Random(1)}
	if err := verdict(even); !errors.Is(err, errGain) {
		t.Errorf("%v, want %v", err, errGain)
	}
}

// TestReadme: the page has a line for every case, so that it was made with the rules
// that there are.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range search.Cases() {
		if !strings.Contains(string(text), "\n| "+c.String()+" | **") {
			t.Errorf("no line of %q: make the table anew", c)
		}
	}
}
