package score

import "github.com/hexwave/hexwave/poc/limits"

// unitsOne is one unit in the tables, which hold units times 10^4 rounded half
// to even.
const unitsOne = 10_000

// scaleOne is a density scale of one.
const scaleOne = 10_000

// beaconerUnits[w] is what a beacon with w kept witnesses earns: w/4 up to four,
// then 2 - 0.8^(w-4) (HIP 15: redundancy 4, decay 0.8, cap 2).
var beaconerUnits = [limits.MaxWitnesses + 1]uint64{
	0, 2500, 5000, 7500, 10000, 12000, 13600, 14880, 15904, 16723, 17379, 17903, 18322, 18658, 18926,
}

// witnessUnits[w] is what each of w kept witnesses earns: one up to four, then
// (4 - (1 - 0.8^(w-4))) / w (HIP 15).
var witnessUnits = [limits.MaxWitnesses + 1]uint64{
	0, 10000, 10000, 10000, 10000, 7600, 6067, 5017, 4262, 3697, 3262, 2918, 2640, 2411, 2220,
}

// Points returns what a settled challenge with kept witnesses is worth to the
// beaconer and to each witness, in 1e-8 units. Kept above
// [limits.MaxWitnesses] counts as that. Scale is the beaconer's density scale
// times 10^4, at most 10^4. Stretch is the length of its zone's window, in
// windows: who is challenged less often earns more each time.
func Points(kept int, scale, stretch uint32) (beaconer, witness uint64) {
	w := min(max(kept, 0), limits.MaxWitnesses)
	factor := uint64(min(scale, scaleOne)) * uint64(min(max(stretch, 1), limits.MaxStretch))
	return beaconerUnits[w] * factor, witnessUnits[w] * factor
}

// MaxPoints is the most that one challenge gives to one hotspot.
const MaxPoints = 2 * limits.PointUnit * limits.MaxStretch
