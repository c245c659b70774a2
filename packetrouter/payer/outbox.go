package payer

import "sync"

// Bounds of what waits for stable storage.
const (
	maxParcels  = 1 << 14
	maxBookings = 1 << 16
)

// outbox holds what must not go out before the bookings that it tells of are on
// stable storage, and all bookings before them: nothing that is said can turn out
// not to have been.
type outbox struct {
	wake chan struct{} // one token: something may go, or failed

	mu       sync.Mutex
	appended uint64   // guarded by mu: bookings given to the lane
	booked   uint64   // guarded by mu: of these, those on stable storage
	waiting  []parcel // guarded by mu; in order
	err      error    // guarded by mu: of the first booking that failed
}

// parcel goes out once so many bookings are on stable storage.
type parcel struct {
	after uint64
	send  func()
}

func newOutbox() *outbox { return &outbox{wake: make(chan struct{}, 1)} }

// full reports whether no more may be decided for now, or ever.
func (o *outbox) full() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.err != nil || len(o.waiting) >= maxParcels || o.appended-o.booked >= maxBookings
}

// begin notes that a booking is about to be given to the lane.
func (o *outbox) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.appended++
}

// end notes what became of the oldest booking that has not ended.
func (o *outbox) end(err error) {
	o.mu.Lock()
	switch {
	case o.err != nil:
	case err != nil:
		o.err = err
	default:
		o.booked++
	}
	o.mu.Unlock()
	o.signal()
}

// post makes send wait for all bookings begun so far.
func (o *outbox) post(send func()) {
	o.mu.Lock()
	o.waiting = append(o.waiting, parcel{o.appended, send})
	o.mu.Unlock()
	o.signal()
}

func (o *outbox) signal() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// due takes out what may go, and returns the error after which nothing more
// will.
func (o *outbox) due() ([]parcel, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for n < len(o.waiting) && o.waiting[n].after <= o.booked {
		n++
	}
	list := o.waiting[:n:n]
	if o.waiting = o.waiting[n:]; len(o.waiting) == 0 {
		o.waiting = nil
	}
	return list, o.err
}
