package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	errorsmod "cosmossdk.io/errors"
	"github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/chain/client"
	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/cmd/hexwave/devnet"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
)

var settings = cli.Config[Config]{Prefix: "HEXWAVE", File: configFile(), Default: defaultConfig}

// network is where a command finds the chain and the explorer.
type network struct {
	node     *node.Node
	explorer string
	chainID  string
	unset    bool          // nobody said which network
	state    *devnet.State // of a devnet, or nil
	feeMilli uint64
}

// bindNetwork adds what names a network to a noun.
func bindNetwork(noun *cobra.Command) {
	for _, c := range noun.Commands() {
		settings.Bind(c)
		c.Flags().String("devnet", "", "folder of a devnet to talk to")
	}
}

// connect finds the network: the devnet of --devnet, else what the configuration
// names, else the devnet of the default folder.
func connect(c *cobra.Command) (*network, error) {
	dir, err := c.Flags().GetString("devnet")
	if err != nil {
		return nil, err
	}
	cfg, origins, err := settings.Load(c)
	if err != nil {
		return nil, err
	}
	configured := false
	for _, o := range origins {
		configured = configured || o.Origin != "default"
	}
	if dir == "" && !configured {
		if _, err := devnet.ReadState(devnet.DefaultDir()); err == nil {
			dir = devnet.DefaultDir()
		}
	}
	n := &network{unset: dir == "" && !configured, explorer: cfg.Explorer, feeMilli: cfg.Node.GasPrice}
	if dir != "" {
		s, err := devnet.ReadState(dir)
		if err != nil {
			return nil, devnetError(err)
		}
		if !s.Running() {
			return nil, cli.Errorf(cli.Failure, "hexwave devnet up", "the devnet in %s does not run", dir)
		}
		n.state, n.explorer, n.feeMilli = &s, s.URLs.Explorer, 0
		cfg.Node = NodeConfig{RPC: s.URLs.RPC[0], GRPC: s.URLs.GRPC[0], ChainID: s.Chain}
	}
	n.chainID = cfg.Node.ChainID
	n.node, err = node.Dial(cfg.Node.RPC, cfg.Node.GRPC, cfg.Node.ChainID)
	return n, err
}

func (n *network) close() { _ = n.node.Close() } // the command has its answer

// withNetwork is a command's body with a network and a bounded time.
func withNetwork(run func(ctx context.Context, n *network, c *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		n, err := connect(c)
		if err != nil {
			return err
		}
		defer n.close()
		ctx, cancel := context.WithTimeout(c.Context(), 90*time.Second)
		defer cancel()
		if err := n.sameChain(ctx); err != nil {
			return err
		}
		return n.explain(run(ctx, n, c, args))
	}
}

// sameChain refuses a node of another chain: its answers would be about other
// hotspots, and what is signed for it would be lost.
func (n *network) sameChain(ctx context.Context) error {
	s, err := n.node.Status(ctx)
	if err == nil && s.ChainID != n.chainID {
		return cli.Errorf(cli.Usage, "hexwave config show --origin", "the node serves chain %q, not %q; set node.chain_id and node.rpc to the same chain", s.ChainID, n.chainID)
	}
	return nil // a node that is away is told by the command's own question
}

// absent are the chain's ways to say that something is not there, and what shows
// what is.
var absent = []struct {
	err *errorsmod.Error
	try string
}{
	{hotspottypes.ErrUnknown, "hexwave hotspot list"},
	{poctypes.ErrUnknown, "hexwave challenge list"},
	{routingtypes.ErrOrg, "hexwave org list"},
}

// abci matches what the chain puts before its own words.
var abci = regexp.MustCompile(`^codespace (\w+) code (\d+): `)

// plain is what the chain said, without the numbers for programs.
func plain(err error) error {
	said := status.Convert(err).Message()
	m := abci.FindStringSubmatch(said)
	if m == nil {
		return err
	}
	said = said[len(m[0]):]
	for _, a := range absent {
		if a.err.Codespace() == m[1] && strconv.Itoa(int(a.err.ABCICode())) == m[2] {
			return cli.Errorf(cli.NotFound, a.try, "%s", said)
		}
	}
	return cli.Errorf(cli.Failure, "", "%s", said)
}

