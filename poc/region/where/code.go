package where

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

// A table is encoded as
//
//	magic | resolution u8 | n u8 | n regions u16 big-endian, ascending | bits
//
// The bits are the tree in preorder, base cells and children ascending, highest
// bit of a byte first, filled with zeros to a whole byte. A value is 0 for no
// region or the position of a region in the list, from 1. The encoder and the
// decoder remember the last two different values, at first 0 and 1:
//
//	0            a leaf of the last value
//	10           a leaf of the one before
//	110          a node: its children follow
//	111 vvvvv    a leaf of the value v, neither of the two
//
// Neighbours are mostly alike, so that most leaves take one bit. The missing
// child of a pentagon takes none. There is exactly one encoding of a table.
const magic = "HXR\x01"

// maxRegions is how many regions five bits and the value of no region leave.
const maxRegions = 31

// ErrTable is returned for bytes that are not the encoding of a table.
var ErrTable = errors.New("not a table of regions")

// recent remembers the last two different values.
type recent struct{ last, before uint8 }

// recall makes the value before the last one the last.
func (v *recent) recall() { v.last, v.before = v.before, v.last }

// set makes a new value the last.
func (v *recent) set(value uint8) { v.last, v.before = value, v.last }

// Encode returns the encoding of a table of at most 31 regions, or [ErrTable].
func (t *Table) Encode() ([]byte, error) {
	ids := t.Regions()
	if len(ids) > maxRegions {
		return nil, fmt.Errorf("%d regions: %w", len(ids), ErrTable)
	}
	e := encoder{t: t, values: map[slot]uint8{0: 0}, recent: recent{0, 1}}
	e.out = append([]byte(magic), byte(t.res), byte(len(ids)))
	for n, id := range ids {
		e.out = binary.BigEndian.AppendUint16(e.out, uint16(id))
		e.values[leaf(id)] = uint8(n + 1)
	}
	for n, s := range t.bases {
		e.put(base(n), s)
	}
	return e.out, nil
}

type encoder struct {
	recent
	t      *Table
	values map[slot]uint8
	out    []byte
	free   int // bits of the last byte that are not used yet
}

// bits appends the low n bits of v.
func (e *encoder) bits(v uint8, n int) {
	for n > 0 {
		if e.free == 0 {
			e.out, e.free = append(e.out, 0), 8
		}
		n--
		e.free--
		e.out[len(e.out)-1] |= v >> n & 1 << e.free
	}
}

func (e *encoder) put(c geo.Cell, s slot) {
	if s&node != 0 {
		e.bits(0b110, 3)
		for d, to := range e.t.nodes[s&^node] {
			if at := child(c, d); at.Valid() {
				e.put(at, to)
			}
		}
		return
	}
	switch v := e.values[s]; v {
	case e.last:
		e.bits(0, 1)
	case e.before:
		e.bits(0b10, 2)
		e.recall()
	default:
		e.bits(0b111, 3)
		e.bits(v, 5)
		e.set(v)
	}
}

// Decode reads what [Table.Encode] gives and returns [ErrTable] for anything
// else. What it allocates is in proportion to the input: a node of 28 bytes takes
// ten bits or more.
func Decode(b []byte) (*Table, error) {
	ids, res, body, err := decodeHeader(b)
	if err != nil {
		return nil, err
	}
	nodes := make([][digits]slot, 0, len(body)/2) // about as many as the world has
	d := decoder{t: &Table{res: res, nodes: nodes}, in: body, ids: ids, used: 1, recent: recent{0, 1}}
	for n := range d.t.bases {
		if d.t.bases[n], err = d.slot(base(n)); err != nil {
			return nil, fmt.Errorf("base cell %d: %w", n, err)
		}
	}
	for d.at%8 != 0 {
		if bit, err := d.bit(); err != nil || bit != 0 {
			return nil, fmt.Errorf("filled with ones: %w", ErrTable)
		}
	}
	if d.at != 8*len(body) || d.used != 1<<(len(ids)+1)-1 {
		return nil, fmt.Errorf("bytes or regions are left over: %w", ErrTable)
	}
	return d.t, nil
}

func decodeHeader(b []byte) (ids []region.ID, res int, body []byte, err error) {
	const head = len(magic) + 2
	if len(b) < head || string(b[:len(magic)]) != magic {
		return nil, 0, nil, fmt.Errorf("no header: %w", ErrTable)
	}
	n := int(b[head-1])
	if res = int(b[head-2]); res > deepest || n > maxRegions || len(b) < head+2*n {
		return nil, 0, nil, fmt.Errorf("resolution %d, %d regions: %w", res, n, ErrTable)
	}
	for ; len(ids) < n; b = b[2:] {
		id := region.ID(binary.BigEndian.Uint16(b[head:]))
		if id == region.Unknown || len(ids) > 0 && id <= ids[len(ids)-1] {
			return nil, 0, nil, fmt.Errorf("region %d: %w", id, ErrTable)
		}
		ids = append(ids, id)
	}
	return ids, res, b[head:], nil
}

type decoder struct {
	recent
	t    *Table
	in   []byte
	at   int // bits read
	ids  []region.ID
	used uint32 // values that occurred, and 0
}

func (d *decoder) bit() (uint8, error) {
	if d.at >= 8*len(d.in) {
		return 0, fmt.Errorf("too short: %w", ErrTable)
	}
	bit := d.in[d.at/8] >> (7 - d.at%8) & 1
	d.at++
	return bit, nil
}

// slot reads what a cell is, with all that is below it.
func (d *decoder) slot(c geo.Cell) (slot, error) {
	ones := 0
	for ; ones < 3; ones++ {
		if bit, err := d.bit(); err != nil {
			return 0, err
		} else if bit == 0 {
			break
		}
	}
	switch ones {
	case 0:
		return d.leaf()
	case 1:
		d.recall()
		return d.leaf()
	case 2:
		return d.node(c)
	}
	var v uint8
	for range 5 {
		bit, err := d.bit()
		if err != nil {
			return 0, err
		}
		v = v<<1 | bit
	}
	if v == d.last || v == d.before {
		return 0, fmt.Errorf("value %d spelt out: %w", v, ErrTable)
	}
	d.set(v)
	return d.leaf()
}

// leaf returns the last value as a slot.
func (d *decoder) leaf() (slot, error) {
	if int(d.last) > len(d.ids) {
		return 0, fmt.Errorf("value %d of %d: %w", d.last, len(d.ids), ErrTable)
	}
	d.used |= 1 << d.last
	if d.last == 0 {
		return 0, nil
	}
	return leaf(d.ids[d.last-1]), nil
}

func (d *decoder) node(c geo.Cell) (slot, error) {
	if c.Res() == d.t.res {
		return 0, fmt.Errorf("children of %s: %w", c, ErrTable)
	}
	own := len(d.t.nodes)
	d.t.nodes = append(d.t.nodes, [digits]slot{})
	for n := range digits {
		to := child(c, n)
		if !to.Valid() {
			continue
		}
		s, err := d.slot(to)
		if err != nil {
			return 0, err
		}
		d.t.nodes[own][n] = s
	}
	if _, same := alike(c, &d.t.nodes[own]); same {
		return 0, fmt.Errorf("%s has children of one region: %w", c, ErrTable)
	}
	return node | slot(own), nil
}
