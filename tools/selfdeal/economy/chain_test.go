package economy_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	price "github.com/hexwave/hexwave/chain/x/price/types"
	rewardskeeper "github.com/hexwave/hexwave/chain/x/rewards/keeper"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/selfdeal/economy"
)

// Numbers of test accounts and keys.
const (
	ownerOf   = 1   // orgs
	routerOf  = 20  // lanes
	hostOf    = 40  // stations
	feeder    = 80  // the one that reports prices
	laneKeys  = 100 // lanes
	hostKeys  = 200 // stations
	placeStep = 300 // from one cell to another, 23 km
)

// row is what a voucher counts for.
type row struct{ org, lane, station, epoch int }

// twins are the modules of the chain and the model, which the same things happen to.
type twins struct {
	t      *rapid.T
	s      *scenario
	c      *fixture.Chain
	w      *economy.World
	orgs   []uint32
	lanes  [][]uint32
	hosts  []uint32
	totals map[row]uint64 // of vouchers, in DC
}

func newTwins(t *testing.T, rt *rapid.T, s *scenario) *twins {
	t.Helper()
	c := fixture.New(t)
	setParams(c, s.p)
	s.begin.Cells, s.begin.Time = cells, uint64(c.Ctx.BlockTime().Unix())
	n := &twins{t: rt, s: s, c: c, w: economy.New(s.p, s.begin), totals: map[row]uint64{}}
	n.quote(firstUSD)
	for i := range 2 {
		n.org(i)
	}
	for i := range s.stands {
		n.station(i)
	}
	return n
}

// setParams gives the chain the numbers of a scenario, and prices from one feeder.
func setParams(c *fixture.Chain, p economy.Params) {
	r := fixture.RewardsParams()
	r.EpochsPerYear, r.HalvingEpochs, r.InitialEmission = uint32(p.EpochsPerYear), uint32(p.HalvingEpochs), p.InitialEmission
	r.ValidatorsBps, r.CommunityBps = uint32(p.ValidatorsBps), uint32(p.CommunityBps)
	r.MaxPointShareBps, r.MaxHotspotPermille = p.MaxPointShareBps, uint32(p.MaxHotspotPermille)
	r.LifetimeMultiplePermille, r.DemandFraction = uint32(p.LifetimePermille), uint32(p.DemandFraction)
	r.ReemitCap, r.ReemitSmoothing = p.ReemitCap, uint32(p.ReemitSmoothing)
	_, err := c.RewardsM.UpdateParams(c.Ctx, &rewards.MsgUpdateParams{Authority: fixture.Authority(), Params: r})
	c.Must(err)
	x := fixture.SettlementParams()
	x.RouterBps, x.DemandBps, x.BurnBps = uint32(p.RouterBps), uint32(p.DemandBps), uint32(p.BurnBps)
	x.ItemFee, x.MinStep = p.ItemFee, p.MinStep
	_, err = c.SettlementM.UpdateParams(c.Ctx, &settlement.MsgUpdateParams{Authority: fixture.Authority(), Params: x})
	c.Must(err)
	feed := price.DefaultParams()
	feed.Mode, feed.Feeders = price.MODE_FEEDERS, []string{fixture.Account(feeder).String()}
	feed.WindowSeconds, feed.ClampBpsPerHour = p.WindowSeconds, uint32(p.ClampBpsPerHour)
	c.SetPriceParams(feed)
}

func (n *twins) quote(usd uint64) {
	n.c.Must(n.c.Price.Submit(n.c.Ctx, &price.MsgSubmitPrice{Feeder: fixture.Account(feeder).String(), Price: usd}))
	n.w.Quote(usd)
	mint, value, err := n.c.Price.Price(n.c.Ctx)
	n.c.Must(err)
	if m, v := n.w.Prices(); m != mint || v != value {
		n.t.Fatalf("prices %d and %d, the chain has %d and %d", m, v, mint, value)
	}
}

