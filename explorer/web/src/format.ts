// Numbers, levels and ages as people read them.

const group = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (n: number) => (Math.abs(n) < 100_000 ? group.format(n) : short.format(n));
export const dbm = (v: number | null) => (v === null ? "–" : `${minus(v)} dBm`);
export const db = (v: number | null) => (v === null ? "–" : `${minus(v)} dB`);
const minus = (v: number) => v.toFixed(Number.isInteger(v) ? 0 : 1).replace("-", "−");

export function distance(m: number | null): string {
  if (m === null) return "";
  return m < 1000 ? `${Math.round(m)} m` : `${(m / 1000).toFixed(m < 10_000 ? 1 : 0)} km`;
}

const winds = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
export const wind = (deg: number | null) => (deg === null ? "" : winds[Math.round(deg / 45) % 8]);

// hxw writes an amount of spark (10^-8 HXW).
export function hxw(spark: string): string {
  const v = Number(BigInt(spark)) / 1e8;
  if (v === 0) return "0 HXW";
  return `${v < 1 ? v.toPrecision(3) : v.toLocaleString("en", { maximumFractionDigits: 2 })} HXW`;
}

export function age(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.round(s / 60)} min`;
  if (s < 129_600) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86_400)} days`;
}

export const plural = (n: number, word: string) => `${count(n)} ${word}${n === 1 ? "" : "s"}`;
export const words = (reason: string) => reason.replace(/[-_]/g, " ");
export const shortId = (id: string) => (id.length > 22 ? `${id.slice(0, 12)}…${id.slice(-6)}` : id);
