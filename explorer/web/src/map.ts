// The map: outlines of the world, cells, hotspots, what is selected, and what just changed.

import { Map as GLMap, ScaleControl, setWorkerUrl, type ExpressionSpecification, type FilterSpecification, type GeoJSONSource, type StyleSpecification } from "maplibre-gl";
import type { Feature, FeatureCollection } from "geojson";
import { feature, mesh } from "topojson-client";
import type { Topology } from "topojson-specification";
import { cellAt, position, tileRes } from "./h3";
import { flatLines, flatPolygons, graticule } from "./planar";
import { cividis, paper, viridis, type Mode, type Theme } from "./theme";

declare const WORLD_URL: string;
declare const WORKER_URL: string;

export type Picked = { kind: "cell" | "hotspot"; id: string };
export type Overlay = { outline?: Feature; footprint?: FeatureCollection; lines?: { from: [number, number]; to: [number, number]; rssi: number; kept: boolean }[] };

const nothing: FeatureCollection = { type: "FeatureCollection", features: [] };
const byZoom = (...stops: number[]): ExpressionSpecification => ["interpolate", ["linear"], ["zoom"], ...stops] as unknown as ExpressionSpecification;

type World = { topo: Topology; labels: [string, number, number, number][] };

// outlines loads the countries and makes the base map's sources of them.
async function outlines(): Promise<Record<string, FeatureCollection>> {
  const w = (await (await fetch(`/${WORLD_URL}`)).json()) as World;
  const countries = w.topo.objects.countries as never;
  return {
    land: flatPolygons(feature(w.topo, w.topo.objects.land) as unknown as FeatureCollection),
    borders: flatLines(mesh(w.topo, countries, (a, b) => a !== b)),
    coast: flatLines(mesh(w.topo, countries, (a, b) => a === b)),
    labels: {
      type: "FeatureCollection",
      features: w.labels.map(([name, lng, lat, size]) => ({ type: "Feature", properties: { name, size, rank: size > 300 ? 1 : size > 60 ? 2 : size > 12 ? 3 : 4 }, geometry: { type: "Point", coordinates: [lng, lat] } })),
    },
    grid: nothing,
  };
}

const ramp = (input: ExpressionSpecification, stops: [number, string][]): ExpressionSpecification =>
  ["interpolate", ["linear"], input, ...stops.flat()] as unknown as ExpressionSpecification;

const today = () => Math.floor(Date.now() / 86_400_000);

const fillFor = (mode: Mode): ExpressionSpecification =>
  mode === "signal" ? ramp(["get", "rssi"], viridis) : ramp(["-", today(), ["get", "day"]], cividis);

const measured: FilterSpecification = ["==", ["get", "state"], 2];
const dry: FilterSpecification = ["==", ["get", "state"], 1];
const fresh: ExpressionSpecification = ["coalesce", ["feature-state", "fresh"], 0];

