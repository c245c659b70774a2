package lanes

import (
	"errors"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// MaxMemo is how long the memo of one booking may be, bytes.
const MaxMemo = 1024

// ErrMemo is returned for a memo that its memory does not understand.
var ErrMemo = errors.New("not a memo")

// Booking is one entry for a lane's log: a delivery of a router, a usage record
// of a payer.
type Booking interface {
	// Account is whom the entry pays and how much, in the lane's unit. An amount
	// of 0 pays nobody and leaves its memo.
	Account() (packetrouter.HotspotID, uint64)
	// AppendMemo appends what is to be remembered with the entry, at most MaxMemo
	// bytes.
	AppendMemo(b []byte) []byte
	// Booked is called exactly once: with nil when the entry is on stable storage.
	// It must not block.
	Booked(err error)
}

// Memory is what those who book in a lane must know again after a restart. A
// lane calls it for committed entries only, one at a time and in order: for each
// entry in the log while it opens, later before the entry's Booked.
type Memory interface {
	// Remember takes the memo of one entry. Errors: ErrMemo.
	Remember(memo []byte) error
	// AppendTo appends all that must survive the end of a log's segment.
	AppendTo(b []byte) []byte
	// Restore replaces everything by what AppendTo wrote. Errors: ErrMemo.
	Restore(b []byte) error
}

// scale is how many of a unit are one DC.
func scale(u wire.Unit) uint64 {
	if u == wire.UnitMicroDC {
		return 1_000_000
	}
	return 1
}

// scaled converts DC to a unit of n a DC; what exceeds 64 bits is as good as
// the most they hold.
func scaled(dc, n uint64) uint64 {
	if dc > ^uint64(0)/n {
		return ^uint64(0)
	}
	return dc * n
}
