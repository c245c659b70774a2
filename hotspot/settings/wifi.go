package settings

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"github.com/hexwave/hexwave/hotspot/wifi"
	"github.com/hexwave/hexwave/internal/secretfile"
)

// PointConfig is one access point.
type PointConfig struct {
	Name    string
	Secret  string // file
	From    netip.Prefix
	DAS     netip.AddrPort // zero: port 3799 of From
	Ceiling uint32         // Mbit/s; 0: the default
}

const pointForm = "write it like 'name=ap-1 secret=ap-1.secret from=192.168.1.5'"

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *PointConfig) UnmarshalText(b []byte) error {
	var v PointConfig
	for word := range strings.FieldsSeq(string(b)) {
		name, value, ok := strings.Cut(word, "=")
		if !ok || value == "" {
			return fmt.Errorf("access point %q: %s", b, pointForm)
		}
		var err error
		switch name {
		case "name":
			v.Name = value
		case "secret":
			v.Secret = value
		case "from":
			v.From, err = parsePrefix(value)
		case "das":
			v.DAS, err = netip.ParseAddrPort(value)
		case "ceiling_mbps":
			var n uint64
			n, err = strconv.ParseUint(value, 10, 32)
			v.Ceiling = uint32(n)
		default:
			err = errors.New("unknown part; the parts are name, secret, from, das and ceiling_mbps")
		}
		if err != nil {
			return fmt.Errorf("access point %q: %s: %w", b, name, err)
		}
	}
	if v.Name == "" || v.Secret == "" || !v.From.IsValid() || len(v.Name) > 253 {
		return fmt.Errorf("access point %q: %s", b, pointForm)
	}
	*p = v
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (p PointConfig) MarshalText() ([]byte, error) {
	b := fmt.Appendf(nil, "name=%s secret=%s from=%s", p.Name, p.Secret, p.From)
	if p.DAS.IsValid() {
		b = fmt.Appendf(b, " das=%s", p.DAS)
	}
	if p.Ceiling != 0 {
		b = fmt.Appendf(b, " ceiling_mbps=%d", p.Ceiling)
	}
	return b, nil
}

func parsePrefix(s string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	return netip.ParsePrefix(s)
}

// maxPoints bounds the access points of one hotspot: each costs a try at a
// datagram of an address that several share.
const maxPoints = 64

// Validate checks the [wifi] section.
func (c WiFiConfig) Validate() error {
	if len(c.AccessPoints) > maxPoints {
		return fmt.Errorf("access_points names %d; at most %d", len(c.AccessPoints), maxPoints)
	}
	names := map[string]bool{}
	for _, p := range c.AccessPoints {
		if names[p.Name] {
			return fmt.Errorf("access_points names %q twice", p.Name)
		}
		names[p.Name] = true
	}
	for _, a := range []string{c.Auth, c.Acct} {
		if _, _, err := net.SplitHostPort(a); err != nil {
			return fmt.Errorf("%q is not host:port", a)
		}
	}
	return nil
}

// minSecret is how long a shared secret must be: RADIUS has nothing else.
const minSecret = 24

// Points reads the secrets of the access points.
func (c WiFiConfig) Points() ([]wifi.AccessPoint, error) {
	var out []wifi.AccessPoint
	for _, p := range c.AccessPoints {
		secret, err := secretfile.Read(p.Secret, minSecret)
		if err != nil {
			return nil, fmt.Errorf("access point %s: %w", p.Name, err)
		}
		ap := wifi.AccessPoint{Name: p.Name, Secret: secret, From: []netip.Prefix{p.From}, DAS: p.DAS, Ceiling: uint64(p.Ceiling) * 1_000_000}
		if ap.Ceiling == 0 {
			ap.Ceiling = wifi.DefaultCeiling
		}
		out = append(out, ap)
	}
	return out, nil
}
