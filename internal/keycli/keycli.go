// Package keycli is the 'keys' command of the programs that keep Ed25519 keys in
// files: make one, show its public part. It owns the wording of what is wrong with
// a key file; it never shows or moves a private key.
package keycli

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/keyfile"
)

// view is what may be shown of a key.
type view struct {
	ID   string `json:"id"`
	Key  string `json:"key"` // wire.PubKey, hex: what AuthorizeSigner and CreateOrg take
	File string `json:"file"`
}

// Command returns the 'keys' command of a program. file returns the path that the
// program's configuration has, for a call that names none; bind adds the flags
// that find the configuration.
func Command(program, short string, out *cli.Output, file func(*cobra.Command) (string, error), bind func(*cobra.Command)) *cobra.Command {
	root := &cobra.Command{Use: "keys", Short: short}
	verb := func(name, short string, do func(string) (ed25519.PrivateKey, error)) {
		c := &cobra.Command{
			Use: name, Short: short, Args: cobra.NoArgs,
			RunE: func(c *cobra.Command, _ []string) error {
				path, err := c.Flags().GetString("file")
				if err == nil && path == "" {
					path, err = file(c)
				}
				if err != nil {
					return err
				}
				key, err := do(path)
				if err != nil {
					return Explain(program, err)
				}
				k := keyfile.Public(key)
				return views(program).One(out, view{k.String(), hex.EncodeToString(k.Bytes()), path})
			},
		}
		c.Flags().String("file", "", "path of the key file (default: the configuration's key_file)")
		bind(c)
		root.AddCommand(c)
	}
	verb("init", "Make a key; an existing one is never overwritten", keyfile.Create)
	verb("show", "Show id and public key", keyfile.Load)
	return root
}

// Explain adds what to do to an error of a key file.
func Explain(program string, err error) error {
	switch {
	case errors.Is(err, keyfile.ErrMissing):
		return cli.Errorf(cli.Usage, program+" keys init --file FILE", "%w", err)
	case errors.Is(err, keyfile.ErrExists):
		return cli.Errorf(cli.Usage, program+" keys show --file FILE", "%w", err)
	case errors.Is(err, keyfile.ErrOpen), errors.Is(err, keyfile.ErrFormat):
		return cli.Errorf(cli.Usage, "", "%w", err)
	}
	return err
}

func views(program string) cli.View[view] {
	return cli.View[view]{
		Schema: program + "-key/v1",
		ID:     func(k view) string { return k.ID },
		Columns: []cli.Column[view]{
			{Name: "id", Text: func(k view) string { return k.ID }},
			{Name: "key", Text: func(k view) string { return k.Key }},
			{Name: "file", Text: func(k view) string { return k.File }},
		},
	}
}
