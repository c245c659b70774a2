package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"
	srvcfg "github.com/cosmos/cosmos-sdk/server/config"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"
	"github.com/spf13/viper"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/vrf"
)

// program runs the command in this process and returns what it printed.
func program(t *testing.T, args ...string) (string, error) {
	t.Helper()
	app.Configure()
	root, err := newRoot()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err = svrcmd.Execute(root, envPrefix, t.TempDir())
	return out.String(), err
}

func testnet(t *testing.T, args ...string) (string, []node) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "net")
	out, err := program(t, append([]string{"testnet", "init", "--output", dir, "--base-port", "31000"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var nodes []node
	if err := json.Unmarshal([]byte(out), &nodes); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return dir, nodes
}

func TestTestnetInit(t *testing.T) {
	patch := filepath.Join(t.TempDir(), "patch.json")
	if err := os.WriteFile(patch, []byte(`{"slashing":{"params":{"signed_blocks_window":"77"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	dir, nodes := testnet(t, "--validators", "3", "--chain-id", "test-7", "--block-time", "250ms", "--genesis-patch", patch)
	if len(nodes) != 3 {
		t.Fatalf("%d nodes", len(nodes))
	}
	var first []byte
	for i, n := range nodes {
		home := filepath.Join(dir, n.Moniker)
		genesis, err := os.ReadFile(filepath.Join(home, genesisFileInHome))
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = genesis
		}
		if !bytes.Equal(genesis, first) {
			t.Errorf("%s has another genesis", n.Moniker)
		}
		if _, err := vrf.Load(vrf.Path(home)); err != nil {
			t.Error(err)
		}
		cfg := comet(t, home)
		if !strings.HasSuffix(cfg.P2P.ListenAddress, n.P2P) || cfg.Consensus.TimeoutCommit != 250*time.Millisecond {
			t.Errorf("%s listens on %s and waits %s", n.Moniker, cfg.P2P.ListenAddress, cfg.Consensus.TimeoutCommit)
		}
		if strings.Contains(cfg.P2P.PersistentPeers, n.NodeID) || strings.Count(cfg.P2P.PersistentPeers, "@") != 2 {
			t.Errorf("%s has peers %s", n.Moniker, cfg.P2P.PersistentPeers)
		}
	}
	doc, err := genutiltypes.AppGenesisFromFile(filepath.Join(dir, "node0", genesisFileInHome))
	if err != nil {
		t.Fatal(err)
	}
	patched := strings.Contains(strings.Join(strings.Fields(string(doc.AppState)), ""), `"signed_blocks_window":"77"`)
	if doc.ChainID != "test-7" || !patched {
		t.Errorf("chain %s, patch applied %v", doc.ChainID, patched)
	}
	if doc.Consensus.Params.Evidence.MaxAgeDuration != app.UnbondingTime || doc.Consensus.Params.Block.MaxBytes != app.MaxBlockBytes {
		t.Errorf("consensus parameters %+v", doc.Consensus.Params)
	}
	if _, err := program(t, "testnet", "init", "--output", dir); !errors.Is(err, errTestnet) {
		t.Errorf("second init into the same place gave %v", err)
	}
	for _, bad := range []string{"", "hxw1", "=1spark", nodes[0].Operator, nodes[0].Operator + "=many", "cosmos1xyz=1spark"} {
		if _, err := parseAccounts([]string{bad}); !errors.Is(err, errTestnet) {
			t.Errorf("account %q gave %v", bad, err)
		}
	}
}

func comet(t *testing.T, home string) *cmtcfg.Config {
	t.Helper()
	v := viper.New()
	v.SetConfigFile(filepath.Join(home, configDirectory, cometConfigFile))
	if err := v.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	cfg := cmtcfg.DefaultConfig()
	if err := v.Unmarshal(cfg); err != nil {
		t.Fatal(err)
	}
	return cfg.SetRoot(home)
}

// serverContext is what the SDK hands to start for a home.
func serverContext(t *testing.T, home string) *server.Context {
	t.Helper()
	v := viper.New()
	v.SetConfigFile(filepath.Join(home, configDirectory, appConfigFile))
	if err := v.ReadInConfig(); err != nil {
		t.Fatal(err)
	}
	ctx := server.NewDefaultContext()
	ctx.Viper, ctx.Config = v, comet(t, home)
	return ctx
}

func TestPreflight(t *testing.T) {
	dir, nodes := testnet(t, "--validators", "1")
	ctx := serverContext(t, filepath.Join(dir, "node0"))
	if err := preflight(ctx); err != nil {
		t.Fatal(err)
	}
	ctx.Viper.Set(flags.FlagChainID, "other-1")
	if err := preflight(ctx); !errors.Is(err, errWrongChain) || strings.Contains(err.Error(), "\n") {
		t.Errorf("wrong chain gave %v", err)
	}
	ctx.Viper.Set(flags.FlagChainID, "")
	busy, err := net.Listen("tcp", nodes[0].GRPC)
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	if err := preflight(ctx); !errors.Is(err, errPort) || !strings.Contains(err.Error(), "grpc") {
		t.Errorf("occupied port gave %v", err)
	}
	if err := os.Remove(ctx.Config.GenesisFile()); err != nil {
		t.Fatal(err)
	}
	if err := preflight(ctx); !errors.Is(err, errNoGenesis) {
		t.Errorf("missing genesis gave %v", err)
	}
}

func TestInitKeepsKeys(t *testing.T) {
	home := t.TempDir()
	first, err := program(t, "init", "me", "--home", home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := program(t, "init", "me", "--home", home); !errors.Is(err, errInitialised) {
		t.Fatalf("second init gave %v", err)
	}
	again, err := program(t, "init", "me", "--home", home, "--overwrite")
	if err != nil || again != first {
		t.Fatalf("overwrite gave %s, had %s: %v", again, first, err)
	}
	if _, err := program(t, "vrf", "init", "--home", home); !errors.Is(err, vrf.ErrExists) {
		t.Fatalf("vrf init gave %v", err)
	}
	shown, err := program(t, "vrf", "show", "--home", home)
	if err != nil || !strings.Contains(shown, "public_key_hex") {
		t.Fatalf("vrf show gave %s: %v", shown, err)
	}
	if _, err := program(t, "genesis", "validate", "--home", home); err != nil {
		t.Fatalf("own genesis is not valid: %v", err)
	}
}

func TestMempoolMustHoldTransactions(t *testing.T) {
	dir, _ := testnet(t, "--validators", "1")
	ctx := serverContext(t, filepath.Join(dir, "node0"))
	ctx.Viper.Set(server.FlagMempoolMaxTxs, -1)
	ctx.Viper.Set(flags.FlagHome, filepath.Join(dir, "node0"))
	if _, err := openApp(ctx.Logger, nil, ctx.Viper); err == nil || !strings.Contains(err.Error(), "max-txs") {
		t.Fatalf("a node without a pool gave %v", err)
	}
}

func TestSparesFoundNothing(t *testing.T) {
	dir, nodes := testnet(t, "--validators", "2", "--spares", "1")
	if len(nodes) != 3 || nodes[2].Operator != "" || nodes[1].Operator == "" {
		t.Fatalf("nodes %+v", nodes)
	}
	doc, err := genutiltypes.AppGenesisFromFile(filepath.Join(dir, nodes[2].Moniker, genesisFileInHome))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(doc.AppState), "MsgCreateValidator"); n != 2 {
		t.Errorf("%d founders", n)
	}
	for i, want := range []int{1, 1, 2} { // nobody waits for a node that may never come
		if peers := comet(t, filepath.Join(dir, nodes[i].Moniker)).P2P.PersistentPeers; strings.Count(peers, "@") != want || strings.Contains(peers, nodes[2].NodeID) {
			t.Errorf("node %d has peers %s", i, peers)
		}
	}
	if _, err := program(t, "testnet", "init", "--output", t.TempDir(), "--spares", "-1"); !errors.Is(err, errTestnet) {
		t.Errorf("-1 spares gave %v", err)
	}
}

// A home that a command found without files, and one of init: both take snapshots and
// keep nothing that only grows.
func TestDiskIsBoundedByDefault(t *testing.T) {
	bare, made, serving := t.TempDir(), t.TempDir(), t.TempDir()
	for _, args := range [][]string{
		{"upgrades", "--home", bare}, {"init", "me", "--home", made}, {"init", "me", "--serve", "--home", serving},
	} {
		if out, err := program(t, args...); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
	}
	for _, home := range []string{bare, made, serving} {
		sctx := serverContext(t, home)
		cfg, err := srvcfg.GetConfig(sctx.Viper)
		if err != nil {
			t.Fatal(err)
		}
		if cfg.StateSync.SnapshotInterval != snapshotInterval || cfg.StateSync.SnapshotKeepRecent != snapshotsKept || cfg.PruningKeepRecent != statesKept {
			t.Errorf("%s: snapshots %+v, states %s", home, cfg.StateSync, cfg.PruningKeepRecent)
		}
		if want := app.ConsensusParams().Evidence.MaxAgeNumBlocks; cfg.MinRetainBlocks != uint64(want) {
			t.Errorf("%s: keeps %d blocks, evidence %d", home, cfg.MinRetainBlocks, want)
		}
		if kept := sctx.Config.TxIndex.Indexer == "kv" && !sctx.Config.Storage.DiscardABCIResponses; kept != (home == serving) {
			t.Errorf("%s: index %s, discards results %v", home, sctx.Config.TxIndex.Indexer, sctx.Config.Storage.DiscardABCIResponses)
		}
	}
}
