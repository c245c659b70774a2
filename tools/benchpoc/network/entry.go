package network

import (
	"context"
	"fmt"
	"time"

	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// offerWithin is for how long an offer may go unanswered.
const offerWithin = 10 * time.Second

// entry is where a validator takes transactions as the packet router sends them: by
// gRPC.
type entry struct {
	conn *grpc.ClientConn
	txs  txtypes.ServiceClient
}

func newEntry(address string) (*entry, error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return &entry{conn, txtypes.NewServiceClient(conn)}, nil
}

// broadcast offers a transaction and waits for CheckTx. errRefused says that it was
// not accepted, and why.
func (e *entry) broadcast(ctx context.Context, tx []byte) error {
	ctx, cancel := context.WithTimeout(ctx, offerWithin)
	defer cancel()
	res, err := e.txs.BroadcastTx(ctx, &txtypes.BroadcastTxRequest{TxBytes: tx, Mode: txtypes.BroadcastMode_BROADCAST_MODE_SYNC})
	if err != nil {
		return fmt.Errorf("broadcast: %w", err)
	}
	if r := res.GetTxResponse(); r != nil && r.Code != 0 {
		return fmt.Errorf("%w: %s", errRefused, r.RawLog)
	}
	return nil
}
