package keeper_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/hotspot/keeper"
	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/proto/wire"
)

// Acceptance scenario 19: 4,500,000 DC for a full hotspot with location, 100,000
// for one that carries data only.
func TestFees(t *testing.T) {
	for _, tc := range []struct {
		class wire.HotspotClass
		want  uint64
	}{{wire.ClassFullLoRa, 4_500_000}, {wire.ClassDataLoRa, 100_000}, {wire.ClassWiFi, 100_000}} {
		c := fixture.New(t)
		owner := fixture.Account(1)
		index := c.Register(1, owner, tc.class)
		c.Locate(owner, index, fixture.Place(0))
		totals, err := c.Credits.Totals(c.Ctx)
		c.Must(err)
		if totals.Fees != tc.want || totals.Used != 0 {
			t.Errorf("class %d: fees %d, used %d, want %d and 0", tc.class, totals.Fees, totals.Used, tc.want)
		}
		h, err := c.Hotspot.Hotspot(c.Ctx, index)
		c.Must(err)
		if h.BondBasis == 0 || h.BondBasis > totals.BasisUsed || h.Region != uint32(region.EU868) {
			t.Errorf("class %d: bond %d of %d, region %d", tc.class, h.BondBasis, totals.BasisUsed, h.Region)
		}
	}
}

