// Builds dist/ from src/ and the packages of package-lock.json. The same inputs give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { feature } from "topojson-client";

const out = "dist";
const assets = `${out}/assets`;
rmSync(out, { recursive: true, force: true });
mkdirSync(assets, { recursive: true });

// put writes a file under a name that holds a digest of its content, so that browsers may keep it for ever.
function put(name, content) {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 10);
  const dot = name.lastIndexOf(".");
  const hashed = `${name.slice(0, dot)}-${digest}${name.slice(dot)}`;
  writeFileSync(`${assets}/${hashed}`, content);
  return `assets/${hashed}`;
}

// ringArea returns twice the signed area of a ring in square degrees, and its centroid.
function ringArea(ring) {
  let area = 0, x = 0, y = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x0, y0] = ring[i], [x1, y1] = ring[i + 1];
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  }
  return { area, at: area ? [x / (3 * area), y / (3 * area)] : ring[0] };
}

// world returns the outlines of countries with one label point each: the middle of the largest part.
function world() {
  const topo = JSON.parse(readFileSync("node_modules/world-atlas/countries-50m.json", "utf8"));
  const labels = [];
  for (const country of feature(topo, topo.objects.countries).features) {
    const parts = country.geometry.type === "Polygon" ? [country.geometry.coordinates] : country.geometry.coordinates;
    let best = { area: 0, at: null };
    for (const part of parts) {
      const ring = ringArea(part[0]);
      if (Math.abs(ring.area) > Math.abs(best.area)) best = ring;
    }
    const size = Math.abs(best.area) / 2;
    if (size > 0.05) labels.push([country.properties.name, ...best.at.map((v) => Math.round(v * 100) / 100), Math.round(size * 10) / 10]);
  }
  labels.sort((a, b) => b[3] - a[3]);
  for (const g of topo.objects.countries.geometries) delete g.properties;
  return JSON.stringify({ topo, labels });
}

const names = {
  world: put("world.json", world()),
  worker: put("worker.mjs", readFileSync("node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs", "utf8").replace(/\n?\/\/# sourceMappingURL=.*$/s, "\n")),
  font: put("inter.woff2", readFileSync("node_modules/@fontsource-variable/inter/files/inter-latin-wght-normal.woff2")),
};

const bundle = await build({
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "inline",
  write: false,
  define: { WORLD_URL: JSON.stringify(names.world), WORKER_URL: JSON.stringify(names.worker) },
});
const script = put("app.js", bundle.outputFiles[0].contents);

const css = await build({
  stdin: {
    contents: readFileSync("node_modules/maplibre-gl/dist/maplibre-gl.css", "utf8") + readFileSync("src/style.css", "utf8"),
    loader: "css",
  },
  minify: true,
  write: false,
});
const style = put("app.css", css.outputFiles[0].text.replaceAll("FONT_URL", `/${names.font}`));

writeFileSync(
  `${out}/index.html`,
  readFileSync("src/index.html", "utf8").replaceAll("%SCRIPT%", script).replaceAll("%STYLE%", style).replaceAll("%FONT%", names.font).replaceAll("%WORLD%", names.world),
);
writeFileSync(`${out}/favicon.svg`, readFileSync("src/favicon.svg"));

// What dist/ was built from: a Go test compares it with the sources, so that neither goes without the other.
const sources = ["build.mjs", "package-lock.json", ...readdirSync("src").sort().map((f) => `src/${f}`)];
writeFileSync(`${out}/sources.sha256`, sources.map((f) => `${createHash("sha256").update(readFileSync(f)).digest("hex")}  ${f}\n`).join(""));

// The licences of all that is in the bundle or beside it.
const bundled = ["maplibre-gl", "topojson-client", "world-atlas", "@fontsource-variable/inter"];
const notices = bundled.map((name) => {
  const dir = `node_modules/${name}`;
  const file = readdirSync(dir).find((f) => /^licen[cs]e/i.test(f));
  return `${name}\n${"=".repeat(name.length)}\n\n${readFileSync(`${dir}/${file}`, "utf8").trim()}\n`;
});
writeFileSync(`${out}/licenses.txt`, `${notices.join("\n\n")}`);
