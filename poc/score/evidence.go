package score

// EdgeRules say what an edge must show to be paid in full. Where there is too
// little to judge, it is: a pair in the country whose only neighbours are each
// other has no nearer hotspot to be silent, and is paid for ever.
type EdgeRules struct {
	// MinProbes is from how many nearer hotspots on silence counts.
	MinProbes uint8
	// Silence that costs nothing, and from which an edge is worth nothing,
	// permille of the probes. A far hotspot on a hill hears what many near ones
	// in the valley do not, so the first is high.
	FreeSilence, FullSilence uint32
	// MinSpread is from which spread of powers on the slope counts: the sum of
	// squared distances from the mean power, dB^2.
	MinSpread uint32
	// MinSlope and MaxSlope are the least and most that the received signal may
	// follow the sent power, permille: 1000 is dB for dB.
	MinSlope, MaxSlope int32
}

// EdgeOne is the weight of an edge that is paid in full.
const EdgeOne = 10_000

// Weight returns what an edge is worth, times 10^4. Steps are the power steps of
// the parameters, 0.1 dB.
func (r *EdgeRules) Weight(e *Edge, steps []int32) uint32 {
	if r.slopeFails(e, steps) {
		return 0
	}
	if e.Probes < r.MinProbes || e.Probes == 0 {
		return EdgeOne
	}
	silence := 1_000 * uint32(e.Absent) / uint32(e.Probes)
	switch {
	case silence <= r.FreeSilence:
		return EdgeOne
	case silence >= r.FullSilence:
		return 0
	}
	return EdgeOne * (r.FullSilence - silence) / (r.FullSilence - r.FreeSilence)
}

// slopeFails tells whether the received signal does not follow the sent power: a
// number made up without a radio is the same at every power, or follows it
// wrongly. The slope is that of the least squares.
func (r *EdgeRules) slopeFails(e *Edge, steps []int32) bool {
	var n, sx, sxx, sy, sxy int64
	for i, s := range e.Steps {
		if i >= len(steps) {
			break
		}
		x := int64(steps[i]) // 0.1 dB
		n += int64(s.N)
		sx += int64(s.N) * x
		sxx += int64(s.N) * x * x
		sy += int64(s.Sum) * 10 // 0.1 dB
		sxy += x * int64(s.Sum) * 10
	}
	spread := n*sxx - sx*sx // n times the sum of squares, 0.01 dB^2
	if n == 0 || spread == 0 || spread < n*int64(r.MinSpread)*100 {
		return false
	}
	slope := n*sxy - sx*sy // over spread
	return 1_000*slope < int64(r.MinSlope)*spread || 1_000*slope > int64(r.MaxSlope)*spread
}
