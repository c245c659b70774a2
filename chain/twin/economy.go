package twin

import (
	"maps"
	"slices"
)

// Account names who can have HXW: users from 1 on, and the modules below 0.
type Account int

// Accounts of modules.
const (
	Credits    Account = -1 // holds the deposits of orders
	Routing    Account = -2 // holds bonds
	Rewards    Account = -3 // holds what hotspots have not claimed
	Validators Account = -4
	Community  Account = -5
)

// Economy is all of it. Its operations are methods that return nil or a Refusal;
// Do keeps what they did only in the first case.
type Economy struct {
	Params Params
	Height uint64
	NowMs  int64

	premine uint64 // spark

	hxw                    map[Account]uint64
	Given, Minted, Burned  uint64 // spark: from outside, and by the rules below
	oracle                 oracle
	balances               map[Account]Balance
	orgs                   map[uint32]Org
	signers                map[signerKey]Signer
	signerKeys             map[uint32]bool
	orders                 map[uint64]Order
	nextOrder              uint64
	openOf                 map[epochOf]uint64 // DC of the open half, by account
	keptOf, usedOf         map[epochOf]uint64 // DC, by org
	basisUsed, sparkBurned uint64

	hotspots map[uint32]Hotspot
	keys     map[uint32]bool // of devices
	anchors  map[uint32]bool

	epoch   uint32
	startMs int64
	closed  map[uint32]Epoch
	cursor  uint64 // first cell that is not rated, while rating
	rating  bool
	cells   map[uint64]Cell
	slots   map[slotKey]Slot
	points  map[pointKey]uint64
	owed    map[Account]uint64
	folding folding
	booked  map[bookedKey]bool
	Totals  Totals
	fresh   uint64 // spark that stayed burned in this epoch
	pool    uint64 // of re-emission

	reemitted uint64

	turned uint32 // the epoch for which all lanes reserved
	lanes  map[laneKey]Lane
	rows   map[rowKey]row
	claims map[rowKey]uint64
	proven map[uint64]bool // batches

	// Crossed are the orgs that were suspended or resumed by the last operation.
	Crossed []Crossing
}

// epochOf is a number in an epoch.
type epochOf struct {
	epoch uint32
	of    int
}

// Crossing says that an org can pay for nothing any more, or can again.
type Crossing struct {
	Org       uint32
	Suspended bool
}

// New returns the economy of a chain at its first block, of which premine is with
// accounts that do nothing.
func New(p Params, premine, height uint64, nowMs int64) *Economy {
	return &Economy{
		Params: p, Height: height, NowMs: nowMs, premine: premine,
		hxw: map[Account]uint64{}, oracle: oracle{quotes: map[Account]sample{}}, balances: map[Account]Balance{},
		orgs: map[uint32]Org{}, signers: map[signerKey]Signer{}, signerKeys: map[uint32]bool{}, orders: map[uint64]Order{}, nextOrder: 1,
		openOf: map[epochOf]uint64{}, keptOf: map[epochOf]uint64{}, usedOf: map[epochOf]uint64{},
		hotspots: map[uint32]Hotspot{}, keys: map[uint32]bool{}, anchors: map[uint32]bool{},
		epoch: 1, turned: 1, startMs: nowMs, closed: map[uint32]Epoch{}, cells: map[uint64]Cell{}, slots: map[slotKey]Slot{},
		points: map[pointKey]uint64{}, owed: map[Account]uint64{}, booked: map[bookedKey]bool{}, folding: folding{to: height},
		lanes: map[laneKey]Lane{}, rows: map[rowKey]row{}, claims: map[rowKey]uint64{}, proven: map[uint64]bool{},
	}
}

// Do does an operation, which changes nothing when it is refused.
func (e *Economy) Do(op func(*Economy) error) error {
	e.Crossed = nil
	draft := e.clone()
	if err := op(draft); err != nil {
		return err
	}
	*e = *draft
	return nil
}

func (e *Economy) clone() *Economy {
	c := *e
	c.hxw, c.balances, c.oracle = maps.Clone(e.hxw), maps.Clone(e.balances), e.oracle.clone()
	c.orgs, c.signers, c.signerKeys = maps.Clone(e.orgs), maps.Clone(e.signers), maps.Clone(e.signerKeys)
	c.orders, c.openOf, c.keptOf, c.usedOf = maps.Clone(e.orders), maps.Clone(e.openOf), maps.Clone(e.keptOf), maps.Clone(e.usedOf)
	c.hotspots, c.keys, c.anchors = maps.Clone(e.hotspots), maps.Clone(e.keys), maps.Clone(e.anchors)
	c.closed, c.cells, c.slots = maps.Clone(e.closed), maps.Clone(e.cells), maps.Clone(e.slots)
	c.points, c.owed, c.booked = maps.Clone(e.points), maps.Clone(e.owed), maps.Clone(e.booked)
	c.lanes, c.rows, c.claims, c.proven = maps.Clone(e.lanes), maps.Clone(e.rows), maps.Clone(e.claims), maps.Clone(e.proven)
	return &c
}

// Give adds spark from outside.
func (e *Economy) Give(to Account, spark uint64) {
	e.hxw[to] += spark
	e.Given += spark
}

// Send moves HXW.
func (e *Economy) Send(from, to Account, spark uint64) error {
	if e.hxw[from] < spark {
		return NoFunds
	}
	e.hxw[from] -= spark
	e.hxw[to] += spark
	return nil
}

// burn takes spark of an account, which has as much, out of the world.
func (e *Economy) burn(from Account, spark uint64) {
	e.hxw[from] -= spark
	e.Burned += spark
}

// Block ends a block and begins the next one, some time later.
func (e *Economy) Block(afterMs int64) {
	e.Crossed = nil
	e.topUps()
	e.serveOrders()
	e.Height++
	e.NowMs += afterMs
	e.fold()
	e.closeEpoch()
	e.rateSome()
	e.turnLanes()
}

// nowS is the time in whole seconds.
func (e *Economy) nowS() uint64 { return uint64(e.NowMs / 1000) }

// sorted returns the keys of a map in order.
func sorted[K comparable, V any](m map[K]V, compare func(a, b K) int) []K {
	return slices.SortedFunc(maps.Keys(m), compare)
}
