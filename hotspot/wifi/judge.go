package wifi

import "github.com/hexwave/hexwave/poc/reward"

// judge looks which payers withhold vouchers, and ends the sessions of those that
// began to.
func (s *Server) judge(now uint64) {
	began := map[payerRef]bool{}
	s.book.read(func(st *state) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for ref, a := range st.accounts {
			is := a.withholding(now)
			if is && !s.withheld[ref] {
				began[ref] = true
			}
			if is {
				s.withheld[ref] = true
			} else {
				delete(s.withheld, ref)
			}
		}
	})
	for ref := range began {
		s.log.Warn("payer withholds vouchers; its sessions end", "org", ref.Org, "lane", ref.Lane)
		of := map[grantID]bool{}
		s.book.read(func(st *state) {
			for id, g := range st.grants {
				of[id] = g.payer() == ref
			}
		})
		s.disconnect(func(x *session) bool { return of[x.Grant] }, nil)
	}
}

// withholding applies the limits at the price of the payer's newest grant.
func (a *account) withholding(now uint64) bool {
	one, _, _ := reward.MicroCredits(firstExposure, a.Price, 0)
	most, _, _ := reward.MicroCredits(2*uint64(a.Quantum), a.Price, 0)
	return a.exposure.withholding(now, max(one, 1), most)
}

func (s *Server) isWithholding(ref payerRef) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.withheld[ref]
}
