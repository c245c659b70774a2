package api

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/grid"
	"github.com/hexwave/hexwave/explorer/index"
	"github.com/hexwave/hexwave/explorer/mvt"
)

// tileRes is the resolution of cells shown at each zoom level, so that a cell is 10 to 25 pixels wide.
var tileRes = [...]int{2, 2, 2, 3, 3, 4, 5, 6, 7, 8}

// resAt returns the resolution of cells shown at a zoom level.
func resAt(z int) int { return tileRes[min(z, len(tileRes)-1)] }

const (
	hotspotsFrom    = 5      // zoom level from which tiles hold hotspots
	maxTileHotspots = 20_000 // in one tile
	tileMargin      = 256    // tile units around a tile within which hotspots are repeated, for dots on its edge
)

// address is a tile's place.
type address struct{ z, x, y int }

// box returns the longitudes and latitudes of a tile, widened by a fraction of its own size on each side.
func (a address) box(margin float64) index.Box {
	n := math.Exp2(float64(a.z))
	lng := func(x float64) float64 { return x/n*360 - 180 }
	lat := func(y float64) float64 { return math.Atan(math.Sinh(math.Pi*(1-2*y/n))) * 180 / math.Pi }
	x, y := float64(a.x), float64(a.y)
	return index.Box{West: lng(x - margin), East: lng(x + 1 + margin), South: lat(min(y+1+margin, n)), North: lat(max(y-margin, 0))}
}

// project returns a place in the tile's units. Longitudes go to the turn of the globe nearest to the tile.
func (a address) project(p grid.Point, shift float64) mvt.Point {
	const maxLat = 85.0511287798066 // the edge of the square Mercator world
	n := math.Exp2(float64(a.z))
	x := (p[0] + shift + 180) / 360 * n
	s := math.Sin(min(max(p[1], -maxLat), maxLat) * math.Pi / 180)
	y := (0.5 - math.Log((1+s)/(1-s))/(4*math.Pi)) * n
	return mvt.Point{X: int32(math.Round((x - float64(a.x)) * mvt.Extent)), Y: int32(math.Round((y - float64(a.y)) * mvt.Extent))}
}

// shiftFor returns the whole turns in degrees that bring lng nearest to the tile's middle.
func (a address) shiftFor(lng float64) float64 {
	b := a.box(0)
	return 360 * math.Round(((b.West+b.East)/2-lng)/360)
}

// tile serves one vector tile, from the cache if nothing under it changed.
func (s *Server) tile(w http.ResponseWriter, r *http.Request) {
	a, err := parseAddress(r)
	if err != nil {
		problem(w, http.StatusBadRequest, "tile", detail(err))
		return
	}
	v := s.o.Index.View()
	newest, chunks := v.Version(a.box(0.5), resAt(a.z))
	tag := fmt.Sprintf(`"t%d-%d"`, newest, chunks)
	h := w.Header()
	stamp(h, v)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("ETag", tag)
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	t, ok := s.tiles.get(a, tag)
	if !ok {
		if t, err = newTile(tag, encodeTile(v, a)); err != nil {
			problem(w, http.StatusInternalServerError, "internal", "The tile could not be packed.")
			return
		}
		s.tiles.put(a, t)
	}
	if len(t.raw) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Content-Type", typeTile)
	body := t.raw
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = t.packed
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // the client is gone if this fails
}

func parseAddress(r *http.Request) (address, error) {
	z, err1 := strconv.Atoi(r.PathValue("z"))
	x, err2 := strconv.Atoi(r.PathValue("x"))
	file, isTile := strings.CutSuffix(r.PathValue("y"), ".mvt")
	y, err3 := strconv.Atoi(file)
	if err1 != nil || err2 != nil || err3 != nil || !isTile {
		return address{}, badParam("A tile is named z/x/y.mvt.")
	}
	if z < 0 || z > MaxTileZoom || x < 0 || y < 0 || x >= 1<<z || y >= 1<<z {
		return address{}, badParam("There are tiles from zoom 0 to %d, x and y from 0 to 2^z - 1.", MaxTileZoom)
	}
	return address{z, x, y}, nil
}

