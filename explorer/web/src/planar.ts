// Makes outlines fit a flat map: rings and lines that cross the antimeridian are laid on or cut there.

import type { Feature, FeatureCollection, Geometry, MultiLineString, Position } from "geojson";

// unroll shifts longitudes by whole turns so that no edge of a ring spans half the globe. A ring that then does not close runs
// around a pole; it is drawn along the map's edge already and stays as it is.
function unroll(ring: Position[]): Position[] {
  let shift = 0;
  const out = ring.map((p, i) => {
    const step = i ? p[0] - ring[i - 1][0] : 0;
    if (step > 180) shift -= 360;
    else if (step < -180) shift += 360;
    return [p[0] + shift, p[1]];
  });
  return shift === 0 ? out : ring;
}

export function flatPolygons(fc: FeatureCollection): FeatureCollection {
  const flat = (g: Geometry): Geometry => {
    if (g.type === "Polygon") return { type: "Polygon", coordinates: g.coordinates.map(unroll) };
    if (g.type === "MultiPolygon") return { type: "MultiPolygon", coordinates: g.coordinates.map((p) => p.map(unroll)) };
    return g;
  };
  return { type: "FeatureCollection", features: fc.features.map((f) => ({ ...f, geometry: flat(f.geometry) })) };
}

// flatLines cuts lines where an edge spans half the globe.
export function flatLines(lines: MultiLineString): FeatureCollection {
  const parts: Position[][] = [];
  for (const line of lines.coordinates) {
    let part: Position[] = [];
    for (const p of line) {
      if (part.length && Math.abs(p[0] - part[part.length - 1][0]) > 180) {
        parts.push(part);
        part = [];
      }
      part.push(p);
    }
    parts.push(part);
  }
  return { type: "FeatureCollection", features: [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates: parts.filter((p) => p.length > 1) } }] };
}

// graticule returns the meridians and parallels of a view at a distance that suits its width in degrees.
export function graticule(west: number, south: number, east: number, north: number): FeatureCollection {
  const step = [0.05, 0.1, 0.5, 1, 5, 10].find((s) => (east - west) / s <= 18) ?? 10;
  const lines: Feature[] = [];
  const add = (coordinates: Position[]) => lines.push({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  const [w, e] = [Math.max(-360, Math.floor(west / step) * step), Math.min(360, Math.ceil(east / step) * step)];
  const [s, n] = [Math.max(-85, Math.floor(south / step) * step), Math.min(85, Math.ceil(north / step) * step)];
  for (let i = Math.round(w / step); i * step <= e + step / 2; i++) add([[i * step, s], [i * step, n]]);
  for (let i = Math.ceil(s / step); i * step <= n + step / 2; i++) add([[w, i * step], [e, i * step]]);
  return { type: "FeatureCollection", features: lines };
}
