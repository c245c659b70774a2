package types

import (
	"encoding/binary"
	"math/bits"
)

// PageSlots is how many hotspots a page of a cell holds, MaxPages how many pages
// a cell may have.
const (
	PageSlots = 64
	MaxPages  = 64
)

// DormantEpochs is for how many epochs without points a hotspot keeps its slot.
const DormantEpochs = 400

// Key prefixes of the store.
const (
	PrefixParams  = 0x00
	PrefixAccount = 0x11 // cell u64                      -> Account
	PrefixHot     = 0x12 // epoch&1 u8 | cell u64 | page u16 -> Hot
	PrefixCold    = 0x13 // cell u64 | page u16           -> Cold
	PrefixRow     = 0x14 // epoch u32                     -> Row
	PrefixOwed    = 0x15 // owner's address               -> spark u64
	PrefixState   = 0x16 //                               -> State
	PrefixHome    = 0x17 // hotspot u32                   -> Home
	PrefixTerms   = 0x18 // epoch u32                     -> Epoch (protobuf)
	PrefixTotals  = 0x19 //                               -> Totals (protobuf)
	PrefixClock   = 0x1a //                               -> Clock
	PrefixJournal = 0x1b // height u64                    -> Journal
	PrefixFold    = 0x1c //                               -> Fold
	PrefixTurns   = 0x1d // operator's address            -> turns u32
)

var le = binary.LittleEndian

// AccountKey returns the key of a cell's demand account.
func AccountKey(cell uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{PrefixAccount}, cell)
}

// HotKey returns the key of a page's points in epochs of one parity.
func HotKey(epoch uint32, cell uint64, page uint16) []byte {
	k := binary.BigEndian.AppendUint64([]byte{PrefixHot, byte(epoch & 1)}, cell)
	return binary.BigEndian.AppendUint16(k, page)
}

// ColdKey returns the key of a page's pay.
func ColdKey(cell uint64, page uint16) []byte {
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint64([]byte{PrefixCold}, cell), page)
}

// JournalKey returns the key of what the block of a height booked.
func JournalKey(height uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{PrefixJournal}, height)
}

// NumberKey returns the key of a prefix and a u32: an epoch or a hotspot.
func NumberKey(prefix byte, n uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{prefix}, n)
}

// OwedKey returns the key of what an account is owed.
func OwedKey(owner []byte) []byte { return append([]byte{PrefixOwed}, owner...) }

// EncodeOwed returns the stored form of an account's spark, 8 bytes.
func EncodeOwed(spark uint64) []byte { return le.AppendUint64(make([]byte, 0, 8), spark) }

// DecodeOwed reads the stored form, or returns ErrLayout.
func DecodeOwed(b []byte) (uint64, error) {
	if len(b) != 8 {
		return 0, ErrLayout.Wrap("owed")
	}
	return le.Uint64(b), nil
}

// Account is the demand account of a cell.
type Account struct {
	Pages       uint16
	Swept       uint32 // last epoch rated
	InflowEpoch uint32
	Balance     uint64 // spark that is paid out, a fraction an epoch
	Inflow      uint64 // spark credited in InflowEpoch
}

// accountSize is ver u8, reserved u8, pages u16, swept u32, inflow epoch u32,
// balance u64, inflow u64.
const accountSize = 28

// Encode returns the stored form, 28 bytes.
func (a Account) Encode() []byte {
	b := append(make([]byte, 0, accountSize), 1, 0)
	b = le.AppendUint16(b, a.Pages)
	b = le.AppendUint32(b, a.Swept)
	b = le.AppendUint32(b, a.InflowEpoch)
	b = le.AppendUint64(b, a.Balance)
	return le.AppendUint64(b, a.Inflow)
}

// DecodeAccount reads the stored form, or returns ErrLayout.
func DecodeAccount(b []byte) (Account, error) {
	if len(b) != accountSize || b[0] != 1 || b[1] != 0 {
		return Account{}, ErrLayout.Wrap("account")
	}
	return Account{
		Pages: le.Uint16(b[2:]), Swept: le.Uint32(b[4:]), InflowEpoch: le.Uint32(b[8:]),
		Balance: le.Uint64(b[12:]), Inflow: le.Uint64(b[20:]),
	}, nil
}

// Turn moves the inflow of an epoch before c into the balance. So the moment at
// which a cell is rated never changes an amount.
func (a *Account) Turn(c uint32) {
	if a.InflowEpoch < c {
		a.Balance += a.Inflow
		a.Inflow, a.InflowEpoch = 0, c
	}
}

