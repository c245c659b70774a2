// The panel: one cell, hotspot or challenge in words, with what belongs to it drawn on the map.

import type { Feature, FeatureCollection } from "geojson";
import { cellPath, get, hotspotPath, type Brief, type Cell, type CellDetail, type Challenge, type Entry, type Hotspot, type Link, type Witnesses } from "./api";
import { byId, el, icon, icons } from "./dom";
import { count, db, dbm, distance, hxw, plural, shortId, wind, words } from "./format";
import type { CoverageMap, Overlay } from "./map";
import { levelColour } from "./theme";

export type Selection = { kind: "cell" | "hotspot" | "challenge"; id: string };

const shown = 12; // rows of a list before "and N more"

type Fact = [label: string, value: Node | string, wide?: boolean];

const facts = (...list: (Fact | false)[]) =>
  el("dl", { class: "facts" }, ...list.filter((f): f is Fact => !!f).map(([k, v, wide]) => el("div", wide ? { class: "wide" } : {}, el("dt", {}, k), el("dd", {}, v))));

const verdict = (colour: string, title: string, detail: string) =>
  el("div", { class: "verdict" }, el("i", { class: "swatch", style: `background:${colour}` }), el("div", {}, el("b", {}, title), el("span", {}, detail)));

const copyable = (text: string, label = text) =>
  el("button", { class: "copy mono", type: "button", title: `Copy ${text}`, onclick: () => void navigator.clipboard?.writeText(text) }, label);

const level = (rssi: number) => el("span", { class: "level" }, el("i", { style: `background:${levelColour(rssi)}` }), dbm(rssi));

export class Panel {
  private root = byId<HTMLElement>("panel");
  private asking: AbortController | undefined;
  current: Selection | null = null;

  constructor(private map: CoverageMap | null, private moved: (s: Selection | null) => void) {
    document.addEventListener("keydown", (e) => e.key === "Escape" && this.close());
  }

  close() {
    this.asking?.abort();
    this.current = null;
    this.root.hidden = true;
    this.map?.select({});
    this.moved(null);
  }

  // open shows a selection; fly also brings it into view. A refresh of what is already open keeps the scroll position.
  async open(s: Selection, fly = false) {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const again = this.current?.kind === s.kind && this.current.id === s.id;
    this.current = s;
    if (!again) this.moved(s);
    try {
      const made = await (s.kind === "cell" ? this.cell(s.id, asking.signal) : s.kind === "hotspot" ? this.hotspot(s.id, asking.signal) : this.challenge(s.id, asking.signal));
      if (asking.signal.aborted) return;
      const top = again ? this.root.scrollTop : 0;
      this.root.replaceChildren(this.head(made.title, made.sub), el("div", { class: "body" }, ...made.body));
      this.root.hidden = false;
      this.root.scrollTop = top;
      this.map?.select(made.overlay);
      if (fly && made.at) this.map?.gl.easeTo({ center: made.at, zoom: Math.max(this.map.gl.getZoom(), 10.5), duration: 650 });
    } catch (e) {
      if (asking.signal.aborted) return;
      this.root.replaceChildren(this.head("Not found", el("span", {}, s.id)), el("div", { class: "body" }, el("p", {}, (e as Error).message)));
      this.root.hidden = false;
      this.map?.select({});
    }
  }

  private head(title: string, sub: Node): HTMLElement {
    const close = el("button", { class: "icon", type: "button", "aria-label": "Close", onclick: () => this.close() }, icon(icons.close));
    return el("header", {}, el("div", {}, el("h3", {}, title), el("div", { class: "sub" }, sub)), close);
  }

  private name(h: Brief) {
    return el("span", { class: "name" }, h.name || `hotspot ${h.index}`);
  }

  private row(h: Brief, ...rest: Node[]) {
    return el("li", {}, el("button", { type: "button", onclick: () => void this.open({ kind: "hotspot", id: h.id || String(h.index) }, true) }, this.name(h), ...rest));
  }

