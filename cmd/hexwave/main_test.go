package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hexwave/hexwave/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hexwave": func() { os.Exit(cli.Main(rootCommand())) }})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", Setup: copyProofs, Cmds: map[string]func(*testscript.TestScript, bool, []string){
		"exits": exits,
	}})
}

// copyProofs puts the proofs of the specification where a script finds them.
func copyProofs(e *testscript.Env) error {
	names, err := filepath.Glob("../../docs/spec/vectors/proof-*.json")
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(e.WorkDir, filepath.Base(name)), raw, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// exits runs a command and checks its status: exits 2 hexwave nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if exit, ok := err.(interface{ ExitCode() int }); ok {
		got = string(rune('0' + exit.ExitCode()))
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if got != args[0] {
		ts.Fatalf("%v: exit %s, want %s", args[1:], got, args[0])
	}
}
