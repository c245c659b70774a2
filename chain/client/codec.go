package client

import (
	"fmt"

	"github.com/cosmos/gogoproto/proto"
)

// gogoCodec carries the chain's messages over gRPC. They are gogoproto types
// with fields by value, which the standard codec does not understand.
type gogoCodec struct{}

func (gogoCodec) Name() string { return "proto" }

func (gogoCodec) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("encode %T: not a protobuf message", v)
	}
	return proto.Marshal(m)
}

func (gogoCodec) Unmarshal(raw []byte, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("decode %T: not a protobuf message", v)
	}
	return proto.Unmarshal(raw, m)
}
