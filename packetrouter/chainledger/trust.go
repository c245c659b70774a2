package chainledger

import (
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
	// must have signed. Those who signed take their place, so that the set may change
	// while the follower runs.
	Genesis *proof.Genesis
	// RPC are the URLs of CometBFT RPCs that give proofs, tried in order.
	RPC []string
}

// prover proves heads of the table. It is not safe for concurrent use.
type prover struct {
	clients []*client.Client
	current int
	trusted proof.Genesis
}

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
	f, err := p.fetch(ctx, height)
	if err != nil {
		p.current = (p.current + 1) % len(p.clients)
		return fmt.Errorf("prove the table of orgs: %w", err)
	}
	if err := p.compare(f, height, head); err != nil {
		p.current = (p.current + 1) % len(p.clients)
		return fmt.Errorf("prove the table of orgs: %w", err)
	}
	return nil
}

// compare checks a proof and holds it against a head; its validators are trusted next.
func (p *prover) compare(f *proof.File, height int64, head routingtypes.TableHead) error {
	sealed, err := proof.Verify(f, proof.Trust{Genesis: &p.trusted})
	if err != nil {
		return err
	}
	s, err := statement.Of(sealed)
	if err != nil {
		return err
	}
	if s.Table == nil || sealed.Height != height {
		return fmt.Errorf("%w: a proof of something else", ErrTable)
	}
	p.trusted.Validators = f.Validators
	if s.Table.Sequence != head.Sequence || s.Table.Orgs != head.Orgs || s.Table.Root != hex.EncodeToString(head.Root) {
		return fmt.Errorf("%w: proven is sequence %d of %d orgs, the node says %d of %d", ErrTable,
			s.Table.Sequence, s.Table.Orgs, head.Sequence, head.Orgs)
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
