package main

import (
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/hotspot/identity"
	conf "github.com/hexwave/hexwave/hotspot/settings"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/proto/wire"
)

// keyView is what may be shown of a key.
type keyView struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Key  string `json:"key"`
	File string `json:"file"`
}

func keyCommand(out *cli.Output) *cobra.Command {
	root := &cobra.Command{Use: "key", Short: "Make and show this hotspot's key"}
	show := func(id *identity.Identity, file string) error {
		k := id.PubKey()
		v := cli.View[keyView]{Schema: "hotspot-key/v1", ID: func(k keyView) string { return k.ID }, Columns: []cli.Column[keyView]{
			{Name: "ID", Text: func(k keyView) string { return k.ID }},
			{Name: "NAME", Text: func(k keyView) string { return k.Name }},
			{Name: "FILE", Text: func(k keyView) string { return k.File }},
		}}
		return v.One(out, keyView{k.String(), wire.HotspotName(k), hex.EncodeToString(k.Bytes()), file})
	}
	var algorithm string
	create := &cobra.Command{
		Use: "init", Short: "Make a key; an existing one is never overwritten", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := loadUnchecked(c)
			if err != nil {
				return err
			}
			id, err := identity.Create(cfg.KeyFile, identity.Algorithm(algorithm))
			if errors.Is(err, identity.ErrAlgorithm) {
				return cli.Errorf(cli.Usage, "hotspot key init --algorithm p256", "--algorithm %w", err)
			}
			if err != nil {
				return err
			}
			return show(id, cfg.KeyFile)
		},
	}
	print := &cobra.Command{
		Use: "show", Short: "Show id and name of the key", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := loadUnchecked(c)
			if err != nil {
				return err
			}
			id, err := loadKey(cfg.KeyFile)
			if err != nil {
				return err
			}
			return show(id, cfg.KeyFile)
		},
	}
	create.Flags().StringVar(&algorithm, "algorithm", string(identity.Ed25519), "ed25519, or p256 as secure elements have it")
	for _, c := range []*cobra.Command{create, print} {
		c.Flags().String("key-file", "", "path of the key file (default: the configuration's key_file)")
		settings.Bind(c)
		root.AddCommand(c)
	}
	return root
}

// loadUnchecked loads the settings of a command that needs the key file alone:
// with --key-file no configuration is read at all.
func loadUnchecked(c *cobra.Command) (conf.Config, error) {
	if path, err := c.Flags().GetString("key-file"); err == nil && path != "" {
		cfg := conf.Default()
		cfg.KeyFile = path
		return cfg, nil
	}
	cfg, _, err := settings.Load(c)
	return cfg, err
}

func registrationCommand() *cobra.Command {
	var owner, chainID, class string
	var validUntil uint64
	c := &cobra.Command{
		Use:   "registration",
		Short: "Print this device's signed consent to belong to an account",
		Long: `registration prints, as hex, the device's signed consent to belong to an
account. The owner's wallet sends it to the chain ('hexwave hotspot add'). It
holds for one account, one chain and until one height.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, err := loadUnchecked(c)
			if err != nil {
				return err
			}
			id, err := loadKey(cfg.KeyFile)
			if err != nil {
				return err
			}
			address, err := wire.DecodeAddress(owner)
			if err != nil {
				return cli.Errorf(cli.Usage, "hotspot registration --owner hxw1...", "--owner: %w", err)
			}
			if validUntil == 0 {
				return cli.Errorf(cli.Usage, "", "--valid-until is missing: name a height, such as the newest one plus 1000")
			}
			if chainID == "" {
				chainID = cfg.ChainID
			}
			classes := map[string]wire.HotspotClass{"full": wire.ClassFullLoRa, "data": wire.ClassDataLoRa, "wifi": wire.ClassWiFi}
			kind, ok := classes[class]
			if !ok {
				return cli.Errorf(cli.Usage, "", "--class %q: want full, data or wifi", class)
			}
			g := id.Register(wire.HashChainID(chainID), address, kind, validUntil)
			fmt.Fprintln(c.OutOrStdout(), hex.EncodeToString(g.AppendTo(nil)))
			return nil
		},
	}
	c.Flags().StringVar(&owner, "owner", "", "account that will own the hotspot, hxw1...")
	c.Flags().StringVar(&chainID, "chain-id", "", "chain id (default: the configuration's)")
	c.Flags().StringVar(&class, "class", "full", "full, data or wifi")
	c.Flags().Uint64Var(&validUntil, "valid-until", 0, "last height at which the chain may take it; required")
	c.Flags().String("key-file", "", "path of the key file (default: the configuration's key_file)")
	settings.Bind(c)
	return c
}
