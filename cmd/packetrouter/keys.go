package main

import (
	"crypto/ed25519"
	"encoding/hex"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/packetrouter/keyfile"
)

// keyView is what may be shown of a key.
type keyView struct {
	ID   string `json:"id"`
	Key  string `json:"key"` // wire.PubKey, hex: what AuthorizeSigner and CreateOrg take
	File string `json:"file"`
}

func keysCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{
		Use:   "keys",
		Short: "Make and show keys: this router's identity, lane signers, an org's bundle key",
	}
	root.AddCommand(
		keyVerb(out, "init", "Make a key; an existing one is never overwritten", keyfile.Create),
		keyVerb(out, "show", "Show id and public key", keyfile.Load),
	)
	return root
}

func keyVerb(out *cli.Output, verb, short string, do func(string) (ed25519.PrivateKey, error)) *cobra.Command {
	c := &cobra.Command{
		Use: verb, Short: short, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			file, err := c.Flags().GetString("file")
			if err != nil {
				return err
			}
			if file == "" {
				cfg, _, err := settings.Load(c)
				if err != nil {
					return err
				}
				file = cfg.KeyFile
			}
			key, err := do(file)
			if err != nil {
				return explainKey(err)
			}
			k := keyfile.Public(key)
			return keyViews().One(out, keyView{k.String(), hex.EncodeToString(k.Bytes()), file})
		},
	}
	c.Flags().String("file", "", "path of the key file (default: the configuration's key_file)")
	settings.Bind(c)
	return c
}

func keyViews() cli.View[keyView] {
	return cli.View[keyView]{
		Schema: "router-key/v1",
		ID:     func(k keyView) string { return k.ID },
		Columns: []cli.Column[keyView]{
			{Name: "id", Text: func(k keyView) string { return k.ID }},
			{Name: "key", Text: func(k keyView) string { return k.Key }},
			{Name: "file", Text: func(k keyView) string { return k.File }},
		},
	}
}
