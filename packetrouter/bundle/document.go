package bundle

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
)

// ErrDocument is returned for a document that is not a routing table.
var ErrDocument = errors.New("not a valid routing document")

// Limits of one document.
const (
	MaxDocument = 64 << 20 // bytes
	MaxRoutes   = 10_000
	MaxCopies   = 64
	MaxAge      = 24 * time.Hour
)

// Version of the format.
const Version = 1

// Defaults of a route.
const (
	DefaultCopies    = 1
	DefaultAge       = time.Minute
	DefaultHourlyCap = 200 // DC an hour and hotspot, where no session key proves the frame
)

// Document is the routing table as written.
type Document struct {
	Version int     `json:"version"` // 1
	Routes  []Route `json:"routes"`
}

// Route sends the frames of some devices to one network server.
type Route struct {
	ID           string      `json:"id"`     // unique in the org, 1 to 64 bytes
	Active       bool        `json:"active"` // false refuses with "inactive"
	Destination  Destination `json:"destination"`
	MaxCopies    uint16      `json:"max_copies,omitempty"`    // of one transmission; 0 means 1
	MaxAge       string      `json:"max_age,omitempty"`       // "30s"; empty means 1 minute
	KeysRequired bool        `json:"keys_required,omitempty"` // refuse devices without a session key
	HourlyCap    *uint64     `json:"hourly_cap,omitempty"`    // DC an hour and hotspot without keys; absent means 200
	DevAddrs     []Range     `json:"dev_addrs,omitempty"`     // inside the org's ranges
	Joins        []Join      `json:"joins,omitempty"`         // with JoinEUIs of the org
	SessionKeys  []Session   `json:"session_keys,omitempty"`  // of devices in dev_addrs
	Realms       []string    `json:"realms,omitempty"`        // of the org, lower case; only and always with a payer
}

// Destination is a network server, or a payer agent.
type Destination struct {
	Protocol string `json:"protocol"`      // "gwmp" or "payer"
	Address  string `json:"address"`       // host:port
	Key      string `json:"key,omitempty"` // identity of a payer agent, as 'payeragent keys show' prints it
}

// Range is inclusive; 8 hex digits each.
type Range struct {
	First string `json:"first"`
	Last  string `json:"last"`
}

// Join is an EUI pair of 16 hex digits each; DevEUI "*" takes every device.
type Join struct {
	JoinEUI string `json:"join_eui"`
	DevEUI  string `json:"dev_eui"`
}

// Session is a device's network session key, 32 hex digits.
type Session struct {
	DevAddr   string `json:"dev_addr"`
	Key       string `json:"key"`
	MaxCopies uint16 `json:"max_copies,omitempty"` // 0 takes the route's
}

// Parse reads a document strictly: unknown fields and trailing bytes are
// refused. Errors: ErrDocument.
func Parse(data []byte) (*Document, error) {
	if len(data) > MaxDocument {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrDocument, len(data), MaxDocument)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var d Document
	if err := dec.Decode(&d); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: bytes after the document", ErrDocument)
	}
	switch {
	case d.Version != Version:
		return nil, fmt.Errorf("%w: version %d, want %d", ErrDocument, d.Version, Version)
	case len(d.Routes) > MaxRoutes:
		return nil, fmt.Errorf("%w: %d routes, at most %d", ErrDocument, len(d.Routes), MaxRoutes)
	}
	return &d, nil
}

// Defs checks the document against the org's record and returns its routes.
// Errors: ErrDocument, with the route and the field.
func (d *Document) Defs(org *packetrouter.Org) ([]packetrouter.RouteDef, error) {
	out := make([]packetrouter.RouteDef, 0, len(d.Routes))
	seen, realms := map[string]bool{}, map[string]bool{}
	for i := range d.Routes {
		r := &d.Routes[i]
		for _, x := range r.Realms {
			if realms[x] {
				return nil, fmt.Errorf("%w: realm %q twice", ErrDocument, x)
			}
			realms[x] = true
		}
		if seen[r.ID] {
			return nil, fmt.Errorf("%w: route %q twice", ErrDocument, r.ID)
		}
		seen[r.ID] = true
		def, err := r.def(org)
		if err != nil {
			return nil, fmt.Errorf("%w: route %q: %w", ErrDocument, r.ID, err)
		}
		out = append(out, def)
	}
	return out, nil
}

func (r *Route) def(org *packetrouter.Org) (packetrouter.RouteDef, error) {
	def := packetrouter.RouteDef{
		ID: r.ID, Org: org.ID, Active: r.Active, Protocol: packetrouter.Protocol(r.Destination.Protocol),
		Address: r.Destination.Address, MaxCopies: r.MaxCopies, MaxAge: DefaultAge,
		KeysRequired: r.KeysRequired, HourlyCap: DefaultHourlyCap,
	}
	if n := len(r.ID); n == 0 || n > 64 {
		return def, errors.New("id must have 1 to 64 bytes")
	}
	var err error
	if def.PayerKey, err = r.Destination.check(); err != nil {
		return def, err
	}
	if def.MaxCopies == 0 {
		def.MaxCopies = DefaultCopies
	}
	if def.MaxCopies > MaxCopies {
		return def, fmt.Errorf("max_copies %d, at most %d", r.MaxCopies, MaxCopies)
	}
	if r.MaxAge != "" {
		age, err := time.ParseDuration(r.MaxAge)
		if err != nil || age <= 0 || age > MaxAge {
			return def, fmt.Errorf("max_age %q: want a duration up to %s", r.MaxAge, MaxAge)
		}
		def.MaxAge = age
	}
	if r.HourlyCap != nil {
		def.HourlyCap = *r.HourlyCap
	}
	return def, r.fill(&def, org)
}

