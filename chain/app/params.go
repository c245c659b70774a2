package app

import (
	"os"
	"path/filepath"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Names that every part of the chain agrees on.
const (
	// Name is the application name, used in version output and logs.
	Name = "hexwave"
	// Binary is the file name of the node.
	Binary = "hexwaved"
	// AddressPrefix is the bech32 human-readable part of an account.
	AddressPrefix = "hxw"
	// Denom is the base unit of the token: 1 HXW = 10^8 spark.
	Denom = "spark"
	// DisplayDenom is the token as people write it.
	DisplayDenom = "hxw"
	// DenomExponent is the number of decimal places between the two.
	DenomExponent = 8
	// PowerReduction is how many spark of stake are one unit of voting power.
	PowerReduction = 100_000_000
)

// Configure sets the SDK's process-wide address prefixes, bond denomination and
// power reduction. The SDK keeps these in package variables, so every program
// and test that builds an App calls Configure once, before anything else. It
// may be called again: the values are always the same.
func Configure() {
	c := sdk.GetConfig()
	c.SetBech32PrefixForAccount(AddressPrefix, AddressPrefix+sdk.PrefixPublic)
	c.SetBech32PrefixForValidator(
		AddressPrefix+sdk.PrefixValidator+sdk.PrefixOperator,
		AddressPrefix+sdk.PrefixValidator+sdk.PrefixOperator+sdk.PrefixPublic)
	c.SetBech32PrefixForConsensusNode(
		AddressPrefix+sdk.PrefixValidator+sdk.PrefixConsensus,
		AddressPrefix+sdk.PrefixValidator+sdk.PrefixConsensus+sdk.PrefixPublic)
	sdk.DefaultBondDenom = Denom
	sdk.DefaultPowerReduction = math.NewInt(PowerReduction)
}

// DefaultHome is the node's home directory when none is named: ~/.hexwaved, or
// .hexwaved in the working directory where the user has no home.
func DefaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, "."+Binary)
}
