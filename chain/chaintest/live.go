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
	"google.golang.org/grpc"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
	"github.com/hexwave/hexwave/internal/loopback"
)

// liveBlockTime is the pause between blocks of a live network.
const liveBlockTime = 100 * time.Millisecond

// LiveNode is one node of a live network, in this process.
type LiveNode struct {
	*Node
	// GRPC is host:port of its gRPC service, RPC the URL of CometBFT's.
	GRPC, RPC string
	// Engine asks the node's CometBFT without a connection.
	Engine *local.Local

	cfg    *cmtcfg.Config
	dbs    cmtcfg.DBProvider
	signer *privval.FilePV
	stop   func()
}

// Live is a network of validators with consensus, p2p, RPC and gRPC on
// loopback. Use it where a client needs a real node; for everything else Chain
// is faster and runs the same way every time.
type Live struct {
	Nodes    []*LiveNode
	accounts *Chain
	genesis  *cmttypes.GenesisDoc
	peers    string
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
	if l.genesis, err = doc.ToGenesisDoc(); err != nil {
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
	l.peers = strings.Join(peers, ",")
	t.Cleanup(func() {
		for _, n := range l.Nodes {
			n.Stop()
		}
	})
	for _, n := range l.Nodes {
		l.start(t, n)
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
	return &LiveNode{
		Node: n, GRPC: loopback.Free(t, "tcp"), RPC: "http" + strings.TrimPrefix(cfg.RPC.ListenAddress, "tcp"),
		cfg: cfg, dbs: once(cmtcfg.DefaultDBProvider), stop: func() {},
	}
}

// once opens each database once and gives it again after the node was stopped.
func once[D any](open func(*cmtcfg.DBContext) (D, error)) func(*cmtcfg.DBContext) (D, error) {
	all := map[string]D{}
	return func(ctx *cmtcfg.DBContext) (D, error) {
		if db, ok := all[ctx.ID]; ok {
			return db, nil
		}
		db, err := open(ctx)
		if err == nil {
			all[ctx.ID] = db
		}
		return db, err
	}
}

// start runs the node's consensus and its servers.
func (l *Live) start(t testing.TB, n *LiveNode) {
	t.Helper()
	key, err := p2p.LoadOrGenNodeKey(n.cfg.NodeKeyFile())
	if err != nil {
		t.Fatal(err)
	}
	n.cfg.P2P.PersistentPeers = l.peers
	comet, err := node.NewNode(n.cfg, n.sign(), key, proxy.NewLocalClientCreator(server.NewCometABCIWrapper(n.App)),
		func() (*cmttypes.GenesisDoc, error) { return l.genesis, nil }, n.dbs,
		node.DefaultMetricsProvider(n.cfg.Instrumentation), servercmtlog.CometLoggerWrapper{Logger: l.accounts.opts.Logger})
	if err != nil {
		t.Fatal(err)
	}
	n.Engine = local.New(comet)
	srv := n.services(t)
	listener, err := net.Listen("tcp", n.GRPC)
	if err != nil {
		t.Fatal(err)
	}
	if err := comet.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(listener) }() // ends with Stop
	n.stop = func() {
		srv.Stop()
		if err := comet.Stop(); err != nil {
			l.accounts.t.Errorf("stop node: %v", err)
		}
		comet.Wait()
	}
}

// sign returns what signs for the node: for the same key always the same, which
// remembers what it signed.
func (n *LiveNode) sign() *privval.FilePV {
	key := cmted25519.PrivKey(n.Consensus.Key)
	if n.signer == nil || !n.signer.Key.PrivKey.Equals(key) {
		n.signer = privval.NewFilePV(key, filepath.Join(n.home, "config", "priv_validator_key.json"),
			filepath.Join(n.home, "data", "priv_validator_state.json"))
	}
	return n.signer
}

// services is what the node serves over gRPC.
func (n *LiveNode) services(t testing.TB) *grpc.Server {
	t.Helper()
	enc := n.App.Encoding()
	ctx := client.Context{}.WithCodec(enc.Codec).WithInterfaceRegistry(enc.Registry).WithTxConfig(enc.TxConfig).
		WithChainID(ChainID).WithClient(n.Engine)
	cfg := srvcfg.DefaultConfig()
	n.App.RegisterTxService(ctx)
	n.App.RegisterTendermintService(ctx)
	n.App.RegisterNodeService(ctx, *cfg)
	srv, err := servergrpc.NewGRPCServer(ctx, n.App, cfg.GRPC)
	if err != nil {
		t.Fatal(err)
	}
	return srv
}

// Stop ends the node; what it stored stays.
func (n *LiveNode) Stop() {
	n.stop()
	n.stop = func() {}
}
