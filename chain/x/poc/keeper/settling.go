package keeper

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// settling is a challenge at its settlement with all that is known of it.
type settling struct {
	record    types.ChallengeRecord // with reports
	standings []types.Progress      // of the witnesses
	beaconer  types.Progress
	reach     score.Reach     // of the beaconer, with this beacon
	sends     map[uint32]bool // who else is settled in this block, and so sent in the same
	params    types.Params
	open      challenge.Open
}

// judged returns a challenge and what it comes to, by a settler whose next result
// replaces it. It changes nothing.
func (k *Keeper) judged(ctx sdk.Context, id uint64, sends map[uint32]bool, by *challenge.Settler) (*settling, *challenge.Settlement, error) {
	record, err := k.openRecord(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	s, err := k.settlingOf(ctx, record)
	if err != nil {
		return nil, nil, err
	}
	if s.open.R, s.open.Void, err = k.lateFacts(ctx, s); err != nil {
		return nil, nil, err
	}
	if err := k.stand(ctx, s); err != nil {
		return nil, nil, err
	}
	if err := s.discounts(); err != nil {
		return nil, nil, err
	}
	result := by.Settle(&s.open)
	s.sends = sends
	s.reach, err = k.look(ctx, s, &result)
	return s, &result, err
}

// openRecord returns a challenge that is not settled, put together from its
// parts, or collections.ErrNotFound.
func (k *Keeper) openRecord(ctx context.Context, id uint64) (types.ChallengeRecord, error) {
	record, err := k.challenges.Get(ctx, id)
	if err != nil {
		return record, err
	}
	c, err := wire.ParseChallenge(record.Challenge)
	if err != nil {
		return record, err
	}
	list, err := getOr(ctx, k.heard, id)
	if err != nil {
		return record, err
	}
	all, err := types.ParseHeard(list)
	if err != nil {
		return record, err
	}
	for i := range all {
		h := &all[i]
		site, _, err := k.witness(ctx, h.Witness, record.Window)
		if err != nil {
			return record, err
		}
		report := h.Report(c.Chain, id)
		record.Reports = append(record.Reports, types.StoredReport{
			Report: report.AppendBody(nil), Height: c.Drawn + uint64(h.After), Site: site,
		})
	}
	b, err := getOr(ctx, k.revealed, id)
	if err != nil || b == nil {
		return record, err
	}
	known, err := types.ParseRevealed(b)
	record.Preimage, record.RevealedAt = known.Preimage[:], known.Height
	return record, err
}

// settlingOf brings a record into the form that is settled and explained.
func (k *Keeper) settlingOf(ctx context.Context, record types.ChallengeRecord) (*settling, error) {
	c, err := wire.ParseChallenge(record.Challenge)
	if err != nil {
		return nil, err
	}
	p, err := k.paramsOf(ctx, c.Params)
	if err != nil {
		return nil, err
	}
	s := &settling{record: record, params: p}
	s.open = challenge.Open{
		Challenge: c, Beaconer: record.Site.Verify(verify.Active), Rules: p.Rules(), Select: p.Selection(),
		Stretch: record.Stretch, Scale: record.Scale, Void: record.Status == types.STATUS_VOID,
		Revealed: len(record.Preimage) == wire.PreimageSize,
	}
	if s.open.Revealed {
		s.open.Preimage = wire.Preimage(record.Preimage)
	}
	for i := range record.Reports {
		e, err := entry(&record.Reports[i])
		if err != nil {
			return nil, err
		}
		s.open.Entries = append(s.open.Entries, e)
	}
	return s, nil
}

func entry(r *types.StoredReport) (challenge.Entry, error) {
	report, err := wire.ParseReportBody(r.Report)
	return challenge.Entry{
		Report: report, Witness: r.Site.Verify(verify.Active), Height: r.Height,
		Owner: wire.OwnerHash([]byte(r.Site.Owner)), Tenure: r.Tenure, LastBeacon: r.LastBeacon, Discount: r.Discount,
	}, err
}

// lateFacts returns R of the settlement height, which nobody knew while reports
// and reveals were accepted, and whether the chain stood still between draw and
// close.
func (k *Keeper) lateFacts(ctx sdk.Context, s *settling) (r [32]byte, void bool, err error) {
	c := &s.open.Challenge
	at, ok, err := k.past(ctx, c.Settle)
	if err != nil {
		return r, false, err
	}
	if ok {
		r = [32]byte(at.Randomness)
	} else {
		r = k.Randomness(ctx)
	}
	closed, ok, err := k.past(ctx, c.Close)
	return r, ok && closed.TimeMs > c.DrawnAt+s.params.VoidMs, err
}

// stand fills in what is known of each witness at settlement.
func (k *Keeper) stand(ctx context.Context, s *settling) (err error) {
	if s.beaconer, err = getOr(ctx, k.progress, s.open.Challenge.Hotspot); err != nil {
		return err
	}
	for i := range s.record.Reports {
		r := &s.record.Reports[i]
		g, err := getOr(ctx, k.progress, r.Site.Hotspot)
		if err != nil {
			return err
		}
		g.Hotspot = r.Site.Hotspot
		s.standings = append(s.standings, g)
		r.LastBeacon = g.LastBeacon
		clean := max(r.Site.Since, g.Fault)
		if drawn := s.open.Challenge.Drawn; drawn > clean {
			r.Tenure = s.params.Months(drawn - clean)
		}
		s.open.Entries[i].LastBeacon, s.open.Entries[i].Tenure = r.LastBeacon, r.Tenure
	}
	return nil
}

// finish writes the result into the record.
func (s *settling) finish(result *challenge.Settlement) {
	s.record.Status = status(result.Status)
	s.record.Points, s.record.Verdict = result.Beacon.Points, uint32(result.Beacon.Verdict)
	s.record.Selection = s.open.R[:]
	for i, o := range result.Reports {
		s.record.Reports[i].Verdict, s.record.Reports[i].Points = uint32(o.Verdict), o.Points
	}
}

func status(s challenge.Status) types.Status {
	switch s {
	case challenge.Settled:
		return types.STATUS_SETTLED
	case challenge.Missed:
		return types.STATUS_MISSED
	}
	return types.STATUS_VOID
}

// event returns all an explorer needs of a settled challenge.
func (s *settling) event(result *challenge.Settlement) *types.EventSettled {
	c := &s.open.Challenge
	e := &types.EventSettled{
		Id: c.ID, Hotspot: c.Hotspot, Status: s.record.Status, Verdict: s.record.Verdict,
		Points: s.record.Points, Cell: c.Cell, Kind: uint32(c.Kind),
	}
	for i := range result.Reports {
		r, entry := &s.record.Reports[i], &s.open.Entries[i]
		e.Witnesses = append(e.Witnesses, types.WitnessResult{
			Hotspot: r.Site.Hotspot, Verdict: r.Verdict,
			Rssi: int32(entry.Report.RSSI), Snr: int32(entry.Report.SNR),
			DistanceM: uint64(geo.Metres(geo.D2(s.open.Beaconer.At, entry.Witness.At))),
			Points:    result.Reports[i].Points, Cell: uint64(r.Site.DisplayCell()),
		})
	}
	return e
}
