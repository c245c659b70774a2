package app_test

import (
	"bytes"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authzkeeper "github.com/cosmos/cosmos-sdk/x/authz/keeper"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/proto/wire"
)

// beacon keeps R in a corner of another module's store and takes the keys from
// the test.
type beacon struct {
	store storetypes.StoreKey
	keys  map[string][]byte
}

var (
	beaconKey  = []byte{0xff, 'R'}
	skippedKey = []byte{0xff, 'S'}
)

func (b *beacon) ActiveVRFKey(_ sdk.Context, v sdk.ConsAddress) ([]byte, bool) {
	key, ok := b.keys[v.String()]
	return key, ok
}

func (b *beacon) Randomness(ctx sdk.Context) (r [32]byte) {
	copy(r[:], ctx.KVStore(b.store).Get(beaconKey))
	return r
}

func (b *beacon) SetRandomness(ctx sdk.Context, r [32]byte, skipped bool, _ sdk.ConsAddress) error {
	ctx.KVStore(b.store).Set(beaconKey, r[:])
	if skipped {
		ctx.KVStore(b.store).Set(skippedKey, r[:])
	}
	return nil
}

// beaconChain runs n validators; those in active have their key on chain.
func beaconChain(t *testing.T, n int, active ...int) *chaintest.Chain {
	t.Helper()
	b := &beacon{keys: map[string][]byte{}}
	probe := chaintest.New(t, chaintest.Options{Validators: n})
	for _, i := range active {
		b.keys[probe.Nodes[i].ConsAddress().String()] = probe.Nodes[i].VRF.Public()
	}
	return chaintest.New(t, chaintest.Options{Validators: n, Setup: func(a *app.App) {
		mine := *b
		mine.store = a.StoreKey(authzkeeper.StoreKey)
		a.UseRandomness(&mine)
	}})
}

// stored reads R from the first node.
func stored(c *chaintest.Chain) [32]byte {
	return (&beacon{store: c.App.StoreKey(authzkeeper.StoreKey)}).Randomness(c.Context())
}

func TestEveryBlockDrawsNewRandomness(t *testing.T) {
	c := beaconChain(t, 3, 0, 1, 2)
	seen := map[string]bool{}
	for range 9 {
		c.NextBlock()
		r := c.Context().KVStore(c.App.StoreKey(authzkeeper.StoreKey)).Get(beaconKey)
		if len(r) != 32 || seen[string(r)] {
			t.Fatalf("randomness %X at height %d", r, c.Height())
		}
		seen[string(r)] = true
	}
	if c.Context().KVStore(c.App.StoreKey(authzkeeper.StoreKey)).Has(skippedKey) {
		t.Fatal("a block with a proof counts as skipped")
	}
	c.Replay(t)
}

func TestFirstTransactionIsJudged(t *testing.T) {
	c := beaconChain(t, 3, 0, 1) // node 2 has no active key
	for c.Height()%3 != 2 {      // node 0 proposes next
		c.NextBlock()
	}
	with, without, judge := c.Nodes[0], c.Nodes[2], c.Nodes[1]
	honest := c.Prepare(with)
	if !c.Process(judge, with, honest) {
		t.Fatal("honest proposal is refused")
	}
	forged := bytes.Clone(honest[0])
	forged[40] ^= 1
	empty := (&wire.RandomnessTx{}).AppendTo(nil)
	stuffed := bytes.Clone(honest[0])
	stuffed = append(stuffed[:len(stuffed)-4], 0, 0, 0, 1, 9)
	for name, txs := range map[string][][]byte{
		"no transactions":        nil,
		"forged proof":           {forged},
		"no proof":               {empty},
		"proof of another node":  {c.Prepare(judge)[0]},
		"price votes not due":    {stuffed},
		"proof twice":            {honest[0], honest[0]},
		"garbage after the head": {honest[0], []byte("garbage")},
	} {
		if c.Process(judge, with, txs) {
			t.Errorf("%s is accepted", name)
		}
	}
	if c.Process(judge, without, honest) {
		t.Error("proof without an active key is accepted")
	}
	if !c.Process(judge, without, [][]byte{empty}) {
		t.Error("empty proof without an active key is refused")
	}
}

func TestSkippedTurnStillMovesRandomness(t *testing.T) {
	c := beaconChain(t, 1)
	before := stored(c)
	c.NextBlock()
	after := stored(c)
	if want := wire.SkipRandomness(before, uint64(c.Height())); after != want {
		t.Fatalf("randomness %X, want %X", after, want)
	}
}

func TestBlockWithoutFirstTransactionDoesNotStopTheChain(t *testing.T) {
	c := beaconChain(t, 2, 0, 1)
	before := stored(c)
	c.Finalize(c.Nodes[0], nil)
	if want := wire.SkipRandomness(before, uint64(c.Height())); stored(c) != want {
		t.Fatal("a block without proof did not count as skipped")
	}
	c.NextBlock()
}
