package main

import (
	"errors"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/hexwave/hexwave/internal/cli"
)

// TestPlainWords holds what users read when a node refuses, and the exit code.
func TestPlainWords(t *testing.T) {
	for _, tt := range []struct {
		in   error
		want string
		code cli.Code
	}{
		{status.Error(codes.Unknown, "codespace hotspot code 11: unknown hotspot: 999"), "unknown hotspot: 999", cli.NotFound},
		{status.Error(codes.Unknown, "codespace poc code 16: no such challenge: 7"), "no such challenge: 7", cli.NotFound},
		{status.Error(codes.Unknown, "codespace routing code 2: unknown org: 7"), "unknown org: 7", cli.NotFound},
		{status.Error(codes.Unknown, "codespace sdk code 18: invalid request"), "invalid request", cli.Failure},
		{status.Error(codes.Unavailable, "connection refused"), "no node answers: connection refused", cli.Failure},
		{errors.New("disk is full"), "disk is full", cli.Failure},
		{nil, "", cli.OK},
	} {
		err := (&network{}).explain(tt.in)
		if got := cli.ExitCode(err); got != tt.code {
			t.Errorf("%v: exit %d, want %d", tt.in, got, tt.code)
		}
		if err != nil && err.Error() != tt.want {
			t.Errorf("%v: told %q, want %q", tt.in, err, tt.want)
		}
	}
}
