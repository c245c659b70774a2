package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
)

// DefaultParams are the launch values: one challenge in six hours of 6 s blocks,
// two slots a block, reports for 48 s after the draw.
func DefaultParams() Params {
	return Params{
		Version: 1, WindowBlocks: 3_600,
		TxDelay: 2, BlockMs: 6_000, SlotsPerBlock: 2, SlotMs: 3_000,
		CloseBlocks: 8, RevealBlocks: 18, SettleBlocks: 20, VoidMs: 300_000,
		MaxWitnesses: 14, MinDistanceM: 400, MaxDistanceM: 100_000, FreqToleranceHz: 5_000,
		RssiMargin: 30, SensitivityMargin: 30, SnrMargin: 20, ReciprocityBlocks: 28_800,
		NearTarget: 64, FarTarget: 32,
		AirtimePermille: 10, SurprisePermille: 20, PairedPermille: 20,
		MaxDrawsPerBlock: 1_024, MaxWalk: 256, MaxMisses: 8, PowerSteps: []int32{0, -30, -60},
		Edges:  EdgeParams{MinAsked: 10, NoReach: 150, FullReach: 350, MinSpread: 300, MinSlope: 250, MaxSlope: 1_750},
		Probes: 8, RampBlocks: 216_000, RampEndBlocks: 864_000, RampWitnesses: 10,
		BadBatchSpark: 100 * 100_000_000, HotspotReports: 4,
		LaneBytesPerBlock: 1 << 20, RelayBytesPerBlock: 256 << 10, MaxBatchItems: 1_000,
	}
}

// DevnetParams are DefaultParams for a handful of hotspots and blocks of about
// one second: a window of 20 blocks, settled 15 blocks after the draw, without
// reciprocity, which a short run cannot fulfil, and without surprises.
func DevnetParams() Params {
	p := DefaultParams()
	p.WindowBlocks, p.BlockMs, p.SlotsPerBlock, p.SlotMs = 20, 1_000, 2, 500
	// A header's time is about a block behind the clock: three blocks leave two
	// seconds to hear of the challenge.
	p.TxDelay, p.CloseBlocks, p.RevealBlocks, p.SettleBlocks, p.VoidMs = 3, 8, 13, 15, 60_000
	p.ReciprocityBlocks, p.AirtimePermille = 0, 100
	p.SurprisePermille, p.PairedPermille = 0, 0
	p.RampBlocks, p.RampEndBlocks = 0, 0
	return p
}

// Draw returns the parameters of drawing.
func (p *Params) Draw() *challenge.Params {
	return &challenge.Params{
		Version: p.Version, WindowBlocks: p.WindowBlocks, TxDelay: p.TxDelay, BlockMs: p.BlockMs,
		Slots: p.SlotsPerBlock, SlotMs: p.SlotMs,
		CloseBlocks: p.CloseBlocks, RevealBlocks: p.RevealBlocks, SettleBlocks: p.SettleBlocks,
		AirtimePermille: p.AirtimePermille, SurprisePermille: p.SurprisePermille, PairedPermille: p.PairedPermille,
		MaxDraws: p.MaxDrawsPerBlock, MaxWalk: p.MaxWalk, PowerSteps: p.PowerSteps,
	}
}

// Rules returns the parameters of the report checks.
func (p *Params) Rules() verify.Rules {
	return verify.Rules{
		MinDistance: uint32(p.MinDistanceM), MaxDistance: uint32(p.MaxDistanceM), FreqTolerance: p.FreqToleranceHz,
		RSSIMargin: p.RssiMargin, SensitivityMargin: p.SensitivityMargin, SNRMargin: p.SnrMargin,
		Reciprocity: p.ReciprocityBlocks, Quota: p.HotspotReports,
	}
}

// Selection returns how witnesses are kept.
func (p *Params) Selection() score.Selection {
	return score.Selection{MaxWitnesses: int(p.MaxWitnesses), MinDistance: uint32(p.MinDistanceM)}
}

// EdgeRules returns what an edge must show.
func (p *Params) EdgeRules() score.EdgeRules {
	e := p.Edges
	return score.EdgeRules{
		MinAsked: uint8(e.MinAsked), NoReach: e.NoReach, FullReach: e.FullReach,
		MinSpread: e.MinSpread, MinSlope: e.MinSlope, MaxSlope: e.MaxSlope,
	}
}

// Ramp returns when a new hotspot is mature.
func (p *Params) Ramp() score.Ramp {
	return score.Ramp{Blocks: p.RampBlocks, End: p.RampEndBlocks, Witnesses: p.RampWitnesses}
}

// Months returns how many months of 30 days blocks last.
func (p *Params) Months(blocks uint64) uint32 {
	const monthMs = 30 * 24 * 3_600 * 1_000
	return uint32(min(blocks*uint64(p.BlockMs)/monthMs, 1<<16))
}

// Validate returns ErrParams when a value is out of range.
func (p *Params) Validate() error {
	if err := p.Draw().Validate(); err != nil {
		return errorsmod.Wrap(ErrParams, err.Error())
	}
	for _, c := range []struct {
		ok   bool
		what string
	}{
		{p.MaxWitnesses >= 1 && p.MaxWitnesses <= limits.MaxWitnesses, "max_witnesses must be 1 to 14"},
		{p.MinDistanceM < p.MaxDistanceM && p.MaxDistanceM <= limits.MaxDistance, "distances out of range"},
		{p.FreqToleranceHz <= 100_000, "freq_tolerance_hz must be at most 100,000"},
		{inMargin(p.RssiMargin) && inMargin(p.SensitivityMargin) && inMargin(p.SnrMargin), "a margin must be 0 to 200"},
		{p.NearTarget+p.FarTarget >= 1 && p.NearTarget <= limits.MaxReports/2 && p.FarTarget <= limits.MaxReports/2, "sortition targets out of range"},
		{p.HotspotReports >= 1, "hotspot_reports must be at least 1"},
		{p.MaxMisses >= 1, "max_misses must be at least 1"},
		{p.Edges.isValid(), "edges out of range"},
		{p.Probes <= limits.MaxProbes, "probes must be at most 16"},
		{p.RampBlocks <= p.RampEndBlocks && p.RampWitnesses <= score.MaxEdges, "ramp out of range"},
		{p.LaneBytesPerBlock >= 1<<10 && p.RelayBytesPerBlock >= 1<<10, "byte quotas must be at least 1 KiB"},
		{p.MaxBatchItems >= 1 && p.MaxBatchItems <= limits.MaxBatchItems, "max_batch_items must be 1 to 1,024"},
	} {
		if !c.ok {
			return errorsmod.Wrap(ErrParams, c.what)
		}
	}
	return nil
}

func (e EdgeParams) isValid() bool {
	return e.MinAsked <= 200 && e.NoReach < e.FullReach && e.FullReach <= 1_000 &&
		e.MinSlope <= 1_000 && e.MaxSlope >= 1_000 && e.MaxSlope <= 10_000
}

func inMargin(m int32) bool { return m >= 0 && m <= 200 }
