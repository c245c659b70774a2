package tlsid_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"github.com/hexwave/hexwave/internal/tlsid"
	"github.com/hexwave/hexwave/proto/wire"
)

// ecKey returns an ECDSA key and, when its curve is P-256, the identity it is.
func ecKey(t *testing.T, curve elliptic.Curve) (*ecdsa.PrivateKey, wire.PubKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	if curve != elliptic.P256() {
		return key, wire.PubKey{}
	}
	public, err := wire.P256Key(append([]byte{2 + point[64]%2}, point[1:33]...))
	if err != nil {
		t.Fatal(err)
	}
	return key, public
}

// element is a secure element: a key that cannot be read, and may be away.
type element struct {
	crypto.Signer
	err error
}

func (e element) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if e.err != nil {
		return nil, e.err
	}
	return e.Signer.Sign(random, digest, opts)
}

// Both halves of the curve are met: the first byte of the compressed point is 2 or 3.
func TestSecureElementIsKnownByItsKey(t *testing.T) {
	routerKey, routerPub := testKey(2)
	for range 8 {
		key, public := ecKey(t, elliptic.P256())
		cErr, sErr, state := shake(t, tlsid.Client(element{Signer: key}, routerPub), tlsid.Server(routerKey, nil))
		if cErr != nil || sErr != nil {
			t.Fatalf("handshake: client %v, server %v", cErr, sErr)
		}
		if got, err := tlsid.PeerKey(state); err != nil || got != public {
			t.Fatalf("the server saw %v, %v, want %v", got, err, public)
		}
		cErr, sErr, _ = shake(t, tlsid.Client(routerKey, public), tlsid.Server(element{Signer: key}, nil))
		if cErr != nil || sErr != nil {
			t.Errorf("as the side that listens: client %v, server %v", cErr, sErr)
		}
	}
}

func TestOtherCurvesAreRefused(t *testing.T) {
	routerKey, routerPub := testKey(2)
	for _, curve := range []elliptic.Curve{elliptic.P384(), elliptic.P521()} {
		key, _ := ecKey(t, curve)
		_, sErr, _ := shake(t, tlsid.Client(key, routerPub), tlsid.Server(routerKey, nil))
		if !errors.Is(sErr, tlsid.ErrNoIdentity) {
			t.Errorf("%s: %v, want %v", curve.Params().Name, sErr, tlsid.ErrNoIdentity)
		}
	}
}

// A certificate is public: without its key it opens nothing.
func TestCertificateOfAnotherIsWorthless(t *testing.T) {
	routerKey, routerPub := testKey(2)
	victim, _ := ecKey(t, elliptic.P256())
	thief, _ := ecKey(t, elliptic.P256())
	stolen, err := tlsid.Certificate(victim)
	if err != nil {
		t.Fatal(err)
	}
	stolen.PrivateKey = thief
	config := tlsid.Client(thief, routerPub)
	config.GetClientCertificate = nil
	config.Certificates = append(config.Certificates, stolen)
	if _, sErr, _ := shake(t, config, tlsid.Server(routerKey, nil)); sErr == nil {
		t.Error("somebody else's certificate was let in")
	}
}

// A secure element that does not sign ends the handshake, not the program.
func TestSilentSecureElement(t *testing.T) {
	away := errors.New("no answer on the bus")
	key, _ := ecKey(t, elliptic.P256())
	routerKey, routerPub := testKey(2)
	cErr, sErr, _ := shake(t, tlsid.Client(element{key, away}, routerPub), tlsid.Server(routerKey, nil))
	if !errors.Is(cErr, away) || sErr == nil {
		t.Errorf("client %v, server %v; want %v", cErr, sErr, away)
	}
}
