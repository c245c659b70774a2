package node

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc/metadata"

	"github.com/hexwave/hexwave/chain/client"
)

// ErrUnreachable: the node gave no answer, or none that can be read.
var ErrUnreachable = errors.New("node does not answer")

// heightHeader selects the state a query reads.
const heightHeader = "x-cosmos-block-height"

// Node is one node. It is safe for concurrent use.
type Node struct {
	*client.Client

	rpc  string
	http http.Client
}

// Dial returns the node whose CometBFT RPC is the URL rpc and whose gRPC is
// host:port. It does not connect yet.
func Dial(rpc, address, chainID string) (*Node, error) {
	c, err := client.Dial(client.Options{GRPC: address, RPC: rpc, ChainID: chainID, Poll: 100 * time.Millisecond})
	if err != nil {
		return nil, err
	}
	return &Node{Client: c, rpc: strings.TrimSuffix(rpc, "/"), http: http.Client{Timeout: 15 * time.Second}}, nil
}

// Gas is a limit for a transaction of n of our messages that none of them
// reaches: a transaction that costs nothing need not be simulated first.
func Gas(n int) uint64 { return 300_000 + 500_000*uint64(n) }

// AtHeight makes queries under the returned context read the state after the
// block of height; 0 is the newest.
func AtHeight(ctx context.Context, height int64) context.Context {
	if height <= 0 {
		return ctx
	}
	return metadata.AppendToOutgoingContext(ctx, heightHeader, strconv.FormatInt(height, 10))
}