func (n *twins) org(i int) {
	owner := fixture.Account(ownerOf + uint32(i))
	n.orgs = append(n.orgs, n.c.Org(owner, 0))
	a := n.w.Account(economy.Side(i))
	n.w.Buy(a, n.s.p.FeeOrg)
	n.w.Org(a)
	var lanes []uint32
	for j := range 2 {
		key, payout := laneKeys+uint32(2*i+j), fixture.Account(routerOf+uint32(2*i+j))
		if j == 0 {
			lanes = append(lanes, n.c.PayerLane(owner, n.orgs[i], key, n.s.allowance, payout))
			n.w.Lane(i, n.s.routers[2*i], true, n.s.allowance)
			continue
		}
		lanes = append(lanes, n.c.Lane(owner, n.orgs[i], key, loraAllowance, payout))
		n.w.Lane(i, n.s.routers[2*i+1], false, loraAllowance)
	}
	n.lanes = append(n.lanes, lanes)
}

func (n *twins) station(i int) {
	x, host := n.s.stands[i], fixture.Account(hostOf+uint32(i))
	class := wire.ClassFullLoRa
	if x.class == economy.WiFi {
		class = wire.ClassWiFi
	}
	n.hosts = append(n.hosts, n.c.Register(hostKeys+uint32(i), host, class))
	a := n.w.Account(x.side)
	n.w.Buy(a, n.s.p.FeeRegister[x.class]+n.s.p.FeeLocation[x.class])
	n.w.Register(a, x.class)
	if x.cell >= 0 {
		n.c.Locate(host, n.hosts[i], fixture.Place(int32(x.cell*placeStep+i)))
		n.w.Locate(a, i, x.cell)
	}
}

func (n *twins) do(x step) {
	switch x.op {
	case "buy":
		n.quote(x.price)
		owner := fixture.Account(ownerOf + uint32(x.org))
		n.c.Buy(owner, x.amount)
		_, err := n.c.Credits.Fund(n.c.Ctx, owner, n.orgs[x.org], x.amount)
		n.c.Must(err)
		if !n.w.Buy(x.org, x.amount) || !n.w.Fund(x.org, x.amount) {
			n.t.Fatalf("%d DC cannot be bought", x.amount)
		}
	case "settle":
		n.quote(x.price)
		n.settle(x)
	case "points":
		n.c.Must(n.c.Rewards.Book(n.c.Ctx, []rewards.Booking{{Hotspot: n.hosts[x.n], Points: x.amount}}))
		n.w.Points(x.n, x.amount)
	case "wait":
		// A chain that stood still closes epochs one a block; here no more than one
		// ends at a time.
		gap := min(x.amount, n.w.ToNextEpoch())
		n.w.Wait(gap)
		n.c.Block(time.Duration(gap) * time.Second)
		for range 3 {
			n.c.Block(0)
		}
	}
}

func (n *twins) settle(x step) {
	epoch := int(n.c.Rewards.CurrentEpoch(n.c.Ctx))
	if x.late {
		epoch--
	}
	it := economy.Item{Org: x.org, Station: x.n, Late: x.late}
	if isLoRa := n.s.stands[x.n].class == economy.LoRa; isLoRa != x.wrong {
		it.Lane = 1
	}
	it.Step = max(n.s.p.MinStep, n.w.Left(it)*x.amount/1_000)
	if epoch < 1 {
		return
	}
	at := row{it.Org, it.Lane, it.Station, epoch}
	cum := n.totals[at] + it.Step
	key, org, lane, host := laneKeys+uint32(2*it.Org+it.Lane), n.orgs[it.Org], n.lanes[it.Org][it.Lane], n.hosts[it.Station]
	raw := fixture.Voucher(key, org, lane, host, uint32(epoch), cum, nil)
	if it.Lane == 0 {
		raw = fixture.MicroVoucher(key, org, lane, host, uint32(epoch), cum*1e6)
	}
	want := [...]settlement.Reason{
		0, settlement.REASON_WRONG_CLASS, settlement.REASON_STEP_TOO_SMALL, settlement.REASON_NO_ESCROW, settlement.REASON_OVER_ALLOWANCE,
	}[n.w.Settle(it)]
	r := n.c.SettleAs(fixture.Account(routerOf+uint32(2*it.Org+it.Lane)), raw)
	got := settlement.Reason(0)
	if len(r.Refused) > 0 {
		got = r.Refused[0].Reason
	}
	if got != want {
		n.t.Fatalf("%+v in epoch %d: the chain says %s, the model %s", it, epoch, got, want)
	}
	if want == 0 {
		n.totals[at] = cum
	}
}

