package chainledger

import (
	"errors"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/prooftest"
	"github.com/hexwave/hexwave/chain/proof/statement"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
)

// proven is a file about the table after a chain's last block, signed by some validators,
// and what the chain itself says.
func proven(t *testing.T, c *chaintest.Chain, about proof.About, signers, next []prooftest.Validator) (*proof.File, routingtypes.TableHead) {
	t.Helper()
	var items []proof.Item
	_, err := statement.Read(about, func(store string, key []byte) ([]byte, error) {
		r, err := c.App.Query(t.Context(), &abci.RequestQuery{Path: "/store/" + store + "/key", Data: key, Height: c.Height(), Prove: true})
		if err != nil {
			return nil, err
		}
		it := proof.Item{Store: store, Key: key, KeyProof: r.ProofOps.Ops[0].Data, StoreProof: r.ProofOps.Ops[1].Data}
		if r.Value != nil {
			value := proof.Hex(r.Value)
			it.Value = &value
		}
		items = append(items, it)
		return r.Value, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	head, err := c.App.Keepers.Routing.TableHead(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	return prooftest.SealNaming(t, chaintest.ChainID, c.Height(), c.Hashes[len(c.Hashes)-1], signers, next).File(about, items), head
}

func trustIn(validators []prooftest.Validator) *prover {
	p := &prover{trusted: proof.Genesis{ChainID: chaintest.ChainID}}
	for _, v := range validators {
		p.trusted.Validators = append(p.trusted.Validators, proof.Validator{Key: v.Key.PubKey().Bytes(), Power: v.Power})
	}
	return p
}

func TestTableMustBeProven(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Validators: 4})
	c.Skip(2)
	var set []prooftest.Validator
	for _, n := range c.Nodes {
		set = append(set, prooftest.Validator{Key: ed25519.PrivKey(n.Consensus.Key), Power: chaintest.ValidatorStake / app.PowerReduction})
	}
	about := proof.About{Kind: statement.KindTable}
	f, head := proven(t, c, about, set, set)
	if err := trustIn(set).compare(f, c.Height(), head); err != nil {
		t.Fatalf("honest: %v", err)
	}
	later, other := head, head
	later.Sequence++
	other.Root = append([]byte{1}, head.Root[1:]...)
	for name, lie := range map[string]routingtypes.TableHead{"sequence": later, "root": other, "nothing": {}} {
		if err := trustIn(set).compare(f, c.Height(), lie); !errors.Is(err, ErrTable) {
			t.Errorf("another %s: %v", name, err)
		}
	}
	if err := trustIn(set).compare(f, c.Height()-1, head); !errors.Is(err, ErrTable) {
		t.Errorf("another height: %v", err)
	}
	hotspot, _ := proven(t, c, proof.About{Kind: statement.KindHotspot, Hotspot: 1}, set, set)
	if err := trustIn(set).compare(hotspot, c.Height(), head); !errors.Is(err, ErrTable) {
		t.Errorf("a proof of a hotspot: %v", err)
	}
	strangers := []prooftest.Validator{{Key: prooftest.Key(1), Power: 1}}
	if err := trustIn(strangers).compare(f, c.Height(), head); !errors.Is(err, proof.ErrUntrusted) {
		t.Errorf("by strangers: %v", err)
	}
	if err := trustIn(set).compare(&proof.File{}, c.Height(), head); !errors.Is(err, proof.ErrFormat) {
		t.Errorf("nothing: %v", err)
	}
}

// The set that is trusted follows the chain's: one validator in four may change at a
// time, until none of the first is left.
func TestTrustFollowsTheValidators(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Validators: 1})
	c.Skip(1)
	member := func(n int) prooftest.Validator { return prooftest.Validator{Key: prooftest.Key(n), Power: 1} }
	window := func(from int) (set []prooftest.Validator) {
		for n := from; n < from+4; n++ {
			set = append(set, member(n))
		}
		return set
	}
	p := trustIn(window(0))
	for from := 1; from <= 4; from++ {
		f, head := proven(t, c, proof.About{Kind: statement.KindTable}, window(from), window(from))
		if err := p.compare(f, c.Height(), head); err != nil {
			t.Fatalf("after %d changes: %v", from, err)
		}
	}
	f, head := proven(t, c, proof.About{Kind: statement.KindTable}, window(0), window(0))
	if err := p.compare(f, c.Height(), head); !errors.Is(err, proof.ErrUntrusted) {
		t.Errorf("those who left: %v", err)
	}
}

// A set that a trusted header names is trusted for the next block, whoever is in it; one
// that signs later, or was not named, is not.
func TestNamedSetIsTrustedNext(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Validators: 1})
	c.Skip(1)
	old := []prooftest.Validator{{Key: prooftest.Key(1), Power: 1}}
	named := []prooftest.Validator{{Key: prooftest.Key(2), Power: 1}}
	about := proof.About{Kind: statement.KindTable}
	begin := func() *prover {
		p := trustIn(old)
		f, head := proven(t, c, about, old, named)
		if err := p.compare(f, c.Height(), head); err != nil {
			t.Fatal(err)
		}
		return p
	}
	p, late, forged := begin(), begin(), begin()
	c.NextBlock()
	f, head := proven(t, c, about, named, named)
	if err := p.compare(f, c.Height(), head); err != nil {
		t.Errorf("named: %v", err)
	}
	f, head = proven(t, c, about, []prooftest.Validator{{Key: prooftest.Key(3), Power: 1}}, named)
	if err := forged.compare(f, c.Height(), head); !errors.Is(err, proof.ErrUntrusted) {
		t.Errorf("not named: %v", err)
	}
	c.NextBlock()
	f, head = proven(t, c, about, named, named)
	if err := late.compare(f, c.Height(), head); !errors.Is(err, proof.ErrUntrusted) {
		t.Errorf("a block later: %v", err)
	}
	if err := p.compare(f, c.Height(), head); err != nil {
		t.Errorf("the same set again: %v", err)
	}
}

func TestTrustNeedsAll(t *testing.T) {
	g := &proof.Genesis{ChainID: "a-1"}
	for name, c := range map[string]struct {
		trust *Trust
		chain string
		want  error
	}{
		"no validators": {&Trust{RPC: []string{"http://127.0.0.1:1"}}, "a-1", nil},
		"no RPC":        {&Trust{Genesis: g}, "a-1", nil},
		"other chain":   {&Trust{Genesis: g, RPC: []string{"http://127.0.0.1:1"}}, "a-2", ErrWrongChain},
	} {
		if p, err := newProver(c.trust, c.chain); err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, %v", name, p, err)
		}
	}
	if p, err := newProver(nil, "a-1"); p != nil || err != nil {
		t.Errorf("no trust: %v, %v", p, err)
	}
}
