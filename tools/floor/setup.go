package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// Names of the network that the processes share.
const (
	chainID     = "hexwave-bench-1"
	org         = 1
	lane        = 1
	epoch       = 1
	maxGateways = 200
	devices     = 16 // of a gateway
	firstAddr   = 0x0100_0000
)

// setup is what a process is told, as a JSON file.
type setup struct {
	Seed     byte     // of the key of this process
	Router   string   // address of the router, for a hotspot
	LNS      string   // address of the network server, for a router
	Hotspots []string // keys of the registered hotspots, for a router
	Dir      string   // for the lane's log, for a router
}

func (s setup) write(name string) error {
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("encode setup: %w", err)
	}
	return os.WriteFile(name, raw, 0o600)
}

func readSetup(name string) (setup, error) {
	var s setup
	raw, err := os.ReadFile(name)
	if err != nil {
		return s, fmt.Errorf("read setup: %w", err)
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		return s, fmt.Errorf("read setup: %w", err)
	}
	return s, nil
}

// benchKey is a key that anyone can make: nothing in a benchmark is secret.
func benchKey(kind string, n byte) ed25519.PrivateKey {
	seed := sha256.Sum256(append([]byte("hexwave floor "+kind), n))
	return ed25519.NewKeyFromSeed(seed[:])
}

// laneKey signs vouchers.
func laneKey() ed25519.PrivateKey { return benchKey("lane", 0) }

// deviceAddr is the address of a gateway's device.
func deviceAddr(gateway, device int) packetrouter.DevAddr {
	return packetrouter.DevAddr(firstAddr + gateway*devices + device)
}

// sessionKey is the network session key of an address.
func sessionKey(a packetrouter.DevAddr) packetrouter.SessionKey {
	sum := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("hexwave floor session"), uint32(a)))
	return packetrouter.SessionKey(sum[:16])
}

func chainHash() wire.ChainHash { return wire.HashChainID(chainID) }
