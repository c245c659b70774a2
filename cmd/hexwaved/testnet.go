package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/crypto/hd"
	"github.com/cosmos/cosmos-sdk/crypto/keyring"
	"github.com/cosmos/cosmos-sdk/crypto/keys/secp256k1"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/netgenesis"
)

const (
	maxValidators = 64
	// founderBalance and founderStake are in spark: a million HXW, of which
	// half is staked.
	founderBalance = 1_000_000 * app.PowerReduction
	founderStake   = 500_000 * app.PowerReduction
	operatorKey    = "operator"
)

var errTestnet = errors.New("network cannot be made")

type testnetFlags struct {
	validators    int
	spares        int
	output        string
	chainID       string
	basePort      int
	blockTime     time.Duration
	patch         string
	accounts      []string
	minGas        string
	maxTxs        int
	db            string
	logLevel      string
	snapshotEvery uint64
	metrics, api  bool
}

func testnetCommand(shell *app.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "testnet",
		Short: "Make networks for development",
		// These commands write homes and must not create one for themselves.
		PersistentPreRunE: func(*cobra.Command, []string) error { return nil },
	}
	cmd.AddCommand(testnetInit(shell))
	return cmd
}

func testnetInit(shell *app.App) *cobra.Command {
	var f testnetFlags
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Write the homes of a network of validators on this machine",
		Long: `Writes DIR/node0, DIR/node1, ... with keys, configuration and one common
genesis. Node i listens on 127.0.0.1 only, at base-port + 10 i: +0 p2p, +1 rpc,
+2 grpc, +3 api, +4 metrics. Operators' keys are in the homes' test keyrings,
unencrypted: such a network is for trying things out.`,
		Example: `hexwaved testnet init --validators 4 --output ./net --block-time 1s \
  --account hxw1...=1000000000spark --genesis-patch params.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			nodes, err := f.run(shell)
			if err != nil {
				return err
			}
			return printJSON(cmd, nodes)
		},
	}
	fs := cmd.Flags()
	fs.IntVar(&f.validators, "validators", 4, "number of validators")
	fs.IntVar(&f.spares, "spares", 0, "number of further nodes that are no validators, with homes after the validators'")
	fs.StringVar(&f.output, "output", "./testnet", "directory to write; it must not exist or be empty")
	fs.StringVar(&f.chainID, flags.FlagChainID, defaultChainID, "chain id")
	fs.IntVar(&f.basePort, "base-port", defaultBasePort, "first port of node 0")
	fs.DurationVar(&f.blockTime, "block-time", time.Second, "pause between blocks; the interval is about 0.2 s longer")
	fs.StringVar(&f.patch, "genesis-patch", "", "JSON file merged into app_state (RFC 7386)")
	fs.StringArrayVar(&f.accounts, "account", nil, "ADDRESS=COINS to fund at genesis, repeatable")
	fs.StringVar(&f.minGas, "min-gas-prices", "0"+app.Denom, "lowest gas price the nodes accept")
	fs.IntVar(&f.maxTxs, "max-txs", defaultMaxTxs, "paying transactions a node keeps waiting")
	fs.StringVar(&f.db, "db", defaultDB, "state database: goleveldb or pebbledb")
	fs.StringVar(&f.logLevel, "node-log-level", "info", "log level written to the nodes' configuration")
	fs.Uint64Var(&f.snapshotEvery, "snapshot-every", snapshotInterval, "blocks between state-sync snapshots")
	fs.BoolVar(&f.metrics, "metrics", true, "serve Prometheus metrics")
	fs.BoolVar(&f.api, "api", false, "serve the HTTP gateway beside gRPC")
	return cmd
}

// node is what testnet init prints of each home.
type node struct {
	identity
	Operator string `json:"operator,omitempty"`
	P2P      string `json:"p2p"`
	RPC      string `json:"rpc"`
	GRPC     string `json:"grpc"`
	API      string `json:"api,omitempty"`
	Metrics  string `json:"metrics,omitempty"`

	layout layout
}

func (f *testnetFlags) run(shell *app.App) ([]node, error) {
	if f.validators < 1 || f.validators > maxValidators {
		return nil, fmt.Errorf("%w: --validators must be 1 to %d", errTestnet, maxValidators)
	}
	if f.spares < 0 || f.spares > maxValidators {
		return nil, fmt.Errorf("%w: --spares must be 0 to %d", errTestnet, maxValidators)
	}
	if last := f.basePort + (f.validators+f.spares)*portsPerNode; f.basePort < 1024 || last > 65535 {
		return nil, fmt.Errorf("%w: ports %d to %d are not all in 1024 to 65535", errTestnet, f.basePort, last)
	}
	if files, err := os.ReadDir(f.output); err == nil && len(files) > 0 {
		return nil, fmt.Errorf("%w: %s is not empty", errTestnet, f.output)
	}
	net := netgenesis.Network{ChainID: f.chainID, Time: time.Now().UTC()}
	if f.patch != "" {
		patch, err := os.ReadFile(f.patch)
		if err != nil {
			return nil, fmt.Errorf("read genesis patch: %w", err)
		}
		net.Patch = patch
	}
	var err error
	if net.Accounts, err = parseAccounts(f.accounts); err != nil {
		return nil, err
	}
	nodes := make([]node, f.validators+f.spares)
	for i := range nodes {
		if nodes[i], err = f.node(i); err != nil {
			return nil, err
		}
		if i >= f.validators {
			continue
		}
		v, err := nodes[i].found(shell)
		if err != nil {
			return nil, err
		}
		net.Validators = append(net.Validators, v)
	}
	doc, err := netgenesis.Build(shell, net)
	if err != nil {
		return nil, err
	}
	for i, n := range nodes {
		if err := doc.SaveAs(filepath.Join(n.Home, genesisFileInHome)); err != nil {
			return nil, fmt.Errorf("write genesis: %w", err)
		}
		n.comet.P2P.PersistentPeers = peersOf(nodes[:f.validators], i)
		cmtcfg.WriteConfigFile(filepath.Join(n.Home, configDirectory, cometConfigFile), n.comet)
	}
	return nodes, nil
}

// node writes the home of node i.
func (f *testnetFlags) node(i int) (node, error) {
	moniker := fmt.Sprintf("node%d", i)
	l := layout{
		home: filepath.Join(f.output, moniker), moniker: moniker, chainID: f.chainID,
		basePort: f.basePort + i*portsPerNode, blockTime: f.blockTime, minGas: f.minGas, maxTxs: f.maxTxs,
		dbBackend: f.db, logLevel: f.logLevel, snapshotEvery: f.snapshotEvery,
		local: true, metrics: f.metrics, api: f.api, serve: true,
	}.withDefaults()
	id, err := l.create()
	if err != nil {
		return node{}, err
	}
	n := node{
		identity: id,
		P2P:      l.address(offsetP2P), RPC: l.address(offsetRPC), GRPC: l.address(offsetGRPC), layout: l,
	}
	if f.api {
		n.API = l.address(offsetAPI)
	}
	if f.metrics {
		n.Metrics = l.address(offsetMetrics)
	}
	return n, nil
}

// found makes the node's operator and describes the node as a founder.
func (n *node) found(shell *app.App) (netgenesis.Validator, error) {
	key, err := newOperator(shell, n.Home)
	if err != nil {
		return netgenesis.Validator{}, fmt.Errorf("make operator key of %s: %w", n.Moniker, err)
	}
	n.Operator = sdk.AccAddress(key.PubKey().Address()).String()
	return netgenesis.Validator{
		Moniker: n.Moniker, Operator: key, Consensus: n.consensus, VRF: n.vrf.Public(),
		Stake: founderStake, Balance: founderBalance,
	}, nil
}

// newOperator makes an account key in the home's test keyring.
func newOperator(shell *app.App, home string) (*secp256k1.PrivKey, error) {
	ring, err := keyring.New(app.Binary, keyring.BackendTest, home, strings.NewReader(""), shell.Encoding().Codec)
	if err != nil {
		return nil, err
	}
	_, words, err := ring.NewMnemonic(operatorKey, keyring.English, sdk.FullFundraiserPath, keyring.DefaultBIP39Passphrase, hd.Secp256k1)
	if err != nil {
		return nil, err
	}
	secret, err := hd.Secp256k1.Derive()(words, keyring.DefaultBIP39Passphrase, sdk.FullFundraiserPath)
	if err != nil {
		return nil, err
	}
	return &secp256k1.PrivKey{Key: secret}, nil
}

func peersOf(nodes []node, self int) string {
	var peers []string
	for i, n := range nodes {
		if i != self {
			peers = append(peers, n.NodeID+"@"+n.P2P)
		}
	}
	return strings.Join(peers, ",")
}

func parseAccounts(list []string) ([]netgenesis.Account, error) {
	var out []netgenesis.Account
	for _, s := range list {
		addr, coins, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("%w: --account %q is not ADDRESS=COINS", errTestnet, s)
		}
		address, err := sdk.AccAddressFromBech32(addr)
		if err != nil {
			return nil, fmt.Errorf("%w: --account %q: %w", errTestnet, s, err)
		}
		amount, err := sdk.ParseCoinsNormalized(coins)
		if err != nil {
			return nil, fmt.Errorf("%w: --account %q: %w", errTestnet, s, err)
		}
		out = append(out, netgenesis.Account{Address: address, Coins: amount})
	}
	return out, nil
}
