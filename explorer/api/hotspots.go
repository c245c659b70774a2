package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

type hotspotList struct {
	Hotspots []briefForm `json:"hotspots"`
	Next     string      `json:"next,omitempty"` // pass as after= for the following rows
	AsOf     asOf        `json:"as_of"`
}

// hotspots lists hotspots by index, all or those in a box.
func (s *Server) hotspots(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	q := r.URL.Query()
	limit, err := count(q, "limit", MaxRows, MaxRows)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	var from explorer.HotspotIndex
	if text := q.Get("after"); text != "" {
		n, err := strconv.ParseUint(text, 10, 24)
		if err != nil {
			problem(w, http.StatusBadRequest, "parameter", "after must be the next of an earlier answer")
			return
		}
		from = explorer.HotspotIndex(n) + 1
	}
	rows := v.Hotspots(from)
	if text := q.Get("bbox"); text != "" {
		b, err := box(text)
		if err != nil {
			problem(w, http.StatusBadRequest, "parameter", detail(err))
			return
		}
		// Residents come by place; the page order is by index, so sort first.
		in := slices.SortedFunc(v.Residents(b), func(x, y *index.Hotspot) int { return int(x.Index) - int(y.Index) })
		i, _ := slices.BinarySearchFunc(in, from, func(h *index.Hotspot, i explorer.HotspotIndex) int { return int(h.Index) - int(i) })
		rows = slices.Values(in[i:])
	}
	out := hotspotList{Hotspots: []briefForm{}, AsOf: stampOf(v)}
	for h := range rows {
		if len(out.Hotspots) == limit {
			out.Next = strconv.FormatUint(uint64(out.Hotspots[limit-1].Index), 10)
			break
		}
		out.Hotspots = append(out.Hotspots, briefOf(h))
	}
	if !wantsGeoJSON(r) {
		s.answer(w, r, v, out)
		return
	}
	fc := collection{Type: "FeatureCollection", Features: []feature{}, AsOf: out.AsOf, Next: out.Next}
	for _, h := range out.Hotspots {
		if h.Lat != nil {
			at := geometry{Type: "Point", Coordinates: grid.Point{*h.Lng, *h.Lat}}
			fc.Features = append(fc.Features, feature{Type: "Feature", ID: h.ID, Geometry: at, Properties: h})
		}
	}
	s.send(w, r, v, typeGeoJSON, fc)
}

type hotspotForm struct {
	briefForm
	Owner     string           `json:"owner"`
	Class     string           `json:"class"`
	Region    string           `json:"region,omitempty"`
	Cell      *explorer.Cell   `json:"cell"`
	GainDBi   float64          `json:"gain_dbi"`
	HeightM   int32            `json:"height_m"`
	Since     explorer.Height  `json:"registered_height"`
	Retired   *explorer.Height `json:"retired_height"` // null while it is here
	Health    string           `json:"health"`         // ok, idle, waiting, off
	Reason    string           `json:"health_reason"`  // in words
	Beacons   uint64           `json:"beacons"`
	Heard     uint64           `json:"beacons_heard"`
	Missed    uint64           `json:"beacons_missed"`
	Witnessed uint64           `json:"reports_kept"`
	Rejected  uint64           `json:"reports_rejected"`
	LastBeac  explorer.Height  `json:"last_beacon_height"`
	LastWit   explorer.Height  `json:"last_witness_height"`
	LastRej   *rejectForm      `json:"last_reject"`
	Points    string           `json:"points"` // 10^-8 units
	Claimed   string           `json:"claimed_spark"`
	Owed      string           `json:"owed_spark"` // of its pay, what an account is owed or was
	Paid      string           `json:"traffic_spark"`
	Carried   string           `json:"carried_dc"`
	Cells     int              `json:"cells_covered"`
	HeardBy   int              `json:"heard_by"`
	Hears     int              `json:"hears"`
	Recent    []string         `json:"recent_challenges"` // newest first
	AsOf      asOf             `json:"as_of"`
}

type rejectForm struct {
	Challenge string          `json:"challenge"`
	Height    explorer.Height `json:"height"`
	Reason    string          `json:"reason"`
}

// find answers 404 and returns nil if the path names no hotspot.
func (s *Server) find(w http.ResponseWriter, r *http.Request, v *index.View) *index.Hotspot {
	id := r.PathValue("id")
	if h := s.o.Index.Find(v, id); h != nil {
		return h
	}
	if n, err := strconv.ParseUint(id, 10, 24); err == nil {
		if h := v.Hotspot(explorer.HotspotIndex(n)); h != nil {
			return h
		}
	}
	problem(w, http.StatusNotFound, "hotspot", "No hotspot has that id, name or number.")
	return nil
}