// MaxPoints is the most points of one hotspot in one epoch: 48 bits of 1e-8.
const MaxPoints = 1<<48 - 1

// Hot is the points of a page in one epoch.
type Hot struct {
	Epoch  uint32
	Points [PageSlots]uint64 // 1e-8 units
}

// Encode returns the stored form: epoch u32, then u48 points up to the highest
// slot that has any.
func (h *Hot) Encode() []byte {
	n := PageSlots
	for n > 0 && h.Points[n-1] == 0 {
		n--
	}
	b := le.AppendUint32(make([]byte, 0, 4+6*n), h.Epoch)
	for _, p := range h.Points[:n] {
		b = le.AppendUint32(b, uint32(p))
		b = le.AppendUint16(b, uint16(p>>32))
	}
	return b
}

// DecodeHot reads the stored form, or returns ErrLayout.
func DecodeHot(b []byte) (Hot, error) {
	var h Hot
	if len(b) < 4 || len(b) > 4+6*PageSlots || (len(b)-4)%6 != 0 {
		return h, ErrLayout.Wrap("hot page")
	}
	h.Epoch = le.Uint32(b)
	for i, rest := 0, b[4:]; len(rest) > 0; i, rest = i+1, rest[6:] {
		h.Points[i] = uint64(le.Uint32(rest)) | uint64(le.Uint16(rest[4:]))<<32
	}
	return h, nil
}

// Cold is the pay of a page.
type Cold struct {
	Used  uint64 // one bit a slot
	Slots [PageSlots]Slot
}

// slotSize is hotspot u32, accrued u64, escrow u64, mature u32, last epoch u16.
const slotSize = 26

// Mark notes an epoch in which the slot has points, or was taken. Its low 16 bits
// are stored.
func (s *Slot) Mark(epoch uint32) { s.LastEpoch = uint32(uint16(epoch)) }

// Quiet tells whether the slot had no points for DormantEpochs epochs up to one.
func (s *Slot) Quiet(epoch uint32) bool {
	return int16(uint16(epoch)-uint16(s.LastEpoch)) >= DormantEpochs
}

// Encode returns the stored form: the bits, then 26 bytes a slot up to the
// highest one in use. It is nil for an empty page.
func (c *Cold) Encode() []byte {
	n := bits.Len64(c.Used)
	if n == 0 {
		return nil
	}
	b := le.AppendUint64(make([]byte, 0, 8+slotSize*n), c.Used)
	for _, s := range c.Slots[:n] {
		b = le.AppendUint32(b, s.Hotspot)
		b = le.AppendUint64(b, s.Accrued)
		b = le.AppendUint64(b, s.Escrow)
		b = le.AppendUint32(b, s.MatureEpoch)
		b = le.AppendUint16(b, uint16(s.LastEpoch))
	}
	return b
}

// DecodeCold reads the stored form, or returns ErrLayout.
func DecodeCold(b []byte) (Cold, error) {
	var c Cold
	if len(b) < 8 || len(b) > 8+slotSize*PageSlots || len(b) != 8+slotSize*bits.Len64(le.Uint64(b)) {
		return c, ErrLayout.Wrap("cold page")
	}
	c.Used = le.Uint64(b)
	for i, rest := 0, b[8:]; len(rest) > 0; i, rest = i+1, rest[slotSize:] {
		c.Slots[i] = Slot{
			Hotspot: le.Uint32(rest), Accrued: le.Uint64(rest[4:]), Escrow: le.Uint64(rest[12:]),
			MatureEpoch: le.Uint32(rest[20:]), LastEpoch: uint32(le.Uint16(rest[24:])),
		}
	}
	return c, nil
}

// Take puts a hotspot into the lowest free slot and returns it, or false when
// the page is full.
func (c *Cold) Take(hotspot uint32) (slot uint8, ok bool) {
	slot = uint8(bits.TrailingZeros64(^c.Used))
	if slot == PageSlots {
		return 0, false
	}
	c.Put(slot, Slot{Hotspot: hotspot})
	return slot, true
}

// Put sets a slot.
func (c *Cold) Put(slot uint8, s Slot) {
	c.Used |= 1 << slot
	c.Slots[slot] = s
}

// Free empties a slot.
func (c *Cold) Free(slot uint8) {
	c.Used &^= 1 << slot
	c.Slots[slot] = Slot{}
}
