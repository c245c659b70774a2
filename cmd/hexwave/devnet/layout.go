package devnet

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// Role says how a hotspot behaves.
type Role string

// Roles. Honest and far hotspots run the shipped program, the others the
// cheating one.
const (
	Honest   Role = "honest"
	Far      Role = "far"      // honest program, but the owner asserts a place 60 km off
	TagCopy  Role = "tagcopy"  // copies the tag of another, or reports after the reveal
	RSSI     Role = "rssi"     // claims 20 to 40 dB more than physics allows
	Leaker   Role = "leaker"   // truthful to the chain, but tells a friend what it heard
	Colluder Role = "colluder" // is handed the payload by the leaker
)

// cheats are the roles of the hotspots beyond the honest ones.
var cheats = [...]Role{Far, TagCopy, RSSI, Leaker, Colluder}

// Shape of the town, metres.
const (
	townRadius   = 3000 // so no two hotspots of it are more than 6 km apart
	hotspotGap   = 600
	deviceNear   = 100
	deviceReach  = 900
	lieDistance  = 60_000
	metresPerDeg = 111_195.0

	// The outpost is an honest hotspot that nobody hears: its beacons arrive some
	// 15 dB below what a receiver decodes. Half the town is less than 15 km away,
	// so the map shows its cell as tested and empty.
	outpostDistance = 13_000
	outpostFrom     = 8 // a smaller town has no hotspot to spare
	// secureName is the hotspot whose key is P-256.
	secureName = "hotspot-02"
)

// centre of the town: Berlin.
var centre = geo.Point{Lat: 525_200_000, Lng: 134_050_000}

// Hotspot is one hotspot with its radio and its owner.
type Hotspot struct {
	Name      string    `json:"name"`
	Role      Role      `json:"role"`
	Owner     string    `json:"owner"` // name of the account
	EUI       [8]byte   `json:"-"`
	True      geo.Point `json:"true"`
	Asserted  geo.Point `json:"asserted"`
	Height    int32     `json:"height_m"`
	Gain      int32     `json:"gain_ddbi"` // 0.1 dBi
	KeySeed   [32]byte  `json:"-"`
	ChainSeed [32]byte  `json:"-"`
}

// algorithm is that of the hotspot's key: one in the town has a secure element's.
func (h *Hotspot) algorithm() identity.Algorithm {
	if h.Name == secureName {
		return identity.P256
	}
	return identity.Ed25519
}

// Key is the hotspot's identity.
func (h *Hotspot) Key() wire.PubKey {
	id, err := identity.FromSecrets(h.algorithm(), h.KeySeed, h.ChainSeed)
	if err != nil {
		panic(fmt.Sprintf("devnet: all but one in 2^32 digests are a key: %v", err))
	}
	return id.PubKey()
}

// InPlace tells whether the hotspot stands where its owner says.
func (h *Hotspot) InPlace() bool { return h.True == h.Asserted }

// TellsTruth tells whether what the hotspot says to the chain is true.
func (h *Hotspot) TellsTruth() bool { return h.Role == Honest || h.Role == Leaker }

// Device is one LoRaWAN device.
type Device struct {
	Name     string
	OTAA     bool
	Place    geo.Point
	SF       int
	Interval int64 // mean, milliseconds
	DevEUI   [8]byte
	AppKey   [16]byte
	DevAddr  uint32 // of an ABP device
	NwkSKey  [16]byte
	AppSKey  [16]byte
}

// Account is a funded account. Secret is public to whoever reads devnet.json.
type Account struct {
	Name    string `json:"name"`
	Address string `json:"address"`
	Private string `json:"private_key"`
	Balance uint64 `json:"genesis_spark"`

	key *client.Key
}

// Layout is everything that follows from the seed.
type Layout struct {
	Seed     uint64
	Hotspots []Hotspot
	Devices  []Device
	Accounts []Account
	Router   [32]byte // key seed of the router's identity
	Lane     [32]byte // key seed of its lane, which signs vouchers and batches
	Bundle   [32]byte // key seed with which the org signs bundles
	WiFi     WiFi
}