func (r *Route) fill(def *packetrouter.RouteDef, org *packetrouter.Org) error {
	if err := r.fillRealms(def, org); err != nil {
		return err
	}
	for _, x := range r.DevAddrs {
		v, err := x.parse(org)
		if err != nil {
			return err
		}
		def.DevAddrs = append(def.DevAddrs, v)
	}
	pairs := map[packetrouter.JoinPair]bool{}
	for _, x := range r.Joins {
		p, err := x.parse(org)
		if err != nil {
			return err
		}
		if pairs[p] {
			return fmt.Errorf("join pair %s/%s twice", x.JoinEUI, x.DevEUI)
		}
		pairs[p] = true
		def.Joins = append(def.Joins, p)
	}
	keys := map[packetrouter.KeyDef]bool{}
	for _, x := range r.SessionKeys {
		k, err := x.parse(def.DevAddrs)
		if err != nil {
			return err
		}
		same := packetrouter.KeyDef{Addr: k.Addr, Key: k.Key}
		if keys[same] {
			return fmt.Errorf("session key of %s twice", x.DevAddr)
		}
		keys[same] = true
		def.Keys = append(def.Keys, k)
	}
	return nil
}

// fillRealms takes the realms of a payer's route. A login goes to one payer, so a
// route is for network servers or for a payer, never for both.
func (r *Route) fillRealms(def *packetrouter.RouteDef, org *packetrouter.Org) error {
	payer := def.Protocol == packetrouter.ProtocolPayer
	switch {
	case payer && len(r.Realms) == 0:
		return errors.New("a payer's route needs realms")
	case payer && len(r.DevAddrs)+len(r.Joins)+len(r.SessionKeys) > 0:
		return errors.New("a payer's route takes realms only")
	case !payer && len(r.Realms) > 0:
		return errors.New("realms need a payer as destination")
	}
	for _, x := range r.Realms {
		if !slices.Contains(org.Realms, x) {
			return fmt.Errorf("realm %q is not the org's", x)
		}
	}
	def.Realms = r.Realms
	return nil
}

// check returns the key that the destination must have, zero where none is asked
// for.
func (d Destination) check() (wire.PubKey, error) {
	var key wire.PubKey
	host, port, err := net.SplitHostPort(d.Address)
	if err != nil || host == "" || len(d.Address) > 256 {
		return key, fmt.Errorf("address %q: want host:port", d.Address)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return key, fmt.Errorf("address %q: want a port from 1 to 65535", d.Address)
	}
	switch packetrouter.Protocol(d.Protocol) {
	case packetrouter.ProtocolGWMP:
		if d.Key != "" {
			return key, errors.New("a network server has no key")
		}
	case packetrouter.ProtocolPayer:
		if key, err = wire.DecodeHotspotID(d.Key); err != nil {
			return key, fmt.Errorf("key of the payer agent: %w", err)
		}
	default:
		return key, fmt.Errorf("protocol %q; known: gwmp, payer", d.Protocol)
	}
	return key, nil
}

func (x Range) parse(org *packetrouter.Org) (packetrouter.DevAddrRange, error) {
	first, err := packetrouter.ParseDevAddr(x.First)
	if err != nil {
		return packetrouter.DevAddrRange{}, err
	}
	last, err := packetrouter.ParseDevAddr(x.Last)
	if err != nil {
		return packetrouter.DevAddrRange{}, err
	}
	v := packetrouter.DevAddrRange{First: first, Last: last}
	if first > last {
		return v, fmt.Errorf("range %s..%s is empty", first, last)
	}
	// A range must lie in one of the org's: neighbouring ones are not joined.
	if !slices.ContainsFunc(org.Ranges, func(o packetrouter.DevAddrRange) bool { return o.Contains(v) }) {
		return v, fmt.Errorf("range %s..%s is not the org's", first, last)
	}
	return v, nil
}

func (x Join) parse(org *packetrouter.Org) (packetrouter.JoinPair, error) {
	join, err := packetrouter.ParseEUI(x.JoinEUI)
	if err != nil {
		return packetrouter.JoinPair{}, err
	}
	if !slices.Contains(org.JoinEUIs, join) {
		return packetrouter.JoinPair{}, fmt.Errorf("JoinEUI %s is not the org's", join)
	}
	if x.DevEUI == "*" {
		return packetrouter.JoinPair{JoinEUI: join, Any: true}, nil
	}
	dev, err := packetrouter.ParseEUI(x.DevEUI)
	return packetrouter.JoinPair{JoinEUI: join, DevEUI: dev}, err
}

func (x Session) parse(ranges []packetrouter.DevAddrRange) (packetrouter.KeyDef, error) {
	addr, err := packetrouter.ParseDevAddr(x.DevAddr)
	if err != nil {
		return packetrouter.KeyDef{}, err
	}
	one := packetrouter.DevAddrRange{First: addr, Last: addr}
	if !slices.ContainsFunc(ranges, func(r packetrouter.DevAddrRange) bool { return r.Contains(one) }) {
		return packetrouter.KeyDef{}, fmt.Errorf("session key of %s: not in dev_addrs of the route", addr)
	}
	k := packetrouter.KeyDef{Addr: addr, MaxCopies: x.MaxCopies}
	if x.MaxCopies > MaxCopies {
		return k, fmt.Errorf("session key of %s: max_copies %d, at most %d", addr, x.MaxCopies, MaxCopies)
	}
	raw, err := hex.DecodeString(x.Key)
	if err != nil || len(raw) != len(k.Key) {
		// The key itself is never shown.
		return k, fmt.Errorf("session key of %s: want 32 hex digits", addr)
	}
	copy(k.Key[:], raw)
	return k, nil
}
