package main

import (
	"encoding/base64"
	"fmt"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app/vrf"
)

func vrfCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "vrf",
		Short: "Manage the node's randomness key",
		Long: `Every validator proves its turn with a randomness key. The key lies in
config/` + vrf.FileName + ` with mode 0600; its public half is registered on chain
and counts from a later epoch on. A validator whose key is active must propose
with it: losing the file costs every turn until a new key is active.`,
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "init",
			Short: "Make the key; an existing one is never replaced",
			Args:  cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				key, err := vrf.Create(vrf.Path(client.GetClientContextFromCmd(cmd).HomeDir))
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
				key, err := vrf.Load(vrf.Path(client.GetClientContextFromCmd(cmd).HomeDir))
				if err != nil {
					return err
				}
				return printVRF(cmd, key)
			},
		},
	)
	return cmd
}

func printVRF(cmd *cobra.Command, key *vrf.Key) error {
	return printJSON(cmd, struct {
		Hex    string `json:"public_key_hex"`
		Base64 string `json:"public_key_base64"`
	}{fmt.Sprintf("%x", key.Public()), base64.StdEncoding.EncodeToString(key.Public())})
}
