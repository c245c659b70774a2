// Package town is the topology file of the Wi-Fi simulator: which access points,
// phones and AAA there are. It owns the format and its checks; it opens nothing
// but the file.
package town

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/hexwave/hexwave/proto/radius"
)

// ErrTown is returned for bytes that are no topology.
var ErrTown = errors.New("not a Wi-Fi topology")

// Town is the whole topology.
type Town struct {
	Seed           uint64        `json:"seed"`
	InterimSeconds int           `json:"interim_seconds"` // instead of what an Accept asks for; 0 does as asked
	AAA            AAA           `json:"aaa"`
	AccessPoints   []AccessPoint `json:"access_points"`
	Users          []User        `json:"users"`
}

// AAA is the carrier's server.
type AAA struct {
	Auth   string `json:"auth"` // UDP address to listen on
	Acct   string `json:"acct"`
	Secret string `json:"secret"` // shared with its one client
}

// AccessPoint is a RADIUS client of a hotspot.
type AccessPoint struct {
	Name   string `json:"name"` // NAS-Identifier
	BSSID  string `json:"bssid"`
	Secret string `json:"secret"`
	Auth   string `json:"hotspot_auth"`
	Acct   string `json:"hotspot_acct"`
	DAS    string `json:"das"` // UDP address for Disconnect-Requests (RFC 5176)
}

// User is a phone with its subscription.
type User struct {
	Name     string `json:"name"` // with its realm
	Password string `json:"password"`
	Typed    string `json:"typed_password"` // what the phone sends; empty is the right one
	MAC      string `json:"mac"`
	AP       string `json:"ap"`
	RoamTo   string `json:"roam_to"` // access point to move to after some intervals; empty stays
	Rate     int    `json:"bytes_per_second"`
}

// Wrong reports whether the phone's password is wrong.
func (u User) Wrong() bool { return u.Typed != "" && u.Typed != u.Password }

// Bounds of a town.
const (
	maxFile  = 1 << 20
	maxUsers = 1000
)

// Parse reads a topology strictly. Errors: ErrTown.
func Parse(b []byte) (Town, error) {
	var t Town
	if len(b) > maxFile {
		return t, fmt.Errorf("%w: %d bytes", ErrTown, len(b))
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("%w: %w", ErrTown, err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return t, fmt.Errorf("%w: bytes behind it", ErrTown)
	}
	return t, t.check()
}

func (t Town) check() error {
	if len(t.Users) > maxUsers || len(t.AccessPoints) > maxUsers {
		return fmt.Errorf("%w: more than %d users or access points", ErrTown, maxUsers)
	}
	names := map[string]bool{}
	for _, p := range t.AccessPoints {
		if p.Name == "" || names[p.Name] || p.Secret == "" {
			return fmt.Errorf("%w: access point %q: name missing or twice, or no secret", ErrTown, p.Name)
		}
		names[p.Name] = true
		for _, a := range []string{p.Auth, p.Acct, p.DAS} {
			if _, _, err := net.SplitHostPort(a); err != nil {
				return fmt.Errorf("%w: access point %s: %q is not host:port", ErrTown, p.Name, a)
			}
		}
	}
	seen := map[string]bool{}
	for _, u := range t.Users {
		if _, err := radius.ParseMAC(u.MAC); err != nil || u.Name == "" || seen[u.Name] {
			return fmt.Errorf("%w: user %q: name missing or twice, or no address", ErrTown, u.Name)
		}
		seen[u.Name] = true
		if !names[u.AP] || u.RoamTo != "" && !names[u.RoamTo] {
			return fmt.Errorf("%w: user %s: no such access point", ErrTown, u.Name)
		}
	}
	return nil
}