func (s *Server) hotspot(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	h := s.find(w, r, v)
	if h == nil {
		return
	}
	health, reason := healthOf(v, h)
	out := hotspotForm{
		briefForm: briefOf(h), Owner: h.Owner, Class: h.Class, Region: h.Region, GainDBi: h.GainDBi, HeightM: h.HeightM, Since: h.Since,
		Health: health, Reason: reason, Beacons: h.Beacons, Heard: h.BeaconsHeard, Missed: h.Missed, Witnessed: h.Witnessed, Rejected: h.Rejected,
		LastBeac: h.LastBeacon, LastWit: h.LastWitness, Points: decimal(h.Points), Claimed: decimal(h.Claimed), Owed: decimal(h.Owed), Paid: decimal(h.Paid), Carried: decimal(h.Carried),
		Cells: len(h.Cells), HeardBy: len(h.HeardBy), Hears: len(h.Hears), Recent: []string{}, AsOf: stampOf(v),
	}
	if h.Located {
		out.Cell = &h.Cell
	}
	if h.Retired() {
		out.Retired = &h.RetiredAt
	}
	if h.LastReject.Height > 0 {
		out.LastRej = &rejectForm{Challenge: decimal(h.LastReject.Challenge), Height: h.LastReject.Height, Reason: h.LastReject.Reason}
	}
	for _, id := range slices.Backward(h.Challenges) {
		out.Recent = append(out.Recent, decimal(id))
	}
	s.answer(w, r, v, out)
}

// decimal writes a 64-bit number for JSON, whose readers may hold only 53 bits.
func decimal[T ~uint64](v T) string { return strconv.FormatUint(uint64(v), 10) }

// idleAfter is how many blocks without a proof of radio make a hotspot idle: two challenge windows of six hours at six
// seconds a block.
const idleAfter = 7_200

// healthOf says in words how a hotspot does, from what the chain settled.
func healthOf(v *index.View, h *index.Hotspot) (health, reason string) {
	seen := h.LastSeen()
	ago := func(at explorer.Height) string {
		if at == v.Height {
			return "in the newest block"
		}
		return plural(uint64(v.Height-at), "block") + " ago"
	}
	switch {
	case h.Retired():
		return "off", "retired by its owner"
	case !h.Located:
		return "waiting", "no location asserted, so it is not challenged"
	case h.Status == explorer.StatusDataOnly:
		return "ok", "carries data only and is not challenged"
	case h.Beacons+h.Missed+h.Witnessed+h.Rejected == 0:
		return "waiting", "not challenged yet"
	case seen == 0 && h.Beacons > 0:
		return "idle", "sent " + plural(h.Beacons, "beacon") + ", none validly heard"
	case seen == 0 && h.Rejected > 0:
		return "idle", "all reports rejected, last for " + words(h.LastReject.Reason)
	case seen == 0:
		return "off", "missed " + plural(h.Missed, "challenge") + " and reported nothing"
	case v.Height-seen > idleAfter:
		return "idle", "last proof of radio " + ago(seen)
	case h.LastBeacon >= h.LastWitness:
		return "ok", "beacon heard " + ago(h.LastBeacon)
	}
	return "ok", "witnessed a beacon " + ago(h.LastWitness)
}

func plural(n uint64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return strconv.FormatUint(n, 10) + " " + word + "s"
}

// words makes a reason of the chain readable.
func words(reason string) string { return strings.NewReplacer("-", " ", "_", " ").Replace(reason) }

type edgeForm struct {
	briefForm
	RSSI       float64  `json:"best_rssi_dbm"`
	SNR        float64  `json:"best_snr_db"`
	Samples    uint32   `json:"samples"`
	LastHeight uint32   `json:"last_height"`
	Distance   *float64 `json:"distance_m"`
	Bearing    *float64 `json:"bearing_deg"`
}

type witnessForm struct {
	Hotspot briefForm  `json:"hotspot"`
	HeardBy []edgeForm `json:"heard_by"`
	Hears   []edgeForm `json:"hears"`
	AsOf    asOf       `json:"as_of"`
}

func (s *Server) witnesses(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	if h := s.find(w, r, v); h != nil {
		s.answer(w, r, v, witnessForm{Hotspot: briefOf(h), HeardBy: edges(v, h, h.HeardBy), Hears: edges(v, h, h.Hears), AsOf: stampOf(v)})
	}
}

// edges returns a hotspot's links, strongest first, at most MaxRows.
func edges(v *index.View, h *index.Hotspot, list []index.Edge) []edgeForm {
	links := make([]index.Link, len(list))
	for i, e := range list {
		links[i] = index.Link(e)
	}
	out := []edgeForm{}
	for _, l := range linkForms(v, links, h.Position) {
		if !h.Located {
			l.Distance, l.Bearing = nil, nil
		}
		out = append(out, edgeForm(l))
	}
	slices.SortStableFunc(out, func(a, b edgeForm) int { return int(10 * (b.RSSI - a.RSSI)) })
	return out[:min(len(out), MaxRows)]
}

// footprint answers with the cells that a hotspot reaches.
func (s *Server) footprint(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	h := s.find(w, r, v)
	if h == nil {
		return
	}
	fc := collection{Type: "FeatureCollection", Features: []feature{}, AsOf: stampOf(v)}
	for _, l := range h.Cells[:min(len(h.Cells), MaxRows)] {
		fc.Features = append(fc.Features, feature{Type: "Feature", ID: l.Cell.String(), Geometry: outline(l.Cell), Properties: struct {
			Cell       explorer.Cell `json:"cell"`
			RSSI       float64       `json:"best_rssi_dbm"`
			SNR        float64       `json:"best_snr_db"`
			Samples    uint32        `json:"samples"`
			LastHeight uint32        `json:"last_height"`
		}{l.Cell, float64(l.BestRSSI) / 10, float64(l.BestSNR) / 10, l.Samples, l.LastHeight}})
	}
	s.send(w, r, v, typeGeoJSON, fc)
}
