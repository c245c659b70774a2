package study

import (
	"errors"
	"fmt"
	"runtime"
	"sync"

	"github.com/hexwave/hexwave/tools/pocsim/attack"
	"github.com/hexwave/hexwave/tools/pocsim/land"
)

// Plan says how large and how long each simulation of a study is.
type Plan struct {
	Size     land.Size
	Hotspots int
	Before   int // days before the attackers come
	Days     int
	Seed     uint64
	Attacks  []attack.Attack
	Progress func(done, all int)
}

// Standing is an attack with all that was tried of it.
type Standing struct {
	Attack  attack.Attack
	Result  Result
	Twin    Result
	Without []Trial // in the order of the attack's rules
}

// Trial is a case without one rule.
type Trial struct {
	Rule   string
	Result Result
}

// Study is what came of a plan.
type Study struct {
	Plan    Plan
	Honest  Result
	Attacks []Standing
	Rules   []Trial // honest hotspots alone, without each rule that may refuse them
	Shares  []Share // one ring, ever larger
}

// Share is what a ring makes of which one in so many is a member.
type Share struct {
	Permille int
	Result   Result
}

// honestRules may take something from the honest.
var honestRules = []string{"frequency", "min-distance", "rssi-max", "snr", "reciprocity", "reach", "slope", "ramp", "misses"}

// shares are the sizes of the ring that is made larger, permille of the honest.
var shares = []int{20, 50, 100, 200, 300, 500}

// job is one simulation and where its result goes.
type job struct {
	c  Case
	to *Result
}

// Run runs all cases of a plan, as many at once as there are processors.
func (p Plan) Run() (*Study, error) {
	s := &Study{Plan: p, Attacks: make([]Standing, len(p.Attacks))}
	jobs := []job{{p.test(nil), &s.Honest}}
	for i, a := range p.Attacks {
		more, err := p.stand(&a, &s.Attacks[i])
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, more...)
	}
	s.Rules = make([]Trial, len(honestRules))
	for i, name := range honestRules {
		c := p.test(nil)
		c.Rules, _ = Without(c.Rules, name)
		s.Rules[i].Rule = name
		jobs = append(jobs, job{c, &s.Rules[i].Result})
	}
	s.Shares = make([]Share, len(shares))
	for i, permille := range shares {
		a := attack.Ring()
		a.Share = permille
		s.Shares[i].Permille = permille
		jobs = append(jobs, job{p.test(&a), &s.Shares[i].Result})
	}
	return s, run(jobs, p.Progress)
}

// stand returns the cases of one attack.
func (p Plan) stand(a *attack.Attack, to *Standing) ([]job, error) {
	to.Attack = *a
	jobs := []job{{p.test(a), &to.Result}}
	if a.Twin != nil {
		twin := *a
		twin.Setup, twin.Later = a.Twin, nil
		jobs = append(jobs, job{p.test(&twin), &to.Twin})
	}
	to.Without = make([]Trial, len(a.Rules))
	for i, name := range a.Rules {
		c := p.test(a)
		var ok bool
		if c.Rules, ok = Without(c.Rules, name); !ok {
			return nil, fmt.Errorf("%s: no rule %q", a.Name, name)
		}
		to.Without[i].Rule = name
		jobs = append(jobs, job{c, &to.Without[i].Result})
	}
	return jobs, nil
}

func (p Plan) test(a *attack.Attack) Case {
	return Case{
		Size: p.Size, Hotspots: p.Hotspots, Before: p.Before, Days: p.Days, Seed: p.Seed, Rules: launch(), Attack: a,
	}
}

// run runs jobs side by side. Each depends on its case alone.
func run(jobs []job, progress func(done, all int)) error {
	queue := make(chan job, len(jobs))
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	var mu sync.Mutex
	var done int
	var errs []error
	var wait sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for j := range queue {
				r, err := Run(j.c)
				mu.Lock()
				*j.to, errs, done = r, append(errs, err), done+1
				if progress != nil {
					progress(done, len(jobs))
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}