function style(base: Record<string, FeatureCollection>, theme: Theme, mode: Mode): StyleSpecification {
  const c = paper[theme];
  const json = (data: FeatureCollection) => ({ type: "geojson" as const, data });
  return {
    version: 8,
    sources: {
      ...Object.fromEntries(Object.entries(base).map(([k, v]) => [k, json(v)])),
      coverage: { type: "vector", tiles: [`${location.origin}/v1/coverage/tiles/{z}/{x}/{y}.mvt`], minzoom: 0, maxzoom: 11 },
      footprint: json(nothing), links: json(nothing), outline: json(nothing),
    },
    layers: [
      { id: "ocean", type: "background", paint: { "background-color": c.ocean } },
      { id: "land", type: "fill", source: "land", paint: { "fill-color": c.land, "fill-antialias": false } },
      { id: "grid", type: "line", source: "grid", paint: { "line-color": c.grid, "line-width": 0.7 } },
      { id: "borders", type: "line", source: "borders", paint: { "line-color": c.border, "line-width": byZoom(1, 0.4, 6, 1.1) } },
      { id: "coast", type: "line", source: "coast", paint: { "line-color": c.coast, "line-width": byZoom(1, 0.5, 6, 1.2) } },
      { id: "dry", type: "fill", source: "coverage", "source-layer": "cells", filter: dry, paint: { "fill-pattern": `hatch-${theme}`, "fill-opacity": 0.85 } },
      { id: "dry-edge", type: "line", source: "coverage", "source-layer": "cells", filter: dry, paint: { "line-color": c.hatch, "line-opacity": 0.85, "line-width": byZoom(6, 0.4, 12, 1.3) } },
      {
        id: "cells", type: "fill", source: "coverage", "source-layer": "cells", filter: measured,
        paint: { "fill-color": fillFor(mode), "fill-opacity": ["+", theme === "dark" ? 0.84 : 0.82, ["*", 0.2, fresh]], "fill-outline-color": c.edge },
      },
      { id: "cells-edge", type: "line", source: "coverage", "source-layer": "cells", filter: measured, paint: { "line-color": c.edge, "line-opacity": 0.5, "line-width": byZoom(6, 0.3, 12, 1.4) } },
      { id: "fresh", type: "line", source: "coverage", "source-layer": "cells", paint: { "line-color": theme === "dark" ? "#ffffff" : "#0f7f73", "line-opacity": fresh, "line-width": ["+", 1, ["*", 2.5, fresh]] } },
      { id: "labels", type: "symbol", source: "labels", maxzoom: 8.5, filter: ["step", ["zoom"], ["<=", ["get", "rank"], 1], 2.2, ["<=", ["get", "rank"], 2], 3.4, ["<=", ["get", "rank"], 3], 4.6, true] as unknown as FilterSpecification,
        layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": byZoom(2, 10.5, 7, 15), "text-letter-spacing": 0.06, "text-max-width": 7 },
        paint: { "text-color": c.label, "text-halo-color": c.halo, "text-halo-width": 1.4 } },
      { id: "footprint", type: "line", source: "footprint", paint: { "line-color": c.link, "line-width": byZoom(6, 0.6, 12, 1.6), "line-opacity": 0.8 } },
      { id: "outline", type: "line", source: "outline", paint: { "line-color": c.link, "line-width": 3 } },
      { id: "links-lost", type: "line", source: "links", filter: ["!", ["get", "kept"]], paint: { "line-color": "#f08a6b", "line-width": 1.4, "line-dasharray": [2, 2.4] } },
      { id: "links-case", type: "line", source: "links", filter: ["get", "kept"], layout: { "line-cap": "round" }, paint: { "line-color": c.ring, "line-width": 3.6, "line-opacity": 0.55 } },
      { id: "links", type: "line", source: "links", filter: ["get", "kept"], layout: { "line-cap": "round" }, paint: { "line-color": ramp(["get", "rssi"], viridis), "line-width": 1.7 } },
      {
        id: "hotspots", type: "circle", source: "coverage", "source-layer": "hotspots",
        paint: {
          "circle-color": ["match", ["get", "health"], "ok", c.dot, "idle", "#f2c14e", "waiting", theme === "dark" ? "#7b8aa3" : "#a4adb8", "#f08a6b"],
          "circle-radius": byZoom(5, 1.6, 9, 3.2, 13, 6.5), "circle-stroke-color": c.ring, "circle-stroke-width": byZoom(5, 0.4, 10, 1.6),
        },
      },
      {
        id: "names", type: "symbol", source: "coverage", "source-layer": "hotspots", minzoom: 11.2,
        layout: { "text-field": ["get", "name"], "text-font": ["sans-serif"], "text-size": 11.5, "text-offset": [0, 1], "text-anchor": "top", "text-optional": true },
        paint: { "text-color": theme === "dark" ? "#e8edf4" : "#17202d", "text-halo-color": c.halo, "text-halo-width": 1.6 },
      },
    ],
  };
}

// hatch draws the pattern of tested-empty cells.
function hatch(colour: string): ImageData {
  const size = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const g = canvas.getContext("2d")!;
  g.strokeStyle = colour;
  g.lineWidth = 2.2;
  g.globalAlpha = 0.9;
  for (const d of [-size, 0, size]) {
    g.beginPath();
    g.moveTo(d - 2, size + 2);
    g.lineTo(d + size + 2, -2);
    g.stroke();
  }
  return g.getImageData(0, 0, size, size);
}

export class CoverageMap {
  readonly gl: GLMap;
  private overlay: Overlay = {};
  private glowing = new Map<string, { source: number; res: number; until: number }>();
  private animating = false;
  private refresh: number | undefined;

