// Package client talks to a Hexwave node: queries over gRPC, signed
// transactions with sequence handling, free-lane batches, and blocks with their
// events over CometBFT's RPC. It keeps no chain state, trusts the node it is
// given, and never decides what to send.
package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cosmos/cosmos-sdk/client/grpc/cmtservice"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// Errors of Dial and Check.
var (
	// ErrWrongChain: the node follows another chain than Options.ChainID.
	ErrWrongChain = errors.New("node follows another chain")
	// ErrSyncing: the node has not caught up with its peers.
	ErrSyncing = errors.New("node is still syncing")
)

// Defaults of Options.
const (
	DefaultPoll       = 250 * time.Millisecond
	maxMessageBytes   = 16 << 20
	maxResponseBytes  = 64 << 20
	rpcRequestTimeout = 10 * time.Second
)

// Options say how to reach a node. GRPC and ChainID are required.
type Options struct {
	// GRPC is host:port of the node's gRPC service.
	GRPC string
	// RPC is the URL of CometBFT's RPC, such as http://127.0.0.1:26657. It is
	// needed by Follow and Block only.
	RPC string
	// ChainID is the chain that transactions are signed for.
	ChainID string
	// TLS secures the gRPC connection; nil is plain text, for loopback.
	TLS *tls.Config
	// Poll is how often the node is asked for what it cannot push; zero is
	// DefaultPoll.
	Poll time.Duration
}

// Client is a connection to one node. It is safe for concurrent use.
type Client struct {
	opts Options
	conn *grpc.ClientConn
	http *http.Client
}

// Dial prepares a connection. It does not wait for the node: Check does.
func Dial(o Options) (*Client, error) {
	if o.Poll == 0 {
		o.Poll = DefaultPoll
	}
	creds := insecure.NewCredentials()
	if o.TLS != nil {
		creds = credentials.NewTLS(o.TLS)
	}
	conn, err := grpc.NewClient(o.GRPC,
		grpc.WithTransportCredentials(creds),
		grpc.WithDefaultCallOptions(grpc.ForceCodec(gogoCodec{}), grpc.MaxCallRecvMsgSize(maxMessageBytes)))
	if err != nil {
		return nil, fmt.Errorf("dial node %s: %w", o.GRPC, err)
	}
	return &Client{opts: o, conn: conn, http: &http.Client{Timeout: rpcRequestTimeout}}, nil
}

// Close ends the connection.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return c.conn.Close()
}

// Conn is for the modules' generated query clients, such as
// hotspottypes.NewQueryClient(c.Conn()).
func (c *Client) Conn() grpc.ClientConnInterface { return c.conn }

// ChainID returns the chain that transactions are signed for.
func (c *Client) ChainID() string { return c.opts.ChainID }

// Head is the newest block a node knows.
type Head struct {
	ChainID string
	Height  int64
	Time    time.Time
	AppHash []byte
}

// Head asks the node for its newest block.
func (c *Client) Head(ctx context.Context) (Head, error) {
	res, err := cmtservice.NewServiceClient(c.conn).GetLatestBlock(ctx, &cmtservice.GetLatestBlockRequest{})
	if err != nil {
		return Head{}, fmt.Errorf("ask for newest block: %w", err)
	}
	h := res.SdkBlock.GetHeader()
	return Head{ChainID: h.ChainID, Height: h.Height, Time: h.Time, AppHash: h.AppHash}, nil
}

// Check returns nil when the node answers, follows the right chain and has
// caught up.
func (c *Client) Check(ctx context.Context) error {
	head, err := c.Head(ctx)
	if err != nil {
		return err
	}
	if head.ChainID != c.opts.ChainID {
		return fmt.Errorf("check node %s: %w: %s, not %s", c.opts.GRPC, ErrWrongChain, head.ChainID, c.opts.ChainID)
	}
	res, err := cmtservice.NewServiceClient(c.conn).GetSyncing(ctx, &cmtservice.GetSyncingRequest{})
	if err != nil {
		return fmt.Errorf("check node %s: %w", c.opts.GRPC, err)
	}
	if res.Syncing {
		return fmt.Errorf("check node %s: %w", c.opts.GRPC, ErrSyncing)
	}
	return nil
}

func (c *Client) txs() txtypes.ServiceClient { return txtypes.NewServiceClient(c.conn) }
