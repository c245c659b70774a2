package score

import (
	"encoding/binary"
	"errors"
)

// EdgeSteps is how many power steps an edge tells apart: a deeper step counts as
// the last.
const EdgeSteps = 3

// MaxEdges is how many witnesses a beaconer's record remembers: the heaviest ones.
const MaxEdges = 32

// Edge is what is remembered of one witness of a beaconer. Counts age: they are
// halved when one is full, so that an edge is judged by what it does now.
type Edge struct {
	Witness uint32
	Seen    uint16 // beacons it was kept for
	// Received signal by assigned power.
	Steps [EdgeSteps]StepSum
}

// StepSum is the received signal of beacons sent at one power step.
type StepSum struct {
	N   uint8
	Sum int16 // of RSSI above edgeRSSI, dB
}

// edgeRSSI is where sums of RSSI are counted from, 0.1 dBm.
const edgeRSSI = -1_000

// Full counts are halved.
const (
	fullStep  = 200
	fullSeen  = 60_000
	maxOffset = 100 // dB: keeps a sum of fullStep in 16 bits
)

// Sighting is one kept report on a beacon.
type Sighting struct {
	Witness uint32
	Step    int   // power step of the beacon, 0 the strongest
	RSSI    int16 // 0.1 dBm
}

// Edges are the heaviest edges of a beaconer. The zero value has none.
type Edges struct{ list []Edge }

// All returns the edges, in no order that means anything.
func (e *Edges) All() []Edge { return e.list }

// Of returns the edge to a witness, or false when it is not remembered.
func (e *Edges) Of(witness uint32) (Edge, bool) {
	for i := range e.list {
		if e.list[i].Witness == witness {
			return e.list[i], true
		}
	}
	return Edge{}, false
}

// Add counts a sighting. When there is no room for another witness, it takes the
// place of the least seen one with its count (Metwally's space saving): memory is
// bounded, and a witness that is often kept is never missed for long.
func (e *Edges) Add(s Sighting) {
	at := e.place(s.Witness)
	if at.Seen++; at.Seen >= fullSeen {
		for i := range e.list {
			e.list[i].Seen /= 2
		}
	}
	step := &at.Steps[min(max(s.Step, 0), EdgeSteps-1)]
	above := (int32(s.RSSI) - edgeRSSI) / 10
	step.N, step.Sum = step.N+1, step.Sum+int16(min(max(above, -maxOffset), maxOffset))
	if step.N >= fullStep {
		for i := range at.Steps {
			at.Steps[i].N, at.Steps[i].Sum = at.Steps[i].N/2, at.Steps[i].Sum/2
		}
	}
}

// place returns the edge to a witness, new or taken over if need be.
func (e *Edges) place(witness uint32) *Edge {
	least := 0
	for i := range e.list {
		if e.list[i].Witness == witness {
			return &e.list[i]
		}
		if e.list[i].Seen < e.list[least].Seen {
			least = i
		}
	}
	if len(e.list) < MaxEdges {
		e.list = append(e.list, Edge{Witness: witness})
		return &e.list[len(e.list)-1]
	}
	e.list[least] = Edge{Witness: witness, Seen: e.list[least].Seen}
	return &e.list[least]
}

// edgeSize is the length of an encoded edge in bytes.
const edgeSize = 4 + 2 + EdgeSteps*3

// ErrEdges is returned for bytes that are no list of edges.
var ErrEdges = errors.New("not a list of edges")

// AppendTo appends the stored form: 15 bytes an edge, big-endian.
func (e *Edges) AppendTo(b []byte) []byte {
	for i := range e.list {
		x := &e.list[i]
		b = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(b, x.Witness), x.Seen)
		for _, s := range x.Steps {
			b = binary.BigEndian.AppendUint16(append(b, s.N), uint16(s.Sum))
		}
	}
	return b
}

// ParseEdges reads the stored form, or returns ErrEdges.
func ParseEdges(b []byte) (Edges, error) {
	if len(b)%edgeSize != 0 || len(b) > MaxEdges*edgeSize {
		return Edges{}, ErrEdges
	}
	e := Edges{list: make([]Edge, 0, len(b)/edgeSize)}
	for ; len(b) > 0; b = b[edgeSize:] {
		x := Edge{Witness: binary.BigEndian.Uint32(b), Seen: binary.BigEndian.Uint16(b[4:])}
		if x.Seen >= fullSeen {
			return Edges{}, ErrEdges
		}
		for i := range x.Steps {
			at := b[6+3*i:]
			x.Steps[i] = StepSum{at[0], int16(binary.BigEndian.Uint16(at[1:]))}
			if n, sum := int(at[0]), int(x.Steps[i].Sum); n >= fullStep || sum > n*maxOffset || sum < -n*maxOffset {
				return Edges{}, ErrEdges
			}
		}
		e.list = append(e.list, x)
	}
	return e, nil
}
