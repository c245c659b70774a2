package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/api"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// town returns a server over a town's chain, and the index behind it.
func town(tb testing.TB, t explorertest.Town, o api.Options) (*api.Server, *index.Index) {
	tb.Helper()
	o.Index = index.New()
	for _, b := range t.Chain() {
		if err := o.Index.Apply(b); err != nil {
			tb.Fatal(err)
		}
	}
	o.Chain = func() api.Chain { return api.Chain{ID: "hexwave-test-1", Head: o.Index.View().Height} }
	return api.New(o), o.Index
}

// get asks the server and decodes a JSON answer if there is one.
func get(tb testing.TB, s http.Handler, path string, header ...string) (*http.Response, map[string]any) {
	tb.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	var body map[string]any
	if strings.Contains(w.Header().Get("Content-Type"), "json") && w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			tb.Fatalf("%s: %v in %s", path, err, w.Body)
		}
	}
	return w.Result(), body
}

func rows(body map[string]any, key string) []map[string]any {
	var out []map[string]any
	for _, r := range body[key].([]any) {
		out = append(out, r.(map[string]any))
	}
	return out
}

// The list, the map and the single answers agree on every cell and count (explorer-and-operators §7.6).
func TestListMapAndAnswersAgree(t *testing.T) {
	s, x := town(t, explorertest.Town{Seed: 4, Blocks: 200}, api.Options{})
	_, stats := get(t, s, "/v1/stats")
	_, list := get(t, s, "/v1/coverage/cells?bbox=-180,-90,180,90&res=8")
	listed := map[string]map[string]any{}
	counts := map[string]float64{}
	for _, c := range rows(list, "cells") {
		listed[c["cell"].(string)] = c
		counts[c["state"].(string)]++
	}
	if counts["measured"] != stats["cells_measured"] || counts["tested-empty"] != stats["cells_tested_empty"] || counts["measured"] == 0 || counts["tested-empty"] == 0 {
		t.Fatalf("list %v, stats %v and %v", counts, stats["cells_measured"], stats["cells_tested_empty"])
	}
	onMap := tileLayer(t, s, "cells", 10)
	if len(onMap) != len(listed) {
		t.Fatalf("%d cells on the map, %d in the list", len(onMap), len(listed))
	}
	for id, want := range listed {
		_, one := get(t, s, "/v1/coverage/cells/"+id)
		c, err := explorer.ParseCell(id)
		if err != nil {
			t.Fatal(err)
		}
		p := grid.Center(c)
		_, point := get(t, s, fmt.Sprintf("/v1/coverage/point?lat=%f&lng=%f", p[1], p[0]))
		there := point["cell"].(map[string]any)
		state := map[float64]string{1: "tested-empty", 2: "measured"}[onMap[c.Position()]["state"].(float64)]
		if one["state"] != want["state"] || there["state"] != want["state"] || state != want["state"] {
			t.Fatalf("%s: list %v, cell %v, point %v, map %v", id, want["state"], one["state"], there["state"], state)
		}
		if one["samples"] != want["samples"] || float64(len(one["heard_by"].([]any))) != want["hotspots"] {
			t.Fatalf("%s: %v and %v", id, want, one)
		}
	}
	if x.View().Stats.CellsSeen != int(counts["measured"]) {
		t.Fatal("the index counts differently")
	}
}

// tileLayer collects a layer of all tiles of a zoom level around Berlin, by feature id.
func tileLayer(t *testing.T, s http.Handler, layer string, z int) map[uint64]map[string]any {
	t.Helper()
	out := map[uint64]map[string]any{}
	n := 1 << z
	cx, cy := int(float64(n)*(13.405+180)/360), int(float64(n)*0.328) // 52.5 N in Mercator
	for x := cx - 4; x <= cx+4; x++ {
		for y := cy - 4; y <= cy+4; y++ {
			w := httptest.NewRecorder()
			s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, fmt.Sprintf("/v1/coverage/tiles/%d/%d/%d.mvt", z, x, y), nil))
			if w.Code == http.StatusNoContent {
				continue
			}
			layers, err := orbmvt.Unmarshal(w.Body.Bytes())
			if err != nil {
				t.Fatalf("tile %d/%d/%d: %d %v", z, x, y, w.Code, err)
			}
			for _, l := range layers {
				if l.Name != layer {
					continue
				}
				for _, f := range l.Features {
					out[uint64(f.ID.(float64))] = f.Properties
				}
			}
		}
	}
	return out
}

