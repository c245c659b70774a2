package radius

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"

	"github.com/hexwave/hexwave/proto/radius"
)

// These make answers that proto/radius would not, by the text of the RFCs.

// rehash gives an answer the response authenticator that fits its bytes (RFC 2865
// §3).
func rehash(b, request []byte) []byte {
	h := md5.New()
	h.Write(b[:4])
	h.Write(request[4:20])
	h.Write(b[20:])
	h.Write([]byte(secret))
	copy(b[4:20], h.Sum(nil))
	return b
}

// unsigned is an answer without Message-Authenticator.
func unsigned(a *aaa, raw []byte, code radius.Code) []byte {
	b := a.answer(raw, code)
	b = append(b[:20], b[20+18:]...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	return rehash(b, raw)
}

// signLast is an answer whose Message-Authenticator is its last attribute.
func signLast(a *aaa, raw []byte, code radius.Code) []byte {
	b := append(unsigned(a, raw, code), 80, 18)
	b = append(b, make([]byte, 16)...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	m := hmac.New(md5.New, []byte(secret))
	m.Write(b[:4])
	m.Write(raw[4:20])
	m.Write(b[20:])
	copy(b[len(b)-16:], m.Sum(nil))
	return rehash(b, raw)
}
