package types

import (
	"math"

	errorsmod "cosmossdk.io/errors"

	"github.com/hexwave/hexwave/proto/wire"
)

// maxFee is 10 million US$: no sum of fees leaves 64 bits.
const maxFee = 1_000_000_000_000

// DefaultParams are the launch values of the parameter sheet: US$ 40 for a full
// hotspot, 0.50 for one that carries data only (a Wi-Fi one too, which earns by
// data alone), US$ 5 and 0.50 for a location; antennas of 0 to 15 dBi;
// registrations signed at most three days ahead at 6 s a block; 64 pages of 64
// full hotspots in a res-6 cell; 10 cents for a transfer, a new hash chain and a
// new key, nothing for a payout split and for leaving.
func DefaultParams() Params {
	return Params{
		FeeFullLora: 4_000_000, FeeDataLora: 50_000, FeeWifi: 50_000,
		FeeLocation: 500_000, FeeLocationData: 50_000,
		MinGain: 0, MaxGain: 150,
		MaxRegistrationBlocks: 43_200,
		MaxPerCell:            4_096,
		FeeTransfer:           10_000,
		FeeRenew:              10_000,
		FeeRotate:             10_000,
	}
}

// Validate returns ErrParams unless the parameters hold together.
func (p Params) Validate() error {
	if max(p.FeeFullLora, p.FeeDataLora, p.FeeWifi, p.FeeLocation, p.FeeLocationData,
		p.FeeTransfer, p.FeeRenew, p.FeeRotate, p.FeePayout, p.FeeRetire) > maxFee {
		return errorsmod.Wrapf(ErrParams, "a fee is above %d credits", uint64(maxFee))
	}
	if p.MinGain > p.MaxGain || p.MinGain < math.MinInt16 || p.MaxGain > math.MaxInt16 {
		return errorsmod.Wrapf(ErrParams, "gain %d to %d", p.MinGain, p.MaxGain)
	}
	if p.MaxRegistrationBlocks == 0 {
		return errorsmod.Wrap(ErrParams, "registrations would never be valid")
	}
	if p.MaxPerCell == 0 || p.MaxPerCell > 4_096 {
		return errorsmod.Wrapf(ErrParams, "%d hotspots a cell, want 1 to 4096", p.MaxPerCell)
	}
	return nil
}

// RegistrationFee returns the DC that registering a hotspot of a class costs.
func (p Params) RegistrationFee(c wire.HotspotClass) uint64 {
	switch c {
	case wire.ClassFullLoRa:
		return p.FeeFullLora
	case wire.ClassDataLoRa:
		return p.FeeDataLora
	}
	return p.FeeWifi
}

// LocationFee returns the DC that moving a hotspot of a class to another cell
// costs.
func (p Params) LocationFee(c wire.HotspotClass) uint64 {
	if c == wire.ClassFullLoRa {
		return p.FeeLocation
	}
	return p.FeeLocationData
}

// DefaultGenesis returns the state of a new chain.
func DefaultGenesis() *GenesisState { return &GenesisState{Params: DefaultParams(), NextIndex: 1} }
