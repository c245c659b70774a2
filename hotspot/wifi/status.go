package wifi

import (
	"cmp"
	"slices"
)

// Status is what the Wi-Fi side of a hotspot can say about itself.
type Status struct {
	AccessPoints int               `json:"access_points"`
	Sessions     int               `json:"sessions"` // open
	Grants       int               `json:"grants"`
	Accepted     uint64            `json:"logins_accepted"`
	Rejected     uint64            `json:"logins_rejected"` // by payers
	Refused      map[string]uint64 `json:"logins_refused"`  // by this hotspot, by reason
	Dropped      map[string]uint64 `json:"dropped"`         // datagrams and messages, by reason
	Records      uint64            `json:"records"`         // usage records made since the start
	RecordsOpen  int               `json:"records_waiting"` // for the payer's word
	PacketsOpen  int               `json:"accounting_waiting"`
	RecordsBad   uint64            `json:"records_refused"`
	Lost         uint64            `json:"lost"` // waited for a week in vain
	Disconnects  DisconnectStatus  `json:"disconnects"`
	Payers       []PayerStatus     `json:"payers"`
}

// DisconnectStatus counts Disconnect-Requests to access points.
type DisconnectStatus struct {
	Sent       uint64 `json:"sent"`
	Done       uint64 `json:"done"`
	Refused    uint64 `json:"refused"`
	Unanswered uint64 `json:"unanswered"`
}

// PayerStatus is how one payer stands with this hotspot, in micro-DC of all time.
type PayerStatus struct {
	Org         uint32 `json:"org"`
	Lane        uint16 `json:"lane"`
	Claimed     uint64 `json:"claimed_udc"`
	Vouchered   uint64 `json:"vouchered_udc"`
	Refused     uint64 `json:"refused_udc"`
	Withholding bool   `json:"withholding"`
}

// Status returns a snapshot.
func (s *Server) Status() Status {
	out := Status{
		AccessPoints: len(s.cfg.Points), Accepted: s.logins.accepted.Load(), Rejected: s.logins.rejected.Load(),
		Refused: s.rejected.byName(), Dropped: s.dropped.byName(), Records: s.logins.records.Load(),
		RecordsBad: s.logins.refusedRecords.Load(), Lost: s.logins.lost.Load(), Payers: []PayerStatus{},
		Disconnects: DisconnectStatus{s.dynamic.sent.Load(), s.dynamic.acked.Load(), s.dynamic.refused.Load(), s.dynamic.unanswered.Load()},
	}
	s.book.read(func(st *state) {
		out.Grants, out.RecordsOpen, out.PacketsOpen = len(st.grants), len(st.records), len(st.packets)
		for _, x := range st.sessions {
			if x.Closed == 0 {
				out.Sessions++
			}
		}
		for ref, a := range st.accounts {
			out.Payers = append(out.Payers, PayerStatus{
				ref.Org, ref.Lane, a.Claimed, a.Vouchered, a.Refused, s.isWithholding(ref),
			})
		}
	})
	slices.SortFunc(out.Payers, func(a, b PayerStatus) int { return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.Lane, b.Lane)) })
	return out
}
