package radius

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/subtle"
	"fmt"
)

// Layout of a packet (RFC 2865 §3).
const (
	atAuthenticator = 4
	atAttributes    = 20
	macSize         = 16
)

// requestHash is the request authenticator of accounting and dynamic
// authorisation: MD5 over the packet with 16 zero bytes in its place, and the
// secret.
func requestHash(b, secret []byte) [16]byte { return hash(b, [16]byte{}, secret) }

// hash is MD5 over a packet with an authenticator in place, and the secret.
func hash(b []byte, authenticator [16]byte, secret []byte) [16]byte {
	h := md5.New()
	h.Write(b[:atAuthenticator])
	h.Write(authenticator[:])
	h.Write(b[atAttributes:])
	h.Write(secret)
	return [16]byte(h.Sum(nil))
}

// messageMAC is HMAC-MD5 over a packet with an authenticator in place and the 16
// bytes at offset at zeroed (RFC 3579 §3.2).
func messageMAC(b []byte, at int, authenticator [16]byte, secret []byte) []byte {
	h := hmac.New(md5.New, secret)
	h.Write(b[:atAuthenticator])
	h.Write(authenticator[:])
	h.Write(b[atAttributes:at])
	h.Write(make([]byte, macSize))
	h.Write(b[at+macSize:])
	return h.Sum(nil)
}

// findMAC returns the offset of the one Message-Authenticator's value; 0 when
// there is none.
func findMAC(b []byte) (int, error) {
	found := 0
	for at := atAttributes; at < len(b); at += int(b[at+1]) {
		if Type(b[at]) != TypeMessageAuth {
			continue
		}
		if found != 0 || int(b[at+1]) != 2+macSize {
			return 0, ErrNoMessageAuthenticator
		}
		found = at + 2
	}
	return found, nil
}

// checkMAC verifies the Message-Authenticator, which may be absent where it is
// not required.
func checkMAC(b []byte, authenticator [16]byte, secret []byte, required, first bool) error {
	at, err := findMAC(b)
	switch {
	case err != nil:
		return err
	case at == 0 && required:
		return ErrNoMessageAuthenticator
	case at == 0:
		return nil
	case first && at != atAttributes+2:
		return ErrNotFirst
	case !hmac.Equal(b[at:at+macSize], messageMAC(b, at, authenticator, secret)):
		return ErrMessageAuthenticator
	}
	return nil
}

func equal(a, b [16]byte) bool { return subtle.ConstantTimeCompare(a[:], b[:]) == 1 }

func authenticatorOf(b []byte) [16]byte { return [16]byte(b[atAuthenticator:atAttributes]) }

// wrap names the code in an error.
func wrap(b []byte, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", Code(b[0]), err)
}
