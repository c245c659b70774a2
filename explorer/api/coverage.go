package api

import (
	"iter"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// maxHeard is the number of hotspots that a point's answer names.
const maxHeard = 16

// nearestRings is how many rings of cells around an unmeasured point are searched for the nearest measured one.
const nearestRings = 6

type pointForm struct {
	Lat      float64      `json:"lat"`
	Lng      float64      `json:"lng"`
	Covered  string       `json:"covered"` // yes, no, unknown
	Basis    string       `json:"basis"`   // measured, tested, none
	Cell     cellForm     `json:"cell"`
	Hotspots []heard      `json:"hotspots"`
	Nearest  *nearestForm `json:"nearest_measured,omitempty"`
	AsOf     asOf         `json:"as_of"`
}

type nearestForm struct {
	cellForm
	Distance float64 `json:"distance_m"`
}

// point answers whether a place is covered, from evidence alone.
func (s *Server) point(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	lat, err := degrees(q, "lat", 90)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	lng, err := degrees(q, "lng", 180)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	c, err := grid.CellOfDegrees(lat, lng, explorer.CoverageRes)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", "lat and lng are no place on earth")
		return
	}
	v := s.o.Index.View()
	at := explorer.E7(lat, lng)
	out := pointForm{Lat: lat, Lng: lng, Covered: "unknown", Basis: "none", Cell: formOf(v.Summary(c)), Hotspots: strongest(linkForms(v, v.Links(c), at)), AsOf: stampOf(v)}
	switch rec := v.Record(c); rec.State() {
	case index.Measured:
		out.Basis = "measured"
		if rec.Hotspots > 0 { // else all who reached it retired, and nobody has tested it since
			out.Covered = "yes"
		}
	case index.TestedEmpty:
		out.Covered, out.Basis = "no", "tested"
		out.Nearest = nearest(v, c, at)
	case index.Unknown:
		out.Nearest = nearest(v, c, at)
	}
	s.answer(w, r, v, out)
}

// strongest sorts links by level and keeps the first few.
func strongest(links []heard) []heard {
	slices.SortStableFunc(links, func(a, b heard) int { return int(10 * (b.RSSI - a.RSSI)) })
	return links[:min(len(links), maxHeard)]
}

// nearest returns the measured cell whose centre is nearest to a point, within a few rings; nil if there is none.
func nearest(v *index.View, c explorer.Cell, at explorer.LatLng) *nearestForm {
	var best explorer.Cell
	distance := math.Inf(1)
	for _, n := range grid.Disk(c, nearestRings) {
		if v.Record(n).State() != index.Measured {
			continue
		}
		p := grid.Center(n)
		if d := explorer.Distance(at, explorer.E7(p[1], p[0])); d < distance {
			best, distance = n, d
		}
	}
	if best == 0 {
		return nil
	}
	return &nearestForm{cellForm: formOf(v.Summary(best)), Distance: math.Round(distance)}
}

type cellAnswer struct {
	cellForm
	Center   grid.Point `json:"center"`
	Heard    []heard    `json:"heard_by"`
	Standing []heard    `json:"standing"` // hotspots whose asserted place lies in the cell
	AsOf     asOf       `json:"as_of"`
}

// cell answers for one cell of any resolution: finer than stored inherits, coarser adds up.
func (s *Server) cell(w http.ResponseWriter, r *http.Request) {
	text := strings.TrimSuffix(r.PathValue("h3"), ".geojson")
	c, err := explorer.ParseCell(strings.ToLower(text))
	if err != nil {
		problem(w, http.StatusBadRequest, "cell", "That is not an H3 cell; it has 15 hexadecimal characters.")
		return
	}
	v := s.o.Index.View()
	form := formOf(v.Summary(c))
	if wantsGeoJSON(r) {
		s.send(w, r, v, typeGeoJSON, cellFeature(form))
		return
	}
	p := grid.Center(c)
	out := cellAnswer{cellForm: form, Center: p, Heard: []heard{}, Standing: []heard{}, AsOf: stampOf(v)}
	if c.Resolution() >= explorer.CoverageRes {
		at := explorer.E7(p[1], p[0])
		c8 := c.Parent(explorer.CoverageRes)
		out.Heard = linkForms(v, v.Links(c8), at)
		slices.SortStableFunc(out.Heard, func(a, b heard) int { return int(10 * (b.RSSI - a.RSSI)) })
		out.Standing = standing(v, c8)
	}
	s.answer(w, r, v, out)
}

