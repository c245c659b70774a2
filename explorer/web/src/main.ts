// The page: puts the map, the totals, the search, the live stream and the address together.

import { get, type Change, type Challenge, type Hit, type Stats } from "./api";
import { byId, el, icon, icons } from "./dom";
import { age, count, hxw, plural } from "./format";
import { position } from "./h3";
import { CoverageMap } from "./map";
import { Panel, type Selection } from "./panel";
import { cividis, gradient, viridis, type Mode, type Theme } from "./theme";

declare global {
  interface Window { __ready?: boolean; __map?: CoverageMap }
}

// The address after #: zoom/lat/lng, then &cell= or &hotspot= or &challenge=, &age for the other colouring.
type Address = { view?: { center: [number, number]; zoom: number }; selection?: Selection; mode: Mode };

function readAddress(): Address {
  const [view, ...rest] = location.hash.slice(1).split("&");
  const [zoom, lat, lng] = view.split("/").map(Number);
  const out: Address = { mode: rest.includes("age") ? "age" : "signal" };
  if ([zoom, lat, lng].every(Number.isFinite) && view.includes("/")) out.view = { zoom, center: [lng, Math.max(-85, Math.min(85, lat))] };
  for (const part of rest) {
    const [kind, id] = part.split("=");
    if ((kind === "cell" || kind === "hotspot" || kind === "challenge") && id) out.selection = { kind, id: decodeURIComponent(id) };
  }
  return out;
}

const root = document.documentElement;
const address = readAddress();
let mode: Mode = address.mode;
let theme: Theme = (localStorage.getItem("theme") as Theme | null) ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
let map: CoverageMap | null = null;
let panel: Panel;
let stats: Stats;
let lastBlock = 0; // when the newest block was made, milliseconds
let connected = false;

function writeAddress() {
  if (!map) return;
  const c = map.gl.getCenter(), z = map.gl.getZoom();
  const digits = Math.max(2, Math.ceil(z / 2.5));
  const parts = [`${z.toFixed(2)}/${c.lat.toFixed(digits)}/${c.lng.toFixed(digits)}`];
  if (panel.current) parts.push(`${panel.current.kind}=${encodeURIComponent(panel.current.id)}`);
  if (mode === "age") parts.push("age");
  history.replaceState(null, "", `#${parts.join("&")}`);
}

function applyTheme() {
  root.dataset.theme = theme;
  byId("theme").replaceChildren(icon(theme === "dark" ? icons.sun : icons.moon));
}

function drawStats() {
  byId("chain").textContent = stats.chain_id;
  const tiles: [string, string, string?][] = [
    ["Measured", count(stats.cells_measured), "cells at an end of a settled link"], ["Tested empty", count(stats.cells_tested_empty), "cells whose beacons nobody validly heard"],
    ["Hotspots", count(stats.hotspots), `${stats.hotspots_active} active, ${stats.hotspots_located} located`],
    ["Beacons", count(stats.challenges_settled), `${stats.beacons_heard} heard`], ["Reports kept", count(stats.reports_kept), `${stats.reports_rejected} rejected`],
    ["Paid out", hxw(String(BigInt(stats.claimed_spark) + BigInt(stats.traffic_spark))).replace(" HXW", ""), "HXW claimed for coverage and paid for traffic"],
  ];
  byId("stats").replaceChildren(...tiles.map(([k, v, title]) => el("div", { title }, el("dt", {}, k), el("dd", {}, v))));
}

function drawStatus() {
  const s = byId("status"), text = byId("asof");
  const { height, time } = stats.as_of;
  if (!height) {
    s.dataset.state = "stale";
    text.textContent = "waiting for the first block";
    return;
  }
  lastBlock = time ? Date.parse(time) : 0;
  const old = (Date.now() - lastBlock) / 1000;
  s.dataset.state = !connected ? "lost" : old > 60 ? "stale" : "live";
  const behind = stats.blocks_behind > 2 ? `, ${plural(stats.blocks_behind, "block")} behind` : "";
  text.replaceChildren("as of block ", el("b", {}, count(height)), el("span", {}, `, ${age(old)} ago${behind}${connected ? "" : " · reconnecting"}`));
}