// encodeTile draws the cells and hotspots of a tile.
func encodeTile(v *index.View, a address) []byte {
	cells, spots := &mvt.Layer{Name: "cells"}, &mvt.Layer{Name: "hotspots"}
	res := resAt(a.z)
	var ring []mvt.Point
	for sum := range v.Near(a.box(0), res) {
		ring = a.ring(ring[:0], sum.Cell)
		if !touches(ring) {
			continue
		}
		cells.Int("res", int64(res))
		cells.Int("state", int64(sum.State()))
		cells.Int("day", int64(sum.LastDay))
		cells.Int("measured", int64(sum.Measured))
		cells.Int("empty", int64(sum.Empty))
		if sum.State() == index.Measured {
			cells.Int("rssi", int64(math.Round(float64(sum.BestRSSI)/10)))
			cells.Int("snr", int64(math.Round(float64(sum.BestSNR)/10)))
			cells.Int("hotspots", int64(sum.Hotspots))
		}
		cells.Polygon(sum.Cell.Position(), ring)
	}
	if a.z >= hotspotsFrom {
		for h := range v.Residents(a.box(float64(tileMargin) / mvt.Extent)) {
			if spots.Len() == maxTileHotspots {
				break
			}
			health, _ := healthOf(v, h)
			spots.String("name", h.Name)
			spots.String("hotspot", h.ID)
			spots.String("health", health)
			at := grid.Point{h.Position.Lng(), h.Position.Lat()}
			spots.Point(uint64(h.Index), a.project(at, a.shiftFor(at[0])))
		}
	}
	return mvt.Encode(cells, spots)
}

// ring appends a cell's outline in the tile's units.
func (a address) ring(ring []mvt.Point, c explorer.Cell) []mvt.Point {
	corners := grid.Boundary(c)
	if len(corners) == 0 {
		return ring
	}
	shift := a.shiftFor(corners[0][0])
	for _, p := range corners {
		ring = append(ring, a.project(p, shift))
	}
	return ring
}

// touches reports whether a ring's bounds meet the tile. A cell goes into every tile it touches, else hexagons are cut off
// at tile edges.
func touches(ring []mvt.Point) bool {
	if len(ring) == 0 {
		return false
	}
	lo, hi := ring[0], ring[0]
	for _, p := range ring[1:] {
		lo.X, lo.Y, hi.X, hi.Y = min(lo.X, p.X), min(lo.Y, p.Y), max(hi.X, p.X), max(hi.Y, p.Y)
	}
	return hi.X >= 0 && hi.Y >= 0 && lo.X <= mvt.Extent && lo.Y <= mvt.Extent
}

// tileJSON describes the tiles (TileJSON 3.0).
func (s *Server) tileJSON(w http.ResponseWriter, r *http.Request) {
	type layer struct {
		ID     string            `json:"id"`
		Fields map[string]string `json:"fields"`
	}
	s.answer(w, r, s.o.Index.View(), struct {
		Version string   `json:"tilejson"`
		Name    string   `json:"name"`
		Tiles   []string `json:"tiles"`
		Min     int      `json:"minzoom"`
		Max     int      `json:"maxzoom"`
		Layers  []layer  `json:"vector_layers"`
	}{
		"3.0.0", "Hexwave coverage", []string{"/v1/coverage/tiles/{z}/{x}/{y}.mvt"}, 0, 11, []layer{
			{"cells", map[string]string{
				"res": "H3 resolution; the feature's id is the cell's position", "state": "1 tested-empty, 2 measured", "day": "last seen, days since 1970",
				"measured": "measured resolution 8 cells", "empty": "tested-empty resolution 8 cells", "rssi": "best level, dBm", "snr": "best SNR, dB", "hotspots": "most linked to one cell",
			}},
			{"hotspots", map[string]string{"name": "three words", "hotspot": "id", "health": "ok, idle, waiting or off"}},
		},
	})
}

// cached is an encoded tile.
type cached struct {
	tag         string
	raw, packed []byte
}

func newTile(tag string, raw []byte) (cached, error) {
	packed, err := compress(raw)
	return cached{tag: tag, raw: raw, packed: packed}, err
}

// tileCacheBytes bounds the cache of encoded tiles.
const tileCacheBytes = 64 << 20

// tileCache keeps tiles by place. When it is full some go, in no particular order.
type tileCache struct {
	mu    sync.Mutex // guards all below
	tiles map[address]cached
	bytes int
}

const tileOverhead = 200 // bytes, about

func (t cached) size() int { return len(t.raw) + len(t.packed) + tileOverhead }

func (c *tileCache) get(a address, tag string) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t, ok := c.tiles[a]
	return t, ok && t.tag == tag
}

func (c *tileCache) put(a address, t cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tiles == nil {
		c.tiles = map[address]cached{}
	}
	if old, ok := c.tiles[a]; ok {
		c.bytes -= old.size()
	}
	c.tiles[a] = t
	c.bytes += t.size()
	for k, old := range c.tiles {
		if c.bytes <= tileCacheBytes {
			break
		}
		delete(c.tiles, k)
		c.bytes -= old.size()
	}
}
