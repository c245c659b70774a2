package keeper

import (
	"context"

	"cosmossdk.io/collections"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// scaleOne is a density scale of one, times 10^4. The density map (poc/score)
// is not yet kept on chain.
const scaleOne = 10_000

// settling is a challenge at its settlement with all that is stored with it.
type settling struct {
	record  types.ChallengeRecord
	reports []types.StoredReport
	params  types.Params
	open    challenge.Open
}

// load reads a challenge with its reports into the form that is settled and
// explained.
func (k *Keeper) load(ctx context.Context, id uint64) (*settling, error) {
	record, err := k.challenges.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	c, err := wire.ParseChallenge(record.Challenge)
	if err != nil {
		return nil, err
	}
	p, err := k.paramsOf(ctx, c.Params)
	if err != nil {
		return nil, err
	}
	reports, err := k.reportsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	s := &settling{record: record, reports: reports, params: p}
	s.open = challenge.Open{
		Challenge: c, Beaconer: record.Site.Verify(verify.Active), Rules: p.Rules(), Select: p.Selection(),
		Stretch: record.Stretch, Scale: scaleOne, Void: record.Status == types.STATUS_VOID,
		Revealed: len(record.Preimage) == wire.PreimageSize,
	}
	if s.open.Revealed {
		s.open.Preimage = wire.Preimage(record.Preimage)
	}
	for i := range reports {
		e, err := entry(&reports[i])
		if err != nil {
			return nil, err
		}
		s.open.Entries = append(s.open.Entries, e)
	}
	return s, nil
}

func entry(r *types.StoredReport) (challenge.Entry, error) {
	report, err := wire.ParseReport(r.Report)
	return challenge.Entry{
		Report: report, Witness: r.Site.Verify(verify.Active), Height: r.Height,
		Owner: wire.OwnerHash([]byte(r.Site.Owner)), Tenure: r.Tenure, LastBeacon: r.LastBeacon,
	}, err
}

// reportsOf returns the reports on a challenge in order of their witnesses.
func (k *Keeper) reportsOf(ctx context.Context, id uint64) ([]types.StoredReport, error) {
	var all []types.StoredReport
	err := k.reports.Walk(ctx, collections.NewPrefixedPairRange[uint64, uint32](id),
		func(_ collections.Pair[uint64, uint32], r types.StoredReport) (bool, error) {
			all = append(all, r)
			return false, nil
		})
	return all, err
}

// settle judges a challenge and stores what it came to.
func (k *Keeper) settle(ctx sdk.Context, id uint64) error {
	s, err := k.load(ctx, id)
	if err != nil {
		return err
	}
	if s.open.R, s.open.Void, err = k.lateFacts(ctx, s); err != nil {
		return err
	}
	if err := k.standings(ctx, s); err != nil {
		return err
	}
	result := challenge.Settle(&s.open)
	if err := k.book(ctx, s, &result); err != nil {
		return err
	}
	s.record.Status = status(result.Status)
	s.record.Points, s.record.Verdict = result.Beacon.Points, uint32(result.Beacon.Verdict)
	s.record.Selection = s.open.R[:]
	if err := k.close(ctx, id, s.record, &s.params); err != nil {
		return err
	}
	if err := k.count(ctx, s, &result); err != nil {
		return err
	}
	return ctx.EventManager().EmitTypedEvent(s.event(&result))
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

// standings fills in what is known of each witness at settlement.
func (k *Keeper) standings(ctx context.Context, s *settling) error {
	for i := range s.reports {
		r := &s.reports[i]
		g, err := getOr(ctx, k.progress, r.Site.Hotspot)
		if err != nil {
			return err
		}
		r.LastBeacon = g.LastBeacon
		clean := max(r.Site.Since, g.Fault)
		if drawn := s.open.Challenge.Drawn; drawn > clean {
			r.Tenure = s.params.Months(drawn - clean)
		}
		s.open.Entries[i].LastBeacon, s.open.Entries[i].Tenure = r.LastBeacon, r.Tenure
	}
	return nil
}

// book pays points, and writes reports and the hotspots' records.
func (k *Keeper) book(ctx context.Context, s *settling, result *challenge.Settlement) error {
	c := &s.open.Challenge
	for i := range s.reports {
		r, o := &s.reports[i], result.Reports[i]
		r.Verdict, r.Points = uint32(o.Verdict), o.Points
		if err := k.reports.Set(ctx, collections.Join(c.ID, r.Site.Hotspot), *r); err != nil {
			return err
		}
		err := k.credit(ctx, r.Site.Hotspot, o.Points, func(g *types.Progress) bool {
			switch o.Verdict {
			case wire.Accepted:
				g.LastHeard, g.Witnessed = c.Settle, g.Witnessed+1
			case wire.BadTag:
				g.Debt, g.Fault = g.Debt+challenge.Penalty(o.Verdict), c.Settle
			default:
				return false
			}
			return true
		})
		if err != nil {
			return err
		}
	}
	return k.credit(ctx, c.Hotspot, result.Beacon.Points, func(g *types.Progress) bool {
		switch result.Status {
		case challenge.Settled:
			g.Answered, g.Misses = g.Answered+1, 0
			if result.Kept > 0 {
				g.LastBeacon = c.Settle
			}
		case challenge.Missed:
			g.Misses++
		default:
			return false
		}
		return true
	})
}

// credit changes a hotspot's record and books its points, less what it owes.
func (k *Keeper) credit(ctx context.Context, hotspot uint32, points uint64, change func(*types.Progress) bool) error {
	g, err := getOr(ctx, k.progress, hotspot)
	if err != nil {
		return err
	}
	isChanged := change(&g)
	if withheld := min(g.Debt, points); withheld > 0 {
		g.Debt, points, isChanged = g.Debt-withheld, points-withheld, true
	}
	if isChanged {
		g.Hotspot = hotspot
		if err := k.progress.Set(ctx, hotspot, g); err != nil {
			return err
		}
	}
	if points == 0 {
		return nil
	}
	return k.rewards.BookPoints(ctx, hotspot, points)
}

// close stores a settled challenge and schedules when it is forgotten.
func (k *Keeper) close(ctx context.Context, id uint64, record types.ChallengeRecord, p *types.Params) error {
	if err := k.challenges.Set(ctx, id, record); err != nil {
		return err
	}
	if err := k.open.Remove(ctx, id); err != nil {
		return err
	}
	if err := k.counts.Remove(ctx, id); err != nil {
		return err
	}
	return k.forget.Set(ctx, collections.Join(height(ctx)+p.HistoryBlocks, id))
}

// abandon closes a challenge whose settlement failed as void.
func (k *Keeper) abandon(ctx sdk.Context, id uint64) error {
	record, err := getOr(ctx, k.challenges, id)
	if err != nil {
		return err
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	record.Status, record.Verdict = types.STATUS_VOID, uint32(wire.Void)
	if err := k.close(ctx, id, record, &p); err != nil {
		return err
	}
	totals, err := itemOr(ctx, k.totals)
	if err != nil {
		return err
	}
	totals.Void++
	if err := k.totals.Set(ctx, totals); err != nil {
		return err
	}
	return k.voided(ctx, &record)
}

// count brings the totals up to date, and the window of a void challenge.
func (k *Keeper) count(ctx context.Context, s *settling, result *challenge.Settlement) error {
	totals, err := itemOr(ctx, k.totals)
	if err != nil {
		return err
	}
	totals.ReportsKept += uint64(result.Kept)
	for _, o := range result.Reports {
		if o.Verdict != wire.Accepted {
			totals.Refuse(o.Verdict)
		}
	}
	switch result.Status {
	case challenge.Settled:
		totals.Settled++
		if result.Kept == 0 {
			totals.Unheard++
		}
	case challenge.Missed:
		totals.Missed++
	case challenge.Void:
		totals.Void++
		if err := k.voided(ctx, &s.record); err != nil {
			return err
		}
	}
	return k.totals.Set(ctx, totals)
}

// voided moves a challenge from drawn to void in the account of its window.
// Surprise challenges are in no account.
func (k *Keeper) voided(ctx context.Context, record *types.ChallengeRecord) error {
	if c, err := wire.ParseChallenge(record.Challenge); err != nil || c.Kind == wire.ChallengeSurprise {
		return err
	}
	for _, item := range []collections.Item[types.Window]{k.window, k.lastWindow} {
		w, err := itemOr(ctx, item)
		if err != nil {
			return err
		}
		if w.Number == record.Window {
			return item.Set(ctx, types.FromAccount(w.Account().Voided()))
		}
	}
	return nil
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
	for i := range s.reports {
		r, entry := &s.reports[i], &s.open.Entries[i]
		e.Witnesses = append(e.Witnesses, types.WitnessResult{
			Hotspot: r.Site.Hotspot, Verdict: r.Verdict,
			Rssi: int32(entry.Report.RSSI), Snr: int32(entry.Report.SNR),
			DistanceM: uint64(geo.Metres(s.open.Case(entry).DistanceSquared())),
			Points:    result.Reports[i].Points, Cell: uint64(r.Site.DisplayCell()),
		})
	}
	return e
}
