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

// laneKey finds a lane's signer in a QueryOrgResponse: response.org(1)
// .signers(4){lane(2), key(3)}.
func laneKey(response []byte, lane uint16) (wire.PubKey, error) {
	detail, ok := bytesField(response, 1)
	if !ok {
		return wire.PubKey{}, fmt.Errorf("org: %w", ErrAnswer)
	}
	var found []byte
	eachField(detail, func(n protowire.Number, t protowire.Type, signer []byte, _ uint64) {
		if n != 4 || t != protowire.BytesType {
			return
		}
		if l, _ := varintField(signer, 2); l == uint64(lane) {
			found, _ = bytesField(signer, 3)
		}
	})
	if found == nil {
		return wire.PubKey{}, fmt.Errorf("lane %d: %w", lane, ErrNotFound)
	}
	return wire.ParsePubKey(found)
}