func TestPagesJoinToTheWhole(t *testing.T) {
	s, _ := town(t, explorertest.Town{Seed: 4, Blocks: 100}, api.Options{})
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(7, 80).Draw(rt, "limit")
		for _, path := range []string{"/v1/coverage/cells?bbox=12.9,52.2,13.9,52.8&res=8", "/v1/coverage/cells?parent=821f1ffffffffff,841f1d5ffffffff&res=7", "/v1/hotspots?x=1", "/v1/hotspots?bbox=13,52,14,53"} {
			key, id := "cells", "cell"
			if strings.Contains(path, "hotspots") {
				key, id = "hotspots", "id"
			}
			_, whole := get(t, s, path)
			want := map[any]bool{}
			for _, r := range rows(whole, key) {
				want[r[id]] = true
			}
			got := map[any]bool{}
			for next, page := "", 0; ; page++ {
				_, part := get(t, s, fmt.Sprintf("%s&limit=%d%s", path, limit, next))
				for _, r := range rows(part, key) {
					if got[r[id]] {
						rt.Fatalf("%s: %v twice", path, r[id])
					}
					got[r[id]] = true
				}
				token, more := part["next"].(string)
				if !more {
					break
				}
				next = "&after=" + token
			}
			if !maps.Equal(got, want) || len(want) == 0 {
				rt.Fatalf("%s: %d rows in pages of %d, %d whole", path, len(got), limit, len(want))
			}
		}
	})
}

func TestRefusesByName(t *testing.T) {
	s, _ := town(t, explorertest.Town{Blocks: 3}, api.Options{})
	for path, want := range map[string]string{
		"/v1/coverage/point":                                          "parameter",
		"/v1/coverage/point?lat=91&lng=0":                             "parameter",
		"/v1/coverage/point?lat=NaN&lng=0":                            "parameter",
		"/v1/coverage/point?lat=1&lng=1e9":                            "parameter",
		"/v1/coverage/cells":                                          "parameter",
		"/v1/coverage/cells?bbox=1,2,3":                               "parameter",
		"/v1/coverage/cells?bbox=1,5,3,4":                             "parameter",
		"/v1/coverage/cells?bbox=0,0,1,1&res=9":                       "parameter",
		"/v1/coverage/cells?bbox=0,0,1,1&limit=10001":                 "parameter",
		"/v1/coverage/cells?bbox=0,0,1,1&parent=821f1ffffffffff":      "parameter",
		"/v1/coverage/cells?parent=zzz":                               "parameter",
		"/v1/coverage/cells?parent=8c1f1d48a6b65ff":                   "parameter",
		"/v1/coverage/cells?parent=" + strings.Repeat("a,", 65):       "parameter",
		"/v1/coverage/cells?parent=821f1ffffffffff&after=8":           "parameter",
		"/v1/coverage/cells/12345":                                    "cell",
		"/v1/coverage/cells/ffffffffffffffff":                         "cell",
		"/v1/coverage/tiles/3/8/0.mvt":                                "tile",
		"/v1/coverage/tiles/15/0/0.mvt":                               "tile",
		"/v1/coverage/tiles/1/0/0.png":                                "tile",
		"/v1/coverage/tiles/-1/0/0.mvt":                               "tile",
		"/v1/coverage/changes?since=99999":                            "too-old",
		"/v1/coverage/changes?since=x":                                "parameter",
		"/v1/coverage/stream?since=x":                                 "parameter",
		"/v1/hotspots?after=99999999999":                              "parameter",
		"/v1/hotspots/nobody":                                         "hotspot",
		"/v1/hotspots/999/witnesses":                                  "hotspot",
		"/v1/challenges/4294967295":                                   "challenge",
		"/v1/challenges/first":                                        "parameter",
		"/v1/search?q=" + strings.Repeat("a", 65):                     "parameter",
		"/v1/search?q=":                                               "parameter",
		"/v1/nothing":                                                 "path",
		"/v1/coverage/point?lat=1&lng=2&" + strings.Repeat("x", 4097): "too-long",
	} {
		resp, body := get(t, s, path)
		if body["code"] != want || resp.Header.Get("Content-Type") != "application/problem+json" || float64(resp.StatusCode) != body["status"] {
			t.Errorf("%.80s: %d %v", path, resp.StatusCode, body)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/v1/stats", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestAsksAgainCheaply(t *testing.T) {
	s, x := town(t, explorertest.Town{Blocks: 30}, api.Options{})
	for _, path := range []string{"/v1/stats", "/v1/hotspots/1", "/v1/coverage/tiles/8/137/83.mvt", "/v1/coverage/tiles/0/0/0.mvt"} {
		first, _ := get(t, s, path)
		tag := first.Header.Get("ETag")
		again, _ := get(t, s, path, "If-None-Match", tag)
		if again.StatusCode != http.StatusNotModified || tag == "" || first.Header.Get("Hexwave-Height") != "30" {
			t.Errorf("%s: %d then %d with %s", path, first.StatusCode, again.StatusCode, tag)
		}
	}
	before, _ := get(t, s, "/v1/coverage/tiles/0/0/0.mvt")
	if err := x.Apply(explorertest.Town{Blocks: 40}.Chain()[30]); err != nil {
		t.Fatal(err)
	}
	after, _ := get(t, s, "/v1/coverage/tiles/0/0/0.mvt", "If-None-Match", before.Header.Get("ETag"))
	if after.StatusCode != http.StatusOK {
		t.Errorf("the world tile kept its tag after a block with challenges: %d", after.StatusCode)
	}
}

func TestHeaders(t *testing.T) {
	s, _ := town(t, explorertest.Town{Blocks: 3}, api.Options{})
	resp, _ := get(t, s, "/v1/stats")
	for k, want := range map[string]string{"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff", "Content-Type": "application/json"} {
		if got := resp.Header.Get(k); got != want {
			t.Errorf("%s: %q", k, got)
		}
	}
	if csp := resp.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe-eval") {
		t.Errorf("policy %q", csp)
	}
}

func TestRateIsPerClient(t *testing.T) {
	s, _ := town(t, explorertest.Town{Blocks: 3}, api.Options{RatePerSecond: 1})
	codes := map[int]int{}
	ask := func(from, path string) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		codes[w.Code]++
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
	}
	for range 30 {
		ask("[2001:db8::1]:99", "/v1/stats")
	}
	if codes[200] < 4 || codes[429] < 20 {
		t.Fatalf("one client: %v", codes)
	}
	clear(codes)
	ask("192.0.2.1:7", "/v1/stats")
	ask("[2001:db8::1]:99", "/v1/coverage/tiles/0/0/0.mvt")
	ask("[2001:db8::2]:99", "/v1/stats") // the same /64
	if codes[200] != 2 || codes[429] != 1 {
		t.Fatalf("others: %v", codes)
	}
}

