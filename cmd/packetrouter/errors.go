package main

import (
	"errors"

	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/packetrouter/keyfile"
)

// explainKey adds what to do to an error of a key file.
func explainKey(err error) error {
	switch {
	case errors.Is(err, keyfile.ErrMissing):
		return cli.Errorf(cli.Usage, "packetrouter keys init --file FILE", "%w", err)
	case errors.Is(err, keyfile.ErrExists):
		return cli.Errorf(cli.Usage, "packetrouter keys show --file FILE", "%w", err)
	case errors.Is(err, keyfile.ErrOpen), errors.Is(err, keyfile.ErrFormat):
		return cli.Errorf(cli.Usage, "", "%w", err)
	}
	return err
}
