package economy

// Account is what dealing with itself brought a coalition, in spark.
type Account struct {
	Used, Fees, Bonds uint64 // burned by it: for carried data, as fees, to register
	Data, Router      int64  // minted to it by its settlements
	Demand            int64  // by its cells' accounts
	Reemitted         int64  // as validator and community, of what stayed burned
	Base              int64  // as base coverage
	Dust              int64  // what rounding may bring on top at most
}

// Gain compares a world with the same one in which the coalition was idle.
func Gain(with, idle *World) Account {
	a, b := with.flow[Coalition], idle.flow[Coalition]
	return Account{
		Used: a.Used, Fees: a.Fees, Bonds: a.Bonds,
		Data: more(a.Data, b.Data), Router: more(a.Router, b.Router), Demand: more(a.Demand, b.Demand),
		Reemitted: more(a.Validators+a.Community, b.Validators+b.Community),
		Base:      int64(a.Base), Dust: int64(Dust(a)),
	}
}

func more(a, b uint64) int64 { return int64(a) - int64(b) }

// Burned is all that the coalition burned.
func (a Account) Burned() uint64 { return a.Used + a.Fees + a.Bonds }

// Net is what was minted to the coalition less what it burned. The law says that it is
// never above Dust.
func (a Account) Net() int64 {
	return a.Data + a.Router + a.Demand + a.Reemitted + a.Base - int64(a.Burned())
}

// Dust is how many divisions paid a side, each of which may round one spark further in
// one of two worlds than in the other.
func Dust(f Flow) uint64 { return f.Divisions }

// Conserved tells whether all that was minted, to anybody, came out of the schedule or
// out of what was burned, and base coverage of every station ends where it must.
func (w *World) Conserved() bool {
	all := w.flow[Coalition]
	o := w.flow[Strangers]
	burned := all.Burned() + o.Burned()
	spent := all.Minted() + o.Minted() + w.pool + w.burned + w.network.balance + w.network.inflow
	for _, c := range w.cells {
		spent += c.balance + c.inflow
	}
	for _, s := range w.stations {
		if s.life > part(s.bond, w.p.LifetimePermille, permille) {
			return false
		}
	}
	// Registrations back base coverage, which the schedule pays.
	return spent <= w.scheduled+burned-all.Bonds-o.Bonds
}

// Flow returns what a side burned and was minted.
func (w *World) Flow(of Side) Flow { return w.flow[of] }

// Closed returns the newest closed epoch.
func (w *World) Closed() Epoch { return w.closed }

// Pay returns what accrued to a station in its life, in spark.
func (w *World) Pay(station int) uint64 { return w.stations[station].pay }

// Escrow returns the credits of an org's escrow, and how many of them lanes reserved.
func (w *World) Escrow(number int) (b Balance, reserved uint64) {
	return w.orgs[number].escrow, w.orgs[number].reserved
}

// Credits returns the credits of an account.
func (w *World) Credits(number int) Balance { return w.accounts[number].Balance }

// Demand returns what cells hold and have not paid yet, in spark.
func (w *World) Demand() uint64 {
	sum := w.network.balance + w.network.inflow
	for _, c := range w.cells {
		sum += c.balance + c.inflow
	}
	return sum
}

// Backing returns what may be minted again, and what was.
func (w *World) Backing() (backing, reminted uint64) { return w.backing, w.reminted }