  private links(title: string, list: Link[]): Node[] {
    if (list.length === 0) return [];
    const rows = list.slice(0, shown).map((l) =>
      this.row(l, el("span", { class: "dim", title: plural(l.samples, "report") }, `${distance(l.distance_m)} ${wind(l.bearing_deg)}`), level(l.best_rssi_dbm)));
    return [
      el("h4", {}, title, el("span", {}, count(list.length))), el("ul", { class: "rows" }, ...rows),
      ...(list.length > shown ? [el("p", { class: "more" }, `and ${count(list.length - shown)} more`)] : []),
    ];
  }

  private async cell(id: string, signal: AbortSignal) {
    const [c, outline] = await Promise.all([get<CellDetail>(cellPath(id), signal), get<Feature>(`${cellPath(id)}.geojson`, signal)]);
    const overlay: Overlay = {
      outline,
      lines: c.heard_by.filter((h) => h.lat !== null).map((h) => ({ from: c.center, to: [h.lng!, h.lat!], rssi: h.best_rssi_dbm, kept: true })),
    };
    const single = c.resolution >= 8;
    const body: Node[] = [this.cellVerdict(c, single)];
    if (c.state !== "unknown") {
      body.push(facts(
        c.state === "measured" && ["Best level", dbm(c.best_rssi_dbm)], c.state === "measured" && ["Best SNR", db(c.best_snr_db)],
        !single && ["Cells measured", count(c.measured_cells)], !single && ["Cells tested, empty", count(c.tested_empty_cells)],
        c.samples > 0 && ["Link ends", count(c.samples)], ["Unheard beacons", count(c.failed_tests)],
        ["Last seen", `${c.last_seen} · block ${count(c.last_height ?? 0)}`, true], ["First seen", c.first_seen ?? "–"],
      ));
    }
    body.push(...this.links("Reached by", c.heard_by), ...this.standing(c.standing));
    if (!single && c.state !== "unknown") body.push(el("p", { class: "more" }, "Zoom in to see who reaches each cell."));
    return { title: c.state === "measured" ? "Measured coverage" : c.state === "tested-empty" ? "Tested, nothing heard" : "No evidence yet", sub: copyable(c.cell), body, overlay, at: c.center };
  }

  private cellVerdict(c: Cell, single: boolean): Node {
    if (c.state === "measured") {
      const by = single ? `${plural(c.hotspots, "hotspot")} over a settled link` : `${plural(c.measured_cells, "cell")} proved by settled links`;
      return verdict(levelColour(c.best_rssi_dbm), single ? "A device here was heard" : "Covered in part", by);
    }
    if (c.state === "tested-empty") return verdict("var(--faint)", "Beacons from here went unheard", "although an active hotspot stood within 15 km");
    return verdict("var(--raised)", "Nobody has tested this place", "neither covered nor empty: unknown");
  }

  private standing(list: Link[]): Node[] {
    if (list.length === 0) return [];
    return [el("h4", {}, "Hotspots standing here", el("span", {}, count(list.length))), el("ul", { class: "rows" }, ...list.slice(0, shown).map((h) => this.row(h, el("span", { class: "dim" }, h.status))))];
  }

