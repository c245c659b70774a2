package tlsid

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of a handshake.
var (
	// ErrNoIdentity: the peer showed no certificate, more than one, or one whose
	// key is neither Ed25519 nor P-256.
	ErrNoIdentity = errors.New("peer shows no usable identity key")
	// ErrWrongPeer: the peer's key is not the pinned one.
	ErrWrongPeer = errors.New("peer has another identity key")
)

// maxCertificate bounds a peer's certificate, bytes. Ours has some 250.
const maxCertificate = 4096

// Certificate returns the self-signed certificate of an identity key, Ed25519 or
// P-256. The same Ed25519 key gives the same certificate. Errors are those of a key
// that does not sign, as a secure element may.
func Certificate(key crypto.Signer) (tls.Certificate, error) {
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: "hexwave"},
		NotBefore:    time.Unix(0, 0),
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("sign certificate: %w", err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

// PeerKey returns the identity key of the other side of a finished handshake.
// Errors: ErrNoIdentity.
func PeerKey(state tls.ConnectionState) (wire.PubKey, error) {
	if len(state.PeerCertificates) != 1 {
		return wire.PubKey{}, fmt.Errorf("%w: %d certificates", ErrNoIdentity, len(state.PeerCertificates))
	}
	cert := state.PeerCertificates[0]
	if len(cert.Raw) > maxCertificate {
		return wire.PubKey{}, fmt.Errorf("%w: certificate of %d bytes", ErrNoIdentity, len(cert.Raw))
	}
	switch k := cert.PublicKey.(type) {
	case ed25519.PublicKey:
		return wire.Ed25519Key(k)
	case *ecdsa.PublicKey:
		if point, err := k.Bytes(); err == nil && k.Curve == elliptic.P256() {
			// SEC 1: uncompressed is 04 | x | y, compressed 02 or 03 | x.
			return wire.P256Key(append([]byte{2 | point[64]&1}, point[1:33]...))
		}
	}
	return wire.PubKey{}, fmt.Errorf("%w: key of type %v", ErrNoIdentity, cert.PublicKeyAlgorithm)
}

// Server returns the configuration of a side that listens. allow is asked for
// each peer once its key is known and ends the handshake with its error; nil
// lets every key in.
func Server(key crypto.Signer, allow func(wire.PubKey) error) *tls.Config {
	c := base(key)
	c.ClientAuth = tls.RequireAnyClientCert
	c.VerifyConnection = func(state tls.ConnectionState) error {
		peer, err := PeerKey(state)
		if err != nil || allow == nil {
			return err
		}
		return allow(peer)
	}
	return c
}

// Client returns the configuration of a side that dials and expects the peer to
// have the pinned key. The zero key accepts any peer, whose key the caller then
// reads with PeerKey.
func Client(key crypto.Signer, pinned wire.PubKey) *tls.Config {
	c := base(key)
	c.ServerName = "hexwave"
	// The chain of trust is the pinned key, checked in VerifyConnection.
	c.InsecureSkipVerify = true
	c.VerifyConnection = func(state tls.ConnectionState) error {
		peer, err := PeerKey(state)
		if err != nil {
			return err
		}
		if !pinned.IsZero() && peer != pinned {
			return fmt.Errorf("%w: want %s, have %s", ErrWrongPeer, pinned, peer)
		}
		return nil
	}
	return c
}

func base(key crypto.Signer) *tls.Config {
	// Asked for in the handshake: a secure element that does not sign ends that one
	// connection, and the next one asks it again.
	certificate, err := Certificate(key)
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		GetCertificate:         func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &certificate, err },
		GetClientCertificate:   func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &certificate, err },
		SessionTicketsDisabled: true,
	}
}
