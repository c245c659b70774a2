package network

import (
	"context"
	"time"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// offerWithin is for how long an offer may go unanswered.
const offerWithin = 10 * time.Second

// entry is where a validator takes transactions as the packet router sends them: by
// gRPC.
type entry struct{ *client.Client }

func newEntry(v *validator) (entry, error) {
	c, err := client.Dial(client.Options{GRPC: v.GRPC, RPC: "http://" + v.RPC, ChainID: million.ChainID, Poll: 100 * time.Millisecond})
	return entry{c}, err
}

// broadcast offers a transaction and waits for CheckTx. A *client.TxError says that it
// was not accepted, and why.
func (e entry) broadcast(ctx context.Context, tx []byte) error {
	ctx, cancel := context.WithTimeout(ctx, offerWithin)
	defer cancel()
	_, err := e.Broadcast(ctx, tx)
	return err
}
