package gwmp

import (
	"encoding/hex"
	"errors"
	"fmt"
)

// Limits on one datagram. What exceeds them is refused, not cut.
const (
	MaxDatagram = 65507 // bytes: the largest UDP payload over IPv4
	MaxRxPks    = 64    // rxpk objects in one PUSH_DATA; forwarders send at most 32
	MaxPayload  = 255   // bytes of one PHYPayload: the radio's own limit
	MaxSignals  = 8     // rsig objects in one rxpk
	MaxMeta     = 32    // entries of one meta object
	MaxText     = 256   // bytes of one string that is kept
)

// Refusals of Parse, cheapest first.
var (
	ErrShort    = errors.New("datagram shorter than its kind requires")
	ErrLong     = errors.New("datagram longer than UDP can carry")
	ErrVersion  = errors.New("protocol version is neither 1 nor 2")
	ErrKind     = errors.New("unknown kind for this version")
	ErrTrailing = errors.New("unexpected bytes after the datagram")
	ErrJSON     = errors.New("body is not the JSON object of its kind")
	ErrField    = errors.New("field has a value outside its range")
	ErrLimit    = errors.New("body exceeds a size limit")
)

// Protocol versions.
const (
	Version1 uint8 = 1
	Version2 uint8 = 2
)

// Kind is byte 3 of a datagram.
type Kind uint8

// The kinds of datagram.
const (
	KindPushData Kind = 0
	KindPushAck  Kind = 1
	KindPullData Kind = 2
	KindPullResp Kind = 3
	KindPullAck  Kind = 4
	KindTxAck    Kind = 5
)

// String returns the name the protocol gives the kind.
func (k Kind) String() string {
	switch k {
	case KindPushData:
		return "PUSH_DATA"
	case KindPushAck:
		return "PUSH_ACK"
	case KindPullData:
		return "PULL_DATA"
	case KindPullResp:
		return "PULL_RESP"
	case KindPullAck:
		return "PULL_ACK"
	case KindTxAck:
		return "TX_ACK"
	}
	return fmt.Sprintf("KIND_%d", uint8(k))
}

// Token pairs an answer with its request; its two bytes are opaque.
type Token [2]byte

// EUI is a gateway's 64-bit identifier in network order.
type EUI [8]byte

// ParseEUI reads 16 hex digits of either case.
func ParseEUI(s string) (EUI, error) {
	var e EUI
	if len(s) != 2*len(e) {
		return EUI{}, fmt.Errorf("gateway EUI %q: want 16 hex digits", s)
	}
	if _, err := hex.Decode(e[:], []byte(s)); err != nil {
		return EUI{}, fmt.Errorf("gateway EUI %q: %w", s, err)
	}
	return e, nil
}

// String returns 16 lower-case hex digits.
func (e EUI) String() string { return hex.EncodeToString(e[:]) }

// MarshalText implements [encoding.TextMarshaler].
func (e EUI) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (e *EUI) UnmarshalText(b []byte) error {
	v, err := ParseEUI(string(b))
	if err != nil {
		return err
	}
	*e = v
	return nil
}

// Header is what every datagram begins with. EUI is set for the kinds that
// carry one (PUSH_DATA, PULL_DATA, TX_ACK).
type Header struct {
	Version uint8
	Token   Token
	Kind    Kind
	EUI     EUI
}

// HasEUI reports whether datagrams of the kind name their gateway.
func (k Kind) HasEUI() bool {
	return k == KindPushData || k == KindPullData || k == KindTxAck
}

// ParseHeader reads the fixed part of a datagram and returns it with the
// bytes that follow. It allocates nothing and looks at no JSON.
func ParseHeader(b []byte) (Header, []byte, error) {
	switch {
	case len(b) < 4:
		return Header{}, nil, ErrShort
	case len(b) > MaxDatagram:
		return Header{}, nil, ErrLong
	case b[0] != Version1 && b[0] != Version2:
		return Header{}, nil, ErrVersion
	}
	h := Header{Version: b[0], Token: Token{b[1], b[2]}, Kind: Kind(b[3])}
	if h.Kind > KindTxAck || h.Kind == KindTxAck && h.Version == Version1 {
		return Header{}, nil, ErrKind
	}
	b = b[4:]
	if h.Kind.HasEUI() {
		if len(b) < len(h.EUI) {
			return Header{}, nil, ErrShort
		}
		copy(h.EUI[:], b)
		b = b[len(h.EUI):]
	}
	return h, b, nil
}

// Append writes the fixed part of a datagram.
func (h Header) Append(dst []byte) []byte {
	dst = append(dst, h.Version, h.Token[0], h.Token[1], byte(h.Kind))
	if h.Kind.HasEUI() {
		dst = append(dst, h.EUI[:]...)
	}
	return dst
}
