package devnet

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxCopies is how many copies of a transmission the org's route pays for.
const maxCopies = 3

// document is the org's private bundle: its routes and session keys.
type document struct {
	content  []byte
	sequence uint64
	digest   [32]byte
}

// bundle writes the org's bundle and signs it. Devices by OTAA have no session
// key that the org would know beforehand; those by ABP have.
func (r *run) bundle() (document, error) {
	cap := uint64(1_000_000)
	route := bundle.Route{
		ID: "town", Active: true, MaxCopies: maxCopies, MaxAge: "60s", HourlyCap: &cap,
		Destination: bundle.Destination{Protocol: string(packetrouter.ProtocolGWMP), Address: r.ports.addr(offLNS)},
		DevAddrs:    []bundle.Range{{First: fmt.Sprintf("%08x", firstDevAddr), Last: fmt.Sprintf("%08x", firstDevAddr+8*devAddrBlocks-1)}},
		Joins:       []bundle.Join{{JoinEUI: fmt.Sprintf("%016x", uint64(joinEUI)), DevEUI: "*"}},
	}
	for _, d := range r.layout.Devices {
		if !d.OTAA {
			route.SessionKeys = append(route.SessionKeys, bundle.Session{DevAddr: fmt.Sprintf("%08x", d.DevAddr), Key: hex.EncodeToString(d.NwkSKey[:])})
		}
	}
	content, err := json.MarshalIndent(bundle.Document{Version: bundle.Version, Routes: []bundle.Route{route}}, "", " ")
	if err != nil {
		return document{}, fmt.Errorf("encode bundle: %w", err)
	}
	const sequence = 1
	signed, err := bundle.Sign(wire.HashChainID(ChainID), orgNumber, sequence, content, ed25519.NewKeyFromSeed(r.layout.Bundle[:]))
	if err != nil {
		return document{}, fmt.Errorf("sign bundle: %w", err)
	}
	return document{signed, sequence, sha256.Sum256(content)}, nil
}

func (r *run) writeRouter() error { return nil }

func (r *run) writeExplorer() error { return nil }

func (r *run) startRouter(ctx context.Context) error {
	return r.procs.Start(ctx, "router", "packetrouter", "run", "--config", r.paths.router()+"/packetrouter.toml")
}

func (r *run) startExplorer(ctx context.Context) error {
	return r.procs.Start(ctx, "explorer", "explorer", "run", "--config", r.paths.explorer()+"/explorer.toml")
}