// standing returns the hotspots whose asserted place lies in a resolution 8 cell.
func standing(v *index.View, c explorer.Cell) []heard {
	out := []heard{}
	p := grid.Center(c)
	for h, d := range v.Within(explorer.E7(p[1], p[0]), 2_000) {
		if h.Cell.Parent(explorer.CoverageRes) == c {
			d = math.Round(d)
			out = append(out, heard{briefForm: briefOf(h), Distance: &d})
		}
	}
	slices.SortFunc(out, func(a, b heard) int { return int(a.Index) - int(b.Index) })
	return out
}

type cellList struct {
	Resolution int        `json:"resolution"`
	Cells      []cellForm `json:"cells"`
	Next       string     `json:"next,omitempty"` // pass as after= for the following rows
	AsOf       asOf       `json:"as_of"`
}

// cells lists the non-empty cells under parents or in a box.
func (s *Server) cells(w http.ResponseWriter, r *http.Request) {
	v := s.o.Index.View()
	rows, res, limit, err := s.cellQuery(r, v)
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	out := cellList{Resolution: res, Cells: []cellForm{}, AsOf: stampOf(v)}
	for sum := range rows {
		if len(out.Cells) == limit {
			out.Next = out.Cells[limit-1].Cell.String()
			break
		}
		out.Cells = append(out.Cells, formOf(sum))
	}
	if !wantsGeoJSON(r) {
		s.answer(w, r, v, out)
		return
	}
	fc := collection{Type: "FeatureCollection", Features: make([]feature, len(out.Cells)), AsOf: out.AsOf, Next: out.Next}
	for i, c := range out.Cells {
		fc.Features[i] = cellFeature(c)
	}
	s.send(w, r, v, typeGeoJSON, fc)
}

// cellQuery reads what list of cells is asked for.
func (s *Server) cellQuery(r *http.Request, v *index.View) (rows iter.Seq[index.Summary], res, limit int, err error) {
	q := r.URL.Query()
	if limit, err = count(q, "limit", MaxRows, MaxRows); err != nil {
		return nil, 0, 0, err
	}
	var after explorer.Cell
	if text := q.Get("after"); text != "" {
		if after, err = explorer.ParseCell(text); err != nil {
			return nil, 0, 0, badParam("after must be the next of an earlier answer")
		}
	}
	switch {
	case q.Get("parent") != "" && q.Get("bbox") != "":
		return nil, 0, 0, badParam("give parent or bbox, not both")
	case q.Get("parent") != "":
		list, err := parents(q.Get("parent"))
		if err != nil {
			return nil, 0, 0, err
		}
		if res, err = resolution(q, explorer.CoverageRes); err != nil {
			return nil, 0, 0, err
		}
		rows = underAll(v, list, res)
	case q.Get("bbox") != "":
		b, err := box(q.Get("bbox"))
		if err != nil {
			return nil, 0, 0, err
		}
		if res, err = resolution(q, autoRes(b)); err != nil {
			return nil, 0, 0, err
		}
		rows = centred(v, b, res)
	default:
		return nil, 0, 0, badParam("give parent=CELL,... or bbox=west,south,east,north")
	}
	if after != 0 && after.Resolution() != res {
		return nil, 0, 0, badParam("after must be the next of an earlier answer")
	}
	return beyond(rows, after), res, limit, nil
}

// underAll yields the cells under several parents, each parent's in order.
func underAll(v *index.View, list []explorer.Cell, res int) iter.Seq[index.Summary] {
	start := func(c explorer.Cell) int64 { return int64(c.Position() * pow7(explorer.CoverageRes-c.Resolution())) }
	slices.SortFunc(list, func(a, b explorer.Cell) int { return int(start(a) - start(b)) })
	return func(yield func(index.Summary) bool) {
		var end uint64 // positions below it are answered: a parent may hold the next one
		for _, p := range list {
			if p.Resolution() > res {
				continue
			}
			for sum := range v.Under(p, res) {
				at := sum.Cell.Position()
				if at < end {
					continue
				}
				end = at + 1
				if !yield(sum) {
					return
				}
			}
		}
	}
}

func pow7(n int) uint64 {
	p := uint64(1)
	for range n {
		p *= 7
	}
	return p
}

// centred yields the cells whose centre lies in a box, in order. It stops after MaxScan looks.
func centred(v *index.View, b index.Box, res int) iter.Seq[index.Summary] {
	return func(yield func(index.Summary) bool) {
		looks := 0
		for sum := range v.Near(b, res) {
			if looks++; looks > MaxScan {
				return
			}
			if b.Contains(grid.Center(sum.Cell)) && !yield(sum) {
				return
			}
		}
	}
}

// beyond drops the rows up to and including a cell.
func beyond(rows iter.Seq[index.Summary], after explorer.Cell) iter.Seq[index.Summary] {
	if after == 0 {
		return rows
	}
	return func(yield func(index.Summary) bool) {
		for sum := range rows {
			if sum.Cell.Position() > after.Position() && !yield(sum) {
				return
			}
		}
	}
}
