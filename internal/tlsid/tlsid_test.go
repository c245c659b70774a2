package tlsid_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/proto/wire"
)

func testKey(b byte) (ed25519.PrivateKey, wire.PubKey) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
	pub, err := wire.Ed25519Key(key.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return key, pub
}

// shake runs one handshake over a pipe and returns what each side ended with.
func shake(t *testing.T, client, server *tls.Config) (clientErr, serverErr error, seen tls.ConnectionState) {
	t.Helper()
	a, b := net.Pipe()
	deadline := time.Now().Add(10 * time.Second)
	_ = a.SetDeadline(deadline)
	_ = b.SetDeadline(deadline)
	done := make(chan error, 1)
	s := tls.Server(b, server)
	go func() {
		err := s.Handshake()
		if err == nil {
			_, err = s.Write([]byte{1})
		}
		_ = b.Close()
		done <- err
	}()
	c := tls.Client(a, client)
	clientErr = c.Handshake()
	if clientErr == nil {
		// In TLS 1.3 the client learns of a refusal when it reads.
		_, clientErr = c.Read(make([]byte, 1))
	}
	_ = a.Close()
	serverErr = <-done
	return clientErr, serverErr, s.ConnectionState()
}

func TestBothSidesLearnTheKey(t *testing.T) {
	hotKey, hotPub := testKey(1)
	routerKey, routerPub := testKey(2)
	cErr, sErr, state := shake(t, tlsid.Client(hotKey, routerPub), tlsid.Server(routerKey, nil))
	if cErr != nil || sErr != nil {
		t.Fatalf("handshake: client %v, server %v", cErr, sErr)
	}
	got, err := tlsid.PeerKey(state)
	if err != nil || got != hotPub {
		t.Fatalf("server saw %v, %v, want %v", got, err, hotPub)
	}
	if state.Version != tls.VersionTLS13 {
		t.Errorf("version %x", state.Version)
	}
}

func TestPinnedKeyRefusesAnotherPeer(t *testing.T) {
	hotKey, _ := testKey(1)
	routerKey, _ := testKey(2)
	_, other := testKey(3)
	cErr, _, _ := shake(t, tlsid.Client(hotKey, other), tlsid.Server(routerKey, nil))
	if !errors.Is(cErr, tlsid.ErrWrongPeer) {
		t.Fatalf("client error %v, want %v", cErr, tlsid.ErrWrongPeer)
	}
}

func TestServerAsksForEachKey(t *testing.T) {
	hotKey, hotPub := testKey(1)
	routerKey, _ := testKey(2)
	refused := errors.New("not on the list")
	var asked wire.PubKey
	_, sErr, _ := shake(t, tlsid.Client(hotKey, wire.PubKey{}), tlsid.Server(routerKey, func(k wire.PubKey) error {
		asked = k
		return refused
	}))
	if !errors.Is(sErr, refused) || asked != hotPub {
		t.Fatalf("server error %v for %v", sErr, asked)
	}
}

func TestServerWantsACertificate(t *testing.T) {
	routerKey, _ := testKey(2)
	_, sErr, _ := shake(t, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}, tlsid.Server(routerKey, nil))
	if sErr == nil {
		t.Fatal("a client without certificate was let in")
	}
}

func TestOldTLSRefused(t *testing.T) {
	hotKey, _ := testKey(1)
	routerKey, _ := testKey(2)
	old := tlsid.Client(hotKey, wire.PubKey{})
	old.MinVersion, old.MaxVersion = tls.VersionTLS12, tls.VersionTLS12
	if _, sErr, _ := shake(t, old, tlsid.Server(routerKey, nil)); sErr == nil {
		t.Fatal("TLS 1.2 was let in")
	}
}

func TestCertificateIsDeterministic(t *testing.T) {
	key, _ := testKey(1)
	one, err1 := tlsid.Certificate(key)
	two, err2 := tlsid.Certificate(key)
	if err1 != nil || err2 != nil || !bytes.Equal(one.Certificate[0], two.Certificate[0]) {
		t.Fatalf("two certificates of one key differ: %v, %v", err1, err2)
	}
}

func TestPeerKeyKinds(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(public, private any) *x509.Certificate {
		tmpl := &x509.Certificate{SerialNumber: big.NewInt(1)}
		der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, public, private)
		if err != nil {
			t.Fatal(err)
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	ofCurve := func(c elliptic.Curve) *x509.Certificate {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return sign(&key.PublicKey, key)
	}
	p256 := sign(&ec.PublicKey, ec)
	k, err := tlsid.PeerKey(tls.ConnectionState{PeerCertificates: []*x509.Certificate{p256}})
	if err != nil || k.Alg != wire.KeyP256 {
		t.Errorf("P-256: %v, %v", k, err)
	}
	for name, certs := range map[string][]*x509.Certificate{
		"none": nil,
		"two":  {p256, p256},
		"rsa":  {sign(&rs.PublicKey, rs)},
		"p224": {ofCurve(elliptic.P224())},
		"p384": {ofCurve(elliptic.P384())},
		"p521": {ofCurve(elliptic.P521())},
		"huge": {{Raw: make([]byte, 5000), PublicKey: p256.PublicKey}},
	} {
		if _, err := tlsid.PeerKey(tls.ConnectionState{PeerCertificates: certs}); !errors.Is(err, tlsid.ErrNoIdentity) {
			t.Errorf("%s: %v, want %v", name, err, tlsid.ErrNoIdentity)
		}
	}
}