func TestRegisterRefuses(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	c.Register(1, owner, wire.ClassFullLoRa)
	reg := func(change func(*wire.Registration)) []byte {
		return fixture.Registration(2, owner, wire.ClassFullLoRa, change)
	}
	unsigned := reg(nil)
	unsigned[len(unsigned)-1] ^= 1
	offCurve := fixture.OffCurve()
	// The key of order 1: S = 0 and R = the key make a signature of anything.
	weak, err := wire.Ed25519Key(append([]byte{1}, make([]byte, 31)...))
	c.Must(err)
	forged := reg(func(g *wire.Registration) { g.Key = weak })
	copy(forged[wire.RegistrationBodySize:], append([]byte{1}, make([]byte, 63)...))
	for _, tc := range []struct {
		name string
		raw  []byte
		want error
	}{
		{"empty", nil, types.ErrMalformed},
		{"another chain", reg(func(g *wire.Registration) { g.Chain[0]++ }), types.ErrWrongChain},
		{"another owner", reg(func(g *wire.Registration) { g.Owner[0]++ }), types.ErrWrongOwner},
		{"expired", reg(func(g *wire.Registration) { g.ValidUntil = 0 }), types.ErrExpired},
		{"valid too long", reg(func(g *wire.Registration) { g.ValidUntil = 43_203 }), types.ErrValidTooLong},
		{"off the curve", reg(func(g *wire.Registration) { g.Key = offCurve }), types.ErrKeyPoint},
		{"p256 not signed by it", reg(func(g *wire.Registration) { _, g.Key = fixture.P256Key(2) }), types.ErrSignature},
		{"p256 with the other s", fixture.P256Registration(2, owner, true), types.ErrSignature},
		{"known key", fixture.Registration(1, owner, wire.ClassFullLoRa, func(g *wire.Registration) { g.Anchor[19] = 1 }), types.ErrKeyUsed},
		{"known anchor", reg(func(g *wire.Registration) { g.Anchor = wire.Preimage{3: 1} }), types.ErrAnchorUsed},
		{"bad signature", unsigned, types.ErrSignature},
		{"key of small order", forged, types.ErrSignature},
		{"no credits", reg(nil), credits.ErrBalance},
	} {
		_, err := c.HotspotM.Register(c.Ctx, &types.MsgRegister{
			Payer: fixture.Account(7).String(), Owner: owner.String(), Registration: tc.raw,
		})
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
	for _, m := range []*types.MsgRegister{{Payer: "x", Owner: owner.String()}, {Payer: owner.String(), Owner: "x"}} {
		if _, err := c.HotspotM.Register(c.Ctx, m); !errors.Is(err, types.ErrAddress) {
			t.Errorf("addresses: %v", err)
		}
	}
}

// Acceptance scenario 20.
func TestLocationFee(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	index := c.Register(1, owner, wire.ClassFullLoRa)
	c.Locate(owner, index, fixture.Place(0))
	c.Buy(owner, 500_000)
	gain := fixture.Place(0)
	gain.Gain = 60
	for _, tc := range []struct {
		name string
		at   types.Location
		want uint64
	}{{"same cell", fixture.Place(0), 0}, {"gain", gain, 0}, {"other cell", fixture.Place(1), 500_000}} {
		before, err := c.Credits.Balance(c.Ctx, owner)
		c.Must(err)
		c.Locate(owner, index, tc.at)
		after, err := c.Credits.Balance(c.Ctx, owner)
		c.Must(err)
		if got := before.Credits - after.Credits; got != tc.want {
			t.Errorf("%s cost %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestAssertLocationRefuses(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	index := c.Register(1, owner, wire.ClassFullLoRa)
	at := func(change func(*types.Location)) types.Location {
		l := fixture.Place(0)
		change(&l)
		return l
	}
	pacific := types.Location{Lat: 0, Lng: -1_500_000_000}
	pacific.Cell = uint64(geo.CellAt(pacific.Point(), types.CellRes))
	for _, tc := range []struct {
		name  string
		who   uint32
		index uint32
		at    types.Location
		want  error
	}{
		{"unknown", 1, 99, fixture.Place(0), types.ErrUnknown},
		{"not the owner", 2, index, fixture.Place(0), types.ErrOwner},
		{"latitude", 1, index, at(func(l *types.Location) { l.Lat = 900_000_001 }), types.ErrLocation},
		{"longitude", 1, index, at(func(l *types.Location) { l.Lng = 1_800_000_000 }), types.ErrLocation},
		{"height", 1, index, at(func(l *types.Location) { l.Height = 40_000 }), types.ErrLocation},
		{"gain", 1, index, at(func(l *types.Location) { l.Gain = 151 }), types.ErrGain},
		{"negative gain", 1, index, at(func(l *types.Location) { l.Gain = -1 }), types.ErrGain},
		{"cell", 1, index, at(func(l *types.Location) { l.Cell++ }), types.ErrCell},
		{"at sea", 1, index, pacific, types.ErrRegion},
	} {
		_, err := c.HotspotM.AssertLocation(c.Ctx, &types.MsgAssertLocation{
			Owner: fixture.Account(tc.who).String(), Hotspot: tc.index, Location: tc.at,
		})
		if !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", tc.name, err, tc.want)
		}
	}
}

func TestCellLimit(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	p := types.DefaultParams()
	p.MaxPerCell = 2
	_, err := c.HotspotM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	first := c.Register(1, owner, wire.ClassFullLoRa)
	c.Locate(owner, first, fixture.Place(0))
	c.Locate(owner, c.Register(2, owner, wire.ClassFullLoRa), fixture.Place(0))
	data := c.Register(3, owner, wire.ClassDataLoRa)
	third := c.Register(4, owner, wire.ClassFullLoRa)
	assert := func(index uint32, at types.Location) error {
		_, err := c.HotspotM.AssertLocation(c.Ctx, &types.MsgAssertLocation{Owner: owner.String(), Hotspot: index, Location: at})
		return err
	}
	if err := assert(data, fixture.Place(0)); err != nil {
		t.Errorf("data-only takes no place: %v", err)
	}
	if err := assert(third, fixture.Place(0)); !errors.Is(err, types.ErrCellFull) {
		t.Errorf("third full hotspot: %v", err)
	}
	c.Buy(owner, p.FeeLocation)
	c.Locate(owner, first, fixture.Place(3_000))
	if err := assert(third, fixture.Place(0)); err != nil {
		t.Errorf("after one left: %v", err)
	}
}

func TestRegions(t *testing.T) {
	for _, tc := range []struct {
		name     string
		lat, lng geo.E7
		want     region.ID
	}{
		{"Zurich", 473_700_000, 85_400_000, region.EU868},
		{"Las Palmas", 281_200_000, -154_300_000, region.EU868},
		{"Reykjavik", 641_500_000, -219_400_000, region.EU868},
		{"San Francisco", 377_700_000, -1_224_200_000, region.US915},
		{"Anchorage", 612_200_000, -1_499_000_000, region.US915},
		{"Honolulu", 213_100_000, -1_578_600_000, region.US915},
		{"Sydney", -338_700_000, 1_512_100_000, region.AU915},
		{"Tokyo", 356_800_000, 1_397_700_000, region.AS923_1},
		{"Sapporo", 430_600_000, 1_413_500_000, region.AS923_1},
		{"Bengaluru", 129_700_000, 775_900_000, region.IN865},
		{"Vladivostok", 431_200_000, 1_318_900_000, region.RU864},
		{"Busan", 351_800_000, 1_290_800_000, region.KR920},
		{"Colombo", 69_300_000, 798_600_000, region.AS923_1},
		{"Nuuk", 641_800_000, -517_200_000, region.EU868},
		{"Havana", 231_100_000, -823_700_000, region.AS923_3},
		{"null island", 0, 0, region.Unknown},
	} {
		if got := types.RegionAt(geo.Point{Lat: tc.lat, Lng: tc.lng}); got != tc.want {
			t.Errorf("%s is in %v, want %v", tc.name, got, tc.want)
		}
	}
}

func TestQueriesAndOrder(t *testing.T) {
	c := fixture.New(t)
	a, b := fixture.Account(1), fixture.Account(2)
	c.Register(1, a, wire.ClassFullLoRa)
	c.Register(2, b, wire.ClassDataLoRa)
	c.Register(3, a, wire.ClassDataLoRa)
	q := keeper.NewQueryServer(c.Hotspot)
	_, key := fixture.Key(2)
	if r, err := q.HotspotByKey(c.Ctx, &types.QueryHotspotByKeyRequest{Id: key.String()}); err != nil || r.Hotspot.Index != 2 {
		t.Errorf("by key: %v, %v", r, err)
	}
	if _, err := q.HotspotByKey(c.Ctx, &types.QueryHotspotByKeyRequest{Id: "hotspot1x"}); !errors.Is(err, types.ErrUnknown) {
		t.Errorf("bad id: %v", err)
	}
	r, err := q.Hotspots(c.Ctx, &types.QueryHotspotsRequest{Owner: a.String()})
	if err != nil || len(r.Hotspots) != 2 || r.Hotspots[0].Index != 1 || r.Hotspots[1].Index != 3 {
		t.Errorf("of an owner: %v, %v", r, err)
	}
	var order []uint32
	c.Must(c.Hotspot.IterateHotspots(c.Ctx, func(h types.Hotspot) (bool, error) {
		order = append(order, h.Index)
		return false, nil
	}))
	if diff := cmp.Diff([]uint32{1, 2, 3}, order); diff != "" {
		t.Error(diff)
	}
}

func TestGenesisRoundTrip(t *testing.T) {
	c := fixture.New(t)
	owner := fixture.Account(1)
	c.Locate(owner, c.Register(1, owner, wire.ClassFullLoRa), fixture.Place(0))
	c.Register(2, owner, wire.ClassWiFi)
	g, err := c.Hotspot.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Hotspot.InitGenesis(d.Ctx, *g))
	again, err := d.Hotspot.ExportGenesis(d.Ctx)
	d.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
	cell := uint64(g.Hotspots[0].LedgerCell())
	if n, err := d.Hotspot.InCell(d.Ctx, cell); n != 1 || err != nil {
		t.Errorf("cell counts %d, %v", n, err)
	}
	g.Hotspots[1].Key = g.Hotspots[0].Key
	if err := g.Validate(); !errors.Is(err, types.ErrGenesis) {
		t.Errorf("doubled key: %v", err)
	}
}

func TestUpdateParamsRefuses(t *testing.T) {
	c := fixture.New(t)
	_, err := c.HotspotM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Account(1).String(), Params: types.DefaultParams()})
	if !errors.Is(err, types.ErrAuthority) {
		t.Errorf("not governance: %v", err)
	}
	for name, change := range map[string]func(*types.Params){
		"gain":   func(p *types.Params) { p.MinGain = p.MaxGain + 1 },
		"fee":    func(p *types.Params) { p.FeeWifi = 1 << 63 },
		"blocks": func(p *types.Params) { p.MaxRegistrationBlocks = 0 },
		"cell":   func(p *types.Params) { p.MaxPerCell = 4_097 },
	} {
		p := types.DefaultParams()
		change(&p)
		_, err = c.HotspotM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
		if !errors.Is(err, types.ErrParams) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
