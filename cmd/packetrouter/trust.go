package main

import (
	"fmt"
	"io"
	"os"

	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/packetrouter/chainledger"
)

// load reads the validators that are believed, or returns nil when nodes are.
func (c TrustConfig) load() (*chainledger.Trust, error) {
	if c.Genesis == "" {
		return nil, nil
	}
	f, err := os.Open(c.Genesis)
	if err != nil {
		return nil, fmt.Errorf("trust.genesis: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	raw, err := io.ReadAll(io.LimitReader(f, proof.MaxGenesis+1))
	if err != nil {
		return nil, fmt.Errorf("trust.genesis: %w", err)
	}
	g, err := proof.ParseTrusted(raw)
	if err != nil {
		return nil, fmt.Errorf("trust.genesis: %w", err)
	}
	return &chainledger.Trust{Genesis: g, RPC: c.RPC}, nil
}
