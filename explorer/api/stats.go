package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

type statsForm struct {
	ChainID    string            `json:"chain_id"`
	Head       explorer.Height   `json:"head_height"` // newest block known to exist
	Behind     explorer.Height   `json:"blocks_behind"`
	Hotspots   int               `json:"hotspots"`
	Located    int               `json:"hotspots_located"`
	Active     int               `json:"hotspots_active"`
	Retired    int               `json:"hotspots_retired"` // not among hotspots
	Measured   int               `json:"cells_measured"`
	Empty      int               `json:"cells_tested_empty"`
	Challenges uint64            `json:"challenges_settled"`
	Heard      uint64            `json:"beacons_heard"`
	Unheard    uint64            `json:"beacons_unheard"`
	Missed     uint64            `json:"challenges_missed"`
	Void       uint64            `json:"challenges_void"`
	Kept       uint64            `json:"reports_kept"`
	Rejected   uint64            `json:"reports_rejected"`
	Reasons    map[string]uint64 `json:"reports_rejected_by_reason"`
	Points     string            `json:"points"`
	Epoch      uint64            `json:"epoch_closed"`
	Scheduled  string            `json:"scheduled_spark"`
	Claimed    string            `json:"claimed_spark"`
	Paid       string            `json:"traffic_spark"`
	Burned     string            `json:"burned_dc"`
	Bounds     []float64         `json:"bounds"` // west, south, east, north of all asserted places; null if none
	AsOf       asOf              `json:"as_of"`
}

func (s *Server) stats(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	s.answer(w, r, v, s.statsOf(v))
}

func (s *Server) statsOf(v *index.View) statsForm {
	t, chain := v.Stats, s.o.Chain()
	out := statsForm{
		ChainID: chain.ID, Head: max(chain.Head, v.Height), Hotspots: t.Hotspots, Located: t.Located, Active: t.Active, Retired: t.Retired, Measured: t.CellsSeen, Empty: t.CellsDry,
		Challenges: t.Challenges, Heard: t.Heard, Unheard: t.Unheard, Missed: t.Missed, Void: t.Void, Kept: t.Kept, Rejected: t.Rejected, Reasons: t.Reasons,
		Points: decimal(t.Points), Epoch: t.Epoch, Scheduled: decimal(t.Scheduled), Claimed: decimal(t.Claimed), Paid: decimal(t.Paid), Burned: decimal(t.Burned),
		AsOf: stampOf(v),
	}
	out.Behind = out.Head - v.Height
	if t.Located > 0 {
		out.Bounds = []float64{t.Bounds.West, t.Bounds.South, t.Bounds.East, t.Bounds.North}
	}
	return out
}

type hit struct {
	Kind  string      `json:"kind"` // hotspot, cell, place, challenge
	Label string      `json:"label"`
	ID    string      `json:"id"`
	At    *grid.Point `json:"at"` // longitude, latitude
}

// search finds hotspots by name, id or owner, cells by index, places by "lat,lng", and challenges by number.
func (s *Server) search(w http.ResponseWriter, r *http.Request) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if q == "" || len(q) > MaxQuery {
		problem(w, http.StatusBadRequest, "parameter", fmt.Sprintf("q must have 1 to %d characters", MaxQuery))
		return
	}
	limit, err := count(r.URL.Query(), "limit", 10, MaxHits)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	v := s.o.Index.View()
	hits := s.direct(v, q)
	for _, h := range v.Search(q, limit) {
		if len(hits) == limit {
			break
		}
		f := hit{Kind: "hotspot", Label: h.Name, ID: h.ID}
		if h.Located {
			f.At = &grid.Point{h.Position.Lng(), h.Position.Lat()}
		}
		hits = append(hits, f)
	}
	s.answer(w, r, v, struct {
		Hits []hit `json:"hits"`
		AsOf asOf  `json:"as_of"`
	}{hits, stampOf(v)})
}

// direct returns what a search text names exactly.
func (s *Server) direct(v *index.View, q string) []hit {
	hits := []hit{}
	if c, err := explorer.ParseCell(strings.ToLower(q)); err == nil {
		p := grid.Center(c)
		hits = append(hits, hit{Kind: "cell", Label: "cell " + c.String(), ID: c.String(), At: &p})
	}
	if a, b, ok := strings.Cut(q, ","); ok {
		lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
		lng, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
		if err1 == nil && err2 == nil && lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180 {
			if c, err := grid.CellOfDegrees(lat, lng, explorer.CoverageRes); err == nil {
				hits = append(hits, hit{Kind: "place", Label: fmt.Sprintf("%.5f, %.5f", lat, lng), ID: c.String(), At: &grid.Point{lng, lat}})
			}
		}
	}
	if n, err := strconv.ParseUint(strings.TrimPrefix(q, "#"), 10, 64); err == nil {
		if c := s.o.Index.Challenge(explorer.ChallengeID(n)); c != nil && c.Height <= v.Height {
			hits = append(hits, hit{Kind: "challenge", Label: "challenge " + decimal(c.ID), ID: decimal(c.ID)})
		}
	}
	return hits
}

// staleAfter is the age of the newest block from which the server calls itself not ready.
const staleAfter = 30 * time.Second

func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte("ok\n"))
}

func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.Ready(); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = fmt.Fprintln(w, err)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}

// Ready returns nil while the map is near the head of its chain, else why it is not.
func (s *Server) Ready() error {
	v, chain := s.o.Index.View(), s.o.Chain()
	switch {
	case chain.Err != nil:
		return errors.New("node: does not answer as it should; the log says why") // its words may hold its address
	case v.Height == 0:
		return errors.New("index: no block yet")
	case s.o.Now().Sub(v.Time) > staleAfter:
		return fmt.Errorf("index: newest block %d is %s old", v.Height, s.o.Now().Sub(v.Time).Round(time.Second))
	}
	return nil
}
