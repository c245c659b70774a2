package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/statement"
	"github.com/hexwave/hexwave/internal/cli"
)

func proofCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "proof", Short: "Prove what the chain says, and check it without a node", Long: `proof fetches a statement of the chain with all that is needed to check it: the
proofs from the value to the state's hash, the header with that hash, and the
validators' signatures. 'proof verify' checks such a file offline.

What a proof proves depends on what you trust. Name a genesis file (--genesis) or
the hash of the next block from a source you trust (--trust-hash); with neither it
proves only that the set of validators in the file signed.`}
	root.AddCommand(proofHotspot(out), proofVoucher(out), proofClaim(out), proofTable(out))
	bindNetwork(root)
	for _, c := range root.Commands() {
		c.Flags().StringP("file", "f", "", "write the proof to this file")
		c.Flags().Int64("height", 0, "state after this block (default: the newest that is sealed)")
	}
	root.AddCommand(proofVerify(out))
	for _, c := range root.Commands() {
		c.Flags().String("genesis", "", "trust the validators of this genesis file")
		c.Flags().String("trust-hash", "", "trust the block with this hash, hex; it is the block after the state")
	}
	return root
}

func proofHotspot(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "hotspot HOTSPOT", Short: "Prove who owns a hotspot, its key, class and place", Args: cobra.ExactArgs(1),
		Example: "  hexwave proof hotspot 7 --file hotspot.json",
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			index, err := n.index(ctx, args[0])
			if err != nil {
				return err
			}
			return n.prove(ctx, c, out, proof.About{Kind: statement.KindHotspot, Hotspot: index})
		}),
	}
}

func proofVoucher(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "voucher ORG LANE HOTSPOT EPOCH", Short: "Prove what a lane settled for a hotspot in an epoch", Args: cobra.ExactArgs(4),
		Example: "  hexwave proof voucher 2 1 7 120 --file voucher.json",
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			about := proof.About{Kind: statement.KindVoucher}
			var err error
			for i, into := range []*uint32{&about.Org, &about.Lane, nil, &about.Epoch} {
				if into == nil {
					continue // the hotspot may be named
				}
				if *into, err = number(args[i]); err != nil {
					return err
				}
			}
			if about.Hotspot, err = n.index(ctx, args[2]); err != nil {
				return err
			}
			return n.prove(ctx, c, out, about)
		}),
	}
}

func proofClaim(out *cli.Output) *cobra.Command {
	c := &cobra.Command{
		Use: "claim HOTSPOT", Short: "Prove what a hotspot can claim", Args: cobra.ExactArgs(1),
		Example: "  hexwave proof claim 7 --owed --file claim.json",
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, args []string) error {
			about := proof.About{Kind: statement.KindClaim}
			var err error
			if about.Owed, err = c.Flags().GetBool("owed"); err != nil {
				return err
			}
			if about.Hotspot, err = n.index(ctx, args[0]); err != nil {
				return err
			}
			return n.prove(ctx, c, out, about)
		}),
	}
	c.Flags().Bool("owed", false, "prove as well what its owner is owed for hotspots sold or retired")
	return c
}

func proofTable(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "table", Short: "Prove which orgs there are, by the root over all their rows", Args: cobra.NoArgs,
		Long: `table proves the head of the table of orgs: its sequence, the number of orgs and the
Merkle root over all that the chain keeps of them (docs/spec/orgtable.md). A packet
router takes the file as trust.genesis once you have checked it.`,
		Example: "  hexwave proof table --genesis genesis.json --file table.json",
		RunE: withNetwork(func(ctx context.Context, n *network, c *cobra.Command, _ []string) error {
			return n.prove(ctx, c, out, proof.About{Kind: statement.KindTable})
		}),
	}
}

func proofVerify(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use: "verify FILE", Short: "Check a proof without a node", Args: cobra.ExactArgs(1),
		Long: `verify checks every link of a proof and says what it proves. It needs no network.
Exit code 4 says that the proof does not hold, 2 that the file is none.`,
		Example: "  hexwave proof verify claim.json --genesis genesis.json",
		RunE: func(c *cobra.Command, args []string) error {
			raw, err := readBounded(args[0], proof.MaxFile)
			if err != nil {
				return err
			}
			f, err := proof.Parse(raw)
			if err != nil {
				return refused(err)
			}
			return checkProof(c, out, f)
		},
	}
}

