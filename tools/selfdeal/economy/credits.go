package economy

// Balance is data credits and the spark that was burned for them.
type Balance struct{ DC, Basis uint64 }

// take returns dc credits of b with their part of the basis, and what is left. The last
// credit takes the rest.
func (b Balance) take(dc uint64) (taken, rest Balance) {
	taken = Balance{DC: dc, Basis: b.Basis}
	if dc < b.DC {
		taken.Basis = part(b.Basis, dc, b.DC)
	}
	return taken, Balance{DC: b.DC - dc, Basis: b.Basis - taken.Basis}
}

// Side is who an account, a station or a lane belongs to.
type Side int

// The coalition, and strangers who do what they do in any case.
const (
	Coalition Side = iota
	Strangers
)

// account holds credits of one owner.
type account struct {
	side Side
	Balance
}

// reservation is what a lane has reserved in one epoch, and what of it is gone, in DC.
type reservation struct{ reserved, gone uint64 }

func (r reservation) left() uint64 { return r.reserved - r.gone }

// lane is a signer of an org.
type lane struct {
	router    Side // who has its payout account
	payer     bool // signs for Wi-Fi
	allowance uint64
	now, last reservation // of the current epoch, and the one before
	ended     uint64      // DC that the epoch before that leaves, while an epoch turns
}

// org is an escrow and the lanes that draw on it.
type org struct {
	account  int
	escrow   Balance
	reserved uint64 // DC
	lanes    []lane
}

// reserve fills a lane's reservation of this epoch as far as the free escrow goes.
func (o *org) reserve(l *lane) {
	free := o.escrow.DC - min(o.escrow.DC, o.reserved)
	more := min(l.allowance-min(l.allowance, l.now.reserved), free)
	l.now.reserved += more
	o.reserved += more
}

func (o *org) reserveAll() {
	for i := range o.lanes {
		o.reserve(&o.lanes[i])
	}
}

// use takes dc reserved credits out of the escrow and returns their basis.
func (o *org) use(dc uint64) (basis uint64) {
	taken, rest := o.escrow.take(dc)
	o.escrow = rest
	o.reserved -= dc
	return taken.Basis
}

// turnLanes ends the reservations of the epoch before the last, in order, and lets
// lanes reserve for the epoch that begins.
func (w *World) turnLanes() {
	for i := range w.orgs {
		o := &w.orgs[i]
		for j := range o.lanes {
			l := &o.lanes[j]
			l.ended, l.last, l.now = l.last.left(), l.now, reservation{}
		}
		for j := range o.lanes {
			o.reserved -= o.lanes[j].ended
			o.reserveAll()
		}
		o.reserveAll()
	}
}
