// Package radius is the part of RADIUS that layeh.com/radius leaves out and a
// proxy for EAP needs: Message-Authenticator on requests and answers (RFC 3579
// §3.2), request authenticators of accounting and dynamic authorisation (RFC 2866
// §3, RFC 5176 §2.3), Proxy-State (RFC 2865 §5.33), session keys from hop to hop
// (RFC 2548 §2.4.2), and typed reading of what accounting says.
//
// It owns no socket, no clock and no state: bytes and secrets in, bytes and
// packets out. Every input is hostile; what is accepted has exactly the length it
// claims and authenticates.
package radius

import (
	"errors"

	"layeh.com/radius"
)

// Packet is a RADIUS packet.
type Packet = radius.Packet

// Code is the code of a packet.
type Code = radius.Code

// Type is the type of an attribute.
type Type = radius.Type

// Sizes of a packet in bytes (RFC 2865 §3).
const (
	MinPacket = 20
	MaxPacket = 4096
)

// TunnelSecret is the shared secret of RADIUS inside of a protected stream (RFC
// 6614 §2.3).
const TunnelSecret = "radsec"

// Codes (RFC 2865 §3, RFC 2866 §3, RFC 5176 §2.3).
const (
	AccessRequest      = radius.CodeAccessRequest
	AccessAccept       = radius.CodeAccessAccept
	AccessReject       = radius.CodeAccessReject
	AccessChallenge    = radius.CodeAccessChallenge
	AccountingRequest  = radius.CodeAccountingRequest
	AccountingResponse = radius.CodeAccountingResponse
	DisconnectRequest  = radius.CodeDisconnectRequest
	DisconnectACK      = radius.CodeDisconnectACK
	DisconnectNAK      = radius.CodeDisconnectNAK
	CoARequest         = radius.CodeCoARequest
	CoAACK             = radius.CodeCoAACK
	CoANAK             = radius.CodeCoANAK
)

// Types of attributes (RFC 2865, 2866, 2869, 3576, 4372).
const (
	TypeUserName         Type = 1
	TypeReplyMessage     Type = 18
	TypeState            Type = 24
	TypeClass            Type = 25
	TypeVendorSpecific   Type = 26
	TypeSessionTimeout   Type = 27
	TypeTermination      Type = 29
	TypeCalledStation    Type = 30
	TypeCallingStation   Type = 31
	TypeNASIdentifier    Type = 32
	TypeProxyState       Type = 33
	TypeAcctStatus       Type = 40
	TypeAcctDelay        Type = 41
	TypeAcctInput        Type = 42
	TypeAcctOutput       Type = 43
	TypeAcctSession      Type = 44
	TypeAcctSessionTime  Type = 46
	TypeTerminateCause   Type = 49
	TypeAcctMultiSession Type = 50
	TypeAcctInputGiga    Type = 52
	TypeAcctOutputGiga   Type = 53
	TypeEventTimestamp   Type = 55
	TypeNASPortType      Type = 61
	TypeEAPMessage       Type = 79
	TypeMessageAuth      Type = 80
	TypeAcctInterim      Type = 85
	TypeCUI              Type = 89
	TypeErrorCause       Type = 101
)

// Errors of parsing and authenticating.
var (
	// ErrSize: shorter than 20, longer than 4096, or not as long as its length
	// field says.
	ErrSize = errors.New("wrong packet size")
	// ErrMalformed: the attributes do not fill the packet exactly.
	ErrMalformed = errors.New("malformed attributes")
	// ErrCode: a code that is not expected here.
	ErrCode = errors.New("unexpected code")
	// ErrIdentifier: the answer is to another request.
	ErrIdentifier = errors.New("identifier of another request")
	// ErrAuthenticator: the request or response authenticator is not made with the
	// shared secret.
	ErrAuthenticator = errors.New("authenticator does not verify")
	// ErrNoMessageAuthenticator: there is none, more than one, or one of wrong
	// length.
	ErrNoMessageAuthenticator = errors.New("no message authenticator")
	// ErrMessageAuthenticator: it is not made with the shared secret.
	ErrMessageAuthenticator = errors.New("message authenticator does not verify")
	// ErrNotFirst: an answer's message authenticator is not its first attribute.
	ErrNotFirst = errors.New("message authenticator is not the first attribute")
)

// Errors of reading and changing a packet.
var (
	// ErrProxyState: the answer does not bring the proxy's own state back.
	ErrProxyState = errors.New("proxy state is not ours")
	// ErrKey: a session key that cannot be decrypted, or a secret that nobody can
	// share.
	ErrKey = errors.New("session key is malformed")
	// ErrRealm: a user name without a realm that is a DNS name.
	ErrRealm = errors.New("no realm")
	// ErrStation: a station that is no MAC address.
	ErrStation = errors.New("no station address")
	// ErrAccounting: a packet that lacks what accounting needs.
	ErrAccounting = errors.New("incomplete accounting")
)
