package radius

import (
	"encoding/binary"
	"fmt"

	"layeh.com/radius"
)

// parse reads a packet whose length field is exactly its length.
func parse(b, secret []byte) (*Packet, error) {
	if len(b) < MinPacket || len(b) > MaxPacket || int(binary.BigEndian.Uint16(b[2:])) != len(b) {
		return nil, fmt.Errorf("%w: %d bytes", ErrSize, len(b))
	}
	p, err := radius.Parse(b, secret)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return p, nil
}

// ParseRequest reads a request and authenticates it: an Access-Request by its
// Message-Authenticator, which must be there; Accounting-, Disconnect- and
// CoA-Requests by their authenticator, and by a Message-Authenticator where they
// have one. Errors: ErrSize, ErrMalformed, ErrCode, ErrAuthenticator,
// ErrNoMessageAuthenticator, ErrMessageAuthenticator.
func ParseRequest(b, secret []byte) (*Packet, error) {
	p, err := parse(b, secret)
	if err != nil {
		return nil, err
	}
	switch p.Code {
	case AccessRequest:
		err = checkMAC(b, p.Authenticator, secret, true, false)
	case AccountingRequest:
		// RFC 3579 §3.2 has no such attribute in accounting; where one is sent all
		// the same, it is over the packet as it came or over a zero authenticator,
		// as implementations differ.
		if err = checkRequest(b, secret); err == nil {
			err = checkEither(b, secret)
		}
	case DisconnectRequest, CoARequest:
		if err = checkRequest(b, secret); err == nil {
			err = checkMAC(b, [16]byte{}, secret, false, false) // RFC 5176 §3.4
		}
	default:
		err = ErrCode
	}
	if err != nil {
		return nil, wrap(b, err)
	}
	return p, nil
}

func checkRequest(b, secret []byte) error {
	if !equal(authenticatorOf(b), requestHash(b, secret)) {
		return ErrAuthenticator
	}
	return nil
}

func checkEither(b, secret []byte) error {
	err := checkMAC(b, authenticatorOf(b), secret, false, false)
	if err == nil {
		return nil
	}
	return checkMAC(b, [16]byte{}, secret, false, false)
}

// ParseReply reads the answer to a request and authenticates it under the
// secret: the response authenticator always, and in answers to an Access-Request
// the Message-Authenticator, which must be there, and be the first attribute
// where first is set (CVE-2024-3596). request is as it was sent. Errors: those of
// ParseRequest, ErrIdentifier, ErrNotFirst.
func ParseReply(b, secret []byte, request *Packet, first bool) (*Packet, error) {
	p, err := parse(b, secret)
	if err != nil {
		return nil, err
	}
	switch {
	case !answers(p.Code, request.Code):
		err = ErrCode
	case p.Identifier != request.Identifier:
		err = ErrIdentifier
	case !equal(p.Authenticator, hash(b, request.Authenticator, secret)):
		err = ErrAuthenticator
	default:
		access := request.Code == AccessRequest
		err = checkMAC(b, request.Authenticator, secret, access, access && first)
	}
	if err != nil {
		return nil, wrap(b, err)
	}
	return p, nil
}

// answers reports whether a code answers a request's.
func answers(reply, request Code) bool {
	switch request {
	case AccessRequest:
		return reply == AccessAccept || reply == AccessReject || reply == AccessChallenge
	case AccountingRequest:
		return reply == AccountingResponse
	case DisconnectRequest:
		return reply == DisconnectACK || reply == DisconnectNAK
	case CoARequest:
		return reply == CoAACK || reply == CoANAK
	}
	return false
}
