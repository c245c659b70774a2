// Package netgenesis builds the genesis document of a network whose founders
// are all known: funded accounts, validators by gentx, and a patch over the
// modules' default state. It never writes files and never starts anything.
package netgenesis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"cosmossdk.io/math"
	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"

	"github.com/hexwave/hexwave/chain/app"
)

// ErrInput is returned for a network that could not start: no validator, no
// chain id, or a validator that stakes more than it has.
var ErrInput = errors.New("network description is not usable")

// Validator is a founder of the network.
type Validator struct {
	// Moniker is the name shown to people.
	Moniker string
	// Operator signs the gentx and owns the stake.
	Operator cryptotypes.PrivKey
	// Consensus is the public key the node signs blocks with.
	Consensus cryptotypes.PubKey
	// VRF is the 32-byte public randomness key, or nil for none.
	VRF []byte
	// Stake and Balance are in spark; Stake is taken out of Balance.
	Stake, Balance int64
}

// Account is an address that has tokens from the start.
type Account struct {
	Address sdk.AccAddress
	Coins   sdk.Coins
	// Module says that the address is a module's, which makes its account itself.
	Module bool
}

// Network describes what Build makes.
type Network struct {
	ChainID    string
	Time       time.Time
	Validators []Validator
	Accounts   []Account
	// Patch is a JSON merge patch (RFC 7386) over the app state, or nil. It is
	// applied last, so it may change anything above.
	Patch []byte
}

// Build returns the genesis document of a network.
func Build(a *app.App, n Network) (*genutiltypes.AppGenesis, error) {
	if n.ChainID == "" || len(n.Validators) == 0 {
		return nil, fmt.Errorf("build genesis: %w: a chain id and a validator are needed", ErrInput)
	}
	state, err := a.DefaultGenesis()
	if err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	accounts := n.Accounts
	var gentxs []json.RawMessage
	for _, v := range n.Validators {
		if v.Stake > v.Balance || v.Stake <= 0 {
			return nil, fmt.Errorf("build genesis: %w: validator %s stakes %d of %d", ErrInput, v.Moniker, v.Stake, v.Balance)
		}
		raw, err := gentx(a, n.ChainID, v)
		if err != nil {
			return nil, fmt.Errorf("build genesis: gentx of %s: %w", v.Moniker, err)
		}
		gentxs = append(gentxs, raw)
		accounts = append(accounts, Account{
			Address: sdk.AccAddress(v.Operator.PubKey().Address()),
			Coins:   sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(v.Balance))),
		})
	}
	if err := fund(a, state, accounts); err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	if err := scaleEmission(a, state, accounts); err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	cdc := a.Encoding().Codec
	if state[genutiltypes.ModuleName], err = cdc.MarshalJSON(&genutiltypes.GenesisState{GenTxs: gentxs}); err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	if err := addRandomnessKeys(cdc, state, n.Validators); err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	raw, err := json.Marshal(state)
	if err != nil {
		return nil, fmt.Errorf("build genesis: %w", err)
	}
	if len(n.Patch) > 0 {
		if raw, err = MergePatch(raw, n.Patch); err != nil {
			return nil, fmt.Errorf("build genesis: %w", err)
		}
	}
	doc := genutiltypes.NewAppGenesisWithVersion(n.ChainID, raw)
	doc.AppName = app.Name
	doc.GenesisTime = n.Time
	doc.InitialHeight = 1
	doc.Consensus.Params = app.ConsensusParams()
	return doc, nil
}

// gentx is the signed transaction that makes v a validator at height zero.
func gentx(a *app.App, chainID string, v Validator) (json.RawMessage, error) {
	owner := sdk.ValAddress(v.Operator.PubKey().Address())
	msg, err := stakingtypes.NewMsgCreateValidator(owner.String(), v.Consensus,
		sdk.NewCoin(app.Denom, math.NewInt(v.Stake)),
		stakingtypes.NewDescription(v.Moniker, "", "", "", ""),
		stakingtypes.NewCommissionRates(math.LegacyNewDecWithPrec(5, 2), math.LegacyNewDecWithPrec(20, 2), math.LegacyNewDecWithPrec(1, 2)),
		math.OneInt())
	if err != nil {
		return nil, err
	}
	cfg := a.Encoding().TxConfig
	b := cfg.NewTxBuilder()
	if err := b.SetMsgs(msg); err != nil {
		return nil, err
	}
	b.SetGasLimit(1_000_000)
	mode := signing.SignMode_SIGN_MODE_DIRECT
	if err := b.SetSignatures(signing.SignatureV2{
		PubKey: v.Operator.PubKey(),
		Data:   &signing.SingleSignatureData{SignMode: mode},
	}); err != nil {
		return nil, err
	}
	sig, err := clienttx.SignWithPrivKey(context.Background(), mode, authsigning.SignerData{
		Address: sdk.AccAddress(v.Operator.PubKey().Address()).String(),
		ChainID: chainID,
		PubKey:  v.Operator.PubKey(),
	}, b, v.Operator, cfg, 0)
	if err != nil {
		return nil, err
	}
	if err := b.SetSignatures(sig); err != nil {
		return nil, err
	}
	return cfg.TxJSONEncoder()(b.GetTx())
}

// fund writes accounts and balances; the bank sums up the supply itself.
func fund(a *app.App, state map[string]json.RawMessage, accounts []Account) error {
	cdc := a.Encoding().Codec
	var auth authtypes.GenesisState
	var bank banktypes.GenesisState
	if err := cdc.UnmarshalJSON(state[authtypes.ModuleName], &auth); err != nil {
		return fmt.Errorf("read auth genesis: %w", err)
	}
	if err := cdc.UnmarshalJSON(state[banktypes.ModuleName], &bank); err != nil {
		return fmt.Errorf("read bank genesis: %w", err)
	}
	var bases authtypes.GenesisAccounts
	for _, acc := range accounts {
		if !acc.Module {
			bases = append(bases, authtypes.NewBaseAccount(acc.Address, nil, 0, 0))
		}
		bank.Balances = append(bank.Balances, banktypes.Balance{Address: acc.Address.String(), Coins: acc.Coins.Sort()})
	}
	packed, err := authtypes.PackAccounts(authtypes.SanitizeGenesisAccounts(bases))
	if err != nil {
		return fmt.Errorf("pack accounts: %w", err)
	}
	auth.Accounts = append(auth.Accounts, packed...)
	if state[authtypes.ModuleName], err = cdc.MarshalJSON(&auth); err != nil {
		return fmt.Errorf("write auth genesis: %w", err)
	}
	if state[banktypes.ModuleName], err = cdc.MarshalJSON(&bank); err != nil {
		return fmt.Errorf("write bank genesis: %w", err)
	}
	return nil
}
