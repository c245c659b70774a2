package keeper_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"testing"
	"time"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/codec"
	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/cosmos/cosmos-sdk/testutil"
	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
	"github.com/cosmos/gogoproto/proto"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/history"
	"github.com/hexwave/hexwave/chain/x/poc/keeper"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/step"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

const (
	testChain = "poc-test-1"
	authority = "gov"
	relayOrg  = 1
	relayLane = 1
	chainSize = 64 // elements of a test hash chain

	historyBlocks = 200
)

var chainHash = wire.HashChainID(testChain)

func privateKey(n uint32) ed25519.PrivateKey {
	seed := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("device"), n))
	return ed25519.NewKeyFromSeed(seed[:])
}

func publicKey(n uint32) wire.PubKey {
	k, err := wire.Ed25519Key(privateKey(n).Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return k
}

// preimage returns an element of a hotspot's hash chain.
func preimage(n, index uint32) wire.Preimage {
	var a wire.Preimage
	binary.BigEndian.PutUint32(a[:], n)
	return wire.WalkPreimage(chainHash, publicKey(n), 0, index, a)
}

// registry stands for the hotspot module.
type registry struct{ hotspots []hotspottypes.Hotspot }

func (r *registry) Hotspot(_ context.Context, index uint32) (hotspottypes.Hotspot, error) {
	if index == 0 || int(index) > len(r.hotspots) {
		return hotspottypes.Hotspot{}, hotspottypes.ErrUnknown
	}
	return r.hotspots[index-1], nil
}

func (r *registry) IterateAfter(_ context.Context, after uint32, fn func(hotspottypes.Hotspot) (bool, error)) error {
	for _, h := range r.hotspots[min(int(after), len(r.hotspots)):] {
		if stop, err := fn(h); stop || err != nil {
			return err
		}
	}
	return nil
}

// ledger stands for the rewards module.
type ledger struct {
	epoch  uint32
	points map[uint32]uint64
	mature []uint32
	// Occupants of every cell are 1 to this.
	hotspots int
	turns    []sdk.ConsAddress
}

func (l *ledger) CurrentEpoch(context.Context) uint32 { return l.epoch }

func (l *ledger) Book(_ context.Context, bookings []rewardstypes.Booking) error {
	for _, b := range bookings {
		l.points[b.Hotspot] += b.Points
	}
	return nil
}

func (l *ledger) Occupant(_ context.Context, _, n uint64) (uint32, bool, error) {
	if l.hotspots == 0 {
		return 0, false, nil
	}
	return 1 + uint32(n%uint64(l.hotspots)), true, nil
}

func (l *ledger) Turn(_ context.Context, proposer sdk.ConsAddress) error {
	l.turns = append(l.turns, proposer)
	return nil
}

func (l *ledger) Mature(_ context.Context, hotspot uint32) error {
	l.mature = append(l.mature, hotspot)
	return nil
}

// relays stands for the routing module.
type relays struct{ signer routingtypes.Signer }

func (r *relays) Slash(_ context.Context, _, _ uint32, spark uint64, _ sdk.AccAddress) (uint64, error) {
	taken := min(spark, r.signer.Bond)
	r.signer.Bond -= taken
	return taken, nil
}

func (r *relays) Signer(_ context.Context, org, lane uint32) (routingtypes.Signer, bool) {
	return r.signer, org == relayOrg && lane == relayLane
}

// validators stands for the staking module: one validator.
type validators struct{ one stakingtypes.Validator }

func (v *validators) GetValidator(_ context.Context, addr sdk.ValAddress) (stakingtypes.Validator, error) {
	if addr.String() != v.one.OperatorAddress {
		return v.one, stakingtypes.ErrNoValidatorFound
	}
	return v.one, nil
}

func (v *validators) GetValidatorByConsAddr(_ context.Context, addr sdk.ConsAddress) (stakingtypes.Validator, error) {
	if string(addr) != "cons" {
		return v.one, stakingtypes.ErrNoValidatorFound
	}
	return v.one, nil
}

// network is a chain of one module, block by block.
type network struct {
	t        testing.TB
	store    *storetypes.KVStoreKey
	ctx      sdk.Context
	k        *keeper.Keeper
	msgs     types.MsgServer
	queries  types.QueryServer
	registry *registry
	ledger   *ledger
	relays   *relays
	nonce    uint64
	reported map[uint64]bool // challenges that a town has reported
	blockMs  int64
	events   []proto.Message
}

// testParams are devnet parameters with every hotspot in the air at full power.
func testParams() types.Params {
	p := types.DevnetParams()
	p.PowerSteps = []int32{0}
	return p
}

// newNetwork returns a chain with n full hotspots 2 km apart, each of an owner
// of its own.
func newNetwork(t testing.TB, n int, p types.Params) *network {
	t.Helper()
	net := bareNetwork(t, n)
	g := types.DefaultGenesis()
	g.Params = p
	if err := net.k.InitGenesis(net.ctx, *g); err != nil {
		t.Fatal(err)
	}
	return net
}

func bareNetwork(t testing.TB, n int) *network {
	t.Helper()
	key := storetypes.NewKVStoreKey(types.StoreKey)
	transient := storetypes.NewTransientStoreKey("transient")
	ctx := testutil.DefaultContext(key, transient).
		WithChainID(testChain).WithBlockHeader(cmtproto.Header{ChainID: testChain, Time: time.UnixMilli(1_700_000_000_000)})
	net := &network{
		t: t, store: key, ctx: ctx, blockMs: 1_000,
		registry: &registry{}, ledger: &ledger{points: map[uint32]uint64{}}, reported: map[uint64]bool{},
		relays: &relays{routingtypes.Signer{
			Org: relayOrg, Lane: relayLane, Key: publicKey(0).Bytes(), Bond: 1, Payout: "relay",
		}},
	}
	cdc := codec.NewProtoCodec(codectypes.NewInterfaceRegistry())
	operator := sdk.ValAddress("operator____________").String()
	net.k = keeper.NewKeeper(cdc, runtime.NewKVStoreService(key), runtime.NewTransientStoreService(transient), authority,
		net.registry, net.ledger, net.relays, &validators{stakingtypes.Validator{OperatorAddress: operator}})
	net.k.KeepHistory(history.New(dbm.NewMemDB(), historyBlocks))
	net.msgs, net.queries = keeper.NewMsgServer(net.k), keeper.NewQueryServer(net.k)
	for i := range uint32(n) {
		net.add(i + 1)
	}
	return net
}

// place is where hotspot n of a network stands: in a row, 2 km apart.
func place(n uint32) geo.Point {
	return geo.Point{Lat: 525_000_000, Lng: 130_000_000 + geo.E7(n)*295_000}
}

func (n *network) add(index uint32) {
	n.registry.hotspots = append(n.registry.hotspots, hotspottypes.Hotspot{
		Index: index, Key: publicKey(index).Bytes(), Owner: string(rune('a' + index)),
		Class: uint32(wire.ClassFullLoRa), Region: uint32(region.EU868),
		Location: location(place(index)), Anchor: bytesOf(preimage(index, chainSize)), AnchorIndex: chainSize,
	})
}

func location(p geo.Point) *hotspottypes.Location {
	return &hotspottypes.Location{
		Lat: int32(p.Lat), Lng: int32(p.Lng), Cell: uint64(geo.CellAt(p, 12)), Gain: 20, Height: 10,
	}
}

func bytesOf(a wire.Preimage) []byte { return a[:] }

// begin starts a block: its header and its randomness.
func (n *network) begin() {
	n.t.Helper()
	h := n.ctx.BlockHeight() + 1
	n.ctx = n.ctx.WithBlockHeight(h).WithBlockTime(n.ctx.BlockTime().Add(time.Duration(n.blockMs) * time.Millisecond)).
		WithEventManager(sdk.NewEventManager())
	r := wire.SkipRandomness(n.k.Randomness(n.ctx), uint64(h))
	if err := n.k.SetRandomness(n.ctx, r, true, sdk.ConsAddress("cons")); err != nil {
		n.t.Fatal(err)
	}
}

// end finishes a block and checks what must hold after every one.
func (n *network) end() {
	n.t.Helper()
	n.k.EndBlock(n.ctx)
	if failed, err := step.Failures(n.ctx.EventManager().Events()); err != nil || len(failed) > 0 {
		n.t.Fatalf("height %d: %v, %v", n.ctx.BlockHeight(), failed, err)
	}
	if err := n.k.CheckInvariants(n.ctx); err != nil {
		n.t.Fatalf("height %d: %v", n.ctx.BlockHeight(), err)
	}
	for _, e := range n.ctx.EventManager().ABCIEvents() {
		m, err := sdk.ParseTypedEvent(e)
		if err != nil {
			n.t.Fatal(err)
		}
		n.events = append(n.events, m)
	}
}

// blocks runs empty blocks.
func (n *network) blocks(count int) {
	n.t.Helper()
	for range count {
		n.begin()
		n.end()
	}
}

// opened returns the open challenges by id.
func (n *network) opened() []wire.Challenge {
	n.t.Helper()
	res, err := n.queries.OpenChallenges(n.ctx, &types.QueryOpenChallengesRequest{})
	if err != nil {
		n.t.Fatal(err)
	}
	all := make([]wire.Challenge, 0, len(res.Challenges))
	for _, open := range res.Challenges {
		c, err := wire.ParseChallenge(open.Challenge)
		if err != nil {
			n.t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// report is what an honest witness says of a beacon, with a signal that fits the
// distance; change may make it a lie. It is signed at the end.
func (n *network) report(c wire.Challenge, witness uint32, change func(*wire.Report)) []byte {
	r := wire.Report{
		Chain: chainHash, Challenge: c.ID, Witness: witness, RSSI: -1_100, SNR: 50, SF: c.SF,
		Tag: wire.Tag(chainHash, wire.NewBeacon(c.ID, preimage(c.Hotspot, c.Index)), publicKey(witness)),
	}
	if change != nil {
		change(&r)
	}
	copy(r.Signature[:], ed25519.Sign(privateKey(witness), r.AppendBody(nil)))
	return r.AppendTo(nil)
}

func reveal(c wire.Challenge) []byte {
	r := wire.Reveal{Chain: chainHash, Challenge: c.ID, Preimage: preimage(c.Hotspot, c.Index)}
	return r.AppendTo(nil)
}

// batch packs items as the relay would.
func (n *network) batch(kind wire.BatchKind, change func(*wire.Batch), items ...[]byte) *types.MsgSubmitReports {
	n.nonce++
	all := bytes.Join(items, nil)
	b := wire.Batch{
		Chain: chainHash, Org: relayOrg, Lane: relayLane, Kind: kind, Nonce: n.nonce,
		ValidUntil: uint64(n.ctx.BlockHeight()) + 5, Count: uint16(len(items)), Digest: sha256.Sum256(all),
	}
	if change != nil {
		change(&b)
	}
	copy(b.Signature[:], ed25519.Sign(privateKey(0), b.AppendBody(nil)))
	return &types.MsgSubmitReports{Relay: "relay", Batch: b.AppendTo(nil), Items: all}
}

// deliver passes a batch through the lane's check and its handler, as a block
// does: what the check wrote stays, what a failed handler wrote does not.
func (n *network) deliver(m *types.MsgSubmitReports) (*types.MsgSubmitReportsResponse, error) {
	n.t.Helper()
	ante, write := n.ctx.CacheContext()
	if err := n.k.CheckBatch(ante, m); err != nil {
		return nil, err
	}
	write()
	ctx, write := n.ctx.CacheContext()
	res, err := n.msgs.SubmitReports(lane.Admit(ctx), m)
	if err == nil {
		write()
	}
	return res, err
}

// mustDeliver delivers items and returns their verdicts.
func (n *network) mustDeliver(kind wire.BatchKind, items ...[]byte) []wire.Verdict {
	n.t.Helper()
	res, err := n.deliver(n.batch(kind, nil, items...))
	if err != nil {
		n.t.Fatalf("height %d: %v", n.ctx.BlockHeight(), err)
	}
	verdicts := make([]wire.Verdict, len(items))
	for _, r := range res.Refused {
		verdicts[r.Item] = wire.Verdict(r.Verdict)
	}
	return verdicts
}

// record returns a challenge with its reports.
func (n *network) record(id uint64) types.ChallengeRecord {
	n.t.Helper()
	res, err := n.queries.Challenge(n.ctx, &types.QueryChallengeRequest{Challenge: id})
	if err != nil {
		n.t.Fatal(err)
	}
	return res.Record
}

// verdicts returns what each witness of a settled challenge got.
func (n *network) verdicts(id uint64) map[uint32]wire.Verdict {
	n.t.Helper()
	m := map[uint32]wire.Verdict{}
	for _, r := range n.record(id).Reports {
		m[r.Site.Hotspot] = wire.Verdict(r.Verdict)
	}
	return m
}

// hash returns a hash of the module's whole state.
func (n *network) hash() [32]byte {
	n.t.Helper()
	h := sha256.New()
	it := n.ctx.KVStore(n.store).Iterator(nil, nil)
	defer func() {
		if err := it.Close(); err != nil {
			n.t.Error(err)
		}
	}()
	for ; it.Valid(); it.Next() {
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(it.Key()))))
		h.Write(it.Key())
		h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(it.Value()))))
		h.Write(it.Value())
	}
	return [32]byte(h.Sum(nil))
}

// firstOpen runs blocks until a challenge is open and returns it.
func (n *network) firstOpen() wire.Challenge {
	n.t.Helper()
	for range 200 {
		n.blocks(1)
		if all := n.opened(); len(all) > 0 {
			return all[0]
		}
	}
	n.t.Fatal("no challenge in 200 blocks")
	return wire.Challenge{}
}

// eligible tells whether sortition lets a hotspot report a challenge.
func (n *network) eligible(p *types.Params, c wire.Challenge, r types.ChallengeRecord, witness uint32) bool {
	n.t.Helper()
	h := n.registry.hotspots[witness-1]
	zone := geo.Zone(geo.Cell(h.Location.Cell))
	near, err := geo.Disk(geo.Zone(geo.Cell(r.Site.Cell)), 1)
	if err != nil {
		n.t.Fatal(err)
	}
	s := verify.Sortition{Near: r.Near, NearTarget: p.NearTarget, Far: r.Far, FarTarget: p.FarTarget}
	return s.Eligible(&c, witness, !slices.Contains(near, zone))
}