  private constructor(private base: Record<string, FeatureCollection>, theme: Theme, private mode: Mode, view: { center: [number, number]; zoom: number }) {
    setWorkerUrl(`/${WORKER_URL}`);
    this.gl = new GLMap({
      container: "map", style: style(base, theme, mode), center: view.center, zoom: view.zoom, minZoom: 1, maxZoom: 16,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, fadeDuration: 120, renderWorldCopies: true,
    });
    this.gl.touchZoomRotate.disableRotation();
    this.gl.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-right");
    this.gl.on("style.load", () => {
      for (const t of ["dark", "light"] as const) this.gl.addImage(`hatch-${t}`, hatch(paper[t].hatch), { pixelRatio: 2 });
      this.drawOverlay();
      this.drawGrid();
    });
    this.gl.on("moveend", () => this.drawGrid());
    for (const layer of ["cells", "dry", "hotspots"]) {
      this.gl.on("mouseenter", layer, () => (this.gl.getCanvas().style.cursor = "pointer"));
      this.gl.on("mouseleave", layer, () => (this.gl.getCanvas().style.cursor = ""));
    }
  }

  static async create(theme: Theme, mode: Mode, view: { center: [number, number]; zoom: number }): Promise<CoverageMap> {
    return new CoverageMap(await outlines(), theme, mode, view);
  }

  onPick(f: (p: Picked | null) => void) {
    this.gl.on("click", (e) => {
      const near: [[number, number], [number, number]] = [[e.point.x - 6, e.point.y - 6], [e.point.x + 6, e.point.y + 6]];
      const dot = this.gl.queryRenderedFeatures(near, { layers: ["hotspots"] })[0];
      if (dot) return f({ kind: "hotspot", id: String(dot.properties.hotspot) });
      const hex = this.gl.queryRenderedFeatures(e.point, { layers: ["cells", "dry"] })[0];
      f(hex ? { kind: "cell", id: cellAt(Number(hex.id), Number(hex.properties.res)) } : null);
    });
  }

  setTheme(theme: Theme) {
    for (const layer of style(this.base, theme, this.mode).layers) {
      for (const [k, v] of Object.entries(layer.paint ?? {})) this.gl.setPaintProperty(layer.id, k as never, v as never);
    }
  }

  private drawGrid() {
    const b = this.gl.getBounds();
    (this.gl.getSource("grid") as GeoJSONSource | undefined)?.setData(graticule(b.getWest(), b.getSouth(), b.getEast(), b.getNorth()));
  }

  setMode(mode: Mode) {
    this.mode = mode;
    this.gl.setPaintProperty("cells", "fill-color", fillFor(mode));
  }

  show(layer: "hotspots" | "dry", on: boolean) {
    for (const id of layer === "dry" ? ["dry", "dry-edge"] : ["hotspots", "names"]) this.gl.setLayoutProperty(id, "visibility", on ? "visible" : "none");
  }

  select(o: Overlay) {
    this.overlay = o;
    this.drawOverlay();
  }

  private drawOverlay() {
    const set = (id: string, data: FeatureCollection) => (this.gl.getSource(id) as GeoJSONSource | undefined)?.setData(data);
    set("outline", this.overlay.outline ? { type: "FeatureCollection", features: [this.overlay.outline] } : nothing);
    set("footprint", this.overlay.footprint ?? nothing);
    set("links", {
      type: "FeatureCollection",
      features: (this.overlay.lines ?? []).map((l) => ({ type: "Feature", properties: { rssi: l.rssi, kept: l.kept }, geometry: { type: "LineString", coordinates: [l.from, l.to] } })),
    });
  }

  // changed fetches the tiles again, at most once a second, and lets the cells glow for a moment.
  changed(cells: string[]) {
    const until = performance.now() + 2600;
    const res = tileRes(Math.min(11, Math.floor(this.gl.getZoom())));
    for (const c of cells.slice(0, 400)) this.glowing.set(`${res}/${position(c, res)}`, { source: position(c, res), res, until });
    this.refresh ??= window.setTimeout(() => {
      this.refresh = undefined;
      this.gl.refreshTiles("coverage");
    }, 700);
    if (!this.animating) {
      this.animating = true;
      requestAnimationFrame(() => this.glow());
    }
  }

  private glow() {
    const now = performance.now();
    for (const [key, g] of this.glowing) {
      const left = Math.max(0, (g.until - now) / 2600);
      this.gl.setFeatureState({ source: "coverage", sourceLayer: "cells", id: g.source }, { fresh: left * left });
      if (left === 0) this.glowing.delete(key);
    }
    this.animating = this.glowing.size > 0;
    if (this.animating) window.setTimeout(() => requestAnimationFrame(() => this.glow()), 60);
  }
}
