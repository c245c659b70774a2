package economy

// Class is what a station carries.
type Class int

// A LoRa station makes points; a Wi-Fi station does not.
const (
	LoRa Class = iota
	WiFi
)

// String names a class.
func (c Class) String() string { return [...]string{"LoRa", "Wi-Fi"}[c] }

// Nowhere is the cell of a station that never said where it stands.
const Nowhere = -1

// station is a hotspot.
type station struct {
	side   Side
	class  Class
	cell   int
	bond   uint64 // spark burned to register it
	life   uint64 // base pay so far
	points uint64 // of this epoch, 1e-8 units
	pay    uint64 // spark that accrued in all
}

// cell is the demand account of a cell.
type cell struct {
	balance, inflow uint64 // spark; inflow waits for the next epoch
	use             uint64 // DC of late, which counts only without OwnCell
}

// World is one chain. Its methods are what happens on it, in order.
type World struct {
	p      Params
	idle   bool // the coalition does nothing, and its stations cost nothing
	now    uint64
	oracle oracle

	accounts []account
	orgs     []org
	stations []station
	cells    []cell
	network  cell // all cells' money, without OwnCell

	epoch, start      uint64 // from 1; Unix seconds
	history           []uint64
	pool, burned      uint64 // of re-emission: what waits, and what stayed burned in this epoch
	scheduled         uint64
	backing, reminted uint64
	minted            uint64 // DC in this epoch
	turns, votes      uint64 // permille of validators and community that the coalition is
	flow              [2]Flow
	closed            Epoch
}

// Flow is spark that a side burned and that was minted to it.
type Flow struct {
	Used, Fees, Bonds          uint64 // burned
	Data, Router, Demand, Base uint64 // minted
	Validators, Community      uint64 // minted, schedule and re-emission
	Divisions, Items           uint64 // numbers: of divisions that paid, and of items
}

// Burned is all that was burned.
func (f Flow) Burned() uint64 { return f.Used + f.Fees + f.Bonds }

// Minted is all that was minted.
func (f Flow) Minted() uint64 {
	return f.Data + f.Router + f.Demand + f.Base + f.Validators + f.Community
}

// Epoch is what the newest closed epoch emitted.
type Epoch struct {
	Reemitted, Emission, Validators, Community, BasePool, BasePaid uint64
}

// Begin is where a world begins.
type Begin struct {
	Time         uint64 // Unix seconds
	Epoch        uint64 // at least 1
	Cells        int
	Turns, Votes uint64 // permille of the coalition
	Backing      uint64 // spark that was burned before and never minted again
	// Idle makes the world in which the coalition neither buys nor settles, and has
	// its stations for nothing.
	Idle bool
}

// New returns a world with no account.
func New(p Params, b Begin) *World {
	if p.off(OneBudget) {
		f := p.RouterBps + p.DemandBps + p.BurnBps
		p.RouterBps, p.DemandBps, p.BurnBps = f, f*4/5, 0
	}
	if p.off(StaysBurned) {
		p.RouterBps, p.BurnBps = p.RouterBps+p.BurnBps, 0
	}
	if p.off(ItemFee) {
		p.ItemFee = 0
	}
	if p.off(MultipleOne) {
		p.LifetimePermille = 3 * permille
	}
	return &World{
		p: p, idle: b.Idle, now: b.Time, start: b.Time, epoch: max(b.Epoch, 1), cells: make([]cell, b.Cells),
		turns: min(b.Turns, permille), votes: min(b.Votes, permille), backing: b.Backing,
	}
}

// Quote lets the feeders report a price in 1e-8 US$.
func (w *World) Quote(price uint64) { w.oracle.quote(w.now, price, &w.p) }

// Prices returns at which price credits are bought, 0 for none, and valued.
func (w *World) Prices() (mint, value uint64) {
	return w.oracle.mintPrice(w.now, &w.p), w.oracle.valuePrice(&w.p)
}

// Wait lets time go by; every epoch that ends in it closes.
func (w *World) Wait(seconds uint64) {
	w.now += seconds
	for w.now >= w.start+w.p.EpochSeconds {
		w.closeEpoch()
		w.start += w.p.EpochSeconds
		w.epoch++
		w.minted = 0
		w.turnLanes()
	}
}

// ToNextEpoch is how many seconds are left of the epoch.
func (w *World) ToNextEpoch() uint64 { return w.start + w.p.EpochSeconds - w.now }

