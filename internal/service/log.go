package service

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"golang.org/x/term"
)

// LogConfig is the [log] section that every daemon has.
type LogConfig struct {
	Level  string `toml:"level" doc:"Least severe line that is written: debug, info, warn or error."`
	Format string `toml:"format" doc:"text, json, or auto: text on a terminal, json elsewhere."`
}

// DefaultLog is info, text on a terminal.
func DefaultLog() LogConfig { return LogConfig{Level: "info", Format: "auto"} }

// Validate names the value that is not one of the known ones.
func (c LogConfig) Validate() error {
	if _, err := c.level(); err != nil {
		return err
	}
	switch c.Format {
	case "text", "json", "auto":
		return nil
	default:
		return fmt.Errorf("format = %q; set it to text, json or auto", c.Format)
	}
}

func (c LogConfig) level() (slog.Level, error) {
	switch strings.ToLower(c.Level) {
	case "debug":
		return slog.LevelDebug, nil
	case "info":
		return slog.LevelInfo, nil
	case "warn":
		return slog.LevelWarn, nil
	case "error":
		return slog.LevelError, nil
	default:
		return 0, fmt.Errorf("level = %q; set it to debug, info, warn or error", c.Level)
	}
}

// NewLogger returns a logger to w, normally os.Stderr. A value that Validate
// refuses counts as the default one.
func NewLogger(w io.Writer, c LogConfig) *slog.Logger {
	level, err := c.level()
	if err != nil {
		level = slog.LevelInfo
	}
	opts := &slog.HandlerOptions{Level: level}
	if c.Format == "json" || c.Format != "text" && !IsTerminal(w) {
		return slog.New(slog.NewJSONHandler(w, opts))
	}
	return slog.New(slog.NewTextHandler(w, opts))
}

// IsTerminal reports whether w is a file that a person looks at.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
