package devnet

import (
	"context"
	"fmt"

	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// reportKey is one report: who says to have heard what.
type reportKey struct {
	witness   uint32
	challenge uint64
}

// challengeView is a challenge as the chain ended it.
type challengeView struct {
	wire.Challenge
	record poctypes.ChallengeRecord
}

// measureBeacons holds the chain's verdicts against the radio log.
func (r *run) measureBeacons(ctx context.Context, height int64, air *airLog, blocks *carried) (BeaconFacts, error) {
	b := BeaconFacts{LiesSent: map[Role]uint64{}, LiesAccepted: map[Role]uint64{}, NoCheats: !r.opt.Cheats}
	challenges, err := r.challenges(ctx, height)
	if err != nil {
		return b, err
	}
	if err := blocks.settle(challenges); err != nil {
		return b, err
	}
	reports := blocks.reports
	sent := map[uint32]*airBeacon{}
	for i := range air.beacons {
		sent[air.beacons[i].Frame.ShortID()] = &air.beacons[i]
	}
	counted := map[uint64]bool{} // challenges that no kill disturbed
	for _, c := range challenges {
		if c.Settle > uint64(height) || r.disturbed(c) {
			continue
		}
		counted[c.ID] = true
		r.countChallenge(&b, c, sent[uint32(c.ID)], reports)
	}
	for k, v := range reports {
		if counted[k.challenge] {
			r.countReport(&b, challenges[k.challenge], k, v)
		}
	}
	if err := r.countLies(ctx, &b); err != nil {
		return b, err
	}
	return b, r.colluderPay(ctx, &b)
}

// disturbed tells whether a killed router could not carry the challenge, or what
// was said about it, in time.
func (r *run) disturbed(c challengeView) bool {
	block := (r.opt.BlockTime + engineDelay).Nanoseconds()
	from := int64(c.DrawnAt) * 1e6
	until := from + block*revealBlocks
	for _, k := range r.killed("router") {
		if from < k.until && until > k.from {
			return true
		}
	}
	return false
}

// challenges reads all challenges so far, by id.
func (r *run) challenges(ctx context.Context, height int64) (map[uint64]challengeView, error) {
	client := poctypes.NewQueryClient(r.chain.Conn())
	t, err := client.Totals(ctx, &poctypes.QueryTotalsRequest{})
	if err != nil {
		return nil, fmt.Errorf("totals: %w", err)
	}
	out := map[uint64]challengeView{}
	for id := uint64(1); id <= t.Totals.Drawn; id++ {
		resp, err := client.Challenge(ctx, &poctypes.QueryChallengeRequest{Challenge: id})
		if err != nil {
			return nil, fmt.Errorf("challenge %d at %d: %w", id, height, err)
		}
		c, err := wire.ParseChallenge(resp.Record.Challenge)
		if err != nil {
			return nil, fmt.Errorf("challenge %d: %w", id, err)
		}
		out[id] = challengeView{c, resp.Record}
	}
	return out, nil
}

// countChallenge counts a challenge whose time is over.
func (r *run) countChallenge(b *BeaconFacts, c challengeView, heard *airBeacon, reports map[reportKey]wire.Verdict) {
	b.Challenged++
	switch c.record.Status {
	case poctypes.STATUS_SETTLED:
		b.Settled++
	case poctypes.STATUS_MISSED:
		b.Missed++
	case poctypes.STATUS_VOID:
		b.Void++
	}
	beaconer := r.byIndex(c.Hotspot)
	if beaconer == nil || heard == nil {
		return
	}
	if !beaconer.InPlace() {
		// The transmission itself is the lie: it claims to come from elsewhere.
		b.LiesSent[beaconer.Role]++
		if c.record.Points > 0 {
			b.LiesAccepted[beaconer.Role]++
		}
		return
	}
	if c.record.Status != poctypes.STATUS_SETTLED {
		return
	}
	var valid, accepted uint64
	for _, name := range heard.Heard {
		w := r.hotspot(name)
		if w == nil || !w.TellsTruth() || !w.InPlace() || !inReach(beaconer.True, w.True) {
			continue
		}
		valid++
		if v, ok := reports[reportKey{r.indexOf(w), c.ID}]; ok && v == wire.Accepted {
			accepted++
		}
	}
	b.Valid += min(valid, maxWitnesses)
	b.Accepted += accepted
}

// inReach tells whether two true places are as far apart as the chain allows.
func inReach(a, c geo.Point) bool {
	d := geo.Metres(geo.D2(a.ECEF(), c.ECEF()))
	return d >= minDistance && d <= maxDistance
}

// countReport counts one report that reached a block.
func (r *run) countReport(b *BeaconFacts, c challengeView, k reportKey, v wire.Verdict) {
	w, beaconer := r.byIndex(k.witness), r.byIndex(c.Hotspot)
	if w == nil || beaconer == nil {
		return
	}
	if !w.InPlace() {
		b.LiesSent[w.Role]++
	}
	if !w.TellsTruth() || !w.InPlace() {
		if v == wire.Accepted {
			b.LiesAccepted[w.Role]++
		}
		return
	}
	if !beaconer.InPlace() {
		// What is said is true, and about a lie: to refuse it is right.
		if v == wire.Accepted {
			b.LiesAccepted[beaconer.Role]++
		}
		return
	}
	switch v {
	case wire.NotRevealed, wire.Void:
		return // the beacon's fault or the chain's
	case wire.Redundant, wire.TooClose:
		b.Redundant++
	case wire.Accepted:
	default:
		b.HonestRejected++
		r.log.Warn("honest report rejected", "challenge", k.challenge, "witness", w.Name, "verdict", v.String())
	}
	b.HonestReports++
}

// countLies adds what the cheating programs say they sent.
func (r *run) countLies(ctx context.Context, b *BeaconFacts) error {
	for i, h := range r.layout.Hotspots {
		if h.TellsTruth() || h.Role == Far {
			continue
		}
		var own struct {
			Sent uint64 `json:"sent"`
		}
		if err := r.getJSON(ctx, r.ports.url(offHotspotAPI+i)+"/lies", &own); err != nil {
			return fmt.Errorf("lies of %s: %w", h.Name, err)
		}
		b.LiesSent[h.Role] += own.Sent
	}
	return nil
}

// colluderPay is what the unsolved cheat earned: paid, and still owed. The
// owner's account was funded with a known sum and pays nothing but what it
// bought at the start.
func (r *run) colluderPay(ctx context.Context, b *BeaconFacts) error {
	client := rewardstypes.NewQueryClient(r.chain.Conn())
	for i, h := range r.layout.Hotspots {
		if h.Role != Colluder || i >= len(r.indexes) {
			continue
		}
		owed, err := client.Owed(ctx, &rewardstypes.QueryOwedRequest{Hotspot: r.indexes[i]})
		if err != nil {
			return fmt.Errorf("pay of the colluder: %w", err)
		}
		now, err := r.balance(ctx, r.layout.Account(h.Owner).Address)
		if err != nil {
			return fmt.Errorf("pay of the colluder: %w", err)
		}
		b.ColluderSpark += owed.Accrued + owed.Escrow + now - r.ownerStart[i]
	}
	return nil
}

func (r *run) indexOf(h *Hotspot) uint32 {
	for i := range r.layout.Hotspots {
		if &r.layout.Hotspots[i] == h {
			return r.indexes[i]
		}
	}
	return 0
}
