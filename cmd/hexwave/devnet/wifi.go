package devnet

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/hexwave/hexwave/internal/keyfile"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/proto/wire"
)

// WiFi is the Wi-Fi of the town: one hotspot with access points, and a carrier,
// which is an org of its own with a payer agent before its AAA.
type WiFi struct {
	Hotspot Hotspot
	Payer   [32]byte // key seed of the payer agent's identity
	Lane    [32]byte // of its lane, which signs grants and vouchers
	Bundle  [32]byte // with which the carrier signs its bundle
	Points  []AccessPoint
	Users   []WiFiUser
	AAA     string // secret between payer agent and AAA
}

// AccessPoint is one simulated access point.
type AccessPoint struct {
	Name   string
	BSSID  string
	Secret string // between it and the hotspot
}

// WiFiUser is one simulated phone.
type WiFiUser struct {
	Name     string
	Password string
	MAC      string
	Point    int  // where it logs in first
	Wrong    bool // tries a wrong password
	Roams    bool // moves to the next access point while it is on
	Rate     int  // bytes a second, mean
}

// Figures of the carrier.
const (
	carrierName   = "carrier"
	agentName     = "payeragent"
	wifiName      = "wifi-01"
	carrierNumber = 2 // the second org of the network
	carrierRealm  = "carrier.example"
	// wifiPrice is US$0.10 a GB: 10 micro-DC a byte, so that bytes and micro-DC
	// compare without rounding.
	wifiPrice     = 10_000_000
	wifiUsers     = 6
	wifiPoints    = 2
	reauthSeconds = 60 // the shortest there is: a run sees sessions authenticate again
	// interimSeconds replaces the 60 s that an Accept asks for: time of a devnet is
	// shorter.
	interimSeconds = 5
)

func newWiFi(seed uint64) WiFi {
	w := WiFi{
		Hotspot: Hotspot{
			Name: wifiName, Role: Honest, Owner: "owner-of-" + wifiName,
			KeySeed: draw(seed, "key", wifiName, 0), ChainSeed: draw(seed, "chain", wifiName, 0),
		},
		Payer: draw(seed, "key", agentName, 0), Lane: draw(seed, "key", "payer lane", 0), Bundle: draw(seed, "key", "carrier bundle", 0),
		AAA: secretText(seed, "aaa", 0),
	}
	for i := range uint64(wifiPoints) {
		d := draw(seed, "bssid", wifiName, i)
		w.Points = append(w.Points, AccessPoint{Name: fmt.Sprintf("ap-%02d", i+1), BSSID: macText(d), Secret: secretText(seed, "ap", i)})
	}
	for i := range wifiUsers {
		name := fmt.Sprintf("user-%02d", i+1)
		w.Users = append(w.Users, WiFiUser{
			Name: name + "@" + carrierRealm, Password: secretText(seed, name, 0), MAC: macText(draw(seed, "mac", name, 0)),
			Point: i % wifiPoints, Wrong: i == wifiUsers-1, Roams: i == 0,
			Rate: 20_000 + int(200_000*unit(seed, "rate", name, 0)),
		})
	}
	return w
}

func secretText(seed uint64, name string, n uint64) string {
	d := draw(seed, "radius secret", name, n)
	return hex.EncodeToString(d[:16])
}

// macText is a locally administered address (IEEE 802).
func macText(d [32]byte) string {
	return fmt.Sprintf("%02X-%02X-%02X-%02X-%02X-%02X", d[0]&^1|2, d[1], d[2], d[3], d[4], d[5])
}

// The town of the Wi-Fi simulator; its README describes the keys.
type wifiTopology struct {
	Seed           uint64      `json:"seed"`
	InterimSeconds int         `json:"interim_seconds"`
	AAA            wifiAAA     `json:"aaa"`
	AccessPoints   []wifiPoint `json:"access_points"`
	Users          []wifiUser  `json:"users"`
}

type wifiAAA struct {
	Auth   string `json:"auth"`
	Acct   string `json:"acct"`
	Secret string `json:"secret"`
}

type wifiPoint struct {
	Name   string `json:"name"`
	BSSID  string `json:"bssid"`
	Secret string `json:"secret"`
	Auth   string `json:"hotspot_auth"`
	Acct   string `json:"hotspot_acct"`
	DAS    string `json:"das"`
}

type wifiUser struct {
	Name     string `json:"name"`
	Password string `json:"password"`
	Typed    string `json:"typed_password,omitempty"`
	MAC      string `json:"mac"`
	AP       string `json:"ap"`
	RoamTo   string `json:"roam_to,omitempty"`
	Rate     int    `json:"bytes_per_second"`
}

// wifiTown writes the access points, phones and AAA for the simulator.
func (r *run) wifiTown() ([]byte, error) {
	w := &r.layout.WiFi
	t := wifiTopology{
		Seed: r.layout.Seed, InterimSeconds: interimSeconds,
		AAA: wifiAAA{Auth: r.ports.addr(offAAAAuth), Acct: r.ports.addr(offAAAAcct), Secret: w.AAA},
	}
	for i, p := range w.Points {
		t.AccessPoints = append(t.AccessPoints, wifiPoint{
			Name: p.Name, BSSID: p.BSSID, Secret: p.Secret, Auth: r.ports.addr(offWiFiAuth), Acct: r.ports.addr(offWiFiAcct),
			DAS: r.ports.addr(offWiFiDAS + i),
		})
	}
	for _, u := range w.Users {
		x := wifiUser{Name: u.Name, Password: u.Password, MAC: u.MAC, AP: w.Points[u.Point].Name, Rate: u.Rate}
		if u.Wrong {
			x.Typed = "not " + u.Password
		}
		if u.Roams {
			x.RoamTo = w.Points[(u.Point+1)%len(w.Points)].Name
		}
		t.Users = append(t.Users, x)
	}
	return json.MarshalIndent(t, "", " ")
}

