package chainledger

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/statement"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
)

// Trust is how a follower knows that the orgs a node names are the chain's.
type Trust struct {
	// Genesis has the validators that are believed: more than two thirds of their power
	// must have signed. The set that signed takes their place, and the set that its header
	// names as the next one is trusted too: validators may change while the follower runs.
	Genesis *proof.Genesis
	// RPC are the URLs of CometBFT RPCs that give proofs, tried in order.
	RPC []string
}

// prover proves heads of the table. It is not safe for concurrent use.
type prover struct {
	clients []*client.Client
	current int
	trusted proof.Genesis
	set     []byte // hash of the trusted set; nil before the first proof
	next    []byte // hash of the set that it named as the next
	height  int64  // of the newest state that was proven
}

// maxWalk bounds the blocks that are proven one after the other to reach a set of which
// too few are known.
const maxWalk = 100

// newProver returns the prover of a trust, or nil for none.
func newProver(t *Trust, chainID string) (*prover, error) {
	if t == nil {
		return nil, nil
	}
	if t.Genesis == nil || len(t.RPC) == 0 {
		return nil, errors.New("trust without validators or without an RPC")
	}
	if t.Genesis.ChainID != chainID {
		return nil, fmt.Errorf("%w: trusted validators are of %q, want %q", ErrWrongChain, t.Genesis.ChainID, chainID)
	}
	p := &prover{trusted: *t.Genesis}
	for _, rpc := range t.RPC {
		c, err := client.Dial(client.Options{RPC: rpc, ChainID: chainID})
		if err != nil {
			return nil, err
		}
		p.clients = append(p.clients, c)
	}
	return p, nil
}

// check proves that the table after the block of a height has a head. The block after it
// must be there. Errors: ErrTable, those of chain/proof and of the RPC.
func (p *prover) check(ctx context.Context, height int64, head routingtypes.TableHead) error {
	err := p.prove(ctx, height, head)
	if err != nil {
		p.current = (p.current + 1) % len(p.clients)
		return fmt.Errorf("prove the table of orgs: %w", err)
	}
	return nil
}

func (p *prover) prove(ctx context.Context, height int64, head routingtypes.TableHead) error {
	f, err := p.fetch(ctx, height)
	if err != nil {
		return err
	}
	err = p.compare(f, height, head)
	if !errors.Is(err, proof.ErrUntrusted) || p.height == 0 || height-p.height > maxWalk {
		return err
	}
	// Too few of those who signed are known: go from set to set.
	for at := p.height + 1; at < height; at++ {
		between, err := p.fetch(ctx, at)
		if err != nil {
			return err
		}
		if _, err := p.trust(between, at); err != nil {
			return err
		}
	}
	return p.compare(f, height, head)
}

// trust checks a proof, whose validators are trusted next, and returns what it proves.
func (p *prover) trust(f *proof.File, height int64) (*statement.Table, error) {
	sealed, err := proof.Verify(f, proof.Trust{})
	if err != nil {
		return nil, err
	}
	// A set that is trusted, or named by one that was, has signed with two thirds of its
	// power. Of another set, that many must be trusted.
	isNext := p.next != nil && height == p.height+1 && bytes.Equal(sealed.Set, p.next)
	if isSame := p.set != nil && bytes.Equal(sealed.Set, p.set); !isNext && !isSame {
		if _, err := proof.Verify(f, proof.Trust{Genesis: &p.trusted}); err != nil {
			return nil, err
		}
	}
	s, err := statement.Of(sealed)
	if err != nil {
		return nil, err
	}
	if s.Table == nil || sealed.Height != height || sealed.ChainID != p.trusted.ChainID {
		return nil, fmt.Errorf("%w: a proof of something else", ErrTable)
	}
	p.trusted.Validators, p.set, p.next, p.height = f.Validators, sealed.Set, f.Header.NextValidatorsHash, height
	return s.Table, nil
}

// compare checks a proof and holds it against a head.
func (p *prover) compare(f *proof.File, height int64, head routingtypes.TableHead) error {
	table, err := p.trust(f, height)
	if err != nil {
		return err
	}
	if table.Sequence != head.Sequence || table.Orgs != head.Orgs || table.Root != hex.EncodeToString(head.Root) {
		return fmt.Errorf("%w: proven is sequence %d of %d orgs, the node says %d of %d", ErrTable,
			table.Sequence, table.Orgs, head.Sequence, head.Orgs)
	}
	return nil
}

func (p *prover) fetch(ctx context.Context, height int64) (*proof.File, error) {
	c := p.clients[p.current]
	seal, err := c.Seal(ctx, height)
	if err != nil {
		return nil, err
	}
	about := proof.About{Kind: statement.KindTable}
	var items []proof.Item
	_, err = statement.Read(about, func(store string, key []byte) ([]byte, error) {
		it, err := c.Prove(ctx, height, store, key)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
		if it.Value == nil {
			return nil, nil
		}
		return *it.Value, nil
	})
	return seal.File(about, items), err
}

// close ends the connections.
func (p *prover) close() {
	if p == nil {
		return
	}
	for _, c := range p.clients {
		_ = c.Close() // nothing is on its way any more
	}
}
