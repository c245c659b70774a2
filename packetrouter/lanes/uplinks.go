package lanes

import (
	"encoding/binary"
	"fmt"

	"github.com/hexwave/hexwave/packetrouter"
)

// recentEntries is how many of the newest deliveries survive the end of a
// segment, so that packets which come again after a restart are known.
const recentEntries = 16384

// delivery makes a router's entry a booking.
type delivery packetrouter.Entry

// Account implements Booking.
func (d *delivery) Account() (packetrouter.HotspotID, uint64) { return d.Hotspot, uint64(d.Credits) }

// Booked implements Booking.
func (d *delivery) Booked(err error) { (*packetrouter.Entry)(d).Booked(err) }

const deliverySize = 4 + 8 + 4 + 8 + 16 + 8 + 8 + 4 + 4 + 1

// AppendMemo implements Booking.
func (d *delivery) AppendMemo(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(d.Hotspot))
	b = binary.BigEndian.AppendUint64(b, d.Uplink)
	b = binary.BigEndian.AppendUint32(b, d.Credits)
	b = binary.BigEndian.AppendUint64(b, uint64(d.Route))
	b = append(b, d.Transmission.Frame[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(d.Transmission.First))
	b = binary.BigEndian.AppendUint64(b, d.Counter.Device)
	b = binary.BigEndian.AppendUint32(b, d.Counter.Session)
	b = binary.BigEndian.AppendUint32(b, d.Counter.Value)
	if d.Counter.Nonce {
		return append(b, 1)
	}
	return append(b, 0)
}

func parseDelivery(b []byte) (packetrouter.Entry, error) {
	c := cursor{b: b}
	e := packetrouter.Entry{
		Hotspot: packetrouter.HotspotID(c.u32()), Uplink: c.u64(), Credits: c.u32(), Route: packetrouter.RouteKey(c.u64()),
	}
	e.Transmission.Frame = packetrouter.FrameHash(c.take(16))
	e.Transmission.First = int64(c.u64())
	e.Counter = packetrouter.Counter{Route: e.Route, Device: c.u64(), Session: c.u32(), Value: c.u32()}
	nonce := c.u8()
	e.Counter.Nonce = nonce == 1
	if nonce > 1 || !c.done() {
		return e, fmt.Errorf("%w: delivery of %d bytes", ErrMemo, len(b))
	}
	return e, nil
}

// deliveries is the memory of a router's lane: its newest deliveries.
type deliveries struct{ recent []packetrouter.Entry } // newest last

// Remember implements Memory.
func (m *deliveries) Remember(memo []byte) error {
	e, err := parseDelivery(memo)
	if err != nil {
		return err
	}
	if m.recent = append(m.recent, e); len(m.recent) > 2*recentEntries {
		m.recent = append(m.recent[:0], m.recent[len(m.recent)-recentEntries:]...)
	}
	return nil
}

// AppendTo implements Memory.
func (m *deliveries) AppendTo(b []byte) []byte {
	for i := range m.recent {
		b = (*delivery)(&m.recent[i]).AppendMemo(b)
	}
	return b
}

// Restore implements Memory.
func (m *deliveries) Restore(b []byte) error {
	m.recent = nil
	for ; len(b) >= deliverySize; b = b[deliverySize:] {
		if err := m.Remember(b[:deliverySize]); err != nil {
			return err
		}
	}
	if len(b) != 0 {
		return fmt.Errorf("%w: %d bytes left", ErrMemo, len(b))
	}
	return nil
}

// OpenDeliveries opens the lane of a router, which counts DC. The second result
// are the newest deliveries in its log, oldest first. Errors: those of Open.
func OpenDeliveries(cfg Config) (*Lane, []packetrouter.Entry, error) {
	m := &deliveries{}
	cfg.Memory = m
	l, err := Open(cfg)
	if err != nil {
		return nil, nil, err
	}
	recent := make([]packetrouter.Entry, len(m.recent))
	copy(recent, m.recent)
	for i := range recent {
		recent[i].Org = cfg.Org
	}
	return l, recent, nil
}
