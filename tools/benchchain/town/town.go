// Package town is who uses the chain of the benchmark: hotspots with keys, places and
// hash chains, their owners, and orgs with one bonded lane each. It writes them into
// a new chain and signs what they send. It owns no load: what is sent when is the
// phases' business.
package town

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"cosmossdk.io/math"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/node"
)

// Sizes of the town.
const (
	hotspotsAnOwner = 8
	// Side is how many hotspots stand in a row of a place, and how many rows it has.
	Side = 5
	// PlaceSize is how many hotspots hear each other.
	PlaceSize = Side * Side
	// chainLength is how many beacons a hotspot can send.
	chainLength = 96
	// ownerSpark and ownerCredits are what an owner has in the beginning.
	ownerSpark   = 1_000 * app.PowerReduction
	ownerCredits = 1_000_000_000
)

// Account is who signs transactions. It keeps count of its sequence, so it is for one
// goroutine.
type Account struct {
	key      *secp256k1.PrivKey
	number   uint64
	sequence uint64
}

// Address returns the address.
func (a *Account) Address() sdk.AccAddress { return sdk.AccAddress(a.key.PubKey().Address()) }

// String returns the address in bech32.
func (a *Account) String() string { return a.Address().String() }

// Town is all hotspots, accounts and orgs.
type Town struct {
	Accounts []*Account
	Orgs     []*Org

	chain    wire.ChainHash
	hotspots []hotspot
	spots    []uint32 // who stands there
}

type hotspot struct {
	key    ed25519.PrivateKey
	public wire.PubKey
	at     geo.Point
	spot   int // number of the place where it stands, from 0
}

// Org pays for traffic by one lane, which is bonded and brings its own vouchers.
type Org struct {
	ID      uint32
	Account *Account // owner, and payout of the lane

	key    ed25519.PrivateKey
	public wire.PubKey
	nonce  uint64
}

// New makes a town. All keys follow from the numbers.
func New(hotspots, orgs int) (*Town, error) {
	t := &Town{chain: wire.HashChainID(node.ChainID)}
	for n := range max(orgs, (hotspots+hotspotsAnOwner-1)/hotspotsAnOwner) {
		t.Accounts = append(t.Accounts, &Account{key: secp256k1.GenPrivKeyFromSecret(seed("account", n))})
	}
	for n := range orgs {
		key := ed25519.NewKeyFromSeed(seed("lane", n))
		public, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
		if err != nil {
			return nil, fmt.Errorf("key of lane %d: %w", n, err)
		}
		t.Orgs = append(t.Orgs, &Org{ID: uint32(n + 1), Account: t.Accounts[n], key: key, public: public})
	}
	for n := range hotspots {
		key := ed25519.NewKeyFromSeed(seed("hotspot", n))
		public, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
		if err != nil {
			return nil, fmt.Errorf("key of hotspot %d: %w", n+1, err)
		}
		t.hotspots = append(t.hotspots, hotspot{key: key, public: public, at: where(n), spot: n})
		t.spots = append(t.spots, uint32(n+1))
	}
	return t, nil
}

func seed(kind string, n int) []byte {
	h := sha256.Sum256(binary.BigEndian.AppendUint64([]byte(kind), uint64(n)))
	return h[:]
}

// where returns where a hotspot stands in the beginning: places of 25 hotspots, 1.1 km
// from one to the next, in central Europe.
func where(n int) geo.Point {
	place, i := n/PlaceSize, n%PlaceSize
	return geo.Point{
		Lat: geo.E7(460_000_000 + 2_000_000*(place/40) + 100_000*(i/Side)),
		Lng: geo.E7(30_000_000 + 2_500_000*(place%40) + 150_000*(i%Side)),
	}
}

// Len returns how many hotspots there are; their indices run from 1.
func (t *Town) Len() int { return len(t.hotspots) }

// Owner returns the account of a hotspot.
func (t *Town) Owner(index uint32) *Account { return t.Accounts[(index-1)/hotspotsAnOwner] }

// Funds are the accounts of the town for the genesis of its chain, and the bonds of
// its lanes.
func (t *Town) Funds() (all []netgenesis.Account) {
	for _, a := range t.Accounts {
		all = append(all, netgenesis.Account{Address: a.Address(), Coins: coins(ownerSpark)})
	}
	bonds := int64(routing.DefaultParams().MinBond) * int64(len(t.Orgs))
	return append(all, netgenesis.Account{Address: authtypes.NewModuleAddress(routing.ModuleName), Coins: coins(bonds), Module: true})
}

func coins(spark int64) sdk.Coins { return sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(spark))) }
