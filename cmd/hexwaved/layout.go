package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	srvcfg "github.com/cosmos/cosmos-sdk/server/config"

	"github.com/hexwave/hexwave/chain/app"
)

// Values a node starts with unless its files say otherwise.
const (
	defaultMaxTxs     = 5_000
	defaultMinGas     = "0.01" + app.Denom
	defaultBlockTime  = 5 * time.Second
	defaultDB         = "goleveldb"
	loopback          = "127.0.0.1"
	mempoolTxs        = 6_000
	mempoolBytes      = 64 << 20
	snapshotInterval  = 1_000
	snapshotsKept     = 2
	statesKept        = "1000"
	pruneEvery        = "10"
	maxRPCBodyBytes   = 1 << 20
	portsPerNode      = 10
	defaultBasePort   = 26_650
	grpcMessageBytes  = 10 << 20
	rpcSubscriptions  = 64
	offsetP2P         = 0
	offsetRPC         = 1
	offsetGRPC        = 2
	offsetAPI         = 3
	offsetMetrics     = 4
	defaultChainID    = "hexwave-dev-1"
	configDirectory   = "config"
	appConfigFile     = "app.toml"
	cometConfigFile   = "config.toml"
	clientConfigFile  = "client.toml"
	genesisFileInHome = "config/genesis.json"
)

// layout is where one node lives and listens.
type layout struct {
	home, moniker string
	// basePort is the first of portsPerNode ports.
	basePort  int
	blockTime time.Duration
	minGas    string
	maxTxs    int
	dbBackend string
	logLevel  string
	chainID   string
	// local relaxes the peer rules that forbid several nodes on one address.
	local bool
	peers string
	// snapshotEvery is in blocks.
	snapshotEvery uint64
	api           bool
	metrics       bool
	// serve keeps what routers, explorers and wallets ask for and consensus does not
	// need: results of blocks, and an index of transactions, which is never pruned.
	serve bool
}

func (l layout) withDefaults() layout {
	if l.basePort == 0 {
		l.basePort = defaultBasePort
	}
	if l.blockTime == 0 {
		l.blockTime = defaultBlockTime
	}
	if l.minGas == "" {
		l.minGas = defaultMinGas
	}
	if l.maxTxs == 0 {
		l.maxTxs = defaultMaxTxs
	}
	if l.dbBackend == "" {
		l.dbBackend = defaultDB
	}
	if l.logLevel == "" {
		l.logLevel = "info"
	}
	if l.snapshotEvery == 0 {
		l.snapshotEvery = snapshotInterval
	}
	return l
}

func (l layout) address(offset int) string {
	return fmt.Sprintf("%s:%d", loopback, l.basePort+offset)
}

// cometConfig fills the consensus engine's configuration. Only loopback is
// listened on: an operator opens p2p in config.toml, deliberately.
func (l layout) cometConfig(c *cmtcfg.Config) *cmtcfg.Config {
	c.Moniker = l.moniker
	// One plain level: with per-module filters every message would be formatted
	// before it is dropped.
	c.LogLevel = l.logLevel
	c.P2P.ListenAddress = "tcp://" + l.address(offsetP2P)
	c.RPC.ListenAddress = "tcp://" + l.address(offsetRPC)
	c.RPC.PprofListenAddress = ""
	c.RPC.MaxBodyBytes = maxRPCBodyBytes
	c.RPC.MaxSubscriptionsPerClient = rpcSubscriptions
	c.Consensus.TimeoutCommit = l.blockTime
	c.Mempool.Size = mempoolTxs
	c.Mempool.MaxTxBytes = app.MaxTxBytes
	c.Mempool.MaxTxsBytes = mempoolBytes
	c.Mempool.Recheck = true // without it an account's second transaction is lost after every block
	if !l.serve {
		c.TxIndex.Indexer = "null"
		c.Storage.DiscardABCIResponses = true
	}
	if l.metrics {
		c.Instrumentation.Prometheus = true
		c.Instrumentation.PrometheusListenAddr = l.address(offsetMetrics)
	}
	if l.local {
		c.P2P.AddrBookStrict = false
		c.P2P.AllowDuplicateIP = true
		c.P2P.PexReactor = false
		c.P2P.PersistentPeers = l.peers
	}
	return c
}

func (l layout) appConfig() *srvcfg.Config {
	c := srvcfg.DefaultConfig()
	c.MinGasPrices = l.minGas
	c.QueryGasLimit = app.QueryGasLimit
	c.AppDBBackend = l.dbBackend
	c.Pruning = "custom"
	c.PruningKeepRecent = statesKept
	c.PruningInterval = pruneEvery
	// Nodes keep the blocks for which evidence counts whatever is set here.
	c.MinRetainBlocks = uint64(app.ConsensusParams().Evidence.MaxAgeNumBlocks)
	c.StateSync.SnapshotInterval = l.snapshotEvery
	c.StateSync.SnapshotKeepRecent = snapshotsKept
	// It holds a thousand values for each store. A block reads many times that, so
	// values would only push each other out.
	c.InterBlockCache = false
	c.Mempool.MaxTxs = l.maxTxs
	c.GRPC.Address = l.address(offsetGRPC)
	c.GRPC.MaxRecvMsgSize = grpcMessageBytes
	c.API.Address = "tcp://" + l.address(offsetAPI)
	c.API.Enable = l.api
	c.GRPCWeb.Enable = false
	return c
}

// write makes the home directory and its three configuration files, replacing
// what is there, and returns the consensus configuration rooted in it.
func (l layout) write() (*cmtcfg.Config, error) {
	dir := filepath.Join(l.home, configDirectory)
	for _, d := range []string{dir, filepath.Join(l.home, "data")} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, fmt.Errorf("make node directory: %w", err)
		}
	}
	c := l.cometConfig(cmtcfg.DefaultConfig()).SetRoot(l.home)
	if err := c.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("check %s: %w", cometConfigFile, err)
	}
	cmtcfg.WriteConfigFile(filepath.Join(dir, cometConfigFile), c)
	l.writeApp(dir)
	client := fmt.Sprintf("chain-id = %q\nkeyring-backend = %q\noutput = \"text\"\nnode = %q\nbroadcast-mode = \"sync\"\n",
		l.chainID, keyringBackend(l.local), "tcp://"+l.address(offsetRPC))
	if err := os.WriteFile(filepath.Join(dir, clientConfigFile), []byte(client), 0o600); err != nil {
		return nil, fmt.Errorf("write %s: %w", clientConfigFile, err)
	}
	return c, nil
}

func (l layout) writeApp(dir string) {
	srvcfg.WriteConfigFile(filepath.Join(dir, appConfigFile), l.appConfig())
}

// keyringBackend is the unencrypted file store for throw-away networks and the
// encrypted one otherwise.
func keyringBackend(local bool) string {
	if local {
		return "test"
	}
	return "file"
}