// sums are what both have, in spark and DC.
type sums struct {
	Pay                                  []uint64 // by station
	Escrows                              []economy.Balance
	Reserved                             []uint64
	Routers, Validators, Community       uint64
	Used, Demand, Backing, Again, Minted uint64
	Epoch                                economy.Epoch
}

func (n *twins) model() sums {
	a, b := n.w.Flow(economy.Coalition), n.w.Flow(economy.Strangers)
	s := sums{
		Routers: a.Router + b.Router, Validators: a.Validators + b.Validators, Community: a.Community + b.Community,
		Used: a.Burned() + b.Burned(), Demand: n.w.Demand(), Minted: a.Minted() + b.Minted(), Epoch: n.w.Closed(),
	}
	s.Backing, s.Again = n.w.Backing()
	for i := range n.hosts {
		s.Pay = append(s.Pay, n.w.Pay(i))
	}
	for i := range n.orgs {
		b, reserved := n.w.Escrow(i)
		s.Escrows, s.Reserved = append(s.Escrows, b), append(s.Reserved, reserved)
	}
	return s
}

func (n *twins) chain() sums {
	s := sums{Validators: n.c.Spark(fixture.FeeCollector()), Community: n.c.Spark(fixture.CommunityPool())}
	_, err := n.c.RewardsM.Claim(n.c.Ctx, &rewards.MsgClaim{Sender: fixture.Account(1).String(), Hotspots: n.hosts})
	n.c.Must(err)
	for i := range n.hosts {
		s.Pay = append(s.Pay, n.c.Spark(fixture.Account(hostOf+uint32(i))))
	}
	for i, org := range n.orgs {
		e, err := n.c.Credits.Escrow(n.c.Ctx, org)
		n.c.Must(err)
		s.Escrows = append(s.Escrows, economy.Balance{DC: e.Balance.Credits, Basis: e.Balance.Basis})
		s.Reserved = append(s.Reserved, e.Reserved)
		s.Routers += n.c.Spark(fixture.Account(routerOf+uint32(2*i))) + n.c.Spark(fixture.Account(routerOf+uint32(2*i+1)))
	}
	used, err := n.c.Credits.Totals(n.c.Ctx)
	n.c.Must(err)
	t, err := n.c.Rewards.Totals(n.c.Ctx)
	n.c.Must(err)
	s.Used, s.Demand, s.Backing, s.Again, s.Minted = used.BasisUsed, t.Demand, t.Backing, t.Reminted, t.Minted
	s.Epoch = closed(n.c)
	return s
}

// closed returns the newest epoch that the chain closed.
func closed(c *fixture.Chain) economy.Epoch {
	number := c.Rewards.CurrentEpoch(c.Ctx) - 1
	if number == 0 {
		return economy.Epoch{}
	}
	r, err := rewardskeeper.NewQueryServer(c.Rewards).Epoch(c.Ctx, &rewards.QueryEpochRequest{Epoch: number})
	c.Must(err)
	e := r.Epoch
	return economy.Epoch{
		Reemitted: e.Reemitted, Emission: e.Emission, Validators: e.Validators, Community: e.Community,
		BasePool: e.BasePool, BasePaid: e.BasePaid,
	}
}

// TestModelIsTheChain runs scenarios on the modules of the chain and on the model:
// prices from a feed with its clamp and its mean, two orgs with lanes for both classes,
// vouchers of this epoch and the last, points, claims, and epochs over years and
// halvings. They agree to the last spark.
func TestModelIsTheChain(t *testing.T) {
	settled := 0
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		s := newScenario(rand.New(rand.NewPCG(seed, 0)))
		for i := range s.stands {
			if s.stands[i].class == economy.WiFi {
				s.stands[i].cell = economy.Nowhere
			}
		}
		n := newTwins(t, rt, s)
		for _, x := range s.steps {
			n.do(x)
			if x.op != "wait" {
				continue
			}
			if diff := cmp.Diff(n.model(), n.chain()); diff != "" {
				rt.Fatalf("the model and the chain (+): %s", diff)
			}
		}
		if diff := cmp.Diff(n.model(), n.chain()); diff != "" {
			rt.Fatalf("the model and the chain (+): %s", diff)
		}
		n.c.Check()
		settled += len(n.totals)
	})
	if settled < 50 {
		t.Errorf("only %d rows were settled: the scenarios are empty", settled)
	}
}
