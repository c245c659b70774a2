// Command selfdeal looks for a way to gain by buying from oneself.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/hexwave/hexwave/tools/selfdeal/search"
)

// errGain is returned when a plan gains under all rules.
var errGain = errors.New("a coalition gains by dealing with itself")

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "selfdeal:", err)
		os.Exit(1)
	}
}

// run searches, prints the table and returns errGain when the rules do not hold.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	flags := flag.NewFlagSet("selfdeal", flag.ContinueOnError)
	flags.SetOutput(log)
	seed := flags.Uint64("seed", 1, "everything follows from it")
	starts := flags.Int("starts", 10, "plans that each search starts from")
	steps := flags.Int("steps", 1_500, "plans that it tries from each")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("read the command line: %w", err)
	}
	s := search.Study{Cases: search.Cases(), Effort: search.Effort{Starts: *starts, Steps: *steps}, Seed: *seed}
	if err := s.Run(ctx); err != nil {
		return fmt.Errorf("search: %w", err)
	}
	if err := s.Table(out); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	return verdict(s.Found[0])
}

// verdict returns errGain when the best plan under all rules gains.
func verdict(best search.Found) error {
	if net := best.Account.Net(); net >= 0 {
		return fmt.Errorf("%w: %d spark: %s", errGain, net, best.Plan)
	}
	return nil
}
