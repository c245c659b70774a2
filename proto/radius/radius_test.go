package radius

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"

	"layeh.com/radius"
	"layeh.com/radius/vendors/microsoft"
	"pgregory.net/rapid"
)

var secret = []byte("xyzzy5461")

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// access is a valid Access-Request with EAP.
func access(t testing.TB) (*Packet, []byte) {
	t.Helper()
	p := NewRequest(AccessRequest, secret)
	p.Add(TypeUserName, []byte("anna@carrier.example"))
	SetEAP(p, bytes.Repeat([]byte{2}, 300))
	b, err := EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, b
}

func accounting(t testing.TB) []byte {
	t.Helper()
	p := NewRequest(AccountingRequest, secret)
	SetUint32(p, TypeAcctStatus, AcctInterim)
	p.Add(TypeAcctSession, []byte("5E0A"))
	b, err := EncodeRequest(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The Access-Accept of RFC 2865 §7.1.
func TestResponseAuthenticatorOfTheRFC(t *testing.T) {
	b := unhex(t, "02000026 86fe220e7624ba2a1005f6bf9b55e0b2 060600000001 0f0600000000 0e06c0a80103")
	request := [16]byte(unhex(t, "0f403f9473978057bd83d5cb98f4227a"))
	if got := hash(b, request, secret); got != authenticatorOf(b) {
		t.Errorf("authenticator %x", got)
	}
}

func TestWhatIsEncodedParses(t *testing.T) {
	p, b := access(t)
	q, err := ParseRequest(b, secret)
	if err != nil {
		t.Fatal(err)
	}
	if q.Attributes[0].Type != TypeMessageAuth || UserName(q) != "anna@carrier.example" || !bytes.Equal(EAP(q), EAP(p)) {
		t.Error("something is lost")
	}
	if q, err := ParseRequest(accounting(t), secret); err != nil || String(q, TypeAcctSession) != "5E0A" {
		t.Errorf("accounting: %v", err)
	}
	for code, answer := range map[Code]Code{DisconnectRequest: DisconnectACK, CoARequest: CoANAK} {
		p := NewRequest(code, secret)
		b, err := EncodeRequest(p)
		if err != nil {
			t.Fatal(err)
		}
		q, err := ParseRequest(b, secret)
		if err != nil {
			t.Fatalf("%s: %v", code, err)
		}
		r, err := EncodeReply(NewReply(q, answer), q)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseReply(r, secret, p, true); err != nil {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

// Each way in which a request can be bad has its own error.
func TestBadRequests(t *testing.T) {
	_, good := access(t)
	flip := func(b []byte, at int) []byte { b = slices.Clone(b); b[at] ^= 1; return b }
	bare := NewRequest(AccessRequest, secret)
	noMAC, err := bare.Encode()
	if err != nil {
		t.Fatal(err)
	}
	twice := slices.Concat(good, good[atAttributes:atAttributes+2+macSize])
	twice[2], twice[3] = byte(len(twice)>>8), byte(len(twice))
	short := slices.Concat(noMAC, []byte{byte(TypeMessageAuth), 4, 1, 2})
	short[3] += 4
	acct := accounting(t)
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"too short":                        {good[:19], ErrSize},
		"too long":                         {make([]byte, 4097), ErrSize},
		"padding behind it":                {append(slices.Clone(good), 0), ErrSize},
		"length field too long":            {flip(good, 2), ErrSize},
		"attribute of length 1":            {[]byte{1, 1, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}, ErrMalformed},
		"attribute beyond the end":         {[]byte{1, 1, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 9}, ErrMalformed},
		"no message authenticator":         {noMAC, ErrNoMessageAuthenticator},
		"two message authenticators":       {twice, ErrNoMessageAuthenticator},
		"short message authenticator":      {short, ErrNoMessageAuthenticator},
		"message authenticator flipped":    {flip(good, atAttributes+5), ErrMessageAuthenticator},
		"request authenticator flipped":    {flip(good, 7), ErrMessageAuthenticator},
		"attribute flipped":                {flip(good, len(good)-1), ErrMessageAuthenticator},
		"accounting authenticator flipped": {flip(acct, 7), ErrAuthenticator},
		"accounting attribute flipped":     {flip(acct, len(acct)-1), ErrAuthenticator},
		"an answer":                        {append([]byte{2, 1, 0, 20}, make([]byte, 16)...), ErrCode},
		"status server":                    {append([]byte{12, 1, 0, 20}, make([]byte, 16)...), ErrCode},
	} {
		if _, err := ParseRequest(c.b, secret); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := ParseRequest(good, []byte("other")); !errors.Is(err, ErrMessageAuthenticator) {
		t.Errorf("other secret: %v", err)
	}
}

func TestBadReplies(t *testing.T) {
	request, _ := access(t)
	good := NewReply(request, AccessAccept)
	good.Add(TypeReplyMessage, []byte("hi"))
	b, err := EncodeReply(good, request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseReply(b, secret, request, true); err != nil {
		t.Fatal(err)
	}
	last := &Packet{Code: AccessAccept, Identifier: request.Identifier, Secret: secret, Attributes: slices.Clone(good.Attributes)}
	slices.Reverse(last.Attributes)
	lastBytes := finish(t, last, request)
	none := &Packet{Code: AccessAccept, Identifier: request.Identifier, Secret: secret, Authenticator: request.Authenticator}
	noneBytes, err := none.Encode()
	if err != nil {
		t.Fatal(err)
	}
	other := *request
	other.Identifier++
	flip := func(at int) []byte { x := slices.Clone(b); x[at] ^= 1; return x }
	for name, c := range map[string]struct {
		b       []byte
		request *Packet
		want    error
	}{
		"to another request":              {b, &other, ErrIdentifier},
		"authenticator flipped":           {flip(6), request, ErrAuthenticator},
		"attribute flipped":               {flip(len(b) - 1), request, ErrAuthenticator},
		"no message authenticator":        {noneBytes, request, ErrNoMessageAuthenticator},
		"message authenticator not first": {lastBytes, request, ErrNotFirst},
		"code of accounting":              {append([]byte{5, request.Identifier, 0, 20}, make([]byte, 16)...), request, ErrCode},
	} {
		if _, err := ParseReply(c.b, secret, c.request, true); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := ParseReply(lastBytes, secret, request, false); err != nil {
		t.Errorf("the place of the message authenticator was not asked for: %v", err)
	}
}

// finish signs a reply whose Message-Authenticator stands where it stands.
func finish(t *testing.T, p, request *Packet) []byte {
	t.Helper()
	p.Authenticator = request.Authenticator
	p.Set(TypeMessageAuth, make([]byte, macSize))
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	at, err := findMAC(b)
	if err != nil {
		t.Fatal(err)
	}
	copy(b[at:], messageMAC(b, at, request.Authenticator, secret))
	sum := hash(b, request.Authenticator, secret)
	copy(b[atAuthenticator:], sum[:])
	return b
}

func TestProxyStatesPassAndOursComesOff(t *testing.T) {
	ap := NewRequest(AccessRequest, []byte("ap"))
	ap.Add(TypeProxyState, []byte("theirs"))
	up := Relay(ap, []byte("up"))
	PushProxyState(up, []byte("ours"))
	reply := NewReply(up, AccessAccept)
	if err := PopProxyState(reply, []byte("other")); !errors.Is(err, ErrProxyState) {
		t.Errorf("another's state: %v", err)
	}
	if err := PopProxyState(reply, []byte("ours")); err != nil {
		t.Fatal(err)
	}
	back := RelayReply(reply, ap)
	if len(back.Attributes) != 1 || String(back, TypeProxyState) != "theirs" || back.Identifier != ap.Identifier || string(back.Secret) != "ap" {
		t.Errorf("%+v", back)
	}
	if err := PopProxyState(NewReply(ap, AccessReject), []byte("ours")); !errors.Is(err, ErrProxyState) {
		t.Errorf("no state of ours: %v", err)
	}
}

// The keys that one hop encrypts, an independent implementation reads at the next.
func TestRekeyAgainstAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		key := rapid.SliceOfN(rapid.Byte(), 1, 64).Draw(rt, "key")
		first, second := NewRequest(AccessRequest, secret), NewRequest(AccessRequest, []byte("next"))
		p := NewReply(first, AccessAccept)
		AddKeys(p, first, key, key)
		if err := Rekey(p, secret, first.Authenticator, second.Secret, second.Authenticator); err != nil {
			rt.Fatal(err)
		}
		q := RelayReply(p, second)
		send, recv, err := Keys(q, second)
		if err != nil || !bytes.Equal(send, key) || !bytes.Equal(recv, key) {
			rt.Fatalf("%x, %x, %v", send, recv, err)
		}
		// layeh's reader takes the authenticator from the packet it reads.
		q.Authenticator = second.Authenticator
		if got, err := microsoft.MSMPPESendKey_Lookup(q, second); err != nil || !bytes.Equal(got, key) {
			rt.Fatalf("another implementation reads %x, %v", got, err)
		}
	})
}

func TestRekeyRefuses(t *testing.T) {
	request := NewRequest(AccessRequest, secret)
	vendor := func(b ...byte) *Packet {
		p := NewReply(request, AccessAccept)
		p.Add(TypeVendorSpecific, append([]byte{0, 0, 1, 55}, b...))
		return p
	}
	for name, p := range map[string]*Packet{
		"no length": vendor(16), "length 1": vendor(16, 1), "beyond the end": vendor(16, 9, 1), "key of 3 bytes": vendor(16, 5, 1, 2, 3),
	} {
		if err := Rekey(p, secret, [16]byte{}, secret, [16]byte{}); !errors.Is(err, ErrKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := NewReply(request, AccessAccept)
	other.Add(TypeVendorSpecific, []byte{0, 0, 0, 9, 1})
	if err := Rekey(other, secret, [16]byte{}, secret, [16]byte{}); err != nil {
		t.Errorf("another vendor's attribute: %v", err)
	}
}

func TestSealSecretIsTheSameAtBothEnds(t *testing.T) {
	a, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	pa, pb := [32]byte(a.PublicKey().Bytes()), [32]byte(b.PublicKey().Bytes())
	one, err1 := SealSecret([8]byte{1}, a, pb, pa, pb)
	two, err2 := SealSecret([8]byte{1}, b, pa, pa, pb)
	if err1 != nil || err2 != nil || !bytes.Equal(one, two) || len(one) != 32 {
		t.Errorf("%x, %x, %v, %v", one, two, err1, err2)
	}
	if _, err := SealSecret([8]byte{1}, a, [32]byte{}, pa, pb); !errors.Is(err, ErrKey) {
		t.Errorf("no key: %v", err)
	}
	if _, err := SealSecret([8]byte{1}, a, [32]byte{1}, pa, pb); !errors.Is(err, ErrKey) {
		t.Errorf("a point of low order: %v", err)
	}
}

func TestRealm(t *testing.T) {
	for user, want := range map[string]string{
		"anna@Carrier.Example": "carrier.example", "a@b@c.d": "c.d", "0310@wlan.mnc001.mcc001.3gppnetwork.org": "wlan.mnc001.mcc001.3gppnetwork.org",
		"@private": "private", "anna": "", "anna@": "", "anna@a..b": "", "anna@-a": "", "anna@a_b": "", "anna@.a": "", "anna@a.": "",
		"anna@" + strings.Repeat("a", 64): "",
	} {
		got, err := Realm(user)
		if got != want || (err == nil) != (want != "") || err != nil && !errors.Is(err, ErrRealm) {
			t.Errorf("%q: %q, %v", user, got, err)
		}
	}
}

func TestStation(t *testing.T) {
	want := MAC{0x02, 0xab, 0xcd, 0xef, 0x01, 0x23}
	for _, s := range []string{"02-AB-CD-EF-01-23", "02:ab:cd:ef:01:23", "02abcdef0123", "02ab.cdef.0123"} {
		if got, err := ParseMAC(s); err != nil || got != want {
			t.Errorf("%q: %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "02-AB-CD-EF-01", "02-AB-CD-EF-01-23-45", "02-AB-CD-EF-01-2G", "02-AB-CD-EF-01-23 ", "0-2-a-b-c-d-e-f-0-1-2-3"} {
		if _, err := ParseMAC(s); !errors.Is(err, ErrStation) {
			t.Errorf("%q: %v", s, err)
		}
	}
	p := NewRequest(AccessRequest, secret)
	SetStation(p, want)
	if got, err := Station(p); err != nil || got != want || String(p, TypeCallingStation) != "02-AB-CD-EF-01-23" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestReadAccounting(t *testing.T) {
	p := NewRequest(AccountingRequest, secret)
	if _, err := ReadAccounting(p); !errors.Is(err, ErrAccounting) {
		t.Errorf("no status: %v", err)
	}
	SetUint32(p, TypeAcctStatus, AcctStop)
	if _, err := ReadAccounting(p); !errors.Is(err, ErrAccounting) {
		t.Errorf("no session: %v", err)
	}
	p.Add(TypeAcctSession, []byte("5E0A"))
	SetUint32(p, TypeAcctInput, 500)
	SetUint32(p, TypeAcctInputGiga, 1)
	SetUint32(p, TypeAcctSessionTime, 60)
	r, err := ReadAccounting(p)
	want := Reading{Status: AcctStop, Session: "5E0A", In: Octets{500, 1, true, true}, SessionTime: 60, HasSessionTime: true}
	if err != nil || r != want || r.In.Total() != 1<<32+500 || r.Out.Present {
		t.Errorf("%+v, %v", r, err)
	}
	SetUint32(p, TypeAcctStatus, 9)
	if _, err := ReadAccounting(p); !errors.Is(err, ErrAccounting) {
		t.Errorf("tunnel status: %v", err)
	}
}

func TestReject(t *testing.T) {
	request, _ := access(t)
	request.Add(TypeProxyState, []byte("x"))
	b, err := EncodeReply(Reject(request, 7, strings.Repeat("no", 200)), request)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParseReply(b, secret, request, true)
	if err != nil || !bytes.Equal(EAP(p), []byte{4, 7, 0, 4}) || len(String(p, TypeReplyMessage)) != 253 || String(p, TypeProxyState) != "x" {
		t.Errorf("%v, %v", p, err)
	}
}

func FuzzParseRequest(f *testing.F) {
	_, b := access(f)
	f.Add(b)
	f.Add(accounting(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseRequest(b, secret)
		if err != nil {
			return
		}
		_, _ = ReadAccounting(p)
		_, _ = Station(p)
		_, _ = Realm(UserName(p))
		again, err := EncodeRequest(Relay(p, []byte("next")))
		if err != nil {
			if len(b) > MaxPacket-2-macSize {
				return // no room for what we add
			}
			t.Fatalf("what was read cannot be written: %v", err)
		}
		q, err := ParseRequest(again, []byte("next"))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if !bytes.Equal(EAP(p), EAP(q)) || len(Classes(p)) != len(Classes(q)) {
			t.Fatal("attributes are lost")
		}
	})
}

// FuzzRekey: hostile vendor attributes never break the reader, and what is
// rekeyed and rekeyed back is as it was.
func FuzzRekey(f *testing.F) {
	request := NewRequest(AccessRequest, secret)
	p := NewReply(request, AccessAccept)
	AddKeys(p, request, []byte("0123456789abcdef"), []byte("k"))
	f.Add([]byte(p.Attributes[0].Attribute), request.Authenticator[:])
	f.Fuzz(func(t *testing.T, v, auth []byte) {
		if len(v) > maxAttribute || len(auth) != 16 {
			return
		}
		p := &Packet{Attributes: radius.Attributes{{Type: TypeVendorSpecific, Attribute: slices.Clone(v)}}}
		if Rekey(p, secret, [16]byte(auth), []byte("next"), [16]byte{1}) != nil {
			return
		}
		if err := Rekey(p, []byte("next"), [16]byte{1}, secret, [16]byte(auth)); err != nil || !bytes.Equal(p.Attributes[0].Attribute, v) {
			t.Fatalf("%x came back as %x: %v", v, p.Attributes[0].Attribute, err)
		}
	})
}
