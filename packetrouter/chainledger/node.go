package chainledger

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	cmtservice "github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	nodeservice "github.com/cosmos/cosmos-sdk/client/grpc/node"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/gogoproto/proto"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// ErrWrongChain: the node follows another chain than the configured one.
var ErrWrongChain = errors.New("node is on another chain")

// heightHeader pins a query to a height (the SDK's grpc types).
const heightHeader = "x-cosmos-block-height"

// queryWithin bounds one query.
const queryWithin = 10 * time.Second

// maxResponse bounds one answer of a node, bytes.
const maxResponse = 64 << 20

// gogoCodec encodes the chain's messages, which are of another generator than
// grpc's own codec expects.
type gogoCodec struct{}

func (gogoCodec) Name() string { return "proto" }

func (gogoCodec) Marshal(v any) ([]byte, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("marshal %T: not a message", v)
	}
	return proto.Marshal(m)
}

func (gogoCodec) Unmarshal(data []byte, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("unmarshal %T: not a message", v)
	}
	return proto.Unmarshal(data, m)
}

// Node is a connection to one node's gRPC server.
type Node struct {
	address string
	conn    *grpc.ClientConn

	node       nodeservice.ServiceClient
	blocks     cmtservice.ServiceClient
	txs        txtypes.ServiceClient
	hotspots   hotspottypes.QueryClient
	routing    routingtypes.QueryClient
	poc        poctypes.QueryClient
	settlement settlementtypes.QueryClient
	rewards    rewardstypes.QueryClient
}

// Dial prepares a connection to a node's gRPC address, host:port. It connects
// with the first query. The connection is plain: a router runs beside its node,
// or reaches it through a tunnel of its operator's.
func Dial(address string) (*Node, error) {
	conn, err := grpc.NewClient(address,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(gogoCodec{}), grpc.MaxCallRecvMsgSize(maxResponse)),
	)
	if err != nil {
		return nil, fmt.Errorf("dial node %s: %w", address, err)
	}
	return &Node{
		address: address, conn: conn,
		node: nodeservice.NewServiceClient(conn), blocks: cmtservice.NewServiceClient(conn), txs: txtypes.NewServiceClient(conn),
		hotspots: hotspottypes.NewQueryClient(conn), routing: routingtypes.NewQueryClient(conn),
		poc: poctypes.NewQueryClient(conn), settlement: settlementtypes.NewQueryClient(conn), rewards: rewardstypes.NewQueryClient(conn),
	}, nil
}

// Address returns what was dialled.
func (n *Node) Address() string { return n.address }

// Close ends the connection.
func (n *Node) Close() error { return n.conn.Close() }

// CheckChain asks the node which chain it follows. Errors: ErrWrongChain.
func (n *Node) CheckChain(ctx context.Context, chainID string) error {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	info, err := n.blocks.GetNodeInfo(ctx, &cmtservice.GetNodeInfoRequest{})
	if err != nil {
		return fmt.Errorf("ask node %s for its chain: %w", n.address, err)
	}
	if have := info.GetDefaultNodeInfo().GetNetwork(); have != chainID {
		return fmt.Errorf("%w: %s follows %q, want %q; check chain_id and node addresses", ErrWrongChain, n.address, have, chainID)
	}
	return nil
}

// height returns the newest committed height and its header time.
func (n *Node) height(ctx context.Context) (uint64, time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	s, err := n.node.Status(ctx, &nodeservice.StatusRequest{})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("ask node %s for its height: %w", n.address, err)
	}
	if s.Timestamp == nil {
		return s.Height, time.Time{}, nil
	}
	return s.Height, *s.Timestamp, nil
}

// at pins the queries of a context to a height.
func at(ctx context.Context, height uint64) context.Context {
	return metadata.AppendToOutgoingContext(ctx, heightHeader, strconv.FormatUint(height, 10))
}
