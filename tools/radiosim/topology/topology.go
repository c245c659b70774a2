// Package topology is the file that describes a simulated town: where
// gateways and devices truly are, whom they talk to and how radio behaves
// between them. It reads, checks and generates such files and runs nothing.
package topology

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"

	"github.com/hexwave/hexwave/proto/gwmp"
)

// ErrInvalid marks a topology that cannot be run.
var ErrInvalid = errors.New("invalid topology")

// Limits on a file.
const (
	MaxBytes    = 4 << 20
	MaxGateways = 1024
	MaxDevices  = 4096
	MaxLNS      = 16
)

// File is one topology. README.md of the program describes the JSON.
type File struct {
	Seed        uint64      `json:"seed"`
	Paused      bool        `json:"paused,omitempty"` // devices wait for POST /start
	Propagation Propagation `json:"propagation"`
	Gateways    []Gateway   `json:"gateways"`
	Devices     []Device    `json:"devices"`
	LNS         []LNS       `json:"lns"`
}

// Propagation is the log-distance model with log-normal shadowing. The zero
// value of a field means its default.
type Propagation struct {
	Exponent  float64 `json:"exponent,omitempty"`   // default 3.5
	ClutterDB float64 `json:"clutter_db,omitempty"` // loss on top of free space at 100 m; default 29
	ShadowDB  float64 `json:"shadow_db,omitempty"`  // sigma, fixed per link; default 5
	FadingDB  float64 `json:"fading_db,omitempty"`  // sigma, per frame; default 1
}

// Gateway is a concentrator with its packet forwarder. Lat and Lng are true.
type Gateway struct {
	Name       string   `json:"name"`
	EUI        gwmp.EUI `json:"eui"`
	Lat        float64  `json:"lat"`
	Lng        float64  `json:"lng"`
	HeightM    float64  `json:"height_m"`
	GainDBi    float64  `json:"gain_dbi"`
	GPS        bool     `json:"gps,omitempty"` // forwarder reports time and position
	HotspotUDP string   `json:"hotspot_udp"`   // where the forwarder sends; "" = no forwarder
}

// Device is one LoRaWAN 1.0.x end device.
type Device struct {
	Name           string  `json:"name"`
	Kind           string  `json:"kind"` // "otaa" or "abp"
	LNS            string  `json:"lns,omitempty"`
	Lat            float64 `json:"lat"`
	Lng            float64 `json:"lng"`
	DevEUI         Hex8    `json:"dev_eui,omitzero"`
	JoinEUI        Hex8    `json:"join_eui,omitzero"`
	AppKey         Hex16   `json:"app_key,omitzero"`
	DevAddr        Hex4    `json:"dev_addr,omitzero"`
	NwkSKey        Hex16   `json:"nwk_s_key,omitzero"`
	AppSKey        Hex16   `json:"app_s_key,omitzero"`
	SF             int     `json:"sf,omitempty"`         // of data frames, 7..12; default 7
	IntervalMS     int64   `json:"interval_ms"`          // mean time between uplinks; default 10000
	ConfirmedRatio float64 `json:"confirmed_ratio"`      // 0..1
	StartMS        int64   `json:"start_ms,omitempty"`   // after the start of traffic; default by seed within one interval
	PowerDBm       float64 `json:"power_dbm,omitempty"`  // EIRP; default 14
	MaxUplinks     int     `json:"max_uplinks,omitzero"` // 0 = no limit
}

// LNS is a network server. OTAA devices get DevAddr + their index.
type LNS struct {
	Name    string `json:"name"`
	Listen  string `json:"listen"` // host:port, UDP
	NetID   Hex3   `json:"net_id"`
	DevAddr Hex4   `json:"dev_addr"`
	DedupMS int64  `json:"dedup_ms,omitempty"` // default 200
}

// Byte strings written as hex digits.
type (
	Hex3  [3]byte
	Hex4  [4]byte
	Hex8  [8]byte
	Hex16 [16]byte
)

// MarshalText implements [encoding.TextMarshaler].
func (h Hex3) MarshalText() ([]byte, error) { return hexText(h[:]), nil }

// MarshalText implements [encoding.TextMarshaler].
func (h Hex4) MarshalText() ([]byte, error) { return hexText(h[:]), nil }

// MarshalText implements [encoding.TextMarshaler].
func (h Hex8) MarshalText() ([]byte, error) { return hexText(h[:]), nil }

// MarshalText implements [encoding.TextMarshaler].
func (h Hex16) MarshalText() ([]byte, error) { return hexText(h[:]), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hex3) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hex4) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hex8) UnmarshalText(b []byte) error { return unhex(h[:], b) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *Hex16) UnmarshalText(b []byte) error { return unhex(h[:], b) }

