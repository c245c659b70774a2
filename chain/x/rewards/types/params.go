package types

import (
	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/poc/reward"
)

const (
	// MaxClaims bounds the hotspots of one claim.
	MaxClaims = 100
	// MeanEpochs is over how many closed epochs the mean of points is taken.
	MeanEpochs = 30
	// KeepEpochs is for how long a closed epoch stays on record.
	KeepEpochs = 400
	// NothingLeft is the sweep cursor when every cell is rated.
	NothingLeft = ^uint64(0)
	// sweepBlocks is half a day of blocks of 6 s: how long a sweep may take.
	sweepBlocks = 7_200
	// maxFold bounds the journals that a block reads: 50 kB each at a million
	// hotspots.
	maxFold = 256
	// MaxSupply is 240 million HXW: what premine and schedule come to at most.
	MaxSupply = 24_000_000_000_000_000
	// maxEmission is twice that: no sum of pay leaves 64 bits.
	maxEmission = 2 * MaxSupply
)

// DefaultParams are the launch values of the parameter sheet and of the page
// "Money in numbers".
func DefaultParams() Params {
	return Params{
		EpochSeconds:             86_400,
		InitialEmission:          16_438_356_164_383,
		HalvingEpochs:            730,
		ValidatorsBps:            600,
		CommunityBps:             700,
		BaseShareBps:             []uint32{10_000, 7_500, 5_000, 2_500, 1_000},
		EpochsPerYear:            365,
		MaxPointShareBps:         5_000,
		MaxHotspotPermille:       10,
		LifetimeMultiplePermille: 1_000,
		DemandFraction:           30,
		ReemitCap:                164_383_561_643,
		ReemitSmoothing:          7,
		SweepCellsPerBlock:       10,
		FoldBlocks:               128,
		RampBps:                  1_000,
		MaxSupply:                MaxSupply,
	}
}

// Validate returns ErrParams unless the parameters hold together.
func (p Params) Validate() error {
	switch {
	case p.EpochSeconds == 0 || p.EpochSeconds > 31_536_000:
		return errorsmod.Wrapf(ErrParams, "epoch of %d seconds", p.EpochSeconds)
	case p.InitialEmission > maxEmission || p.HalvingEpochs == 0:
		return errorsmod.Wrapf(ErrParams, "emission %d halving each %d epochs", p.InitialEmission, p.HalvingEpochs)
	case !p.Shares().Valid():
		return errorsmod.Wrapf(ErrParams, "shares %d and %d", p.ValidatorsBps, p.CommunityBps)
	case p.EpochsPerYear == 0 || len(p.BaseShareBps) > 100:
		return errorsmod.Wrapf(ErrParams, "%d epochs a year, %d years", p.EpochsPerYear, len(p.BaseShareBps))
	case p.MaxHotspotPermille > 1_000 || p.MaxPointShareBps > 1_000_000:
		return errorsmod.Wrapf(ErrParams, "caps %d and %d", p.MaxHotspotPermille, p.MaxPointShareBps)
	case p.LifetimeMultiplePermille == 0 || p.LifetimeMultiplePermille > 3_000:
		return errorsmod.Wrapf(ErrParams, "lifetime multiple %d, want 1 to 3000 thousandths", p.LifetimeMultiplePermille)
	case p.DemandFraction == 0 || p.SweepCellsPerBlock == 0 || p.FoldBlocks == 0 || p.FoldBlocks > maxFold:
		return errorsmod.Wrap(ErrParams, "a fraction or a number of cells is 0")
	case p.RampBps > 10_000:
		return errorsmod.Wrapf(ErrParams, "ramp of %d", p.RampBps)
	case p.MaxSupply > MaxSupply:
		return errorsmod.Wrapf(ErrParams, "supply of %d, at most %d", p.MaxSupply, uint64(MaxSupply))
	case p.ReemitCap > maxEmission:
		return errorsmod.Wrapf(ErrParams, "re-emission cap %d", p.ReemitCap)
	}
	for _, bps := range p.BaseShareBps {
		if bps > 10_000 {
			return errorsmod.Wrapf(ErrParams, "base share %d", bps)
		}
	}
	return nil
}

// Schedule returns the emission before re-emission.
func (p Params) Schedule() reward.Schedule {
	return reward.Schedule{Initial: p.InitialEmission, HalvingEpochs: p.HalvingEpochs}
}

// Shares returns who gets an epoch's emission.
func (p Params) Shares() reward.Shares {
	return reward.Shares{Validators: p.ValidatorsBps, Community: p.CommunityBps}
}

// Caps returns what bounds the pay of a point and of a hotspot.
func (p Params) Caps() reward.Caps {
	return reward.Caps{PointShare: p.MaxPointShareBps, Hotspot: p.MaxHotspotPermille}
}

// SweepCells returns how many of n cells a block rates, so that all are done in
// half a main-network epoch.
func (p Params) SweepCells(n uint64) int {
	return int(max(uint64(p.SweepCellsPerBlock), (n+sweepBlocks-1)/sweepBlocks))
}
