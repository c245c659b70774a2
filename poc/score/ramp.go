package score

// Ramp says when a hotspot that is new at its place is mature: paid in full, and
// one whose silence is evidence. Until then most of its pay is kept back, so that
// who is found out early has earned little.
type Ramp struct {
	Blocks    uint64 // at the place, at least
	End       uint64 // after which it is mature, whoever heard it
	Witnesses uint32 // that heard it, all distinct
}

// IsMature tells whether a hotspot that has stood at its place for some blocks
// without a fault is mature. Heard is how many distinct witnesses its beacons had,
// others how many hotspots there are around: one that is alone in its valley
// passes with those that are there (HIP 57's ten would never come). Weight is what
// the edges of its last beacon were worth on average, times 10^4: while most of
// that is nothing, what was paid before there was evidence stays kept back.
func (r Ramp) IsMature(blocks uint64, heard int, others uint32, weight uint64) bool {
	return blocks >= r.Blocks && weight >= EdgeOne/2 && (uint32(heard) >= min(r.Witnesses, others) || blocks >= r.End)
}
