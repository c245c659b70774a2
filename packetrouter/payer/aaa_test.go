package payer

import (
	"crypto/ecdh"
	"crypto/ed25519"
	"crypto/sha256"
	"sync"
	"testing"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// carrierSecret is what the payer shares with the AAA.
const carrierSecret = "a secret of 24 characters"

// carrier is an AAA that answers at once, or when it is told to.
type carrier struct {
	t      *testing.T
	answer func(request, reply *radius.Packet) // makes the reply an answer; nil accepts
	silent bool                                // answers with an error
	hold   bool
	held   []func()

	mu    sync.Mutex
	asked []*radius.Packet // guarded by mu: as the AAA has them
}

var _ AAA = (*carrier)(nil)

// Ask implements AAA, with every byte on the wire.
func (c *carrier) Ask(p *radius.Packet, answer func(reply, request *radius.Packet, err error)) {
	p.Secret = []byte(carrierSecret)
	raw, err := radius.EncodeRequest(p)
	if err != nil {
		c.t.Fatal(err)
	}
	request, err := radius.ParseRequest(raw, []byte(carrierSecret))
	if err != nil {
		c.t.Fatal(err)
	}
	c.mu.Lock()
	c.asked = append(c.asked, request)
	c.mu.Unlock()
	respond := func() {
		if c.silent {
			answer(nil, nil, errNobody)
			return
		}
		code := radius.AccessAccept
		if p.Code == radius.AccountingRequest {
			code = radius.AccountingResponse
		}
		reply := radius.NewReply(request, code)
		if c.answer != nil {
			c.answer(request, reply)
		} else if code == radius.AccessAccept {
			accept(request, reply)
		}
		raw, err := radius.EncodeReply(reply, request)
		if err != nil {
			c.t.Fatal(err)
		}
		got, err := radius.ParseReply(raw, []byte(carrierSecret), p, false)
		if err != nil {
			c.t.Fatal(err)
		}
		answer(got, p, nil)
	}
	if c.hold {
		c.held = append(c.held, respond)
		return
	}
	respond()
}

// accept adds what an AAA says after EAP-TTLS.
func accept(request, reply *radius.Packet) {
	radius.SetEAP(reply, []byte{3, radius.EAPID(radius.EAP(request)), 0, 4})
	radius.AddKeys(reply, request, sessionKey('s'), sessionKey('r'))
	radius.AddClass(reply, []byte("the AAA's own"))
}

func sessionKey(c byte) []byte {
	k := make([]byte, 32)
	for i := range k {
		k[i] = c
	}
	return k
}

// caller is a hotspot that relays logins.
type caller struct {
	t       *testing.T
	id      packetrouter.HotspotID
	private *ecdh.PrivateKey
	number  uint64
}

func newCaller(t *testing.T, id packetrouter.HotspotID) *caller {
	t.Helper()
	seed := sha256.Sum256([]byte{byte(id)})
	private, err := ecdh.X25519().NewPrivateKey(seed[:])
	if err != nil {
		t.Fatal(err)
	}
	return &caller{t: t, id: id, private: private}
}

// call is one request as it travels.
type call struct {
	request       *radius.Packet
	proof, packet []byte
	number        uint64
}

// login makes an Access-Request of a user at a device, after changes of packet
// and proof.
func (c *caller) login(user string, device byte, changes ...any) call {
	c.t.Helper()
	p := radius.NewRequest(radius.AccessRequest, []byte(radius.TunnelSecret))
	p.Add(radius.TypeUserName, []byte(user))
	radius.SetStation(p, radius.MAC{2, 0, 0, 0, 0, device})
	radius.SetEAP(p, []byte{2, 77, 0, 5, 1})
	radius.PushProxyState(p, []byte("access point"))
	radius.PushProxyState(p, []byte("hotspot"))
	return c.prove(p, wire.RadiusAccess, [32]byte(c.private.PublicKey().Bytes()), changes...)
}

// account makes an Accounting-Request.
func (c *caller) account(changes ...any) call {
	c.t.Helper()
	p := radius.NewRequest(radius.AccountingRequest, []byte(radius.TunnelSecret))
	p.Add(radius.TypeUserName, []byte("someone@carrier.example"))
	radius.PushProxyState(p, []byte("hotspot"))
	return c.prove(p, wire.RadiusAccounting, [32]byte{}, changes...)
}

func (c *caller) prove(p *radius.Packet, kind wire.RadiusKind, seal [32]byte, changes ...any) call {
	c.t.Helper()
	for _, change := range changes {
		if f, ok := change.(func(*radius.Packet)); ok {
			f(p)
		}
	}
	raw, err := radius.EncodeRequest(p)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.sign(p, raw, kind, seal, changes...)
}

// sign makes the proof of a packet.
func (c *caller) sign(p *radius.Packet, raw []byte, kind wire.RadiusKind, seal [32]byte, changes ...any) call {
	c.number++
	proof := wire.RadiusProof{
		Chain: theChain(), Hotspot: uint32(c.id), Kind: kind, Exchange: c.number, Time: millis(time.Now()), Seal: seal,
		Digest: sha256.Sum256(raw),
	}
	if kind != wire.RadiusAccess {
		proof.Org, proof.Lane = uint32(theOrg), theLane
	}
	for _, change := range changes {
		if f, ok := change.(func(*wire.RadiusProof)); ok {
			f(&proof)
		}
	}
	key := routertest.Key(byte(c.id)).Private
	proof.Signature = wire.Signature(ed25519.Sign(key, proof.AppendBody(nil)))
	return call{p, proof.AppendTo(nil), raw, proof.Exchange}
}

// secret is what the keys of an answer are hidden under.
func (c *caller) secret(seal [32]byte) []byte {
	c.t.Helper()
	s, err := radius.SealSecret(theChain(), c.private, seal, [32]byte(c.private.PublicKey().Bytes()), seal)
	if err != nil {
		c.t.Fatal(err)
	}
	return s
}

// read authenticates an answer as the hotspot does.
func (c call) read(t *testing.T, d delivery) *radius.Packet {
	t.Helper()
	if d.proof.Kind != wire.RadiusAnswer || d.proof.Exchange != c.number {
		t.Fatalf("not an answer to %d: %+v", c.number, d.proof)
	}
	reply, err := radius.ParseReply(d.packet, []byte(radius.TunnelSecret), c.request, true)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

// grantIn returns the one grant among the classes of an Accept.
func grantIn(t *testing.T, p *radius.Packet) wire.Grant {
	t.Helper()
	var found []wire.Grant
	for _, class := range radius.Classes(p) {
		if g, err := wire.ParseGrant(class); err == nil {
			if !laneSigned(class[:wire.GrantBodySize], g.Signature) {
				t.Error("the grant is not signed by the lane")
			}
			found = append(found, g)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d grants", len(found))
	}
	return found[0]
}