// explain gives what a node said its exit code.
func (n *network) explain(err error) error {
	var typed *cli.Error
	switch {
	case err == nil || errors.As(err, &typed):
		return err
	case errors.Is(err, client.ErrRejected):
		return cli.Errorf(cli.Rejected, "", "%w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return cli.Errorf(cli.Timeout, "", "no answer in time; a transaction may still land: %w", err)
	}
	switch status.Code(err) {
	case codes.NotFound:
		return cli.Errorf(cli.NotFound, "", "%s", status.Convert(err).Message())
	case codes.Unavailable:
		return n.away("node", err)
	default:
		return plain(err)
	}
}

// away says that a part of the network does not answer.
func (n *network) away(part string, err error) error {
	if n.unset {
		return cli.Errorf(cli.NotFound, "hexwave devnet up", "no devnet runs here and no network is configured; start one, or set explorer, node.rpc, node.grpc and node.chain_id")
	}
	if s, ok := status.FromError(err); ok {
		return cli.Errorf(cli.Failure, "hexwave config show --origin", "no %s answers: %s", part, s.Message())
	}
	return cli.Errorf(cli.Failure, "hexwave config show --origin", "no %s answers: %w", part, err)
}

// keyDir is where wallets are kept.
func keyDir() string { return filepath.Join(filepath.Dir(devnet.DefaultDir()), "keys") }

// key finds an account that can sign: a wallet, or an account of the devnet.
func (n *network) key(name string) (*client.Key, error) {
	if n.state != nil {
		if a, ok := n.state.Account(name); ok {
			return a.Key(), nil
		}
	}
	if strings.ContainsAny(name, "/\\") || name == "" {
		return nil, cli.Errorf(cli.Usage, "hexwave wallet list", "%q is not the name of a wallet", name)
	}
	k, err := client.LoadKey(filepath.Join(keyDir(), name+".json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, cli.Errorf(cli.NotFound, "hexwave wallet list", "no wallet is called %q", name)
	}
	return k, err
}

// address is that of a wallet, of a devnet account, or the one given.
func (n *network) address(s string) (string, error) {
	if _, err := client.ParseAddress(s); err == nil {
		return s, nil
	}
	if strings.HasPrefix(s, "hxw1") {
		return "", cli.Errorf(cli.Usage, "hexwave wallet list", "%q is not an address: a character is wrong or missing", s)
	}
	k, err := n.key(s)
	if err != nil {
		return "", err
	}
	return k.Address(), nil
}

// sent is a transaction that is in a block.
type sent struct {
	Hash   string `json:"hash"`
	Height int64  `json:"height"`
	Gas    int64  `json:"gas_used"`
}

func sentView() cli.View[sent] {
	return cli.View[sent]{
		Schema: "tx/v1", ID: func(s sent) string { return s.Hash },
		Columns: []cli.Column[sent]{
			{Name: "hash", Text: func(s sent) string { return s.Hash }},
			{Name: "height", Text: func(s sent) string { return fmt.Sprint(s.Height) }},
			{Name: "gas", Text: func(s sent) string { return fmt.Sprint(s.Gas) }},
		},
	}
}

// send shows what is about to happen, asks, sends and waits for the block.
func (n *network) send(ctx context.Context, c *cobra.Command, key *client.Key, preview string, msgs ...proto.Message) (*client.Result, error) {
	if err := confirm(c, preview); err != nil {
		return nil, err
	}
	return n.node.NewSender(key, client.SenderOptions{MilliGasPrice: n.feeMilli}).Send(ctx, msgs...)
}

func bindYes(c *cobra.Command) *cobra.Command {
	c.Flags().Bool("yes", false, "do not ask")
	return c
}

// confirm prints a preview and asks on a terminal.
func confirm(c *cobra.Command, preview string) error {
	if _, err := fmt.Fprintln(c.ErrOrStderr(), strings.TrimSpace(preview)); err != nil {
		return err
	}
	if yes, err := c.Flags().GetBool("yes"); err != nil || yes {
		return err
	}
	in, ok := c.InOrStdin().(*os.File)
	if !ok || !service.IsTerminal(in) {
		return cli.Errorf(cli.Usage, "", "this changes the chain and nobody is there to ask; say --yes")
	}
	if _, err := fmt.Fprint(c.ErrOrStderr(), "go on? [y/N] "); err != nil {
		return err
	}
	answer, err := bufio.NewReader(in).ReadString('\n')
	if a := strings.ToLower(strings.TrimSpace(answer)); err != nil || a != "y" && a != "yes" {
		return cli.Errorf(cli.Failure, "", "not sent")
	}
	return nil
}
