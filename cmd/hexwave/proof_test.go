package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/chain/chaintest"
	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/internal/cli"
)

// run executes a command line and returns what it printed.
func run(args ...string) (string, error) {
	root := rootCommand()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	err := root.Execute()
	return out.String(), err
}

// Proofs fetched from a live network are checked again from their files.
func TestProofsOfALiveNetwork(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	node := chaintest.NewLive(t, chaintest.Options{}).Nodes[0]
	c, err := client.Dial(client.Options{GRPC: node.GRPC, RPC: node.RPC, ChainID: chaintest.ChainID})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for head := (client.Head{}); head.Height < 4; head, _ = c.Head(ctx) { // it answers once it has a block
		select {
		case <-ctx.Done():
			t.Fatal("no blocks")
		case <-time.After(50 * time.Millisecond):
		}
	}
	network := []string{"--node.rpc", node.RPC, "--node.grpc", node.GRPC, "--node.chain_id", chaintest.ChainID, "-o", "table"}
	for _, tt := range []struct{ command, says string }{
		{"hotspot 7", "No hotspot has index 7."},
		{"voucher 2 1 7 4000000", "Lane 1 of org 2 settled nothing for hotspot 7 in epoch 4000000."},
		{"claim 7 --owed --height 3", "No hotspot has index 7."},
	} {
		file := filepath.Join(t.TempDir(), "proof.json")
		out, err := run(append(append([]string{"proof"}, strings.Fields(tt.command)...), append(network, "--file", file)...)...)
		if err != nil || !strings.Contains(out, tt.says) {
			t.Errorf("%s: %v\n%s", tt.command, err, out)
			continue
		}
		again, err := run("proof", "verify", file, "-o", "table")
		if err != nil || again != out {
			t.Errorf("%s, checked again: %v\n%s", tt.command, err, again)
		}
	}
	wrong := filepath.Join(t.TempDir(), "wrong.json")
	for command, code := range map[string]cli.Code{
		"hotspot 7 --height 1":                               cli.Usage,
		"hotspot 7 --trust-hash " + strings.Repeat("00", 32): cli.Denied,
		"hotspot 7 --height 100000000":                       cli.Failure,
	} {
		_, err := run(append(append([]string{"proof"}, strings.Fields(command)...), append(network, "--file", wrong)...)...)
		if cli.ExitCode(err) != code {
			t.Errorf("%s: %v", command, err)
		}
	}
	if _, err := os.Stat(wrong); err == nil {
		t.Error("a proof that does not hold was written")
	}
}
