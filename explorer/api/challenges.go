package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

type challengeForm struct {
	ID       string           `json:"id"`
	Height   explorer.Height  `json:"height"`
	Time     time.Time        `json:"time"`
	Beaconer briefForm        `json:"beaconer"`
	Cell     *explorer.Cell   `json:"cell"`
	Outcome  string           `json:"outcome"`
	Verdict  string           `json:"verdict,omitempty"`
	Kind     string           `json:"kind"`
	Points   string           `json:"points"` // of the beaconer, 10^-8 units
	Kept     []challengeEntry `json:"kept"`
	Rejected []challengeEntry `json:"rejected"`
}

type challengeEntry struct {
	Hotspot  briefForm `json:"hotspot"`
	RSSI     float64   `json:"rssi_dbm"`
	SNR      float64   `json:"snr_db"`
	Distance uint64    `json:"distance_m"`
	Points   string    `json:"points,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

// named returns a hotspot for a list, or its bare number if the index does not know it.
func named(v *index.View, i explorer.HotspotIndex) briefForm {
	if h := v.Hotspot(i); h != nil {
		return briefOf(h)
	}
	return briefForm{Index: i, Status: "unknown"}
}

func challengeOf(v *index.View, c *index.Challenge) challengeForm {
	out := challengeForm{
		ID: decimal(c.ID), Height: c.Height, Time: c.Time, Beaconer: named(v, c.Beaconer), Outcome: c.Outcome.String(), Verdict: c.Verdict,
		Kind: c.Kind, Points: decimal(c.Points), Kept: []challengeEntry{}, Rejected: []challengeEntry{},
	}
	if c.Cell.Valid() {
		out.Cell = &c.Cell
	}
	for _, k := range c.Kept {
		out.Kept = append(out.Kept, challengeEntry{
			Hotspot: named(v, k.Hotspot), RSSI: float64(k.RSSI) / 10, SNR: float64(k.SNR) / 10, Distance: k.DistanceM, Points: decimal(k.Points),
		})
	}
	for _, k := range c.Rejected {
		out.Rejected = append(out.Rejected, challengeEntry{
			Hotspot: named(v, k.Hotspot), RSSI: float64(k.RSSI) / 10, SNR: float64(k.SNR) / 10, Distance: k.DistanceM, Reason: k.Reason,
		})
	}
	return out
}

func (s *Server) challenge(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	id, err := strconv.ParseUint(r.PathValue("id"), 10, 64)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", "A challenge is named by its number.")
		return
	}
	c := s.o.Index.Challenge(explorer.ChallengeID(id))
	if c == nil || c.Height > v.Height {
		problem(w, http.StatusNotFound, "challenge", "That challenge is not settled yet, or too old to be kept here; the chain may know it.")
		return
	}
	s.answer(w, r, v, struct {
		challengeForm
		AsOf asOf `json:"as_of"`
	}{challengeOf(v, c), stampOf(v)})
}

// challengeList answers with the newest settled challenges.
func (s *Server) challengeList(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	limit, err := count(r.URL.Query(), "limit", 20, 200)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	out := struct {
		Challenges []challengeForm `json:"challenges"`
		AsOf       asOf            `json:"as_of"`
	}{[]challengeForm{}, stampOf(v)}
	for _, c := range s.o.Index.Challenges(v.Height, limit) {
		out.Challenges = append(out.Challenges, challengeOf(v, c))
	}
	s.answer(w, r, v, out)
}
