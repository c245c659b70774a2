package radius

import (
	"fmt"
	"slices"

	"layeh.com/radius"
)

// EncodeRequest finishes a request under its secret and encodes it: the
// Message-Authenticator first (not in accounting), then the authenticator where
// it is computed; that of an Access-Request stays the random one. The packet's
// Authenticator is what was sent afterwards. Errors: ErrSize, ErrCode.
func EncodeRequest(p *Packet) ([]byte, error) {
	computed := p.Code != AccessRequest
	if computed && p.Code != AccountingRequest && p.Code != DisconnectRequest && p.Code != CoARequest {
		return nil, fmt.Errorf("encode request: %w: %s", ErrCode, p.Code)
	}
	if computed {
		p.Authenticator = [16]byte{}
	}
	b, err := encode(p, p.Authenticator, p.Code != AccountingRequest)
	if err != nil {
		return nil, fmt.Errorf("encode request: %w", err)
	}
	if computed {
		p.Authenticator = requestHash(b, p.Secret)
		copy(b[atAuthenticator:], p.Authenticator[:])
	}
	return b, nil
}

// EncodeReply finishes an answer under its secret and encodes it: identifier of
// the request, Message-Authenticator first (not in accounting), response
// authenticator. Errors: ErrSize, ErrCode.
func EncodeReply(p, request *Packet) ([]byte, error) {
	if !answers(p.Code, request.Code) {
		return nil, fmt.Errorf("encode reply: %w: %s to %s", ErrCode, p.Code, request.Code)
	}
	p.Identifier = request.Identifier
	b, err := encode(p, request.Authenticator, p.Code != AccountingResponse)
	if err != nil {
		return nil, fmt.Errorf("encode reply: %w", err)
	}
	p.Authenticator = hash(b, request.Authenticator, p.Secret)
	copy(b[atAuthenticator:], p.Authenticator[:])
	return b, nil
}

// encode writes a packet with an authenticator, and signs it where asked.
func encode(p *Packet, authenticator [16]byte, sign bool) ([]byte, error) {
	p.Del(TypeMessageAuth)
	if sign {
		mac := &radius.AVP{Type: TypeMessageAuth, Attribute: make([]byte, macSize)}
		p.Attributes = slices.Insert(p.Attributes, 0, mac)
	}
	p.Authenticator = authenticator
	b, err := p.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSize, err)
	}
	if sign {
		mac := messageMAC(b, atAttributes+2, authenticator, p.Secret)
		copy(b[atAttributes+2:], mac)
		p.Attributes[0].Attribute = mac
	}
	return b, nil
}

// NewRequest returns a request with random identifier and authenticator.
func NewRequest(code Code, secret []byte) *Packet { return radius.New(code, secret) }

// NewReply returns an answer to a request under the same secret, with the
// Proxy-States of the request in order (RFC 2865 §5.33).
func NewReply(request *Packet, code Code) *Packet {
	p := &Packet{Code: code, Identifier: request.Identifier, Secret: request.Secret}
	for _, a := range request.Attributes {
		if a.Type == TypeProxyState {
			p.Add(a.Type, slices.Clone(a.Attribute))
		}
	}
	return p
}

// Relay returns a request with the code and all attributes of p but its
// Message-Authenticator, in order, for the next hop: another secret, a fresh
// identifier and authenticator.
func Relay(p *Packet, secret []byte) *Packet {
	q := radius.New(p.Code, secret)
	q.Attributes = copyAttributes(p)
	return q
}

// RelayReply returns an answer to request, with the code and all attributes of p
// but its Message-Authenticator, in order, for the hop that it goes back to.
func RelayReply(p, request *Packet) *Packet {
	return &Packet{Code: p.Code, Identifier: request.Identifier, Secret: request.Secret, Attributes: copyAttributes(p)}
}

func copyAttributes(p *Packet) radius.Attributes {
	out := make(radius.Attributes, 0, len(p.Attributes)+2)
	for _, a := range p.Attributes {
		if a.Type != TypeMessageAuth {
			out.Add(a.Type, slices.Clone(a.Attribute))
		}
	}
	return out
}