// drawEmpty says what is missing on a chain without hotspots, and how to go on.
function drawEmpty() {
  const e = byId("empty");
  e.hidden = stats.hotspots_located > 0;
  if (e.hidden) return;
  const step = (text: string, command: string) => [el("p", {}, text), el("pre", {}, el("code", {}, command))];
  const body = stats.as_of.height === 0
    ? [el("h2", {}, "Waiting for the first block"), el("p", {}, "The explorer has not read a block yet. If the node is not running, start one, or a whole network on this machine:"), ...step("", "hexwave devnet up").slice(1)]
    : stats.hotspots === 0
      ? [el("h2", {}, "No hotspots yet"), el("p", {}, `The chain ${stats.chain_id} is at block ${count(stats.as_of.height)} and nobody has registered a hotspot. The map fills as beacons are heard and settled.`),
        ...step("Add yours:", "hexwave hotspot add --help")]
      : [el("h2", {}, `${plural(stats.hotspots, "hotspot")}, none located yet`), el("p", {}, "A hotspot is challenged once its owner has asserted where it stands."), ...step("Assert a place:", "hexwave hotspot update --help")];
  e.replaceChildren(el("div", { class: "glass" }, ...body));
}

const feedLength = 40;

async function drawFeed(fresh: boolean) {
  const list = byId("beacons");
  const { challenges } = await get<{ challenges: Challenge[] }>(`/v1/challenges?limit=${feedLength}`);
  const known = new Set([...list.children].map((li) => (li as HTMLElement).dataset.id));
  byId("feed").hidden = challenges.length === 0;
  list.replaceChildren(...challenges.map((c) => {
    const settled = c.outcome === "settled";
    const what = !settled ? c.outcome : c.kept.length ? `heard by ${c.kept.length}` : "unheard";
    const li = el("li", { class: fresh && !known.has(c.id) ? "new" : "" }, el("button", { type: "button", title: `Challenge ${c.id}, block ${c.height}`, onclick: () => void panel.open({ kind: "challenge", id: c.id }, true) },
      el("i", { class: `dot ${!settled ? "missed" : c.kept.length ? "" : "empty"}` }), el("span", { class: "name" }, c.beaconer.name || `hotspot ${c.beaconer.index}`), el("span", { class: "what" }, what)));
    li.dataset.id = c.id;
    return li;
  }));
}

function drawLegend() {
  const choose = (m: Mode, label: string) => el("button", { type: "button", "aria-pressed": String(mode === m), onclick: () => { mode = m; map?.setMode(m); drawLegend(); writeAddress(); } }, label);
  const key = (layer: "hotspots" | "dry", mark: Node, label: string) => {
    const b = el("button", { type: "button", "aria-pressed": "true", title: "Show or hide" }, mark, label);
    b.onclick = () => {
      const on = b.getAttribute("aria-pressed") !== "true";
      b.setAttribute("aria-pressed", String(on));
      map?.show(layer, on);
    };
    return b;
  };
  const ramp = mode === "signal" ? viridis : cividis;
  const ticks = mode === "signal" ? ["−130", "−110", "−90", "−70 dBm"] : ["today", "30 days", "60", "90 days"];
  byId("legend").replaceChildren(
    el("div", { class: "modes", role: "group", "aria-label": "Colour cells by" }, choose("signal", "Best signal"), choose("age", "Last seen")),
    el("div", { class: "ramp", style: `background:${gradient(ramp)}` }), el("div", { class: "ticks" }, ...ticks.map((t) => el("span", {}, t))),
    el("div", { class: "keys" }, key("dry", el("i", { class: "hatch" }), "tested, empty"), key("hotspots", el("i", { class: "round" }), "hotspot")),
  );
}

