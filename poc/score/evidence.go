package score

// EdgeRules say what an edge must show to be paid in full. Where there is too
// little to judge, it is: a pair in the country whose only neighbours are each
// other is paid for ever.
type EdgeRules struct {
	// MinAsked is from how many mature hotspots that were asked on a reach says
	// something about a distance.
	MinAsked uint8
	// NoReach and FullReach are the shares of hotspots at the distance of an edge,
	// permille, up to which the edge is worth nothing, and from which on it is paid
	// in full.
	NoReach, FullReach uint32
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
// the parameters, 0.1 dB; d2 is the squared chord between the ends in mm^2, and
// the reaches are theirs.
//
// That two hotspots hear each other, of which neither is heard by others at that
// distance, is not radio. The better end decides: who lives in a valley is heard
// by few, and yet by the one on the hill, who is heard by many.
func (r *EdgeRules) Weight(e *Edge, steps []int32, d2 uint64, beaconer, witness *Reach) uint32 {
	if r.slopeFails(e, steps) {
		return 0
	}
	there, isKnown := beaconer.At(d2, r.MinAsked)
	here, isKnownHere := witness.At(d2, r.MinAsked)
	if !isKnown || !isKnownHere {
		return EdgeOne
	}
	switch best := max(there, here); {
	case best >= r.FullReach:
		return EdgeOne
	case best <= r.NoReach:
		return 0
	default:
		return EdgeOne * (best - r.NoReach) / (r.FullReach - r.NoReach)
	}
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
