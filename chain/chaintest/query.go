package chaintest

import (
	"context"
	"errors"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
)

// ErrQuery is wrapped by the error of a query that the node refused.
var ErrQuery = errors.New("query refused")

var errNoStream = errors.New("the test connection has no streams")

// Conn returns a connection for the modules' generated query clients that goes
// through the node's real query router, at the last height.
func (c *Chain) Conn() grpc.ClientConnInterface { return conn{c} }

type conn struct{ c *Chain }

// Invoke sends one query.
func (q conn) Invoke(_ context.Context, method string, args, reply any, _ ...grpc.CallOption) error {
	in, ok := args.(proto.Message)
	if !ok {
		return fmt.Errorf("query %s: %T is not a message", method, args)
	}
	out, ok := reply.(proto.Message)
	if !ok {
		return fmt.Errorf("query %s: %T is not a message", method, reply)
	}
	raw, err := proto.Marshal(in)
	if err != nil {
		return fmt.Errorf("query %s: %w", method, err)
	}
	res, err := q.c.App.Query(context.Background(), &abci.RequestQuery{Path: method, Data: raw})
	if err != nil {
		return fmt.Errorf("query %s: %w", method, err)
	}
	if res.Code != 0 {
		return fmt.Errorf("query %s: %w: %s", method, ErrQuery, res.Log)
	}
	return proto.Unmarshal(res.Value, out)
}

// NewStream always fails: queries have no streams.
func (conn) NewStream(context.Context, *grpc.StreamDesc, string, ...grpc.CallOption) (grpc.ClientStream, error) {
	return nil, errNoStream
}
