package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// part is what belongs to an org and is hashed by itself, so that a change of one part
// reads no other.
type part uint8

const (
	partRanges part = 1 << iota
	partJoinEUIs
	partRealms
	partSigners
	noPart   part = 0
	allParts      = partRanges | partJoinEUIs | partRealms | partSigners
)

// Bounds of a page of the table.
const (
	maxTablePage = 200
	// maxTableRows ends a page after the org that reaches it.
	maxTableRows = 4_000
)

// nodes keep the tree over the orgs for one context.
type nodes struct {
	ctx context.Context //nolint:containedctx // lives for one update: the tree knows no stores
	k   *Keeper
}

// Node returns a node of the tree.
func (n nodes) Node(level, index uint32) (h orgtable.Hash, err error) {
	b, err := n.k.tree.Get(n.ctx, collections.Join(level, index))
	if err == nil && len(b) != len(h) {
		err = errorsmod.Wrapf(types.ErrTable, "node %d of level %d has %d bytes", index, level, len(b))
	}
	copy(h[:], b)
	return h, err
}

// SetNode stores a node of the tree.
func (n nodes) SetNode(level, index uint32, h orgtable.Hash) error {
	return n.k.tree.Set(n.ctx, collections.Join(level, index), h[:])
}

// changed brings the table up to a change of an org's own row and of some parts, which
// are stored already, and raises the events of the change.
func (k *Keeper) changed(ctx context.Context, org uint32, of part, events ...types.TableEvent) error {
	head, err := k.TableHead(ctx)
	if err != nil {
		return err
	}
	head.Sequence++
	if err := k.hashOrg(ctx, org, of, &head); err != nil {
		return err
	}
	if err := k.head.Set(ctx, head); err != nil {
		return err
	}
	for _, e := range events {
		e.In(head)
		if err := emit(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// hashOrg sets the leaf of an org, which may be new, and the root.
func (k *Keeper) hashOrg(ctx context.Context, org uint32, of part, head *types.TableHead) error {
	o, err := k.Org(ctx, org)
	if err != nil {
		return err
	}
	p, err := k.hashParts(ctx, org, of)
	if err != nil {
		return err
	}
	head.Orgs = max(head.Orgs, org)
	root, err := orgtable.Update(nodes{ctx, k}, head.Orgs, org-1, orgtable.Leaf(o.Row(), p))
	head.Root = root[:]
	return err
}

// hashParts returns the digests of an org's parts, of which some are read again.
func (k *Keeper) hashParts(ctx context.Context, org uint32, of part) (p orgtable.Parts, err error) {
	b, err := k.parts.Get(ctx, org)
	switch {
	case errors.Is(err, collections.ErrNotFound):
		of = allParts
	case err != nil:
		return p, err
	default:
		if p, err = types.DecodeParts(b); err != nil {
			return p, err
		}
	}
	if of == noPart {
		return p, nil
	}
	if of&partRanges != 0 {
		all, err := k.rangesOf(ctx, org)
		if err != nil {
			return p, err
		}
		p.Ranges = types.HashRanges(all)
	}
	if of&partJoinEUIs != 0 {
		all, err := k.joinEUIsOf(ctx, org)
		if err != nil {
			return p, err
		}
		p.JoinEUIs = orgtable.HashJoinEUIs(all)
	}
	if of&partRealms != 0 {
		all, err := k.realmsOf(ctx, org)
		if err != nil {
			return p, err
		}
		p.Realms = orgtable.HashRealms(all)
	}
	if of&partSigners != 0 {
		all, err := k.OrgSigners(ctx, org)
		if err != nil {
			return p, err
		}
		p.Signers = types.HashSigners(all)
	}
	return p, k.parts.Set(ctx, org, types.EncodeParts(p))
}

// initTable hashes the orgs of a genesis.
func (k *Keeper) initTable(ctx context.Context, g types.GenesisState) error {
	root := orgtable.Root(nil)
	head := types.TableHead{Sequence: g.TableSequence, Root: root[:]}
	for _, o := range g.Orgs {
		if err := k.hashOrg(ctx, o.Id, allParts, &head); err != nil {
			return err
		}
	}
	return k.head.Set(ctx, head)
}

// TableHead returns what stands for all orgs.
func (k *Keeper) TableHead(ctx context.Context) (types.TableHead, error) {
	h, err := k.head.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		root := orgtable.Root(nil)
		return types.TableHead{Root: root[:]}, nil
	}
	return h, err
}

// checkTable returns ErrTable unless the table is that of the orgs.
func (k *Keeper) checkTable(ctx context.Context) error {
	head, err := k.TableHead(ctx)
	if err != nil {
		return err
	}
	var leaves []orgtable.Hash
	err = k.orgs.Walk(ctx, nil, func(_ uint32, o types.Org) (bool, error) {
		d, err := k.detail(ctx, o)
		leaves = append(leaves, d.Leaf())
		return false, err
	})
	if err != nil {
		return err
	}
	if root := orgtable.Root(leaves); int(head.Orgs) != len(leaves) || string(head.Root) != string(root[:]) {
		return errorsmod.Wrapf(types.ErrTable, "root %x of %d orgs, %x of %d is stored", root, len(leaves), head.Root, head.Orgs)
	}
	return nil
}

// Table returns rows of the table, at most 200 orgs at once.
func (s queryServer) Table(ctx context.Context, r *types.QueryTableRequest) (*types.QueryTableResponse, error) {
	head, err := s.k.TableHead(ctx)
	if err != nil {
		return nil, err
	}
	limit := int(r.Limit)
	if limit == 0 || limit > maxTablePage {
		limit = maxTablePage
	}
	resp := &types.QueryTableResponse{Table: head, Height: sdk.UnwrapSDKContext(ctx).BlockHeight()}
	rows := 0
	err = s.k.orgs.Walk(ctx, new(collections.Range[uint32]).StartExclusive(r.After), func(_ uint32, o types.Org) (bool, error) {
		d, err := s.k.detail(ctx, o)
		resp.Orgs = append(resp.Orgs, d)
		rows += d.Rows()
		return len(resp.Orgs) >= limit || rows >= maxTableRows, err
	})
	return resp, err
}
