package wifipath

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// eapol runs eapol_test against the hotspot's authentication port.
func eapol(t *testing.T, p *path, network string) string {
	t.Helper()
	need(t, "eapol_test")
	file := filepath.Join(t.TempDir(), "network.conf")
	if err := os.WriteFile(file, []byte("network={\n key_mgmt=WPA-EAP\n "+network+"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(p.auth)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	out, _ := exec.CommandContext(ctx, "eapol_test", "-c", file, "-a", host, "-p", port, "-s", apSecret, "-t", "30", "-N", "32:s:"+apName).CombinedOutput()
	return string(out)
}

const ttls = `eap=TTLS
 identity="anonymous@carrier.example"
 anonymous_identity="anonymous@carrier.example"
 password="%s"
 phase2="auth=PAP"`

// 1: eapol_test by TTLS through hotspot, router and payer agent to freeradius: the
// session keys come through every hop; a wrong password gets a Reject, no grant and
// no session. 38: nothing but the client's secret was changed at freeradius.
func TestScenario01LoginByTTLS(t *testing.T) {
	f := startFreeRADIUS(t)
	p := newPath(t, f.auth, f.acct)
	inner := strings.Replace(fmt.Sprintf(ttls, "pw"), `identity="anonymous@carrier.example"`, `identity="anna"`, 1)
	out := eapol(t, p, inner)
	if !strings.Contains(out, "\nSUCCESS") || !strings.Contains(out, "MPPE keys OK: 1  mismatch: 0") {
		t.Fatalf("no login:\n%s", out[max(0, len(out)-4000):])
	}
	if !strings.Contains(out, "Attribute 25 (Class)") || !strings.Contains(out, "Attribute 27 (Session-Timeout)") || !strings.Contains(out, "Attribute 85 (Acct-Interim-Interval)") {
		t.Error("the Accept lacks grant, timeout or interval")
	}
	if s := p.server.Status(); s.Accepted != 1 || s.Grants != 1 {
		t.Errorf("%+v", s)
	}
	out = eapol(t, p, strings.Replace(inner, `"pw"`, `"wrong"`, 1))
	if strings.Contains(out, "\nSUCCESS") || !strings.Contains(out, "Access-Reject") {
		t.Errorf("a wrong password:\n%s", out[max(0, len(out)-2000):])
	}
	if s := p.server.Status(); s.Accepted != 1 || s.Grants != 1 || s.Rejected != 1 || s.Sessions != 0 {
		t.Errorf("after the wrong password: %+v", s)
	}
}

// device is a phone that logs in by a certificate: files with it and its key.
type device struct{ cert, key string }

// newDevice makes one that vouches for itself.
func newDevice(t *testing.T) device {
	t.Helper()
	dir := t.TempDir()
	d := device{filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "anna@carrier.example"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{d.cert: {Type: "CERTIFICATE", Bytes: cert}, d.key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// 1, the other half: eapol_test by TLS. A certificate of nobody's is rejected.
func TestScenario01LoginByTLS(t *testing.T) {
	anna := newDevice(t)
	f := startFreeRADIUS(t, anna)
	p := newPath(t, f.auth, f.acct)
	const tls = "eap=TLS\n identity=\"anna@carrier.example\"\n client_cert=%q\n private_key=%q"
	out := eapol(t, p, fmt.Sprintf(tls, anna.cert, anna.key))
	if !strings.Contains(out, "\nSUCCESS") || !strings.Contains(out, "MPPE keys OK: 1  mismatch: 0") {
		t.Fatalf("no login:\n%s", out[max(0, len(out)-4000):])
	}
	stranger := newDevice(t)
	if out := eapol(t, p, fmt.Sprintf(tls, stranger.cert, stranger.key)); strings.Contains(out, "\nSUCCESS") || !strings.Contains(out, "Access-Reject") {
		t.Errorf("a stranger's certificate:\n%s", out[max(0, len(out)-2000):])
	}
	if s := p.server.Status(); s.Accepted != 1 || s.Grants != 1 || s.Rejected != 1 {
		t.Errorf("%+v", s)
	}
}

func TestLoginByPEAP(t *testing.T) {
	f := startFreeRADIUS(t)
	p := newPath(t, f.auth, f.acct)
	out := eapol(t, p, "eap=PEAP\n identity=\"anna@carrier.example\"\n password=\"pw\"\n phase2=\"auth=MSCHAPV2\"")
	if !strings.Contains(out, "\nSUCCESS") || !strings.Contains(out, "MPPE keys OK: 1  mismatch: 0") {
		t.Errorf("PEAP:\n%s", out[max(0, len(out)-3000):])
	}
	if out := eapol(t, p, "eap=PEAP\n identity=\"anna@other.example\"\n password=\"pw\"\n phase2=\"auth=MSCHAPV2\""); strings.Contains(out, "\nSUCCESS") {
		t.Error("a realm without a payer logs in")
	}
	if s := p.server.Status(); s.Refused["router-refused"] == 0 {
		t.Errorf("the unknown realm: %v", s.Refused)
	}
}
