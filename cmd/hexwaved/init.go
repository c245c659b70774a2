package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
	cryptotypes "github.com/cosmos/cosmos-sdk/crypto/types"
	"github.com/cosmos/cosmos-sdk/x/genutil"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/vrf"
)

var errInitialised = errors.New("home is already initialised")

// initCommand makes the files of one node. It does not read the home's
// configuration, because it is what writes it.
func initCommand(shell *app.App) *cobra.Command {
	var chainID string
	var overwrite, serve bool
	cmd := &cobra.Command{
		Use:     "init MONIKER",
		Short:   "Make a node's keys, configuration and an empty genesis",
		Example: "hexwaved init my-node --chain-id hexwave-1",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			home := client.GetClientContextFromCmd(cmd).HomeDir
			file := filepath.Join(home, genesisFileInHome)
			if _, err := os.Stat(file); err == nil && !overwrite {
				return fmt.Errorf("%w: %s exists; --overwrite replaces genesis and configuration, keys are kept", errInitialised, file)
			}
			node, err := layout{home: home, moniker: args[0], chainID: chainID, serve: serve}.withDefaults().create()
			if err != nil {
				return err
			}
			doc, err := emptyGenesis(shell, chainID)
			if err != nil {
				return err
			}
			if err := doc.SaveAs(file); err != nil {
				return fmt.Errorf("write genesis: %w", err)
			}
			return printJSON(cmd, node)
		},
	}
	cmd.Flags().StringVar(&chainID, flags.FlagChainID, defaultChainID, "chain the node is for")
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "replace genesis and configuration; keys are kept")
	cmd.Flags().BoolVar(&serve, "serve", false, "keep what routers, explorers and wallets ask for: results of blocks, and an index of transactions that is never pruned")
	return cmd
}

func emptyGenesis(shell *app.App, chainID string) (*genutiltypes.AppGenesis, error) {
	state, err := shell.DefaultGenesis()
	if err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(state, "", " ")
	if err != nil {
		return nil, fmt.Errorf("encode genesis: %w", err)
	}
	doc := genutiltypes.NewAppGenesisWithVersion(chainID, raw)
	doc.AppName = app.Name
	doc.InitialHeight = 1
	doc.Consensus.Params = app.ConsensusParams()
	return doc, nil
}

// identity is what others need to know of a node.
type identity struct {
	Moniker   string `json:"moniker"`
	Home      string `json:"home"`
	NodeID    string `json:"node_id"`
	Consensus string `json:"consensus_pubkey"`
	VRF       string `json:"vrf_pubkey"`

	consensus cryptotypes.PubKey
	vrf       *vrf.Key
	comet     *cmtcfg.Config
}

// create writes the node's configuration and makes the keys it does not have.
func (l layout) create() (identity, error) {
	cfg, err := l.write()
	if err != nil {
		return identity{}, err
	}
	nodeID, consensus, err := genutil.InitializeNodeValidatorFiles(cfg)
	if err != nil {
		return identity{}, fmt.Errorf("make node keys: %w", err)
	}
	key, err := vrf.Load(vrf.Path(l.home))
	if errors.Is(err, os.ErrNotExist) {
		key, err = vrf.Create(vrf.Path(l.home))
	}
	if err != nil {
		return identity{}, err
	}
	return identity{
		Moniker: l.moniker, Home: l.home, NodeID: nodeID,
		Consensus: fmt.Sprintf("%x", consensus.Bytes()), VRF: fmt.Sprintf("%x", key.Public()),
		consensus: consensus, vrf: key, comet: cfg,
	}, nil
}

func printJSON(cmd *cobra.Command, v any) error {
	raw, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("encode output: %w", err)
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), string(raw))
	return err
}