// Account opens an account and returns its number.
func (w *World) Account(side Side) int {
	w.accounts = append(w.accounts, account{side: side})
	return len(w.accounts) - 1
}

// absent tells whether an account is the coalition's in a world where it does nothing.
func (w *World) absent(account int) bool { return w.idle && w.accounts[account].side == Coalition }

// Buy burns what dc credits cost for an account, and tells whether that was possible.
func (w *World) Buy(account int, dc uint64) bool {
	price := w.oracle.mintPrice(w.now, &w.p)
	if price == 0 {
		return false
	}
	return w.mint(account, dc, partUp(dc, perPrice, price))
}

// BuyFor burns spark for as many credits as it gives.
func (w *World) BuyFor(account int, spark uint64) bool {
	return w.mint(account, part(spark, w.oracle.mintPrice(w.now, &w.p), perPrice), spark)
}

func (w *World) mint(account int, dc, spark uint64) bool {
	if dc == 0 || dc > w.p.MintCap-min(w.p.MintCap, w.minted) || w.absent(account) {
		return false
	}
	w.minted += dc
	b := &w.accounts[account].Balance
	b.DC, b.Basis = b.DC+dc, b.Basis+spark
	return true
}

// spend burns credits of an account and returns their basis.
func (w *World) spend(account int, dc uint64) (basis uint64, ok bool) {
	a := &w.accounts[account]
	if dc > a.DC || w.absent(account) {
		return 0, false
	}
	if dc == 0 {
		return 0, true
	}
	taken, rest := a.take(dc)
	a.Balance = rest
	return taken.Basis, true
}

// Fee burns credits of an account, all of whose basis stays burned.
func (w *World) Fee(account int, dc uint64) bool {
	basis, ok := w.spend(account, dc)
	w.flow[w.accounts[account].side].Fees += basis
	w.burned += basis
	return ok
}

// Org makes an org of an account, which pays for it, and returns its number.
func (w *World) Org(account int) (int, bool) {
	if !w.Fee(account, w.p.FeeOrg) && !w.absent(account) {
		return 0, false
	}
	w.orgs = append(w.orgs, org{account: account})
	return len(w.orgs) - 1, true
}

// Lane authorises a signer of an org with an allowance in DC an epoch, whose router is
// of a side, and returns its number.
func (w *World) Lane(number int, router Side, payer bool, allowance uint64) int {
	o := &w.orgs[number]
	o.lanes = append(o.lanes, lane{router: router, payer: payer, allowance: allowance})
	o.reserve(&o.lanes[len(o.lanes)-1])
	return len(o.lanes) - 1
}

// Fund moves credits of its owner into an org's escrow.
func (w *World) Fund(number int, dc uint64) bool {
	o := &w.orgs[number]
	a := &w.accounts[o.account]
	if dc == 0 || dc > a.DC {
		return false
	}
	var taken Balance
	taken, a.Balance = a.take(dc)
	o.escrow.DC, o.escrow.Basis = o.escrow.DC+taken.DC, o.escrow.Basis+taken.Basis
	o.reserveAll()
	return true
}

// Register puts up a station of an account, whose credits pay for it, and returns its
// number.
func (w *World) Register(account int, class Class) (int, bool) {
	s := station{side: w.accounts[account].side, class: class, cell: Nowhere}
	if w.absent(account) {
		s.bond = partUp(w.p.FeeRegister[class], perPrice, max(1, w.oracle.mintPrice(w.now, &w.p)))
	} else {
		basis, ok := w.spend(account, w.p.FeeRegister[class])
		if !ok {
			return 0, false
		}
		s.bond = basis
		w.flow[s.side].Bonds += basis
		if w.p.off(BondApart) {
			w.burned += basis
		}
	}
	w.stations = append(w.stations, s)
	return len(w.stations) - 1, true
}

// Locate says where a station stands, once, at the cost of an account.
func (w *World) Locate(account, number, at int) bool {
	s := &w.stations[number]
	if !w.Fee(account, w.p.FeeLocation[s.class]) && !w.absent(account) {
		return false
	}
	s.cell = at
	return true
}

// Points books coverage points, in 1e-8 units, of a LoRa station that stands somewhere.
func (w *World) Points(number int, points uint64) {
	if s := &w.stations[number]; s.class == LoRa && s.cell != Nowhere {
		s.points += points
	}
}