// Names of accounts that are always there.
const (
	faucetName = "faucet"
	orgName    = "org"
	routerName = "router"
)

// Genesis balances, spark.
const (
	hxw           = 100_000_000
	faucetBalance = 1_000_000 * hxw
	personBalance = 10_000 * hxw
	orgBalance    = 100_000 * hxw
	ownerBalance  = 1_000 * hxw
)

// joinEUI is the one all OTAA devices use.
const joinEUI = 0x70b3d57ed0000001

// DevAddrs of the town's org: NetID 000024 is of type 0, prefix 48 to 49.
const (
	netID         = 0x24
	firstDevAddr  = 0x48000000
	lastDevAddr   = 0x49ffffff
	devAddrBlocks = 64 // of 8
	abpOffset     = 256
)

// NewLayout returns the town of a seed. It is a pure function of its arguments.
func NewLayout(seed uint64, hotspots, devices int, withCheats bool) Layout {
	l := Layout{Seed: seed, Router: draw(seed, "key", routerName, 0), Lane: draw(seed, "key", "lane", 0), Bundle: draw(seed, "key", "bundle", 0), WiFi: newWiFi(seed)}
	for i := range hotspots {
		name := fmt.Sprintf("hotspot-%02d", i+1)
		if i == hotspots-1 && hotspots >= outpostFrom {
			l.addHotspot(name, Honest, move(centre, outpostDistance, unit(seed, "outpost", name, 0)))
			continue
		}
		l.addHotspot(name, Honest, l.place(name))
	}
	if withCheats {
		for _, role := range cheats {
			name := "cheat-" + string(role)
			l.addHotspot(name, role, l.place(name))
		}
	}
	for i := range devices {
		l.Devices = append(l.Devices, newDevice(seed, l.Hotspots[:hotspots], i))
	}
	l.addAccount(faucetName, faucetBalance)
	l.addAccount("alice", personBalance)
	l.addAccount("bob", personBalance)
	l.addAccount(orgName, orgBalance)
	l.addAccount(routerName, personBalance)
	l.addAccount(carrierName, orgBalance)
	l.addAccount(agentName, personBalance)
	for _, name := range []string{thriftyName, tardyName, overName} {
		l.addAccount(name, personBalance)
	}
	for _, h := range l.Hotspots {
		l.addAccount(h.Owner, ownerBalance)
	}
	l.addAccount(l.WiFi.Hotspot.Owner, ownerBalance)
	return l
}

// Account returns an account by name; it panics on a name the layout never makes.
func (l *Layout) Account(name string) Account {
	for _, a := range l.Accounts {
		if a.Name == name {
			return a
		}
	}
	panic("devnet: no account " + name)
}

func (l *Layout) addAccount(name string, balance uint64) {
	secret := draw(l.Seed, "account", name, 0)
	k := keyOf(secret)
	l.Accounts = append(l.Accounts, Account{Name: name, Address: k.Address(), Private: hex.EncodeToString(secret[:]), Balance: balance, key: k})
}

func (l *Layout) addHotspot(name string, role Role, at geo.Point) {
	h := Hotspot{
		Name: name, Role: role, Owner: "owner-of-" + name, True: at, Asserted: at,
		Height:  8 + int32(22*unit(l.Seed, "height", name, 0)),
		Gain:    20 + int32(40*unit(l.Seed, "gain", name, 0)),
		KeySeed: draw(l.Seed, "key", name, 0), ChainSeed: draw(l.Seed, "chain", name, 0),
	}
	id := draw(l.Seed, "eui", name, 0)
	copy(h.EUI[:], id[:8])
	if role == Far {
		h.Asserted = move(at, lieDistance, unit(l.Seed, "lie", name, 0))
	}
	l.Hotspots = append(l.Hotspots, h)
}

