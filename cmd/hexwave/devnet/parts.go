package devnet

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
)

// maxCopies is how many copies of a transmission the org's route pays for.
const maxCopies = 3

// document is an org's private bundle: its routes and session keys.
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
	return signBundle(orgNumber, r.layout.Bundle, route)
}

// settleEvery is how often the router settles, blocks: a short run must see
// several settlements.
const settleEvery = 10

// writeRouter writes the router's configuration, its keys and the org's bundle.
func (r *run) writeRouter() error {
	var err error
	if r.routes, err = r.bundle(); err != nil {
		return err
	}
	if r.wifiRoutes, err = r.wifiBundle(); err != nil {
		return err
	}
	in := func(name string) string { return filepath.Join(r.paths.router(), name) }
	for name, seed := range map[string][32]byte{"identity.pem": r.layout.Router, "lane.pem": r.layout.Lane} {
		if err := keyfile.Store(in(name), ed25519.NewKeyFromSeed(seed[:])); err != nil {
			return err
		}
	}
	if err := writeFile(in("org1.bundle"), r.routes.content); err != nil {
		return err
	}
	if err := writeFile(in("org2.bundle"), r.wifiRoutes.content); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "chain_id = %q\nlisten = %q\nkey_file = %q\n", ChainID, r.ports.addr(offRouter), in("identity.pem"))
	fmt.Fprintf(&b, "nodes = [%s]\n", r.nodeList())
	lane := fmt.Sprintf("org=%d key=%s wal=%s bundle=%s", orgNumber, in("lane.pem"), in("wal"), in("org1.bundle"))
	carrier := fmt.Sprintf("org=%d bundle=%s", carrierNumber, in("org2.bundle"))
	fmt.Fprintf(&b, "lanes = [%q, %q]\nsettle_every = %d\n", lane, carrier, settleEvery)
	fmt.Fprintf(&b, "\n[trust]\ngenesis = %q\nrpc = [%s]\n", r.paths.validator(0)+"/config/genesis.json", strings.Join(r.nodesOf(0), ", "))
	fmt.Fprintf(&b, "\n[metrics]\nlisten = %q\n", r.ports.addr(offRouterMetrics))
	return writeFile(in("packetrouter.toml"), []byte(b.String()))
}

// nodeList is the nodes' gRPC addresses as a configuration has them.
func (r *run) nodeList() string {
	nodes := make([]string, r.opt.Validators)
	for i := range nodes {
		nodes[i] = fmt.Sprintf("%q", r.ports.validator(i, portGRPC))
	}
	return strings.Join(nodes, ", ")
}

// writeExplorer writes the explorer's configuration.
func (r *run) writeExplorer() error {
	var b strings.Builder
	fmt.Fprintf(&b, "listen = %q\ndata_dir = %q\n", r.ports.addr(offExplorer), filepath.Join(r.paths.explorer(), "data"))
	fmt.Fprintf(&b, "\n[node]\nrpc = %q\nchain_id = %q\n", "http://"+r.ports.validator(0, portRPC), ChainID)
	fmt.Fprintf(&b, "\n[metrics]\nlisten = %q\n", r.ports.addr(offExplorerAdmin))
	return writeFile(filepath.Join(r.paths.explorer(), "explorer.toml"), []byte(b.String()))
}

func (r *run) startRouter(ctx context.Context) error {
	return r.procs.Start(ctx, "router", "packetrouter", "run", "--config", r.paths.router()+"/packetrouter.toml")
}

func (r *run) startPayer(ctx context.Context) error {
	return r.procs.Start(ctx, agentName, "payeragent", "run", "--config", r.paths.payer()+"/payeragent.toml")
}

func (r *run) startExplorer(ctx context.Context) error {
	return r.procs.Start(ctx, "explorer", "explorer", "run", "--config", r.paths.explorer()+"/explorer.toml")
}
