package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/config"
	"github.com/hexwave/hexwave/internal/version"
)

// VersionCommand is `version [--json]`.
func VersionCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Print which build this is",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v := version.Get()
			if !asJSON {
				_, err := fmt.Fprintln(c.OutOrStdout(), c.Root().Name(), v)
				return err
			}
			enc := json.NewEncoder(c.OutOrStdout())
			enc.SetIndent("", "  ")
			return enc.Encode(struct {
				Schema string `json:"schema"`
				Name   string `json:"name"`
				version.Info
			}{"version/v1", c.Root().Name(), v})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON, with the full commit")
	return c
}

// Config ties a binary's configuration struct T to its commands.
type Config[T any] struct {
	// Prefix is that of the environment variables, such as HOTSPOT.
	Prefix string
	// File is the default path; when absent the defaults hold.
	File string
	// Default returns the struct with its defaults.
	Default func() T
}

// Bind adds --config and one flag for each setting to cmd.
func (b Config[T]) Bind(cmd *cobra.Command) {
	d := b.Default()
	config.BindFlags(cmd.Flags(), &d)
	cmd.Flags().String("config", "", fmt.Sprintf("configuration file (default %s when it exists; env %s_CONFIG)", b.File, b.Prefix))
}

// Load returns the settings of this run. cmd was passed to Bind.
func (b Config[T]) Load(cmd *cobra.Command) (T, []config.Origin, error) {
	cfg := b.Default()
	src := config.Sources{File: b.File, Optional: true, Prefix: b.Prefix, Flags: cmd.Flags()}
	fileVar := b.Prefix + "_CONFIG"
	for _, kv := range os.Environ() {
		if len(kv) > len(fileVar) && kv[:len(fileVar)+1] == fileVar+"=" {
			src.File, src.Optional = kv[len(fileVar)+1:], false
			continue
		}
		src.Environ = append(src.Environ, kv)
	}
	if f, err := cmd.Flags().GetString("config"); err == nil && f != "" {
		src.File, src.Optional = f, false
	}
	origins, err := config.Load(&cfg, src)
	return cfg, origins, err
}

// Command is `config init|show|validate`.
func (b Config[T]) Command(out *Output) *cobra.Command {
	c := &cobra.Command{
		Use:   "config",
		Short: "Write, show and check the configuration",
		Long: fmt.Sprintf(`One TOML file, every key of which can also be an environment variable or a flag.
A flag wins over the environment, that over the file, that over the default:

  [log]                     # %[1]s
  level = "debug"

  %[2]s_LOG__LEVEL=debug
  --log.level=debug

A key that no setting has is an error, never ignored.`, filepath.Base(b.File), b.Prefix),
	}
	c.AddCommand(b.initCommand(), b.showCommand(out), b.validateCommand())
	return c
}

func (b Config[T]) initCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init",
		Short:   "Print the full file, every key explained",
		Example: fmt.Sprintf("  config init > %s", b.File),
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			d := b.Default()
			return config.Document(c.OutOrStdout(), &d)
		},
	}
}

func (b Config[T]) showCommand(out *Output) *cobra.Command {
	var origin bool
	c := &cobra.Command{
		Use:   "show",
		Short: "Print the settings a run here and now would have",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, origins, err := b.Load(c)
			if err != nil {
				return err
			}
			return originView(origin).List(out, origins)
		},
	}
	c.Flags().BoolVar(&origin, "origin", false, "also say where each value comes from")
	b.Bind(c)
	return c
}

func originView(origin bool) View[config.Origin] {
	return View[config.Origin]{
		Schema: "setting/v1",
		ID:     func(o config.Origin) string { return o.Key },
		Columns: []Column[config.Origin]{
			{Name: "key", Text: func(o config.Origin) string { return o.Key }},
			{Name: "value", Text: func(o config.Origin) string { return o.Value }},
			{Name: "origin", Wide: !origin, Text: func(o config.Origin) string { return o.Origin }},
		},
	}
}

func (b Config[T]) validateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "validate",
		Short: "Load everything and say the first mistake",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, _, err := b.Load(c); err != nil {
				return err
			}
			_, err := fmt.Fprintln(c.ErrOrStderr(), "configuration is valid")
			return err
		},
	}
	b.Bind(c)
	return c
}
