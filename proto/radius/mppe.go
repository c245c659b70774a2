package radius

import (
	"crypto/md5"
	"crypto/rand"
	"fmt"
	"slices"
)

// Microsoft's session keys (RFC 2548 §2.4.2, 2.4.3).
const (
	vendorMicrosoft = 311
	sendKey         = 16
	recvKey         = 17
	saltSize        = 2
)

// Rekey decrypts the session keys of an answer, which are encrypted under one
// hop's secret and request authenticator, and encrypts them for the next hop. An
// answer without keys stays as it is. Errors: ErrKey.
func Rekey(p *Packet, from []byte, fromAuth [16]byte, to []byte, toAuth [16]byte) error {
	for _, a := range p.Attributes {
		if a.Type != TypeVendorSpecific {
			continue
		}
		out, err := rekeyVendor(a.Attribute, from, fromAuth, to, toAuth)
		if err != nil {
			return err
		}
		a.Attribute = out
	}
	return nil
}

// rekeyVendor goes through the sub-attributes of one vendor attribute. Those of
// other vendors, whose layout need not be this one, are left alone.
func rekeyVendor(v, from []byte, fromAuth [16]byte, to []byte, toAuth [16]byte) ([]byte, error) {
	if len(v) < 4 || uint32(v[0])<<24|uint32(v[1])<<16|uint32(v[2])<<8|uint32(v[3]) != vendorMicrosoft {
		return v, nil
	}
	out := slices.Clone(v)
	for at := 4; at < len(out); {
		if at+2 > len(out) || out[at+1] < 2 || at+int(out[at+1]) > len(out) {
			return nil, fmt.Errorf("%w: vendor attribute", ErrKey)
		}
		value := out[at+2 : at+int(out[at+1])]
		if out[at] == sendKey || out[at] == recvKey {
			key, err := openKey(value, from, fromAuth)
			if err != nil {
				return nil, err
			}
			copy(value, sealKey(key, to, toAuth, [saltSize]byte(value)))
		}
		at += int(out[at+1])
	}
	return out, nil
}

// openKey returns the padded plain text of a key: its length, the key, zeros.
func openKey(value, secret []byte, authenticator [16]byte) ([]byte, error) {
	if len(value) < saltSize+md5.Size || (len(value)-saltSize)%md5.Size != 0 {
		return nil, fmt.Errorf("%w: %d bytes", ErrKey, len(value))
	}
	plain := make([]byte, len(value)-saltSize)
	block := append(slices.Clone(authenticator[:]), value[:saltSize]...)
	for i := 0; i < len(plain); i += md5.Size {
		pad := md5.Sum(append(slices.Clone(secret), block...))
		block = value[saltSize+i : saltSize+i+md5.Size]
		for j := range pad {
			plain[i+j] = block[j] ^ pad[j]
		}
	}
	if int(plain[0]) > len(plain)-1 {
		return nil, fmt.Errorf("%w: not encrypted under this secret", ErrKey)
	}
	return plain, nil
}

// sealKey encrypts a padded plain text with a salt.
func sealKey(plain, secret []byte, authenticator [16]byte, salt [saltSize]byte) []byte {
	out := append(make([]byte, 0, saltSize+len(plain)), salt[:]...)
	block := append(slices.Clone(authenticator[:]), salt[:]...)
	for i := 0; i < len(plain); i += md5.Size {
		pad := md5.Sum(append(slices.Clone(secret), block...))
		for j := range pad {
			out = append(out, plain[i+j]^pad[j])
		}
		block = out[len(out)-md5.Size:]
	}
	return out
}

// AddKeys adds a pair of session keys, 1 to 64 bytes each, to an answer to
// request, under the secret of that hop.
func AddKeys(p, request *Packet, send, recv []byte) {
	for t, key := range map[byte][]byte{sendKey: send, recvKey: recv} {
		plain := append([]byte{byte(len(key))}, key...)
		for len(plain)%md5.Size != 0 {
			plain = append(plain, 0)
		}
		var salt [saltSize]byte
		_, _ = rand.Read(salt[:])         // never fails (crypto/rand)
		salt[0] = salt[0]&^1 | 0x80 | t&1 // the high bit is set, salts of one packet differ
		value := sealKey(plain, p.Secret, request.Authenticator, salt)
		p.Add(TypeVendorSpecific, slices.Concat([]byte{0, 0, vendorMicrosoft >> 8, vendorMicrosoft & 0xff, t, byte(2 + len(value))}, value))
	}
}

// Keys returns the session keys of an answer to request. Errors: ErrKey.
func Keys(p, request *Packet) (send, recv []byte, err error) {
	for _, a := range p.Attributes {
		v := a.Attribute
		if a.Type != TypeVendorSpecific || len(v) < 6 || v[2] != vendorMicrosoft>>8 || v[3] != vendorMicrosoft&0xff || int(v[5]) != len(v)-4 {
			continue
		}
		if v[4] != sendKey && v[4] != recvKey {
			continue
		}
		plain, err := openKey(v[6:], p.Secret, request.Authenticator)
		if err != nil {
			return nil, nil, err
		}
		key := plain[1 : 1+plain[0]]
		if v[4] == sendKey {
			send = key
		} else {
			recv = key
		}
	}
	return send, recv, nil
}
