package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/client"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/internal/cli"
)

func walletCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "wallet", Short: "Keys, balances and payments", Long: `wallet keeps keys in ~/.hexwave/keys, one file of mode 0600 each, not encrypted.
Where a NAME is asked for, an address works too, and on a devnet its accounts
(alice, bob, org, faucet).`}
	root.AddCommand(walletCreate(out), walletList(out), walletBalance(out), walletSend(out))
	bindNetwork(root)
	return root
}

type wallet struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	From    string `json:"from"` // "file" or "devnet"
}

func walletView() cli.View[wallet] {
	return cli.View[wallet]{
		Schema: "wallet/v1", ID: func(w wallet) string { return w.Address },
		Columns: []cli.Column[wallet]{
			{Name: "name", Text: func(w wallet) string { return w.Name }},
			{Name: "address", Text: func(w wallet) string { return w.Address }},
			{Name: "from", Text: func(w wallet) string { return w.From }},
		},
	}
}

func walletCreate(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "create NAME", Short: "Make a key; an existing one is never overwritten", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.Trim(args[0], "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || len(args[0]) == 0 || len(args[0]) > 40 {
				return cli.Errorf(cli.Usage, "hexwave wallet create my-wallet", "a name has 1 to 40 of a-z, 0-9, - and _")
			}
			key, words, err := client.GenerateKey()
			if err != nil {
				return err
			}
			if err := os.MkdirAll(keyDir(), 0o700); err != nil {
				return fmt.Errorf("make the folder of keys: %w", err)
			}
			err = key.Save(filepath.Join(keyDir(), args[0]+".json"))
			if errors.Is(err, fs.ErrExist) {
				return cli.Errorf(cli.Failure, "hexwave wallet list", "there is a wallet %q already; choose another name", args[0])
			} else if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(c.ErrOrStderr(), "Write these words down. Whoever has them has the money; without them a lost file is lost.\n\n  %s\n\n", words); err != nil {
				return err
			}
			return walletView().One(out, wallet{args[0], key.Address(), "file"})
		},
	}
}

func walletList(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the keys here and the accounts of a devnet", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			rows, err := walletFiles()
			if err != nil {
				return err
			}
			// A devnet that does not run has no accounts to list.
			if n, err := connect(c); err == nil {
				defer n.close()
				if n.state != nil {
					for _, a := range n.state.Accounts {
						rows = append(rows, wallet{a.Name, a.Address, "devnet"})
					}
				}
			}
			return walletView().List(out, rows)
		},
	}
}

func walletFiles() ([]wallet, error) {
	entries, err := os.ReadDir(keyDir())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	var rows []wallet
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok {
			continue
		}
		k, err := client.LoadKey(filepath.Join(keyDir(), e.Name()))
		if err != nil {
			return nil, err
		}
		rows = append(rows, wallet{name, k.Address(), "file"})
	}
	return rows, nil
}

type balance struct {
	Address string `json:"address"`
	Spark   uint64 `json:"spark"`
	HXW     string `json:"hxw"`
	Credits uint64 `json:"credits"`
}

func walletBalance(out *cli.Output) *cobra.Command {
	view := cli.View[balance]{
		Schema: "balance/v1", ID: func(b balance) string { return b.Address },
		Columns: []cli.Column[balance]{
			{Name: "address", Text: func(b balance) string { return b.Address }},
			{Name: "balance", Text: func(b balance) string { return hxwText(b.Spark) }},
			{Name: "credits", Text: func(b balance) string { return fmt.Sprintf("%d DC", b.Credits) }},
		},
	}
	return &cobra.Command{
		Use: "balance NAME", Short: "Show tokens and data credits of an account", Args: cobra.ExactArgs(1),
		RunE: withNetwork(func(ctx context.Context, n *network, _ *cobra.Command, args []string) error {
			b, err := n.balance(ctx, args[0])
			if err != nil {
				return err
			}
			return view.One(out, b)
		}),
	}
}

func (n *network) balance(ctx context.Context, name string) (balance, error) {
	addr, err := n.address(name)
	if err != nil {
		return balance{}, err
	}
	tokens, err := banktypes.NewQueryClient(n.node.Conn()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: addr, Denom: client.Denom})
	if err != nil {
		return balance{}, err
	}
	credits, err := creditstypes.NewQueryClient(n.node.Conn()).Balance(ctx, &creditstypes.QueryBalanceRequest{Address: addr})
	if err != nil {
		return balance{}, err
	}
	spark := tokens.Balance.Amount.Uint64()
	return balance{addr, spark, hxwText(spark), credits.Balance.Credits}, nil
}

func walletSend(out *cli.Output) *cobra.Command {
	c := &cobra.Command{
		Use: "send FROM TO AMOUNT", Short: "Send tokens", Example: "  hexwave wallet send alice bob 1.5 --yes", Args: cobra.ExactArgs(3),
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			key, err := n.key(args[0])
			if err != nil {
				return err
			}
			to, err := n.address(args[1])
			if err != nil {
				return err
			}
			spark, err := parseHXW(args[2])
			if err != nil {
				return err
			}
			have, err := n.balance(ctx, key.Address())
			if err != nil {
				return err
			}
			if have.Spark < spark {
				return cli.Errorf(cli.Failure, "hexwave wallet balance "+args[0], "%s has %s, less than %s", args[0], have.HXW, hxwText(spark))
			}
			res, err := n.send(ctx, c, key, fmt.Sprintf("send %s\n  from %s\n  to   %s\n  left %s\nThis cannot be taken back.", hxwText(spark), key.Address(), to, hxwText(have.Spark-spark)),
				&banktypes.MsgSend{FromAddress: key.Address(), ToAddress: to, Amount: sdk.Coins{{Denom: client.Denom, Amount: math.NewIntFromUint64(spark)}}})
			if err != nil {
				return err
			}
			return sentView().One(out, sent{res.Hash.String(), res.Height, res.GasUsed})
		}),
	}
	return bindYes(c)
}
