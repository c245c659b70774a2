package main

import (
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/proto/wire"
)

// bundleView is what CommitBundle takes.
type bundleView struct {
	Org      uint32 `json:"org"`
	Sequence uint64 `json:"sequence"`
	Digest   string `json:"digest"`
	File     string `json:"file"`
}

func bundleCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "bundle", Short: "Sign and check an org's private routing table"}
	root.AddCommand(bundleSign(out), bundleShow(out))
	return root
}

func bundleSign(out *cli.Output) *cobra.Command {
	var key, chainID, to string
	var org uint32
	var sequence uint64
	c := &cobra.Command{
		Use:     "sign DOCUMENT",
		Short:   "Sign a routing document; its sequence and digest then go on chain",
		Example: "  packetrouter bundle sign routes.json --chain-id hexwave-1 --org 1 --sequence 7 --key org.pem --out org1.bundle",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			document, err := os.ReadFile(args[0])
			if err != nil {
				return cli.Errorf(cli.Usage, "", "%w", err)
			}
			k, err := keyfile.Load(key)
			if err != nil {
				return explainKey(err)
			}
			data, err := bundle.Sign(wire.HashChainID(chainID), packetrouter.OrgID(org), sequence, document, k)
			if err != nil {
				return cli.Errorf(cli.Usage, "", "%w", err)
			}
			if err := replaceFile(to, data); err != nil {
				return err
			}
			return showBundle(out, data, to)
		},
	}
	c.Flags().StringVar(&key, "key", "", "the org's bundle key file")
	c.Flags().StringVar(&chainID, "chain-id", "", "chain id of the network")
	c.Flags().StringVar(&to, "out", "", "file to write")
	c.Flags().Uint32Var(&org, "org", 0, "number of the org")
	c.Flags().Uint64Var(&sequence, "sequence", 0, "higher than that of every earlier bundle")
	for _, f := range []string{"key", "chain-id", "out", "org", "sequence"} {
		if err := c.MarkFlagRequired(f); err != nil {
			panic("packetrouter: a flag that was just made exists: " + err.Error())
		}
	}
	return c
}

func bundleShow(out *cli.Output) *cobra.Command {
	return &cobra.Command{
		Use:   "show FILE-OR-URL",
		Short: "Show org, sequence and digest of a bundle whose document fits its header",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			data, err := bundle.Read(c.Context(), args[0])
			if err != nil {
				return err
			}
			return showBundle(out, data, args[0])
		},
	}
}

func showBundle(out *cli.Output, data []byte, from string) error {
	h, _, err := bundle.Header(data)
	if err != nil {
		return cli.Errorf(cli.Usage, "", "%w", err)
	}
	v := cli.View[bundleView]{
		Schema: "bundle/v1",
		ID:     func(b bundleView) string { return b.Digest },
		Columns: []cli.Column[bundleView]{
			{Name: "org", Text: func(b bundleView) string { return packetrouter.OrgID(b.Org).String() }},
			{Name: "digest", Text: func(b bundleView) string { return b.Digest }},
			{Name: "file", Text: func(b bundleView) string { return b.File }},
		},
	}
	return v.One(out, bundleView{h.Org, h.Sequence, hex.EncodeToString(h.Digest[:]), from})
}

// replaceFile swaps the file whole, so that a router never reads half of it.
func replaceFile(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".bundle-*") // mode 0600
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