func TestOpenAPIKnowsEveryPath(t *testing.T) {
	s, _ := town(t, explorertest.Town{Blocks: 3}, api.Options{})
	_, doc := get(t, s, "/openapi.json")
	documented := slices.Sorted(maps.Keys(doc["paths"].(map[string]any)))
	routes := slices.Sorted(slices.Values(s.Routes()))
	if !slices.Equal(documented, routes) {
		t.Fatalf("documented %v\nserved     %v", documented, routes)
	}
}

func TestGeoJSON(t *testing.T) {
	s, x := town(t, explorertest.Town{Blocks: 60}, api.Options{})
	for _, path := range []string{"/v1/coverage/cells.geojson?bbox=13,52,14,53", "/v1/hotspots.geojson", "/v1/hotspots/1/coverage"} {
		resp, body := get(t, s, path)
		if resp.Header.Get("Content-Type") != "application/geo+json" || body["type"] != "FeatureCollection" || len(body["features"].([]any)) == 0 {
			t.Errorf("%s: %s %v", path, resp.Header.Get("Content-Type"), body["type"])
		}
	}
	resp, _ := get(t, s, "/v1/hotspots", "Accept", "application/geo+json")
	if resp.Header.Get("Content-Type") != "application/geo+json" {
		t.Error("Accept is not honoured")
	}
	// A cell across the antimeridian is two polygons, neither of which leaves the world.
	c, err := grid.CellOfDegrees(0.1, 180, 3)
	if err != nil {
		t.Fatal(err)
	}
	_, body := get(t, s, "/v1/coverage/cells/"+c.String()+".geojson")
	g := body["geometry"].(map[string]any)
	if g["type"] != "MultiPolygon" || len(g["coordinates"].([]any)) != 2 {
		t.Fatalf("%v", g)
	}
	for _, poly := range g["coordinates"].([]any) {
		for _, p := range poly.([]any)[0].([]any) {
			if lng := p.([]any)[0].(float64); lng < -180 || lng > 180 {
				t.Errorf("longitude %f", lng)
			}
		}
	}
	if x.View().Hotspot(1) == nil {
		t.Fatal("no hotspot")
	}
}

