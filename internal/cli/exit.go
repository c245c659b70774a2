// Package cli holds the conventions that all our commands share: exit codes,
// the "error:" and "try:" lines, output formats, colour, and the version and
// config commands every binary has. It prints; it never talks to a chain, a
// router or a hotspot.
package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/internal/config"
)

// Code is an exit status with a fixed meaning, the same for every command.
type Code int

// The exit codes.
const (
	OK        Code = 0
	Failure   Code = 1
	Usage     Code = 2 // wrong flag, argument or configuration
	NotFound  Code = 3
	Denied    Code = 4 // not allowed, or not who it says
	Timeout   Code = 5 // unknown outcome: a transaction may still land
	Rejected  Code = 6 // the chain said no
	Unhealthy Code = 7 // doctor, status --check
)

// Error is an error with an exit code and, when there is one, the command that
// helps.
type Error struct {
	Code Code
	Err  error
	Try  string
}

// Error is the cause alone; Report adds the try line.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf returns an error that makes the program exit with code. try is a
// command line to offer, "" for none.
func Errorf(code Code, try, format string, args ...any) error {
	return &Error{Code: code, Err: fmt.Errorf(format, args...), Try: try}
}

// ExitCode is the status err asks for.
func ExitCode(err error) Code {
	if err == nil {
		return OK
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	for _, kind := range []error{config.ErrRead, config.ErrUnknownKey, config.ErrBadValue, config.ErrInvalid} {
		if errors.Is(err, kind) {
			return Usage
		}
	}
	return Failure
}

// Report writes "error: cause" and, when the error has one, "try: command".
func Report(w io.Writer, err error) {
	text := strings.Join(strings.Fields(err.Error()), " ")
	_, _ = fmt.Fprintln(w, "error: "+text) // nowhere left to complain
	var e *Error
	if errors.As(err, &e) && e.Try != "" {
		_, _ = fmt.Fprintln(w, "try: "+e.Try) // nowhere left to complain
	}
}

// Main runs root with the arguments of the process and returns the exit status.
// A main is os.Exit(cli.Main(root)).
func Main(root *cobra.Command) int {
	prepare(root)
	cmd, err := root.ExecuteC()
	if err == nil {
		return int(OK)
	}
	err = typed(cmd, err)
	Report(os.Stderr, err)
	return int(ExitCode(err))
}

func prepare(c *cobra.Command) {
	c.SilenceErrors, c.SilenceUsage = true, true
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return Errorf(Usage, c.CommandPath()+" --help", "%w", err)
	})
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		if c.HasSubCommands() && !c.Runnable() {
			c.RunE = needVerb
		}
		if check := c.Args; check != nil {
			c.Args = func(c *cobra.Command, args []string) error {
				if err := check(c, args); err != nil {
					return Errorf(Usage, c.CommandPath()+" --help", "%w", err)
				}
				return nil
			}
		}
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(c)
}

// typed gives cobra's own complaint about an unknown first word, which has no
// type and three more lines, the form of ours.
func typed(c *cobra.Command, err error) error {
	var e *Error
	if errors.As(err, &e) || !strings.HasPrefix(err.Error(), "unknown command") {
		return err
	}
	if parts := strings.SplitN(err.Error(), `"`, 3); len(parts) == 3 {
		return needVerb(c, parts[1:2])
	}
	return Errorf(Usage, c.CommandPath()+" --help", "%w", err)
}

// needVerb is what a noun does without one of its verbs: help when alone, a
// usage error that names the nearest verb otherwise. Cobra would print help and
// call it success.
func needVerb(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return c.Help()
	}
	c.SuggestionsMinimumDistance = 2
	hint := ""
	if near := c.SuggestionsFor(args[0]); len(near) > 0 {
		hint = fmt.Sprintf("; did you mean %q?", near[0])
	}
	return Errorf(Usage, c.CommandPath()+" --help", "unknown command %q for %q%s", args[0], c.CommandPath(), hint)
}
