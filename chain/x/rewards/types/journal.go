package types

import (
	"cmp"
	"encoding/binary"
	"maps"
	"slices"
)

// PagePoints is points of slots of one page, 1e-8 units, in order of slots.
type PagePoints struct {
	Page  PageID
	Slots []SlotPoints
}

// SlotPoints is points of one slot.
type SlotPoints struct {
	Slot   uint8
	Points uint64 // below 2^48
}

// Journal is what one block booked, in order of pages. It is written once and
// read by the fold that adds it to the hot pages.
type Journal struct {
	Epoch uint32
	Pages []PagePoints
}

// JournalOf returns the journal of points by slot.
func JournalOf(epoch uint32, points map[Place]uint64) *Journal {
	places := slices.SortedFunc(maps.Keys(points), func(a, b Place) int {
		return cmp.Or(a.PageID().Compare(b.PageID()), cmp.Compare(a.Slot, b.Slot))
	})
	j := &Journal{Epoch: epoch}
	for _, at := range places {
		if n := len(j.Pages); n == 0 || j.Pages[n-1].Page != at.PageID() {
			j.Pages = append(j.Pages, PagePoints{Page: at.PageID()})
		}
		p := &j.Pages[len(j.Pages)-1]
		p.Slots = append(p.Slots, SlotPoints{at.Slot, points[at]})
	}
	return j
}

// Encode returns the stored form: epoch u32, then for each page cell u64
// (big-endian, so that a range is compared without decoding) | page u16 | slots
// u8 | slots x { slot u8 | points u48 }.
func (j *Journal) Encode() []byte {
	n := 4
	for i := range j.Pages {
		n += journalHead + journalSlot*len(j.Pages[i].Slots)
	}
	b := le.AppendUint32(make([]byte, 0, n), j.Epoch)
	for i := range j.Pages {
		p := &j.Pages[i]
		b = binary.BigEndian.AppendUint64(b, p.Page.Cell)
		b = binary.BigEndian.AppendUint16(b, p.Page.Page)
		b = append(b, uint8(len(p.Slots)))
		for _, s := range p.Slots {
			b = append(b, s.Slot)
			b = le.AppendUint16(le.AppendUint32(b, uint32(s.Points)), uint16(s.Points>>32))
		}
	}
	return b
}

const (
	journalHead = 8 + 2 + 1
	journalSlot = 1 + 6
)

// WalkJournal calls fn for each page of a stored journal that is not below from
// and below to (PageID{} for no end), until fn returns an error. It returns the
// journal's epoch, or ErrLayout.
func WalkJournal(b []byte, from, to PageID, fn func(PageID, []SlotPoints) error) (epoch uint32, err error) {
	if len(b) < 4 {
		return 0, ErrLayout.Wrap("journal")
	}
	epoch = le.Uint32(b)
	var slots [PageSlots]SlotPoints
	for b = b[4:]; len(b) > 0; {
		if len(b) < journalHead || len(b) < journalHead+journalSlot*int(b[10]) || b[10] > PageSlots {
			return epoch, ErrLayout.Wrap("journal page")
		}
		n := int(b[10])
		id := PageID{binary.BigEndian.Uint64(b), binary.BigEndian.Uint16(b[8:])}
		body := b[journalHead : journalHead+journalSlot*n]
		b = b[journalHead+journalSlot*n:]
		if id.Compare(from) < 0 {
			continue
		}
		if to != (PageID{}) && id.Compare(to) >= 0 {
			return epoch, nil
		}
		for i := range n {
			s := body[journalSlot*i:]
			if s[0] >= PageSlots {
				return epoch, ErrLayout.Wrap("journal slot")
			}
			slots[i] = SlotPoints{s[0], uint64(le.Uint32(s[1:])) | uint64(le.Uint16(s[5:]))<<32}
		}
		if err := fn(id, slots[:n]); err != nil {
			return epoch, err
		}
	}
	return epoch, nil
}

// Fold is how far the journals are added to the hot pages: those of heights below
// From are; those from From to below To are being added, a range of pages a
// block, until Step reaches the number of ranges.
type Fold struct {
	From, To uint64
	Step     uint32
	Bounds   []PageID // first page of each range; the first range begins at 0
}

// Active tells whether journals are being added.
func (f *Fold) Active() bool { return int(f.Step) < len(f.Bounds) }

// Before returns the height below which every journal is in the hot pages.
func (f *Fold) Before() uint64 {
	if f.Active() {
		return f.From
	}
	return f.To
}

// Range returns the pages of the present step; an empty end is no end.
func (f *Fold) Range() (from, to PageID) {
	if int(f.Step)+1 < len(f.Bounds) {
		to = f.Bounds[f.Step+1]
	}
	return f.Bounds[f.Step], to
}

// Encode returns the stored form: from u64, to u64, step u32, then cell u64 |
// page u16 each, little-endian.
func (f *Fold) Encode() []byte {
	b := le.AppendUint64(make([]byte, 0, 20+10*len(f.Bounds)), f.From)
	b = le.AppendUint32(le.AppendUint64(b, f.To), f.Step)
	for _, p := range f.Bounds {
		b = le.AppendUint16(le.AppendUint64(b, p.Cell), p.Page)
	}
	return b
}

// DecodeFold reads the stored form, or returns ErrLayout.
func DecodeFold(b []byte) (Fold, error) {
	if len(b) < 20 || (len(b)-20)%10 != 0 {
		return Fold{}, ErrLayout.Wrap("fold")
	}
	f := Fold{From: le.Uint64(b), To: le.Uint64(b[8:]), Step: le.Uint32(b[16:])}
	for b = b[20:]; len(b) > 0; b = b[10:] {
		f.Bounds = append(f.Bounds, PageID{le.Uint64(b), le.Uint16(b[8:])})
	}
	return f, nil
}

// pointsIn returns the sum of a journal's points from a page on, when it is of an
// epoch.
func (b BookedBlock) pointsIn(epoch uint32, from PageID) (sum uint64, err error) {
	of, err := WalkJournal(b.Journal, from, PageID{}, func(_ PageID, slots []SlotPoints) error {
		for _, s := range slots {
			sum += s.Points
		}
		return nil
	})
	if of != epoch {
		return 0, err
	}
	return sum, err
}