// writeWiFi writes the files of hotspot, payer agent and simulator.
func (r *run) writeWiFi() error {
	w := &r.layout.WiFi
	town, err := r.wifiTown()
	if err != nil {
		return fmt.Errorf("encode Wi-Fi topology: %w", err)
	}
	key, err := w.Hotspot.keyFile()
	if err != nil {
		return fmt.Errorf("encode key of %s: %w", wifiName, err)
	}
	files := map[string][]byte{
		r.paths.wifiTopology(): town, r.paths.hotspotKey(wifiName): key,
		r.paths.hotspotConf(wifiName):                     []byte(r.wifiConfig()),
		filepath.Join(r.paths.payer(), "payeragent.toml"): []byte(r.payerConfig()),
		filepath.Join(r.paths.payer(), "aaa.secret"):      []byte(w.AAA + "\n"),
	}
	for _, p := range w.Points {
		files[r.apSecret(p)] = []byte(p.Secret + "\n")
	}
	for name, content := range files {
		if err := writeFile(name, content); err != nil {
			return err
		}
	}
	for name, seed := range map[string][32]byte{"identity.pem": w.Payer, "lane.pem": w.Lane} {
		if err := keyfile.Store(filepath.Join(r.paths.payer(), name), ed25519.NewKeyFromSeed(seed[:])); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) apSecret(p AccessPoint) string {
	return filepath.Join(r.paths.hotspot(wifiName), p.Name+".secret")
}

// wifiConfig is hotspot.toml of the Wi-Fi hotspot. It has no LoRa radio.
func (r *run) wifiConfig() string {
	h := &r.layout.WiFi.Hotspot
	var points []string
	for i, p := range r.layout.WiFi.Points {
		points = append(points, fmt.Sprintf("%q", fmt.Sprintf("name=%s secret=%s from=127.0.0.1/32 das=%s", p.Name, r.apSecret(p), r.ports.addr(offWiFiDAS+i))))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "chain_id = %q\nkey_file = %q\nstate_dir = %q\n", ChainID, r.paths.hotspotKey(h.Name), filepath.Join(r.paths.hotspot(h.Name), "state"))
	fmt.Fprintf(&b, "\n[radio]\nlisten = \"\"\n")
	fmt.Fprintf(&b, "\n[wifi]\nauth = %q\nacct = %q\naccess_points = [%s]\n", r.ports.addr(offWiFiAuth), r.ports.addr(offWiFiAcct), strings.Join(points, ", "))
	fmt.Fprintf(&b, "\n[router]\naddresses = [%q]\n", publicOf(r.layout.Router).String()+"@"+r.ports.addr(offRouter))
	fmt.Fprintf(&b, "\n[nodes]\nrpc = [%s]\nquorum = %d\n", strings.Join(r.nodesOf(0), ", "), min(2, r.opt.Validators))
	fmt.Fprintf(&b, "\n[api]\nlisten = %q\n", r.ports.addr(offWiFiAPI))
	fmt.Fprintf(&b, "\n[metrics]\nlisten = %q\n", r.ports.addr(offWiFiAdmin))
	return b.String()
}

// payerConfig is payeragent.toml.
func (r *run) payerConfig() string {
	in := func(name string) string { return filepath.Join(r.paths.payer(), name) }
	var b strings.Builder
	fmt.Fprintf(&b, "chain_id = %q\nlisten = %q\nkey_file = %q\nnodes = [%s]\n", ChainID, r.ports.addr(offPayer), in("identity.pem"), r.nodeList())
	fmt.Fprintf(&b, "routers = [%q]\n", publicOf(r.layout.Router).String())
	fmt.Fprintf(&b, "\n[lane]\norg = %d\nkey_file = %q\nwal = %q\nsettle_every = %d\n", carrierNumber, in("lane.pem"), in("wal"), settleEvery)
	fmt.Fprintf(&b, "\n[aaa]\nauth = %q\nacct = %q\nsecret_file = %q\n", r.ports.addr(offAAAAuth), r.ports.addr(offAAAAcct), in("aaa.secret"))
	fmt.Fprintf(&b, "\n[grant]\nreauth = \"%ds\"\n", reauthSeconds)
	fmt.Fprintf(&b, "\n[metrics]\nlisten = %q\n", r.ports.addr(offPayerAdmin))
	return b.String()
}

// wifiBundle is the carrier's bundle: its realm goes to its payer agent.
func (r *run) wifiBundle() (document, error) {
	return signBundle(carrierNumber, r.layout.WiFi.Bundle, bundle.Route{
		ID: "wifi", Active: true, Realms: []string{carrierRealm},
		Destination: bundle.Destination{
			Protocol: string(packetrouter.ProtocolPayer), Address: r.ports.addr(offPayer), Key: publicOf(r.layout.WiFi.Payer).String(),
		},
	})
}

// signBundle is an org's first bundle, with one route.
func signBundle(org packetrouter.OrgID, key [32]byte, route bundle.Route) (document, error) {
	content, err := json.MarshalIndent(bundle.Document{Version: bundle.Version, Routes: []bundle.Route{route}}, "", " ")
	if err != nil {
		return document{}, fmt.Errorf("encode bundle: %w", err)
	}
	const sequence = 1
	signed, err := bundle.Sign(wire.HashChainID(ChainID), org, sequence, content, ed25519.NewKeyFromSeed(key[:]))
	if err != nil {
		return document{}, fmt.Errorf("sign bundle: %w", err)
	}
	return document{signed, sequence, sha256.Sum256(content)}, nil
}
