package api

import (
	"math"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// asOf says of which state an answer speaks.
type asOf struct {
	Seq    explorer.Seq    `json:"seq"`
	Height explorer.Height `json:"height"`
	Time   *time.Time      `json:"time"` // of that block; null before the first
}

func stampOf(v *index.View) asOf {
	a := asOf{Seq: v.Seq, Height: v.Height}
	if !v.Time.IsZero() {
		a.Time = &v.Time
	}
	return a
}

// cellForm is a cell in JSON. Levels are null where nothing was measured.
type cellForm struct {
	Cell       explorer.Cell `json:"cell"`
	Resolution int           `json:"resolution"`
	State      string        `json:"state"`
	BestRSSI   *float64      `json:"best_rssi_dbm"`
	BestSNR    *float64      `json:"best_snr_db"`
	Samples    uint64        `json:"samples"`
	Failed     uint64        `json:"failed_tests"`
	Hotspots   uint16        `json:"hotspots"`
	Measured   uint32        `json:"measured_cells"`
	Empty      uint32        `json:"tested_empty_cells"`
	FirstSeen  string        `json:"first_seen,omitempty"`
	LastSeen   string        `json:"last_seen,omitempty"`
	LastHeight uint32        `json:"last_height,omitempty"`
}

func formOf(s index.Summary) cellForm {
	f := cellForm{
		Cell: s.Cell, Resolution: s.Cell.Resolution(), State: s.State().String(), Samples: s.Samples, Failed: s.Failed,
		Hotspots: s.Hotspots, Measured: s.Measured, Empty: s.Empty, LastHeight: s.LastHeight,
	}
	if s.State() != index.Unknown {
		f.FirstSeen, f.LastSeen = dayForm(s.FirstDay), dayForm(s.LastDay)
	}
	if s.State() == index.Measured {
		f.BestRSSI, f.BestSNR = tenths(int16(s.BestRSSI)), tenths(int16(s.BestSNR))
	}
	return f
}

func dayForm(d explorer.Day) string { return d.Time().Format(time.DateOnly) }

func tenths(v int16) *float64 {
	f := float64(v) / 10
	return &f
}

// heard is a hotspot linked to a cell.
type heard struct {
	briefForm
	RSSI       float64  `json:"best_rssi_dbm"`
	SNR        float64  `json:"best_snr_db"`
	Samples    uint32   `json:"samples"`
	LastHeight uint32   `json:"last_height"`
	Distance   *float64 `json:"distance_m"`
	Bearing    *float64 `json:"bearing_deg"`
}

// briefForm is a hotspot in a list.
type briefForm struct {
	Index    explorer.HotspotIndex `json:"index"`
	ID       string                `json:"id"`
	Name     string                `json:"name"`
	Status   string                `json:"status"`
	Lat      *float64              `json:"lat"`
	Lng      *float64              `json:"lng"`
	LastSeen explorer.Height       `json:"last_seen_height"`
}

func briefOf(h *index.Hotspot) briefForm {
	f := briefForm{Index: h.Index, ID: h.ID, Name: h.Name, Status: h.Status.String(), LastSeen: h.LastSeen()}
	if h.Located {
		lat, lng := h.Position.Lat(), h.Position.Lng()
		f.Lat, f.Lng = &lat, &lng
	}
	return f
}

// linkForms returns the hotspots linked to a cell with distance and bearing from a point.
func linkForms(v *index.View, links []index.Link, from explorer.LatLng) []heard {
	out := make([]heard, 0, len(links))
	for _, l := range links {
		h := v.Hotspot(l.Hotspot)
		if h == nil {
			continue
		}
		f := heard{briefForm: briefOf(h), RSSI: float64(l.BestRSSI) / 10, SNR: float64(l.BestSNR) / 10, Samples: l.Samples, LastHeight: l.LastHeight}
		if h.Located {
			d, b := math.Round(explorer.Distance(from, h.Position)), math.Round(bearing(from, h.Position))
			f.Distance, f.Bearing = &d, &b
		}
		out = append(out, f)
	}
	return out
}

// bearing returns the initial direction from a to b, degrees clockwise from north, 0 to 360.
func bearing(a, b explorer.LatLng) float64 {
	const rad = math.Pi / 180
	la, lb, d := a.Lat()*rad, b.Lat()*rad, (b.Lng()-a.Lng())*rad
	deg := math.Atan2(math.Sin(d)*math.Cos(lb), math.Cos(la)*math.Sin(lb)-math.Sin(la)*math.Cos(lb)*math.Cos(d)) / rad
	return math.Mod(deg+360, 360)
}

// feature is a GeoJSON feature (RFC 7946).
type feature struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Geometry   geometry `json:"geometry"`
	Properties any      `json:"properties"`
}

type geometry struct {
	Type        string `json:"type"`
	Coordinates any    `json:"coordinates"`
}

// collection is a GeoJSON feature collection, with what a list says beside its rows.
type collection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
	AsOf     asOf      `json:"as_of"`
	Next     string    `json:"next,omitempty"`
}

func cellFeature(f cellForm) feature {
	return feature{Type: "Feature", ID: f.Cell.String(), Geometry: outline(f.Cell), Properties: f}
}

// outline returns a cell as a polygon, or as two where it crosses the antimeridian (RFC 7946 §3.1.9).
func outline(c explorer.Cell) geometry {
	ring := grid.Boundary(c)
	west, east := ring[0][0], ring[0][0]
	for _, p := range ring {
		west, east = min(west, p[0]), max(east, p[0])
	}
	if west >= -180 && east <= 180 {
		return geometry{Type: "Polygon", Coordinates: [][]grid.Point{closed(ring)}}
	}
	cut, shift := 180.0, -360.0
	if west < -180 {
		cut, shift = -180, 360
	}
	inside, outside := split(ring, cut)
	for i := range outside {
		outside[i][0] += shift
	}
	var parts [][][]grid.Point
	for _, part := range [][]grid.Point{inside, outside} {
		if len(part) >= 3 {
			parts = append(parts, [][]grid.Point{closed(part)})
		}
	}
	return geometry{Type: "MultiPolygon", Coordinates: parts}
}

// split cuts a convex ring along a meridian into what lies beyond it on the far side of zero and what does not. For a
// cut at 180 the second part is the one above it, for -180 the one below it.
func split(ring []grid.Point, cut float64) (inside, outside []grid.Point) {
	beyond := func(p grid.Point) bool { return (cut > 0 && p[0] > cut) || (cut < 0 && p[0] < cut) }
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		if beyond(p) {
			outside = append(outside, p)
		} else {
			inside = append(inside, p)
		}
		if beyond(p) != beyond(q) {
			t := (cut - p[0]) / (q[0] - p[0])
			m := grid.Point{cut, p[1] + t*(q[1]-p[1])}
			inside, outside = append(inside, m), append(outside, m)
		}
	}
	return inside, outside
}

// closed returns a ring that ends where it begins.
func closed(ring []grid.Point) []grid.Point {
	return append(append([]grid.Point(nil), ring...), ring[0])
}