  private async hotspot(id: string, signal: AbortSignal) {
    const [h, w, footprint] = await Promise.all([
      get<Hotspot>(hotspotPath(id), signal), get<Witnesses>(`${hotspotPath(id)}/witnesses`, signal), get<FeatureCollection>(`${hotspotPath(id)}/coverage`, signal),
    ]);
    const at: [number, number] | undefined = h.lat === null ? undefined : [h.lng!, h.lat];
    const lines = at
      ? [...new Map([...w.hears, ...w.heard_by].map((l) => [l.index, l])).values()].filter((l) => l.lat !== null)
        .map((l) => ({ from: at, to: [l.lng!, l.lat!] as [number, number], rssi: l.best_rssi_dbm, kept: true }))
      : [];
    const colour = { ok: "#3fcf8e", idle: "var(--warm)", waiting: "var(--faint)", off: "var(--bad)" }[h.health];
    const retired = h.retired_height !== null;
    const title = retired ? "Retired" : { ok: "On air", idle: "No recent proof", waiting: "Waiting", off: "Off" }[h.health];
    const rejected: Node[] = h.last_reject
      ? [el("h4", {}, "Last rejected report"), el("ul", { class: "rows" }, el("li", {}, el("button", { type: "button", onclick: () => void this.open({ kind: "challenge", id: h.last_reject!.challenge }) },
        el("span", {}, words(h.last_reject.reason)), el("span", { class: "dim" }, `block ${count(h.last_reject.height)}`))))]
      : [];
    const body: Node[] = [
      verdict(retired ? "var(--faint)" : colour, title, h.retired_height ? `by its owner, in block ${count(h.retired_height)}` : h.health_reason),
      facts(
        ["Cells covered", count(h.cells_covered)], ["Beacons heard", `${count(h.beacons_heard)} of ${count(h.beacons + h.beacons_missed)}`],
        ["Reports kept", count(h.reports_kept)], ["Reports rejected", count(h.reports_rejected)],
        ["Coverage pay claimed", hxw(h.claimed_spark)], ["Traffic pay", hxw(h.traffic_spark)],
        ["Antenna", h.lat === null ? "–" : `${h.gain_dbi} dBi · ${h.height_m} m`], ["Region", h.region || "–"],
        ["Owner", copyable(h.owner, shortId(h.owner)), true], ["Asserted at", h.lat === null ? (retired ? "no place any more" : "no place yet") : copyable(`${h.lat.toFixed(5)}, ${h.lng!.toFixed(5)}`), true],
      ),
      ...this.links("Heard by", w.heard_by), ...this.links("Hears", w.hears), ...rejected,
      ...(h.recent_challenges.length ? [el("h4", {}, "Latest challenges"), this.recent(h.recent_challenges)] : []),
    ];
    return { title: h.name || `hotspot ${h.index}`, sub: el("span", {}, copyable(h.id, shortId(h.id)), ` · no. ${h.index} · ${h.class}`), body, overlay: { footprint, lines }, at };
  }

  private recent(ids: string[]) {
    const p = el("p", { class: "more" });
    ids.slice(0, 8).forEach((id, i) => p.append(i ? " · " : "", el("button", { class: "copy mono", type: "button", onclick: () => void this.open({ kind: "challenge", id }) }, id)));
    return p;
  }

  private async challenge(id: string, signal: AbortSignal) {
    const c = await get<Challenge>(`/v1/challenges/${encodeURIComponent(id)}`, signal);
    const at: [number, number] | undefined = c.beaconer.lat === null ? undefined : [c.beaconer.lng!, c.beaconer.lat];
    const line = (kept: boolean) => (e: Entry) => ({ from: at!, to: [e.hotspot.lng!, e.hotspot.lat!] as [number, number], rssi: e.rssi_dbm, kept });
    const placed = (e: Entry) => e.hotspot.lat !== null;
    const lines = at ? [...c.kept.filter(placed).map(line(true)), ...c.rejected.filter(placed).map(line(false))] : [];
    const heard = c.kept.length > 0;
    const entries = (title: string, list: Entry[]): Node[] =>
      list.length === 0 ? [] : [el("h4", {}, title, el("span", {}, count(list.length))), el("ul", { class: "rows" },
        ...list.map((e) => this.row(e.hotspot, el("span", { class: "dim" }, e.reason ? words(e.reason) : distance(e.distance_m)), level(e.rssi_dbm))))];
    const title = c.outcome === "missed" ? "No beacon was proved" : c.outcome === "void" ? "Void" : heard ? `Heard by ${plural(c.kept.length, "hotspot")}` : "Nobody validly heard it";
    const why = c.outcome === "settled" ? `${plural(c.rejected.length, "report")} rejected` : c.outcome === "void" ? "the chain stood still" : words(c.verdict ?? "not revealed");
    const body: Node[] = [
      verdict(c.outcome !== "settled" ? "var(--bad)" : heard ? levelColour(Math.max(...c.kept.map((k) => k.rssi_dbm))) : "var(--faint)", title, why),
      el("ul", { class: "rows" }, this.row(c.beaconer, el("span", { class: "dim" }, "beaconer"))),
      ...entries("Kept reports", c.kept), ...entries("Rejected reports", c.rejected),
      el("p", { class: "more" }, "Every check, with its numbers: ", el("code", {}, `hexwave hotspot explain ${c.id}`)),
    ];
    return { title: `Challenge ${c.id}`, sub: el("span", {}, `${c.kind} · block ${count(c.height)} · ${new Date(c.time).toLocaleString()}`), body, overlay: { lines }, at };
  }
}
