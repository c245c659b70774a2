package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	rpchttp "github.com/cometbft/cometbft/rpc/client/http"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/spf13/cobra"
)

// errTrust is returned when the nodes that were asked do not agree on the chain.
var errTrust = errors.New("nodes do not agree")

// trust is the block that state sync starts from.
type trust struct {
	Height  int64    `json:"trust_height"`
	Hash    string   `json:"trust_hash"`
	Servers []string `json:"rpc_servers"`
}

func stateSyncCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "state-sync RPC RPC...",
		Short: "Have the first start take a snapshot from peers instead of executing all blocks",
		Long: `Asks two nodes or more for a block about a snapshot's interval ago, and writes its height and
hash into config.toml when all name the same. The first start then takes a snapshot
from its peers and checks it against that block. Whoever runs all of the nodes that
are named here can show this node another chain: name some that do not belong together.`,
		Example: "hexwaved state-sync https://rpc.example.org:443 https://rpc.example.com:443",
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, servers []string) error {
			cfg := server.GetServerContextFromCmd(cmd).Config
			chainID, err := genesisChain(cfg.GenesisFile())
			if err != nil {
				return err
			}
			found, err := findTrust(cmd.Context(), chainID, servers)
			if err != nil {
				return err
			}
			s := cfg.StateSync
			s.Enable, s.RPCServers, s.TrustHeight, s.TrustHash = true, found.Servers, found.Height, found.Hash
			if err := cfg.ValidateBasic(); err != nil {
				return fmt.Errorf("check %s: %w", cometConfigFile, err)
			}
			cmtcfg.WriteConfigFile(filepath.Join(cfg.RootDir, configDirectory, cometConfigFile), cfg)
			return printJSON(cmd, found)
		},
	}
}

// findTrust returns a block on which all servers agree.
func findTrust(ctx context.Context, chainID string, servers []string) (trust, error) {
	found := trust{Servers: servers}
	var hash []byte
	for i, url := range servers {
		c, err := rpchttp.New(url, "/websocket")
		if err != nil {
			return trust{}, fmt.Errorf("ask %s: %w", url, err)
		}
		if i == 0 {
			status, err := c.Status(ctx)
			if err != nil {
				return trust{}, fmt.Errorf("ask %s: %w", url, err)
			}
			if got := status.NodeInfo.Network; got != chainID {
				return trust{}, fmt.Errorf("%w: %s follows %s, the genesis is for %s", errWrongChain, url, got, chainID)
			}
			found.Height = max(status.SyncInfo.LatestBlockHeight-snapshotInterval, status.SyncInfo.EarliestBlockHeight)
		}
		commit, err := c.Commit(ctx, &found.Height)
		if err != nil {
			return trust{}, fmt.Errorf("ask %s for block %d: %w", url, found.Height, err)
		}
		got := commit.Hash()
		if i == 0 {
			hash = got
		}
		if len(got) == 0 || !bytes.Equal(got, hash) {
			return trust{}, fmt.Errorf("%w: block %d is %X on %s and %X on %s", errTrust, found.Height, hash, servers[0], got, url)
		}
	}
	found.Hash = fmt.Sprintf("%X", hash)
	return found, nil
}
