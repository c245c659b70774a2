package million

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"

	"github.com/cosmos/cosmos-sdk/client"
	sdk "github.com/cosmos/cosmos-sdk/types"

	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// relayCount is how many relays carry the load of one node.
const relayCount = 4

// Relay is the lane of an org of its own.
type Relay struct {
	Org     uint32
	Account string
	Key     ed25519.PrivateKey
}

// RelayOf returns the relay of an org, counted from 1. Each has an account of its own:
// nodes ration relays by account.
func RelayOf(org uint32) *Relay {
	seed := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("relay"), org))
	key := ed25519.NewKeyFromSeed(seed[:])
	return &Relay{Org: org, Account: sdk.AccAddress(edKey(key).Bytes()[:20]).String(), Key: key}
}

// Batch returns the lane transaction of some items. What the header lacks is
// filled in.
func (r *Relay) Batch(cfg client.TxConfig, b wire.Batch, items [][]byte) ([]byte, error) {
	var all []byte
	for _, i := range items {
		all = append(all, i...)
	}
	b.Org, b.Lane, b.Count, b.Digest = r.Org, 1, uint16(len(items)), sha256.Sum256(all)
	b.Signature = wire.Signature(ed25519.Sign(r.Key, b.AppendBody(nil)))
	builder := cfg.NewTxBuilder()
	if err := builder.SetMsgs(&poc.MsgSubmitReports{Relay: r.Account, Batch: b.AppendTo(nil), Items: all}); err != nil {
		return nil, err
	}
	return cfg.TxEncoder()(builder.GetTx())
}

// Relays returns the state of n relays with bonds. The bonds stand in no account:
// nothing here takes one.
func Relays(n uint32) routing.GenesisState {
	g := *routing.DefaultGenesis()
	for org := uint32(1); org <= n; org++ {
		r := RelayOf(org)
		key := edKey(r.Key).Bytes()
		g.Orgs = append(g.Orgs, routing.Org{Id: org, Owner: r.Account, BundleKey: key, Lanes: 1})
		g.Signers = append(g.Signers, routing.Signer{
			Org: org, Lane: 1, Key: key, Bond: g.Params.MinBond, Kind: routing.SIGNER_KIND_ROUTER, Payout: r.Account,
		})
	}
	g.NextOrg = n + 1
	return g
}

func edKey(private ed25519.PrivateKey) wire.PubKey {
	k, err := wire.Ed25519Key(private.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err) // a key made from a seed is always a point
	}
	return k
}