// number reads the number of an org, a lane or an epoch.
func number(s string) (uint32, error) {
	v, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0, cli.Errorf(cli.Usage, "hexwave proof voucher --help", "%q is not a number of an org, lane or epoch", s)
	}
	return uint32(v), nil
}

// index finds the index of a hotspot. A number is taken as it is: that nobody has
// it can be proven.
func (n *network) index(ctx context.Context, s string) (uint32, error) {
	if v, err := strconv.ParseUint(s, 10, 32); err == nil {
		return uint32(v), nil
	}
	h, err := n.hotspot(ctx, s)
	return h.Index, err
}

// prove fetches the answer to a question, keeps it when asked to, and checks it as
// any other reader would.
func (n *network) prove(ctx context.Context, c *cobra.Command, out *cli.Output, about proof.About) error {
	height, err := c.Flags().GetInt64("height")
	if err != nil {
		return err
	}
	if height == 0 {
		s, err := n.node.Status(ctx)
		if err != nil {
			return n.away("node", err)
		}
		height = s.Height - 1 // the newest block seals the state before it
	}
	if height < 2 {
		return cli.Errorf(cli.Usage, "", "height %d cannot be proven; the first is 2", height)
	}
	seal, err := n.node.Seal(ctx, height)
	if err != nil {
		return err
	}
	var items []proof.Item
	_, err = statement.Read(about, func(store string, key []byte) ([]byte, error) {
		it, err := n.node.Prove(ctx, height, store, key)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
		if it.Value == nil {
			return nil, nil
		}
		return *it.Value, nil
	})
	if err != nil {
		return err
	}
	f := seal.File(about, items)
	raw, err := f.Encode()
	if err != nil {
		return err
	}
	if err := checkProof(c, out, f); err != nil {
		return err
	}
	name, err := c.Flags().GetString("file")
	if err != nil || name == "" {
		return err
	}
	return os.WriteFile(name, raw, 0o644)
}

// checkProof checks a proof against what the flags trust and prints what it proves.
func checkProof(c *cobra.Command, out *cli.Output, f *proof.File) error {
	trust, err := trustOf(c)
	if err != nil {
		return err
	}
	sealed, err := proof.Verify(f, trust)
	if err != nil {
		return refused(err)
	}
	s, err := statement.Of(sealed)
	if err != nil {
		return refused(err)
	}
	return proofView().One(out, statement.RowOf(sealed, s))
}

// trustOf reads what the user trusts.
func trustOf(c *cobra.Command) (proof.Trust, error) {
	var t proof.Trust
	hash, err := c.Flags().GetString("trust-hash")
	if err != nil {
		return t, err
	}
	if hash != "" {
		if t.Header, err = hex.DecodeString(hash); err != nil || len(t.Header) != 32 {
			return t, cli.Errorf(cli.Usage, "", "--trust-hash: a block's hash is 64 hex digits")
		}
	}
	name, err := c.Flags().GetString("genesis")
	if err != nil || name == "" {
		return t, err
	}
	raw, err := readBounded(name, proof.MaxGenesis)
	if err != nil {
		return t, err
	}
	if t.Genesis, err = proof.ParseGenesis(raw); err != nil {
		return t, refused(err)
	}
	return t, nil
}

// refused gives a proof that does not hold its exit code.
func refused(err error) error {
	if errors.Is(err, proof.ErrFormat) {
		return cli.Errorf(cli.Usage, "", "%w", err)
	}
	return cli.Errorf(cli.Denied, "", "proof refused: %w", err)
}

// readBounded reads a file, a byte more than the limit at most.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, cli.Errorf(cli.NotFound, "", "there is no file %s", name)
	} else if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	defer func() { _ = f.Close() }() // only read from
	return io.ReadAll(io.LimitReader(f, limit+1))
}
