package types

// Row is what rating an epoch needs: base_pool u64, total_pts u64, closed_height
// u64.
type Row struct {
	BasePool, TotalPoints, ClosedHeight uint64
}

// Encode returns the stored form, 24 bytes.
func (r Row) Encode() []byte {
	b := le.AppendUint64(make([]byte, 0, 24), r.BasePool)
	return le.AppendUint64(le.AppendUint64(b, r.TotalPoints), r.ClosedHeight)
}

// DecodeRow reads the stored form, or returns ErrLayout.
func DecodeRow(b []byte) (Row, error) {
	if len(b) != 24 {
		return Row{}, ErrLayout.Wrap("epoch row")
	}
	return Row{le.Uint64(b), le.Uint64(b[8:]), le.Uint64(b[16:])}, nil
}

// State is where the ledger stands.
type State struct {
	Epoch     uint32 // current, from 1
	Points    uint64 // booked in it
	SweepCell uint64 // next cell to rate for the epoch before, or NothingLeft
	Liability uint64 // spark accrued and escrowed, not yet claimed
}

// Encode returns the stored form, 28 bytes.
func (s State) Encode() []byte {
	b := le.AppendUint32(make([]byte, 0, 28), s.Epoch)
	b = le.AppendUint64(b, s.Points)
	return le.AppendUint64(le.AppendUint64(b, s.SweepCell), s.Liability)
}

// DecodeState reads the stored form, or returns ErrLayout.
func DecodeState(b []byte) (State, error) {
	if len(b) != 28 {
		return State{}, ErrLayout.Wrap("state")
	}
	return State{le.Uint32(b), le.Uint64(b[4:]), le.Uint64(b[12:]), le.Uint64(b[20:])}, nil
}

// Clock is when the epoch began and what its end needs to know.
type Clock struct {
	Start      int64  // Unix milliseconds; 0 before the first block
	Burned     uint64 // spark of used basis that stayed burned in this epoch
	ReemitPool uint64 // spark
	Cells      uint64 // demand accounts there are
}

// Encode returns the stored form, 32 bytes.
func (c Clock) Encode() []byte {
	b := le.AppendUint64(make([]byte, 0, 32), uint64(c.Start))
	b = le.AppendUint64(b, c.Burned)
	return le.AppendUint64(le.AppendUint64(b, c.ReemitPool), c.Cells)
}

// DecodeClock reads the stored form, or returns ErrLayout.
func DecodeClock(b []byte) (Clock, error) {
	if len(b) != 32 {
		return Clock{}, ErrLayout.Wrap("clock")
	}
	return Clock{int64(le.Uint64(b)), le.Uint64(b[8:]), le.Uint64(b[16:]), le.Uint64(b[24:])}, nil
}

// Place is a slot of a page of a cell. Cell 0 has the hotspots without a res-6
// home, in the page and slot of their index.
type Place struct {
	Cell uint64
	Page uint16
	Slot uint8
}

// Unplaced returns the place of a hotspot that has no cell.
func Unplaced(hotspot uint32) (Place, error) {
	if hotspot/PageSlots > 1<<16-1 {
		return Place{}, ErrCellFull.Wrapf("hotspot %d", hotspot)
	}
	return Place{Page: uint16(hotspot / PageSlots), Slot: uint8(hotspot % PageSlots)}, nil
}

// Residence is where a hotspot has its slots.
type Residence struct {
	Home     Place  // zero for a hotspot that retired
	Old      Place  // still draining; zero when none
	Moved    uint32 // epoch of the move, or of the leaving, that left Old
	Lifetime uint64 // spark of base pay so far
}

// residenceSize is two places of 11 bytes, moved u32, lifetime u64.
const residenceSize = 34

// Encode returns the stored form, 34 bytes.
func (r Residence) Encode() []byte {
	b := appendPlace(appendPlace(make([]byte, 0, residenceSize), r.Home), r.Old)
	return le.AppendUint64(le.AppendUint32(b, r.Moved), r.Lifetime)
}

// DecodeResidence reads the stored form, or returns ErrLayout.
func DecodeResidence(b []byte) (Residence, error) {
	if len(b) != residenceSize || b[10] >= PageSlots || b[21] >= PageSlots {
		return Residence{}, ErrLayout.Wrap("residence")
	}
	return Residence{Home: place(b), Old: place(b[11:]), Moved: le.Uint32(b[22:]), Lifetime: le.Uint64(b[26:])}, nil
}

func appendPlace(b []byte, p Place) []byte {
	return append(le.AppendUint16(le.AppendUint64(b, p.Cell), p.Page), p.Slot)
}

func place(b []byte) Place { return Place{le.Uint64(b), le.Uint16(b[8:]), b[10]} }

// Gone tells whether the hotspot retired: it moved to slot 0 of cell 0, which no
// hotspot has, for indices begin at 1.
func (r Residence) Gone() bool { return r.Home == (Place{}) }

// Draining tells whether a slot of an earlier home is still in use.
func (r Residence) Draining() bool { return r.Old != (Place{}) }