function search() {
  const input = byId<HTMLInputElement>("q"), list = byId("hits"), form = byId<HTMLFormElement>("search");
  let hits: Hit[] = [], at = 0, timer = 0, asking: AbortController | undefined;
  const hide = () => { list.hidden = true; };
  const go = (h: Hit) => {
    hide();
    input.blur();
    if (h.kind === "place" && h.at) map?.gl.easeTo({ center: h.at, zoom: Math.max(map.gl.getZoom(), 11), duration: 650 });
    void panel.open({ kind: h.kind === "place" ? "cell" : h.kind, id: h.id }, h.kind !== "place");
  };
  const draw = () => {
    list.replaceChildren(...(hits.length ? hits.map((h, i) => el("li", {}, el("button", { type: "button", role: "option", "aria-selected": String(i === at), onclick: () => go(h) }, el("span", {}, h.label), el("small", {}, h.kind)))) : [el("p", {}, "Nothing by that name.")]));
    list.hidden = false;
  };
  input.oninput = () => {
    clearTimeout(timer);
    asking?.abort();
    const q = input.value.trim();
    if (!q) return hide();
    timer = window.setTimeout(async () => {
      asking = new AbortController();
      try {
        hits = (await get<{ hits: Hit[] }>(`/v1/search?q=${encodeURIComponent(q)}`, asking.signal)).hits;
        at = 0;
        draw();
      } catch { /* a newer question took over, or the server is away and the status says so */ }
    }, 120);
  };
  input.onkeydown = (e) => {
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      at = (at + (e.key === "ArrowDown" ? 1 : hits.length - 1)) % Math.max(1, hits.length);
      draw();
      e.preventDefault();
    } else if (e.key === "Escape") hide();
  };
  form.onsubmit = (e) => {
    e.preventDefault();
    if (hits[at]) go(hits[at]);
  };
  document.addEventListener("click", (e) => !form.contains(e.target as Node) && hide());
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && document.activeElement === document.body) {
      input.focus();
      e.preventDefault();
    }
  });
}

const away = (bounds: Stats["bounds"]) => ({ padding: { top: 60, bottom: 60, right: 60, left: innerWidth > 720 ? 380 : 40 }, maxZoom: 12, duration: bounds ? 900 : 0 });

// concerns tells whether a change touches what the panel shows.
function concerns(s: Selection, change: Change): boolean {
  if (s.kind === "hotspot") return change.hotspots.some((h) => h.id === s.id || String(h.index) === s.id || h.name === s.id);
  if (s.kind !== "cell") return false;
  const res = Math.min(8, Number((BigInt(`0x${s.id}`) >> 52n) & 15n));
  const at = position(s.id, res);
  return change.cells.some((c) => position(c.cell, res) === at);
}

// follow keeps the page current. The browser reconnects by itself and sends the last sequence it saw.
function follow() {
  const stream = new EventSource(`/v1/coverage/stream?since=${stats.as_of.seq}`);
  const news = (kind: string) => (e: MessageEvent<string>) => {
    const change = JSON.parse(e.data) as Change;
    const first = !stats.bounds;
    if (change.stats) stats = change.stats;
    connected = true;
    drawStats();
    drawStatus();
    drawEmpty();
    const lamp = byId("lamp");
    lamp.classList.remove("beat");
    void lamp.offsetWidth; // restarts the animation
    lamp.classList.add("beat");
    if (kind === "hello" || kind === "block") return;
    if (first && stats.bounds) map?.gl.fitBounds(stats.bounds, away(stats.bounds));
    map?.changed(change.cells.map((c) => c.cell));
    void drawFeed(true).catch(() => undefined);
    if (panel.current && (kind === "reload" || concerns(panel.current, change))) void panel.open(panel.current);
  };
  for (const kind of ["hello", "cells", "block", "reload"]) stream.addEventListener(kind, news(kind));
  stream.onopen = () => { connected = true; drawStatus(); };
  stream.onerror = () => { connected = false; drawStatus(); };
}

async function start() {
  applyTheme();
  drawLegend();
  stats = await get<Stats>("/v1/stats");
  drawStats();
  drawStatus();
  drawEmpty();
  try {
    const view = address.view ?? { center: [11, 30] as [number, number], zoom: 1.6 };
    map = await CoverageMap.create(theme, mode, view);
    if (!address.view && stats.bounds) map.gl.fitBounds(stats.bounds, { ...away(null) });
    window.__map = map;
  } catch (e) {
    byId("map").append(el("p", { style: "padding:45vh 20px 0 360px" }, `The map needs WebGL, which this browser does not offer (${(e as Error).message}). Search, totals and the API work without it.`));
  }
  panel = new Panel(map, writeAddress);
  map?.onPick((p) => (p ? void panel.open(p) : panel.close()));
  map?.gl.on("moveend", writeAddress);
  map?.gl.once("idle", () => {
    window.__ready = true;
    root.dataset.ready = "1";
  });
  byId("theme").onclick = () => {
    theme = theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", theme);
    applyTheme();
    map?.setTheme(theme);
  };
  search();
  void drawFeed(false);
  if (address.selection) void panel.open(address.selection, !address.view);
  follow();
  setInterval(drawStatus, 1000);
}

start().catch((e: Error) => {
  byId("status").dataset.state = "lost";
  byId("asof").textContent = `The explorer does not answer: ${e.message}`;
});
