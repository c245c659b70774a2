package keeper

import (
	"context"
	"errors"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// checkItems checks what the relay answers for: every item has the fixed layout,
// at least one would be accepted, and those that would be are signed. What the
// relay cannot know (late, duplicate, not eligible) costs the item only.
func (k *Keeper) checkItems(ctx context.Context, b *wire.Batch, items []byte, at uint64) error {
	judge := k.judge(at)
	var signed []verify.Signed
	var position []int
	accepted, first := 0, wire.Accepted
	for i, raw := range split(items, b.Kind.ItemSize()) {
		v, sign, err := judge.item(ctx, b.Kind, raw)
		if err != nil {
			return err
		}
		switch {
		case v == wire.Malformed:
			return errorsmod.Wrapf(lane.ErrItem, "item %d: %s", i, v)
		case v == wire.Accepted:
			accepted++
		case first == wire.Accepted:
			first = v
		}
		if v == wire.Accepted && sign.Sig != nil {
			signed, position = append(signed, sign), append(position, i)
		}
	}
	if accepted == 0 {
		return errorsmod.Wrapf(lane.ErrNothing, "first of %d: %s", b.Count, first)
	}
	if n, bad := k.verified.bad(signed); bad {
		return errorsmod.Wrapf(lane.ErrItem, "item %d: %s", position[n], wire.BadSignature)
	}
	return nil
}

// stillUseful tells whether a batch that waits has an item that would be accepted.
// It stops at the first: nodes ask after every block for each batch that waits.
func (k *Keeper) stillUseful(ctx context.Context, b *wire.Batch, items []byte, at uint64) error {
	judge := k.judge(at)
	for _, raw := range split(items, b.Kind.ItemSize()) {
		v, _, err := judge.item(ctx, b.Kind, raw)
		if err != nil || v == wire.Accepted {
			return err
		}
	}
	return errorsmod.Wrapf(lane.ErrNothing, "none of %d any more", b.Count)
}

// split cuts items of one size; the caller checked that they fill b.
func split(b []byte, size int) [][]byte {
	out := make([][]byte, 0, len(b)/size)
	for ; len(b) >= size; b = b[size:] {
		out = append(out, b[:size:size])
	}
	return out
}

// judge checks items of one batch for inclusion at one height.
type judge struct {
	k      *Keeper
	height uint64
	// The challenge of the item before: batches are usually about a few.
	id     uint64
	record types.ChallengeRecord
	params types.Params
	rules  verify.Rules
	wire   wire.Challenge
	site   verify.Site
	heard  []byte // types.Heard each
	found  bool
}

func (k *Keeper) judge(at uint64) *judge { return &judge{k: k, height: at} }

// item returns the verdict on an item and, for a report, what its signature is
// over.
func (j *judge) item(ctx context.Context, kind wire.BatchKind, raw []byte) (wire.Verdict, verify.Signed, error) {
	if kind == wire.BatchReveals {
		r, err := wire.ParseReveal(raw)
		if err != nil {
			return wire.Malformed, verify.Signed{}, nil
		}
		v, err := j.reveal(ctx, &r)
		return v, verify.Signed{}, err
	}
	r, err := wire.ParseReport(raw)
	if err != nil {
		return wire.Malformed, verify.Signed{}, nil
	}
	v, c, err := j.report(ctx, &r)
	if err != nil || v != wire.Accepted {
		return v, verify.Signed{}, err
	}
	return v, verify.Signed{Key: c.Witness.Key, Body: raw[:wire.ReportBodySize], Sig: &r.Signature}, nil
}

// load reads a challenge and tells whether it is not settled.
func (j *judge) load(ctx context.Context, id uint64) (bool, error) {
	if j.found && j.id == id {
		return true, nil
	}
	j.found = false
	var err error
	j.record, err = j.k.challenges.Get(ctx, id)
	if errors.Is(err, collections.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if j.wire, err = wire.ParseChallenge(j.record.Challenge); err != nil {
		return false, err
	}
	if j.params, err = j.k.paramsOf(ctx, j.wire.Params); err != nil {
		return false, err
	}
	if j.heard, err = getOr(ctx, j.k.heard, id); err != nil {
		return false, err
	}
	j.rules, j.site = j.params.Rules(), j.record.Site.Verify(verify.Active)
	j.id, j.found = id, true
	return true, nil
}

// report judges a report, all but its signature.
func (j *judge) report(ctx context.Context, r *wire.Report) (wire.Verdict, *verify.Case, error) {
	if r.Chain != chainHash(ctx) {
		return wire.WrongChain, nil, nil
	}
	if open, err := j.load(ctx, r.Challenge); err != nil || !open {
		return wire.UnknownChallenge, nil, err
	}
	_, witness, err := j.k.witness(ctx, r.Witness, j.record.Window)
	if err != nil {
		return wire.UnknownHotspot, nil, err
	}
	spent, err := j.k.spent(ctx, j.height, r.Witness)
	if err != nil {
		return wire.OverQuota, nil, err
	}
	c := &verify.Case{
		Rules: &j.rules, Challenge: &j.wire, Beaconer: &j.site, Sortition: sortition(&j.record, &j.params),
		Report: r, Witness: &witness, Height: j.height,
		Known: types.HasWitness(j.heard, r.Witness), Full: len(j.heard) >= limits.MaxReports*types.HeardSize,
		Spent: spent,
	}
	return c.Include(), c, nil
}

func sortition(r *types.ChallengeRecord, p *types.Params) verify.Sortition {
	return verify.Sortition{Near: r.Near, NearTarget: p.NearTarget, Far: r.Far, FarTarget: p.FarTarget}
}

// witness returns a hotspot as frozen for a window; one that is not has a
// standing that says why.
func (k *Keeper) witness(ctx context.Context, index uint32, window uint64) (types.Site, verify.Site, error) {
	record, err := getOr(ctx, k.sites, index)
	if err != nil {
		return types.Site{}, verify.Site{}, err
	}
	if site, ok := record.At(window); ok && site.Hotspot != 0 {
		return site, site.Verify(verify.Active), nil
	}
	standing := verify.Waiting
	h, err := k.hotspots.Hotspot(ctx, index)
	switch {
	case errors.Is(err, hotspottypes.ErrUnknown):
		standing = verify.Unknown
	case err != nil:
		return types.Site{}, verify.Site{}, err
	case h.WireClass() != wire.ClassFullLoRa:
		standing = verify.NotFull
	case h.Location == nil:
		standing = verify.Unasserted
	}
	return types.Site{}, verify.Site{Index: index, Standing: standing}, nil
}

// reveal judges a reveal.
func (j *judge) reveal(ctx context.Context, r *wire.Reveal) (wire.Verdict, error) {
	open, err := j.load(ctx, r.Challenge)
	if err != nil {
		return wire.UnknownChallenge, err
	}
	c := verify.RevealCase{Height: j.height, Reveal: r, Open: open}
	if open {
		c.Challenge, c.MaxWalk = &j.wire, j.params.MaxWalk
		if c.Revealed, err = j.k.revealed.Has(ctx, r.Challenge); err != nil {
			return wire.UnknownChallenge, err
		}
	}
	return c.Verdict(), nil
}
