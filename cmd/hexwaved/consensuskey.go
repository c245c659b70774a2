package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmtjson "github.com/cometbft/cometbft/libs/json"
	"github.com/cometbft/cometbft/privval"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/cosmos-sdk/client"
	cryptocodec "github.com/cosmos/cosmos-sdk/crypto/codec"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
)

// nextKeyFile holds the key that a validator is about to sign with.
const nextKeyFile = "priv_validator_key.next.json"

// Reasons why a consensus key is not made or not put in place.
var (
	errKeyExists  = errors.New("the next consensus key already exists")
	errNotRotated = errors.New("the chain does not take the next consensus key")
)

const consensusKeyLong = `A validator changes the key that it signs blocks with in three steps:
  hexwaved consensus-key init    makes the next key and prints the transaction
  (send the transaction with the operator's account)
  hexwaved consensus-key swap    with the node stopped: puts the key in place
The chain takes the new key two blocks after the transaction. From then on until the
swap the validator misses its blocks, as in any restart. The old key can still be
punished for what it signed: never use it again, anywhere.`

func consensusKeyCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "consensus-key", Short: "Change the key that a validator signs blocks with", Long: consensusKeyLong}
	cmd.AddCommand(
		&cobra.Command{
			Use: "init", Short: "Make the next key and print the transaction that announces it", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				file := nextKey(server.GetServerContextFromCmd(cmd).Config)
				if _, err := os.Lstat(file); !errors.Is(err, fs.ErrNotExist) {
					return fmt.Errorf("%w: %s", errKeyExists, file)
				}
				privval.GenFilePV(file, "").Key.Save()
				return printRotation(cmd, file)
			},
		},
		&cobra.Command{
			Use: "show", Short: "Print the transaction that announces the next key", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				return printRotation(cmd, nextKey(server.GetServerContextFromCmd(cmd).Config))
			},
		},
		&cobra.Command{
			Use: "swap", Short: "Sign with the next key from the next start on; the node must be stopped", Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error {
				old, err := swapKey(server.GetServerContextFromCmd(cmd).Config)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "the next start signs with the new key; the old one is in %s\n", old)
				return err
			},
		},
	)
	return cmd
}

func nextKey(cfg *cmtcfg.Config) string {
	return filepath.Join(filepath.Dir(cfg.PrivValidatorKeyFile()), nextKeyFile)
}

func readKey(file string) (privval.FilePVKey, error) {
	var key privval.FilePVKey
	raw, err := os.ReadFile(file)
	if err != nil {
		return key, fmt.Errorf("read consensus key: %w", err)
	}
	if err := cmtjson.Unmarshal(raw, &key); err != nil || key.PubKey == nil || key.PrivKey == nil {
		return key, errors.Join(fmt.Errorf("read consensus key: %s holds none", file), err)
	}
	return key, nil
}

func printRotation(cmd *cobra.Command, file string) error {
	key, err := readKey(file)
	if err != nil {
		return err
	}
	public, err := cryptocodec.FromCmtPubKeyInterface(key.PubKey)
	if err != nil {
		return fmt.Errorf("read consensus key: %w", err)
	}
	ctx := client.GetClientContextFromCmd(cmd)
	raw, err := ctx.Codec.MarshalInterfaceJSON(public)
	if err != nil {
		return fmt.Errorf("encode consensus key: %w", err)
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s tx staking rotate-cons-pub-key '%s' --from KEY --chain-id %s\n", app.Binary, raw, ctx.ChainID)
	return err
}

// swapKey puts the next key in place and returns where the old one lies now. It refuses
// unless the node has executed the block that took the key: a validator that signs with
// a key which the chain does not know misses its blocks.
func swapKey(cfg *cmtcfg.Config) (old string, err error) {
	file, next := cfg.PrivValidatorKeyFile(), nextKey(cfg)
	key, err := readKey(next)
	if err != nil {
		return "", err
	}
	present, err := readKey(file)
	if err != nil {
		return "", err
	}
	r, err := openRecorded(cfg)
	if err != nil {
		return "", err
	}
	last := r.last
	if err := r.Close(); err != nil {
		return "", fmt.Errorf("close the node's databases: %w", err)
	}
	if !hasKey(last.NextValidators, key) && !hasKey(last.Validators, key) {
		return "", fmt.Errorf("%w: it is no validator's after block %d, the last that this node has; send the transaction, let the node execute it",
			errNotRotated, last.LastBlockHeight)
	}
	old = filepath.Join(filepath.Dir(file), fmt.Sprintf("priv_validator_key.%s.json", present.Address))
	// A link first: at no moment is there no key, of which the node would make a new one.
	if err := os.Link(file, old); err != nil {
		return "", fmt.Errorf("keep the old consensus key: %w", err)
	}
	if err := os.Rename(next, file); err != nil {
		return "", fmt.Errorf("put the next consensus key in place: %w", err)
	}
	return old, nil
}

func hasKey(set *cmttypes.ValidatorSet, key privval.FilePVKey) bool {
	return set != nil && set.HasAddress(key.PubKey.Address())
}
