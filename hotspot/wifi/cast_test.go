package wifi

import (
	"crypto/ed25519"
	"crypto/sha256"
	"testing"

	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// The cast of these tests.
const (
	self    = 42 // this hotspot's index
	org     = 7
	lane    = 1
	tenADC  = 10_000_000 // micro-DC per 10^6 bytes: 10 a byte
	began   = 1_700_000_000_000
	nas     = "ap-1"
	other   = "ap-2"
	minute  = 60_000
	quantum = 10 << 20
)

func chainHash() wire.ChainHash { return wire.HashChainID("wifi-test") }

// keyPair is a fixed key.
type keyPair struct{ private ed25519.PrivateKey }

func key(n byte) keyPair {
	seed := sha256.Sum256([]byte{n})
	return keyPair{ed25519.NewKeyFromSeed(seed[:])}
}

func (k keyPair) PubKey() wire.PubKey {
	p, err := wire.Ed25519Key(k.private.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err) // of a fixed key
	}
	return p
}

func (k keyPair) Sign(body []byte) wire.Signature {
	return wire.Signature(ed25519.Sign(k.private, body))
}

func payerKey() keyPair   { return key(2) }
func hotspotKey() keyPair { return key(1) }

// newGrant is a grant of the payer for a hotspot, signed.
func newGrant(id byte, hotspot uint32, from uint64) wire.Grant {
	g := wire.Grant{
		Chain: chainHash(), Org: org, Lane: lane, Hotspot: hotspot, ID: [16]byte{id}, Subscriber: [16]byte{9}, Price: tenADC, MaxBytes: 40e9,
		NotBefore: uint32(from / 1000), Expires: uint32(from/1000) + 7200, Reauth: 1800, Interim: 60, Quantum: quantum, Client: [32]byte{3},
	}
	g.Signature = payerKey().Sign(g.AppendBody(nil))
	return g
}

// admitted is a book in which the payer has granted once.
func admitted(t *testing.T) (*state, []byte) {
	t.Helper()
	st := newState(chainHash())
	return st, admit(t, st, 1)
}

func admit(t *testing.T, st *state, id byte) []byte {
	t.Helper()
	g := newGrant(id, self, began)
	raw := g.AppendTo(nil)
	st.admit(&grant{Raw: raw, Grant: g, Realm: "carrier.example", Accepted: began})
	return raw
}

// told is an event of a session under a grant.
func told(ap, session string, status uint32, down uint64, class []byte, at uint64) *event {
	r := reading(down, uint32((at-began)/1000))
	r.Status, r.Session = status, session
	if status == radius.AcctStart {
		r.In, r.Out = radius.Octets{}, radius.Octets{}
	}
	return &event{
		Reading: r, nas: ap, station: radius.MAC{2, 0, 0, 0, 0, 1}, written: "02-00-00-00-00-01", grants: [][]byte{class},
		ceiling: DefaultCeiling, arrival: at,
	}
}

// tell applies an event and returns its usage records.
func tell(t *testing.T, st *state, e *event) []wire.Usage {
	t.Helper()
	out := st.apply(e, self, hotspotKey().Sign)
	if !out.counted {
		t.Fatalf("not counted: %s", out.reason)
	}
	return usages(t, out.records)
}

func usages(t *testing.T, records []*record) []wire.Usage {
	t.Helper()
	var list []wire.Usage
	for _, r := range records {
		u, err := wire.ParseUsage(r.raw)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, u)
	}
	return list
}
