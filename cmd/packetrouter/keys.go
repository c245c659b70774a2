package main

import (
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/keycli"
)

func keysCommand(out *cli.Output) *cobra.Command {
	return keycli.Command("packetrouter", "Make and show keys: this router's identity, lane signers, an org's bundle key", out,
		func(c *cobra.Command) (string, error) {
			cfg, _, err := settings.Load(c)
			return cfg.KeyFile, err
		}, settings.Bind)
}

// explainKey adds what to do to an error of a key file.
func explainKey(err error) error { return keycli.Explain("packetrouter", err) }