func TestSearch(t *testing.T) {
	s, x := town(t, explorertest.Town{Blocks: 60}, api.Options{})
	h := x.View().Hotspot(6)
	id := h.Challenges
	for q, want := range map[string]string{
		h.Name: "hotspot", h.ID: "hotspot", "52.52,13.405": "place", "881f1d4887fffff": "cell", fmt.Sprintf("%d", id[0]): "challenge", "no-such-thing-at-all": "",
	} {
		_, body := get(t, s, "/v1/search?q="+q)
		hits, got := rows2(body), ""
		if len(hits) > 0 {
			got = hits[0]["kind"].(string)
		}
		if got != want {
			t.Errorf("%s: %q, want %q", q, got, want)
		}
	}
}

func rows2(body map[string]any) []map[string]any { return rows(body, "hits") }

func TestReady(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 10, 0, time.UTC)
	s, _ := town(t, explorertest.Town{Blocks: 10}, api.Options{Now: func() time.Time { return now }})
	if resp, _ := get(t, s, "/readyz"); resp.StatusCode != http.StatusOK {
		t.Errorf("fresh: %d", resp.StatusCode)
	}
	now = now.Add(time.Minute)
	if resp, _ := get(t, s, "/readyz"); resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("stale: %d", resp.StatusCode)
	}
}

// sse reads one event of a stream.
func sse(t *testing.T, r *bufio.Reader) (name, id string, data map[string]any) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "event":
			name = value
		case "id":
			id = value
		case "data":
			if err := json.Unmarshal([]byte(value), &data); err != nil {
				t.Fatal(err)
			}
		case "":
			if name != "" {
				return name, id, data
			}
		}
	}
}

func TestStreamTellsChangesAndResumes(t *testing.T) {
	chain := explorertest.Town{Blocks: 60}.Chain()
	s, x := town(t, explorertest.Town{Blocks: 40}, api.Options{MaxStreams: 1})
	server := httptest.NewServer(s)
	defer server.Close()
	open := func(lastID string) (*http.Response, *bufio.Reader) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/coverage/stream", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Last-Event-ID", lastID)
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		return resp, bufio.NewReader(resp.Body)
	}
	resp, r := open("")
	if name, _, _ := sse(t, r); name != "hello" {
		t.Fatalf("first event %s", name)
	}
	if second, _ := open(""); second.StatusCode != http.StatusServiceUnavailable {
		t.Fatalf("second stream of one: %d", second.StatusCode)
	}
	if err := x.Apply(chain[40]); err != nil {
		t.Fatal(err)
	}
	name, id, data := sse(t, r)
	if name != "cells" || id != "41" || data["as_of"].(map[string]any)["height"] != 41.0 || len(data["hotspots"].([]any)) == 0 {
		t.Fatalf("%s %s %v", name, id, data)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	for _, b := range chain[41:] {
		if err := x.Apply(b); err != nil {
			t.Fatal(err)
		}
	}
	var resumed *bufio.Reader
	for resp = nil; resp == nil || resp.StatusCode != http.StatusOK; { // the server needs a moment to see that the first is gone
		resp, resumed = open(id)
	}
	if name, _, _ := sse(t, resumed); name != "hello" {
		t.Fatalf("first event after resuming: %s", name)
	}
	name, id, data = sse(t, resumed)
	_, polled := get(t, s, "/v1/coverage/changes?since=41")
	if name != "cells" || id != "60" || len(data["cells"].([]any)) != len(polled["cells"].([]any)) || len(data["cells"].([]any)) == 0 {
		t.Fatalf("%s %s, %d cells, polled %d", name, id, len(data["cells"].([]any)), len(polled["cells"].([]any)))
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPointHandler(b *testing.B) {
	s, _ := town(b, explorertest.Town{Hotspots: 500, Blocks: 500}, api.Options{})
	r := httptest.NewRequest(http.MethodGet, "/v1/coverage/point?lat=52.52&lng=13.405", nil)
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}

func BenchmarkColdTile(b *testing.B) {
	s, x := town(b, explorertest.Town{Hotspots: 2000, SpreadM: 20_000, Blocks: 1500}, api.Options{})
	at := x.View().Height
	r := httptest.NewRequest(http.MethodGet, "/v1/coverage/tiles/10/550/335.mvt", nil)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		at++
		place := explorer.E7(52.53, 13.4)
		c, err := grid.CellOf(place, 12)
		if err != nil {
			b.Fatal(err)
		}
		if err := x.Apply(explorer.Block{Height: at, Events: []explorer.Event{explorer.HotspotLocated{Index: 1, Position: place, Cell: c}}}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
