package main

import (
	"flag"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/pocsim/attack"
	"github.com/hexwave/hexwave/tools/pocsim/engine"
	"github.com/hexwave/hexwave/tools/pocsim/land"
	"github.com/hexwave/hexwave/tools/pocsim/study"
)

func main() {
	size := flag.Int("size", 0, "")
	days := flag.Int("days", 10, "")
	before := flag.Int("before", 17, "")
	name := flag.String("attack", "", "")
	n := flag.Int("n", 0, "")
	seed := flag.Uint64("seed", 1, "")
	prof := flag.String("prof", "", "")
	flag.Parse()
	if *prof != "" {
		f, _ := os.Create(*prof)
		_ = pprof.StartCPUProfile(f)
		defer pprof.StopCPUProfile()
	}
	c := study.Case{Size: land.Sizes[*size], Days: *days, Before: *before, Seed: *seed, Rules: engine.Launch()}
	c.Hotspots = c.Size.Hotspots
	if *n > 0 {
		c.Hotspots = *n
	}
	list := []attack.Attack{{}}
	for _, a := range attack.All() {
		if *name == a.Name || *name == "all" {
			list = append(list, a)
		}
	}
	for _, a := range list {
		if a.Name != "" {
			c.Attack = &a
		}
		t := time.Now()
		r, err := study.Run(c)
		if err != nil {
			fmt.Println(a.Name, err)
			continue
		}
		fmt.Printf("%-11s %.1fs %+v\n", a.Name, time.Since(t).Seconds(), r.Totals)
		for _, g := range []study.Group{r.Honest, r.Attackers} {
			if g.N == 0 {
				continue
			}
			fmt.Printf("  n %d pay %.3f earned %.1f mature %d out %d beacons %d/%d withheld %.2f%%", g.N, g.Pay, g.Earned, g.Mature, g.Out, g.Beacons, g.Answered, 100*float64(g.Withheld)/float64(g.Withheld+g.Points))
			for v, k := range g.Verdicts {
				if k > 0 {
					fmt.Printf(" %v:%d", wire.Verdict(v), k)
				}
			}
			fmt.Println(g.Best)
		}
	}
}
