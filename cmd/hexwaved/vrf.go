package main

import (
	"encoding/base64"
	"fmt"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/vrf"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/proto/wire"
)

func vrfCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vrf",
		Short: "Manage the node's randomness key",
		Long: `Every validator proves its turn with a randomness key. The key lies in
config/` + vrf.FileName + ` with mode 0600; its public half is registered on chain
and counts from the epoch after the next. A validator whose key counts must
propose with it: losing the file costs every turn until a new key counts.`,
	}
	var next bool
	path := func(cmd *cobra.Command) string {
		home := client.GetClientContextFromCmd(cmd).HomeDir
		if next {
			return vrf.NextPath(home)
		}
		return vrf.Path(home)
	}
	cmd.PersistentFlags().BoolVar(&next, "next", false, "the key of a coming epoch, "+vrf.NextFileName)
	cmd.AddCommand(
		&cobra.Command{
			Use:   "init",
			Short: "Make the key; an existing one is never replaced",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				key, err := vrf.Create(path(cmd))
				if err != nil {
					return err
				}
				return printVRF(cmd, key)
			},
		},
		&cobra.Command{
			Use:   "show",
			Short: "Print the public key",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				key, err := vrf.Load(path(cmd))
				if err != nil {
					return err
				}
				return printVRF(cmd, key)
			},
		},
		vrfRegister(path),
	)
	return cmd
}

// vrfRegister prints the transaction that registers the key, because only the
// operator's account, which need not be on this machine, can send it.
func vrfRegister(path func(*cobra.Command) string) *cobra.Command {
	var chainID string
	cmd := &cobra.Command{
		Use:     "register VALOPER",
		Short:   "Print the command that registers the key, with its proof of possession",
		Example: "hexwaved vrf register hxwvaloper1... --chain-id hexwave-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			operator, err := sdk.ValAddressFromBech32(args[0])
			if err != nil {
				return fmt.Errorf("read operator %q: %w", args[0], err)
			}
			if chainID == "" {
				chainID = client.GetClientContextFromCmd(cmd).ChainID
			}
			key, err := vrf.Load(path(cmd))
			if err != nil {
				return err
			}
			proof := key.Prove(poctypes.PossessionAlpha(wire.HashChainID(chainID), operator))
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s tx poc register-vrf-key %s %s --from KEY --chain-id %s\n", app.Binary,
				base64.StdEncoding.EncodeToString(key.Public()), base64.StdEncoding.EncodeToString(proof[:]), chainID)
			return err
		},
	}
	cmd.Flags().StringVar(&chainID, flags.FlagChainID, "", "chain that the proof is for (default: of client.toml)")
	return cmd
}

func printVRF(cmd *cobra.Command, key *vrf.Key) error {
	return printJSON(cmd, struct {
		Hex    string `json:"public_key_hex"`
		Base64 string `json:"public_key_base64"`
	}{fmt.Sprintf("%x", key.Public()), base64.StdEncoding.EncodeToString(key.Public())})
}
