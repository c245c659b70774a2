// Colours: viridis for levels, cividis for age. Both are even in lightness and safe for colour-blind eyes.

export type Theme = "dark" | "light";
export type Mode = "signal" | "age";

export const paper = {
  dark: { ocean: "#0a111d", land: "#141d2c", border: "#27344a", coast: "#2d3c55", label: "#7b8aa3", halo: "#0d1522", grid: "#1b2638", edge: "#0a111d", hatch: "#8592a8", dot: "#ffffff", ring: "#0a111d", link: "#f4f7fb" },
  light: { ocean: "#e3eaf0", land: "#fbfaf7", border: "#d3d6da", coast: "#b9c3cd", label: "#7c8794", halo: "#fbfaf7", grid: "#e6e9ec", edge: "#ffffff", hatch: "#77828f", dot: "#10202f", ring: "#ffffff", link: "#17202d" },
} as const;

// The darkest end of viridis is left out: it would vanish on the dark map.
export const viridis: [number, string][] = [
  [-130, "#472d7b"], [-122, "#3b528b"], [-114, "#2c728e"], [-106, "#21918c"], [-98, "#28ae80"], [-90, "#5ec962"], [-80, "#addc30"], [-70, "#fde725"],
];
export const cividis: [number, string][] = [
  [0, "#fdea45"], [3, "#dcc860"], [10, "#b3a772"], [30, "#878779"], [60, "#5d6975"], [90, "#31446b"],
];

// colourOf returns the colour of a value on a ramp, between its ends.
export function colourOf(ramp: [number, string][], v: number): string {
  let i = 1;
  while (i < ramp.length - 1 && v > ramp[i][0]) i++;
  const [a, ca] = ramp[i - 1], [b, cb] = ramp[i];
  const t = Math.max(0, Math.min(1, (v - a) / (b - a)));
  const part = (at: number) => {
    const x = parseInt(ca.slice(at, at + 2), 16), y = parseInt(cb.slice(at, at + 2), 16);
    return Math.round(x + (y - x) * t);
  };
  return `rgb(${part(1)}, ${part(3)}, ${part(5)})`;
}

export const levelColour = (rssi: number | null) => (rssi === null ? "var(--faint)" : colourOf(viridis, rssi));

export function gradient(ramp: [number, string][]): string {
  const lo = ramp[0][0], span = ramp[ramp.length - 1][0] - lo;
  return `linear-gradient(90deg, ${ramp.map(([v, c]) => `${c} ${(((v - lo) / span) * 100).toFixed(1)}%`).join(", ")})`;
}
