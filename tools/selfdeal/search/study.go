package search

import (
	"context"
	"fmt"
	"io"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// Case is one set of rules that are taken away.
type Case []economy.Rule

// Cases are all rules, each rule alone, and those pairs of which one stands behind the
// other.
func Cases() []Case {
	cases := []Case{nil}
	for _, r := range economy.All() {
		cases = append(cases, Case{r})
	}
	return append(
		cases,
		Case{economy.Basis, economy.Backing},
		Case{economy.Basis, economy.Backing, economy.LowHigh},
		Case{economy.OneBudget, economy.Backing},
		Case{economy.Lifetime, economy.PointCaps},
	)
}

// String names the rules that are taken away.
func (c Case) String() string {
	if len(c) == 0 {
		return "none"
	}
	s := c[0].String()
	for _, r := range c[1:] {
		s += " + " + r.String()
	}
	return s
}

// Study is what a search found of each case.
type Study struct {
	Cases  []Case
	Effort Effort
	Seed   uint64
	Found  []Found // of the cases, once it ran
}

// Run searches every case, as many at a time as there are processors.
func (s *Study) Run(ctx context.Context) error {
	s.Found = make([]Found, len(s.Cases))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.NumCPU())
	for i, c := range s.Cases {
		g.Go(func() error {
			s.Found[i] = best(Params(economy.Of(c...)), s.Effort, s.Seed)
			return ctx.Err()
		})
	}
	return g.Wait()
}

// Table writes what was found, one case a line.
func (s *Study) Table(w io.Writer) error {
	if _, err := fmt.Fprint(w, "| rule taken away | gain of what is used | HXW used | HXW gained | best plan found |\n|---|---|---|---|---|\n"); err != nil {
		return err
	}
	for i, c := range s.Cases {
		f := s.Found[i]
		_, err := fmt.Fprintf(w, "| %s | **%s** | %.0f | %+.1f | %s |\n", c, gain(f.Return()),
			float64(f.Account.Used+f.Account.Fees)/economy.HXW, float64(f.Account.Net())/economy.HXW, f.Plan)
		if err != nil {
			return err
		}
	}
	return nil
}

// gain writes a return as people read it.
func gain(of float64) string {
	if of > 10 {
		return fmt.Sprintf("%+.0f times", of)
	}
	return fmt.Sprintf("%+.3f %%", 100*of)
}