func hexText(b []byte) []byte { return hex.AppendEncode(nil, b) }

func unhex(dst, src []byte) error {
	if len(src) != 2*len(dst) {
		return fmt.Errorf("want %d hex digits, have %d characters", 2*len(dst), len(src))
	}
	_, err := hex.Decode(dst, src)
	return err
}

// Parse reads a file strictly, fills the defaults and checks it.
func Parse(b []byte) (File, error) {
	if len(b) > MaxBytes {
		return File{}, fmt.Errorf("%w: larger than %d bytes", ErrInvalid, MaxBytes)
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	var f File
	if err := d.Decode(&f); err != nil {
		return File{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	f.fill()
	if err := f.check(); err != nil {
		return File{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return f, nil
}

func (f *File) fill() {
	p := &f.Propagation
	for _, d := range []struct {
		v   *float64
		def float64
	}{{&p.Exponent, 3.5}, {&p.ClutterDB, 29}, {&p.ShadowDB, 5}, {&p.FadingDB, 1}} {
		if *d.v == 0 {
			*d.v = d.def
		}
	}
	for i := range f.LNS {
		if f.LNS[i].DedupMS == 0 {
			f.LNS[i].DedupMS = 200
		}
	}
	for i := range f.Devices {
		d := &f.Devices[i]
		if d.SF == 0 {
			d.SF = 7
		}
		if d.IntervalMS == 0 {
			d.IntervalMS = 10_000
		}
		if d.PowerDBm == 0 {
			d.PowerDBm = 14
		}
		if d.LNS == "" && len(f.LNS) > 0 {
			d.LNS = f.LNS[0].Name
		}
	}
}

func (f *File) check() error {
	if len(f.Gateways) > MaxGateways || len(f.Devices) > MaxDevices || len(f.LNS) > MaxLNS {
		return fmt.Errorf("more than %d gateways, %d devices or %d network servers", MaxGateways, MaxDevices, MaxLNS)
	}
	names := map[string]bool{}
	once := func(kind, name string) error {
		if name == "" || names[kind+name] {
			return fmt.Errorf("%s %q: name empty or used twice", kind, name)
		}
		names[kind+name] = true
		return nil
	}
	for _, g := range f.Gateways {
		if err := errors.Join(once("station ", g.Name), place(g.Name, g.Lat, g.Lng)); err != nil {
			return err
		}
		if g.HotspotUDP == "" {
			continue
		}
		if _, err := netip.ParseAddrPort(g.HotspotUDP); err != nil {
			return fmt.Errorf("gateway %q: hotspot_udp: %w", g.Name, err)
		}
	}
	for _, l := range f.LNS {
		if err := once("lns ", l.Name); err != nil {
			return err
		}
		if _, err := netip.ParseAddrPort(l.Listen); err != nil {
			return fmt.Errorf("lns %q: listen: %w", l.Name, err)
		}
	}
	for _, d := range f.Devices {
		if err := errors.Join(once("station ", d.Name), place(d.Name, d.Lat, d.Lng)); err != nil {
			return err
		}
		switch {
		case d.Kind != "otaa" && d.Kind != "abp":
			return fmt.Errorf("device %q: kind %q is neither otaa nor abp", d.Name, d.Kind)
		case d.SF < 7 || d.SF > 12:
			return fmt.Errorf("device %q: sf %d outside 7..12", d.Name, d.SF)
		case d.IntervalMS < 1000 || d.StartMS < 0 || d.ConfirmedRatio < 0 || d.ConfirmedRatio > 1:
			return fmt.Errorf("device %q: interval_ms below 1000, start_ms below 0 or confirmed_ratio outside 0..1", d.Name)
		case !names["lns "+d.LNS]:
			return fmt.Errorf("device %q: no network server %q", d.Name, d.LNS)
		}
	}
	for _, l := range f.LNS {
		for i, d := range f.Devices {
			if d.LNS != l.Name {
				continue
			}
			if err := once("address at "+l.Name, fmt.Sprintf(" %x", l.Address(d, i))); err != nil {
				return fmt.Errorf("device %q: %w", d.Name, err)
			}
		}
	}
	return nil
}

// Address returns the address of a device, the i-th of the file: its own, or
// what the server assigns when it joins.
func (l LNS) Address(d Device, i int) Hex4 {
	if d.Kind == "abp" {
		return d.DevAddr
	}
	return Hex4(binary.BigEndian.AppendUint32(nil, binary.BigEndian.Uint32(l.DevAddr[:])+uint32(i)))
}

func place(name string, lat, lng float64) error {
	if !(lat >= -90 && lat <= 90 && lng >= -180 && lng <= 180) {
		return fmt.Errorf("%q: position %v,%v is not on Earth", name, lat, lng)
	}
	return nil
}
