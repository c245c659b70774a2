package app

import (
	"fmt"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/codec/address"
	"github.com/cosmos/cosmos-sdk/codec/types"
	"github.com/cosmos/cosmos-sdk/std"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtx "github.com/cosmos/cosmos-sdk/x/auth/tx"
	"github.com/cosmos/cosmos-sdk/x/tx/signing"
	"github.com/cosmos/gogoproto/proto"
)

// Encoding is everything needed to write and read transactions and state.
type Encoding struct {
	Registry types.InterfaceRegistry
	Codec    codec.Codec
	Amino    *codec.LegacyAmino
	TxConfig client.TxConfig
}

// NewEncoding makes the codecs with the chain's address prefixes. Module types
// are registered later, from the module manager.
func NewEncoding() (Encoding, error) {
	cfg := sdk.GetConfig()
	registry, err := types.NewInterfaceRegistryWithOptions(types.InterfaceRegistryOptions{
		ProtoFiles: proto.HybridResolver,
		SigningOptions: signing.Options{
			AddressCodec:          address.NewBech32Codec(cfg.GetBech32AccountAddrPrefix()),
			ValidatorAddressCodec: address.NewBech32Codec(cfg.GetBech32ValidatorAddrPrefix()),
		},
	})
	if err != nil {
		return Encoding{}, fmt.Errorf("build interface registry: %w", err)
	}
	if err := registry.SigningContext().Validate(); err != nil {
		return Encoding{}, fmt.Errorf("check message signers: %w", err)
	}
	cdc := codec.NewProtoCodec(registry)
	amino := codec.NewLegacyAmino()
	std.RegisterLegacyAminoCodec(amino)
	std.RegisterInterfaces(registry)
	return Encoding{
		Registry: registry,
		Codec:    cdc,
		Amino:    amino,
		TxConfig: authtx.NewTxConfig(cdc, authtx.DefaultSignModes),
	}, nil
}
