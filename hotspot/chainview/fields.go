package chainview

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/proto/wire"
)

// bytesField returns the last length-delimited field of that number.
func bytesField(msg []byte, num protowire.Number) ([]byte, bool) {
	var found []byte
	ok := false
	eachField(msg, func(n protowire.Number, t protowire.Type, value []byte, _ uint64) {
		if n == num && t == protowire.BytesType {
			found, ok = value, true
		}
	})
	return found, ok
}

// varintField returns the last varint field of that number; absent is 0.
func varintField(msg []byte, num protowire.Number) (uint64, bool) {
	var found uint64
	ok := false
	eachField(msg, func(n protowire.Number, t protowire.Type, _ []byte, v uint64) {
		if n == num && t == protowire.VarintType {
			found, ok = v, true
		}
	})
	return found, ok
}

// eachField walks the fields of a message and stops at the first that is
// malformed.
func eachField(msg []byte, visit func(protowire.Number, protowire.Type, []byte, uint64)) {
	for len(msg) > 0 {
		num, typ, n := protowire.ConsumeTag(msg)
		if n < 0 {
			return
		}
		msg = msg[n:]
		size := protowire.ConsumeFieldValue(num, typ, msg)
		if size < 0 {
			return
		}
		switch typ {
		case protowire.BytesType:
			value, _ := protowire.ConsumeBytes(msg)
			visit(num, typ, value, 0)
		case protowire.VarintType:
			value, _ := protowire.ConsumeVarint(msg)
			visit(num, typ, nil, value)
		default:
			visit(num, typ, nil, 0)
		}
		msg = msg[size:]
	}
}

// Payer is what the chain says of one lane, and of its org.
type Payer struct {
	Key     wire.PubKey
	IsPayer bool // the lane is a payer's, not a router's
	Revoked bool
	Price   uint32 // micro-DC per 1,000,000 bytes that the org pays for Wi-Fi
}

// signerKindPayer is hexwave.routing.v1.SIGNER_KIND_PAYER.
const signerKindPayer = 2

// payer finds a lane in a QueryOrgResponse: response.org(1){org(1){wifi_price(7)},
// signers(4){lane(2), key(3), kind(4), revoked(8)}}.
func payer(response []byte, lane uint16) (Payer, error) {
	detail, ok := bytesField(response, 1)
	if !ok {
		return Payer{}, fmt.Errorf("org: %w", ErrAnswer)
	}
	var found []byte
	eachField(detail, func(n protowire.Number, t protowire.Type, signer []byte, _ uint64) {
		if n != 4 || t != protowire.BytesType {
			return
		}
		if l, _ := varintField(signer, 2); l == uint64(lane) {
			found = signer
		}
	})
	if found == nil {
		return Payer{}, fmt.Errorf("lane %d: %w", lane, ErrNotFound)
	}
	key, _ := bytesField(found, 3)
	kind, _ := varintField(found, 4)
	revoked, _ := varintField(found, 8)
	org, _ := bytesField(detail, 1)
	price, _ := varintField(org, 7)
	p := Payer{IsPayer: kind == signerKindPayer, Revoked: revoked != 0, Price: uint32(price)}
	var err error
	p.Key, err = wire.ParsePubKey(key)
	return p, err
}
