// Command pocsim shows what cheating at proof of coverage brings.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/hexwave/hexwave/tools/pocsim/attack"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/study"
)

// page is where the study is kept.
const page = "docs/spec/poc-adversaries.md"

// errMissed is returned when a goal was not reached.
var errMissed = errors.New("goals missed")

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "pocsim:", err)
		os.Exit(1)
	}
}

// options are what is asked on the command line.
type options struct {
	all, write     bool
	strategy, land string
	plan           study.Plan
}

func run(args []string, out, log io.Writer) error {
	o, err := parse(args, log)
	if err != nil {
		return err
	}
	if !o.all && o.strategy == "" {
		return honest(&o, out)
	}
	for _, a := range attack.All() {
		if o.all || a.Name == o.strategy {
			o.plan.Attacks = append(o.plan.Attacks, a)
		}
	}
	if len(o.plan.Attacks) == 0 {
		return fmt.Errorf("no strategy %q", o.strategy)
	}
	o.plan.Progress = func(done, all int) { fmt.Fprintf(log, "\r%d of %d simulations", done, all) }
	s, err := o.plan.Run()
	fmt.Fprintln(log)
	if err != nil {
		return err
	}
	if err := s.Page(out); err != nil {
		return err
	}
	if o.write {
		if err := write(s); err != nil {
			return err
		}
	}
	if missed := s.Missed(); len(missed) > 0 {
		return fmt.Errorf("%w:\n  %s", errMissed, strings.Join(missed, "\n  "))
	}
	return nil
}

func parse(args []string, log io.Writer) (options, error) {
	o := options{}
	f := flag.NewFlagSet("pocsim", flag.ContinueOnError)
	f.SetOutput(log)
	f.BoolVar(&o.all, "all", false, "all strategies, with and without each rule")
	f.StringVar(&o.strategy, "strategy", "", "one strategy; without it and -all, honest hotspots alone")
	f.StringVar(&o.land, "land", "county", "town, county, country or continent")
	f.IntVar(&o.plan.Hotspots, "hotspots", 0, "honest hotspots (0: 600 with strategies, else those of the land)")
	f.IntVar(&o.plan.Before, "before", 17, "days that honest hotspots are alone")
	f.IntVar(&o.plan.Days, "days", 20, "days after that")
	f.Uint64Var(&o.plan.Seed, "seed", 1, "seed of everything")
	f.BoolVar(&o.write, "write", false, "write "+page)
	if err := f.Parse(args); err != nil {
		return o, err
	}
	for _, s := range land.Sizes {
		if s.Name == o.land {
			o.plan.Size = s
		}
	}
	if o.plan.Size.Name == "" || f.NArg() > 0 || o.plan.Days < 2 || o.plan.Before < 0 {
		return o, fmt.Errorf("land %q, days %d and %d, arguments %q", o.land, o.plan.Before, o.plan.Days, f.Args())
	}
	if o.plan.Hotspots <= 0 {
		if o.plan.Hotspots = o.plan.Size.Hotspots; o.all || o.strategy != "" {
			o.plan.Hotspots = 600
		}
	}
	return o, nil
}

func write(s *study.Study) error {
	f, err := os.Create(page)
	if err != nil {
		return fmt.Errorf("write the study: %w", err)
	}
	return errors.Join(s.Page(f), f.Close())
}

// honest runs a land without anybody who cheats, and says how fast that went.
func honest(o *options, out io.Writer) error {
	start := time.Now()
	r, err := study.Run(study.Case{
		Size: o.plan.Size, Hotspots: o.plan.Hotspots, Before: o.plan.Before, Days: o.plan.Days, Seed: o.plan.Seed, Rules: engine.Launch(),
	})
	if err != nil {
		return err
	}
	t, g := &r.Totals, &r.Honest
	took := time.Since(start)
	fmt.Fprintf(out, "%d hotspots in a %s, %d days: %d challenges, %d reports in %.0f s (%.0f reports/s)\n",
		g.N, o.plan.Size.Name, o.plan.Before+o.plan.Days, t.Drawn, t.Reports, took.Seconds(), float64(t.Reports)/took.Seconds())
	fmt.Fprintf(out, "settled %d, missed %d, unheard %d; kept %d reports; mature %d; evidence took %.2f %% of the points\n",
		t.Settled, t.Missed, t.Unheard, t.Kept, g.Mature, 100*g.WithheldShare())
	return nil
}
