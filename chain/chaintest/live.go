package chaintest

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	cmted25519 "github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/node"
	"github.com/cometbft/cometbft/p2p"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/proxy"
	"github.com/cometbft/cometbft/rpc/client/local"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"
	srvcfg "github.com/cosmos/cosmos-sdk/server/config"
	servergrpc "github.com/cosmos/cosmos-sdk/server/grpc"
	servercmtlog "github.com/cosmos/cosmos-sdk/server/log"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/internal/loopback"
)

// liveBlockTime is the pause between blocks of a live network.
const liveBlockTime = 100 * time.Millisecond

// LiveNode is one validator of a live network, in this process.
type LiveNode struct {
	*Node
	// GRPC is host:port of its gRPC service, RPC the URL of CometBFT's.
	GRPC, RPC string

	comet *node.Node
	cfg   *cmtcfg.Config
}

// Live is a network of validators with consensus, p2p, RPC and gRPC on
// loopback. Use it where a client needs a real node; for everything else Chain
// is faster and runs the same way every time.
type Live struct {
	Nodes    []*LiveNode
	accounts *Chain
}

// NewLive starts a network and stops it when the test ends. Options.BlockTime
// and Setup apply as in New.
func NewLive(t testing.TB, o Options) *Live {
	t.Helper()
	app.Configure()
	c := prepared(t, o)
	l := &Live{accounts: c}
	network := netgenesis.Network{ChainID: ChainID, Time: c.start, Patch: c.opts.Patch}
	for _, n := range c.Nodes {
		network.Validators = append(network.Validators, n.founder(c.opts))
	}
	network.Accounts = c.funded()
	doc, err := netgenesis.Build(c.App, network)
	if err != nil {
		t.Fatal(err)
	}
	genesis, err := doc.ToGenesisDoc()
	if err != nil {
		t.Fatal(err)
	}
	var peers []string
	for _, n := range c.Nodes {
		n.now = time.Now
		live := configure(t, n)
		key, err := p2p.LoadOrGenNodeKey(live.cfg.NodeKeyFile())
		if err != nil {
			t.Fatal(err)
		}
		peers = append(peers, string(key.ID())+"@"+strings.TrimPrefix(live.cfg.P2P.ListenAddress, "tcp://"))
		l.Nodes = append(l.Nodes, live)
	}
	for _, n := range l.Nodes {
		n.cfg.P2P.PersistentPeers = strings.Join(peers, ",")
		n.start(t, c, genesis)
	}
	return l
}

// Account returns a named account, funded when it was in Options.Accounts.
func (l *Live) Account(name string) *Account { return l.accounts.Account(name) }

func configure(t testing.TB, n *Node) *LiveNode {
	t.Helper()
	cfg := cmtcfg.TestConfig().SetRoot(n.home)
	cmtcfg.EnsureRoot(n.home)
	cfg.Moniker = fmt.Sprintf("node%d", n.index)
	cfg.DBBackend = "memdb"
	cfg.P2P.ListenAddress = "tcp://" + loopback.Free(t, "tcp")
	cfg.P2P.AddrBookStrict, cfg.P2P.AllowDuplicateIP, cfg.P2P.PexReactor = false, true, false
	cfg.RPC.ListenAddress, cfg.RPC.GRPCListenAddress, cfg.RPC.PprofListenAddress = "tcp://"+loopback.Free(t, "tcp"), "", ""
	cfg.Consensus.TimeoutCommit = liveBlockTime
	cfg.Consensus.SkipTimeoutCommit = false
	return &LiveNode{Node: n, GRPC: loopback.Free(t, "tcp"), RPC: "http" + strings.TrimPrefix(cfg.RPC.ListenAddress, "tcp"), cfg: cfg}
}

// start runs the node's consensus and its servers.
func (n *LiveNode) start(t testing.TB, c *Chain, genesis *cmttypes.GenesisDoc) {
	t.Helper()
	key, err := p2p.LoadOrGenNodeKey(n.cfg.NodeKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	signer := privval.NewFilePV(cmted25519.PrivKey(n.Consensus.Key), filepath.Join(n.home, "config", "priv_validator_key.json"),
		filepath.Join(n.home, "data", "priv_validator_state.json"))
	n.comet, err = node.NewNode(n.cfg, signer, key, proxy.NewLocalClientCreator(server.NewCometABCIWrapper(n.App)),
		func() (*cmttypes.GenesisDoc, error) { return genesis, nil }, cmtcfg.DefaultDBProvider,
		node.DefaultMetricsProvider(n.cfg.Instrumentation), servercmtlog.CometLoggerWrapper{Logger: c.opts.Logger})
	if err != nil {
		t.Fatal(err)
	}
	enc := n.App.Encoding()
	ctx := client.Context{}.WithCodec(enc.Codec).WithInterfaceRegistry(enc.Registry).WithTxConfig(enc.TxConfig).
		WithChainID(ChainID).WithClient(local.New(n.comet))
	cfg := srvcfg.DefaultConfig()
	n.App.RegisterTxService(ctx)
	n.App.RegisterTendermintService(ctx)
	n.App.RegisterNodeService(ctx, *cfg)
	srv, err := servergrpc.NewGRPCServer(ctx, n.App, cfg.GRPC)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", n.GRPC)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.comet.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(listener) }() // ends with Stop
	t.Cleanup(func() {
		srv.Stop()
		if err := n.comet.Stop(); err != nil {
			t.Errorf("stop node: %v", err)
		}
		n.comet.Wait()
	})
}