// place finds a spot at least hotspotGap from all others; a crowded town gives
// up distance, not hotspots.
func (l *Layout) place(name string) geo.Point {
	gap := float64(hotspotGap)
	for try := uint64(0); ; try++ {
		r := townRadius * math.Sqrt(unit(l.Seed, "radius", name, try))
		p := move(centre, r, unit(l.Seed, "bearing", name, try))
		free := true
		for _, h := range l.Hotspots {
			free = free && distance(p, h.True) >= gap
		}
		if free {
			return p
		}
		if try%64 == 63 {
			gap *= 0.9
		}
	}
}

func newDevice(seed uint64, near []Hotspot, i int) Device {
	name := fmt.Sprintf("device-%02d", i+1)
	at := centre
	if len(near) > 0 {
		at = near[int(unit(seed, "beside", name, 0)*float64(len(near)))].True
	}
	r := deviceNear + (deviceReach-deviceNear)*unit(seed, "radius", name, 0)
	d := Device{
		Name: name, OTAA: i%3 != 2, Place: move(at, r, unit(seed, "bearing", name, 0)),
		SF: 7 + int(3*unit(seed, "sf", name, 0)),
	}
	// Slower data rates send less often, as a duty cycle would have it.
	d.Interval = int64(6000+6000*unit(seed, "interval", name, 0)) << (d.SF - 7)
	id, keys := draw(seed, "dev eui", name, 0), draw(seed, "dev keys", name, 0)
	copy(d.DevEUI[:], id[:8])
	copy(d.AppKey[:], keys[:16])
	if !d.OTAA {
		d.DevAddr = firstDevAddr + abpOffset + uint32(i)
		copy(d.NwkSKey[:], keys[:16])
		copy(d.AppSKey[:], keys[16:])
	}
	return d
}

// draw is the only source of choices: SHA-256 of seed, purpose, name and number.
func draw(seed uint64, purpose, name string, n uint64) [32]byte {
	b := []byte("hexwave devnet\x00")
	b = binary.BigEndian.AppendUint64(b, seed)
	b = append(b, purpose...)
	b = append(b, 0)
	b = append(b, name...)
	b = append(b, 0)
	return sha256.Sum256(binary.BigEndian.AppendUint64(b, n))
}

// unit is a draw in [0, 1).
func unit(seed uint64, purpose, name string, n uint64) float64 {
	d := draw(seed, purpose, name, n)
	return float64(binary.BigEndian.Uint64(d[:8])>>11) / (1 << 53)
}

// move goes r metres in the direction turn, a fraction of the full circle.
func move(p geo.Point, r, turn float64) geo.Point {
	sin, cos := math.Sincos(2 * math.Pi * turn)
	lat := float64(p.Lat) / 1e7
	return geo.Point{
		Lat: p.Lat + geo.E7(math.Round(1e7*r*cos/metresPerDeg)),
		Lng: p.Lng + geo.E7(math.Round(1e7*r*sin/(metresPerDeg*math.Cos(lat*math.Pi/180)))),
	}
}

// distance is in metres, on a plane.
func distance(a, b geo.Point) float64 {
	lat := (float64(a.Lat) + float64(b.Lat)) / 2e7
	dy := float64(a.Lat-b.Lat) / 1e7 * metresPerDeg
	dx := float64(a.Lng-b.Lng) / 1e7 * metresPerDeg * math.Cos(lat*math.Pi/180)
	return math.Hypot(dx, dy)
}

func publicOf(seed [32]byte) wire.PubKey {
	k, err := wire.Ed25519Key(ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey))
	if err != nil {
		panic(fmt.Sprintf("devnet: an Ed25519 key of a seed is always valid: %v", err))
	}
	return k
}

// keyOf takes a digest as a private key. All but one in 2^127 digests are one.
func keyOf(secret [32]byte) *client.Key {
	k, err := client.NewKey(secret[:])
	if err != nil {
		panic(fmt.Sprintf("devnet: a SHA-256 digest is a private key: %v", err))
	}
	return k
}
