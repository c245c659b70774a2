package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/api"
	"github.com/hexwave/hexwave/explorer/explorertest"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
)

// next applies events as the next block.
func next(tb testing.TB, x *index.Index, events ...explorer.Event) {
	tb.Helper()
	if err := x.Apply(explorer.Block{Height: x.View().Height + 1, Events: events}); err != nil {
		tb.Fatal(err)
	}
}

func retire(i explorer.HotspotIndex) explorer.Event {
	return explorer.HotspotStatusChanged{Index: i, Status: explorer.StatusRetired}
}

// holds reports whether a row of a list is of a hotspot.
func holds(list []map[string]any, i explorer.HotspotIndex) bool {
	for _, r := range list {
		if r["index"] == float64(i) {
			return true
		}
	}
	return false
}

func TestHotspotPageTellsItsLife(t *testing.T) {
	s, x := town(t, explorertest.Town{Blocks: 60}, api.Options{})
	for _, step := range []struct {
		events []explorer.Event
		want   map[string]any
	}{
		{nil, map[string]any{"status": "active", "retired_height": nil, "owner": x.View().Hotspot(6).Owner, "owed_spark": "0"}},
		{[]explorer.Event{explorer.HotspotOwnerChanged{Index: 6, Owner: "hxw1buyer"}, explorer.Owed{Hotspot: 6, Amount: 9}}, map[string]any{"owner": "hxw1buyer", "status": "active", "owed_spark": "9"}},
		{[]explorer.Event{explorer.HotspotKeyRotated{Index: 6, ID: "hotspot1new", Name: "new-new-new"}}, map[string]any{"id": "hotspot1new", "name": "new-new-new"}},
		{[]explorer.Event{retire(6)}, map[string]any{
			"status": "retired", "retired_height": 64.0, "owner": "hxw1buyer", "health": "off", "lat": nil, "lng": nil, "cell": nil, "owed_spark": "9",
		}},
	} {
		next(t, x, step.events...)
		_, page := get(t, s, "/v1/hotspots/6")
		for k, want := range step.want {
			if got, ok := page[k]; got != want || !ok {
				t.Errorf("height %d: %s is %v, want %v", x.View().Height, k, got, want)
			}
		}
	}
}

func TestRetiredHotspotsAreNotLive(t *testing.T) {
	s, x := town(t, explorertest.Town{Seed: 4, Blocks: 200}, api.Options{})
	h := x.View().Hotspot(1)
	if len(h.HeardBy) == 0 || len(h.Hears) == 0 || len(h.Cells) == 0 {
		t.Fatal("hotspot 1 has no links to lose")
	}
	live := func() map[string]bool {
		_, list := get(t, s, "/v1/hotspots?bbox=-180,-90,180,90")
		_, features := get(t, s, "/v1/hotspots.geojson")
		_, other := get(t, s, fmt.Sprintf("/v1/hotspots/%d/witnesses", h.Hears[0].Hotspot))
		_, cell := get(t, s, "/v1/coverage/cells/"+h.Cells[0].Cell.String())
		_, search := get(t, s, "/v1/search?q="+h.Owner)
		_, onMap := tileLayer(t, s, "hotspots", 10)[uint64(h.Index)]
		out := map[string]bool{
			"box": holds(rows(list, "hotspots"), h.Index), "heard by": holds(rows(other, "heard_by"), h.Index), "cell": holds(rows(cell, "heard_by"), h.Index), "map": onMap,
		}
		for _, f := range rows(features, "features") {
			out["geojson"] = out["geojson"] || f["id"] == h.ID
		}
		for _, hit := range rows(search, "hits") {
			out["owner"] = out["owner"] || hit["id"] == h.ID
		}
		if got, want := float64(len(cell["heard_by"].([]any))), cell["hotspots"]; got != want {
			t.Errorf("%v hotspots reach the cell, it counts %v", got, want)
		}
		return out
	}
	check := func(want bool) {
		t.Helper()
		got := live()
		for _, where := range []string{"box", "heard by", "cell", "map", "geojson", "owner"} {
			if got[where] != want {
				t.Errorf("%s: %t, want %t", where, got[where], want)
			}
		}
	}
	check(true)
	_, before := get(t, s, "/v1/stats")
	next(t, x, retire(h.Index))
	check(false)
	_, after := get(t, s, "/v1/stats")
	for key, change := range map[string]float64{"hotspots": -1, "hotspots_located": -1, "hotspots_active": -1, "hotspots_retired": 1, "cells_measured": 0, "reports_kept": 0} {
		if after[key].(float64) != before[key].(float64)+change {
			t.Errorf("%s: from %v to %v", key, before[key], after[key])
		}
	}
	_, all := get(t, s, "/v1/hotspots")
	if resp, _ := get(t, s, "/v1/hotspots/"+h.Name); resp.StatusCode != http.StatusOK || !holds(rows(all, "hotspots"), h.Index) {
		t.Error("the registry forgot it")
	}
}

// A place stays measured when all who reached it retired, but nobody can say that it is covered.
func TestCoverageEndsWithTheLastHotspot(t *testing.T) {
	const place = "/v1/coverage/point?lat=52.5&lng=13.4"
	cell := func(lat float64) explorer.Cell {
		c, err := grid.CellOfDegrees(lat, 13.4, explorer.CoverageRes)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	s, x := town(t, explorertest.Town{Hotspots: 3, Blocks: 1, Center: explorer.E7(-30, 100)}, api.Options{})
	link := func(witness explorer.HotspotIndex) explorer.Event {
		return explorer.ChallengeSettled{ID: 1, Beaconer: 1, Cell: cell(52.5), Kept: []explorer.Witness{{Hotspot: witness, Cell: cell(52.6)}}}
	}
	for _, step := range []struct {
		events []explorer.Event
		want   string
		spots  int
	}{
		{[]explorer.Event{link(2), link(3)}, "yes", 2},
		{[]explorer.Event{retire(2)}, "yes", 1},
		{[]explorer.Event{retire(3)}, "unknown", 0},
	} {
		next(t, x, step.events...)
		_, p := get(t, s, place)
		if p["covered"] != step.want || p["basis"] != "measured" || len(p["hotspots"].([]any)) != step.spots || p["cell"].(map[string]any)["state"] != "measured" {
			t.Errorf("height %d: %v", x.View().Height, p)
		}
	}
}
