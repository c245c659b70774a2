// The answers of the explorer's API that the page reads, and how it asks.

export type AsOf = { seq: number; height: number; time: string | null };
export type State = "measured" | "tested-empty" | "unknown";
export type Brief = { index: number; id: string; name: string; status: string; lat: number | null; lng: number | null; last_seen_height: number };
export type Link = Brief & { best_rssi_dbm: number; best_snr_db: number; samples: number; last_height: number; distance_m: number | null; bearing_deg: number | null };
export type Cell = {
  cell: string; resolution: number; state: State; best_rssi_dbm: number | null; best_snr_db: number | null; samples: number; failed_tests: number;
  hotspots: number; measured_cells: number; tested_empty_cells: number; first_seen?: string; last_seen?: string; last_height?: number;
};
export type CellDetail = Cell & { center: [number, number]; heard_by: Link[]; standing: Link[]; as_of: AsOf };
export type Hotspot = Brief & {
  owner: string; class: string; region?: string; cell: string | null; gain_dbi: number; height_m: number; registered_height: number; retired_height: number | null;
  health: "ok" | "idle" | "waiting" | "off"; health_reason: string; beacons: number; beacons_heard: number; beacons_missed: number;
  reports_kept: number; reports_rejected: number; last_reject: { challenge: string; height: number; reason: string } | null;
  points: string; claimed_spark: string; traffic_spark: string; carried_dc: string; cells_covered: number; recent_challenges: string[]; as_of: AsOf;
};
export type Witnesses = { hotspot: Brief; heard_by: Link[]; hears: Link[] };
export type Entry = { hotspot: Brief; rssi_dbm: number; snr_db: number; distance_m: number; points?: string; reason?: string };
export type Challenge = {
  id: string; height: number; time: string; beaconer: Brief; cell: string | null; outcome: string; verdict?: string; kind: string; points: string;
  kept: Entry[]; rejected: Entry[];
};
export type Stats = {
  chain_id: string; head_height: number; blocks_behind: number; hotspots: number; hotspots_located: number; hotspots_active: number; cells_measured: number;
  cells_tested_empty: number; challenges_settled: number; beacons_heard: number; reports_kept: number; reports_rejected: number; claimed_spark: string;
  traffic_spark: string; burned_dc: string; bounds: [number, number, number, number] | null; as_of: AsOf;
};
export type Hit = { kind: "hotspot" | "cell" | "place" | "challenge"; label: string; id: string; at: [number, number] | null };
export type Change = { cells: Cell[]; hotspots: Brief[]; stats?: Stats; as_of: AsOf };

// get asks the API; a refusal becomes an Error with the server's words.
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const r = await fetch(path, { signal });
  if (!r.ok) {
    const problem = await r.json().catch(() => ({ detail: r.statusText }));
    throw new Error(problem.detail ?? r.statusText);
  }
  return r.json();
}

export const cellPath = (h3: string) => `/v1/coverage/cells/${encodeURIComponent(h3)}`;
export const hotspotPath = (id: string) => `/v1/hotspots/${encodeURIComponent(id)}`;
