package chainledger

import (
	"context"
	"crypto/sha256"
	"fmt"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	txtypes "github.com/cosmos/cosmos-sdk/types/tx"
	"github.com/cosmos/gogoproto/proto"

	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/packetrouter"
)

// Settle hands a batch of vouchers to the fee-free lane in the name of the
// account that the lane pays to. Errors: packetrouter.ErrRefused, or one of the connection.
func (l *Ledger) Settle(ctx context.Context, payout string, header, items []byte) error {
	return l.broadcast(ctx, &settlementtypes.MsgSettle{Sender: payout, Batch: header, Items: items})
}

// SubmitReports is Settle for a batch of reports or reveals.
func (l *Ledger) SubmitReports(ctx context.Context, payout string, header, items []byte) error {
	return l.broadcast(ctx, &poctypes.MsgSubmitReports{Relay: payout, Batch: header, Items: items})
}

// Settled returns the total that the chain has settled for a hotspot in a lane
// and epoch, DC.
func (l *Ledger) Settled(ctx context.Context, ref packetrouter.LaneRef, h packetrouter.HotspotID, epoch uint32) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	resp, err := l.node().settlement.Settled(ctx, &settlementtypes.QuerySettledRequest{
		Org: uint32(ref.Org), Lane: uint32(ref.Lane), Hotspot: uint32(h), Epoch: epoch,
	})
	if err != nil {
		return 0, fmt.Errorf("settled total of hotspot %d: %w", h, err)
	}
	return resp.Cum, nil
}

// Recorded returns the reports that the chain has of a challenge, and whether
// a reveal is still needed.
func (l *Ledger) Recorded(ctx context.Context, challenge uint64) (packetrouter.ChallengeRecord, error) {
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	resp, err := l.node().poc.Challenge(ctx, &poctypes.QueryChallengeRequest{Challenge: challenge})
	if err != nil {
		return packetrouter.ChallengeRecord{}, fmt.Errorf("record of challenge %d: %w", challenge, err)
	}
	out := packetrouter.ChallengeRecord{
		Reports:  make(map[[32]byte]bool, len(resp.Record.Reports)),
		Revealed: len(resp.Record.Preimage) > 0 || resp.Record.Status != poctypes.STATUS_OPEN,
	}
	for _, r := range resp.Record.Reports {
		out.Reports[sha256.Sum256(r.Report)] = true
	}
	return out, nil
}

// FreeTx returns the bytes of a transaction of the fee-free lane: one message,
// no fee, no account signature. The batch header in the message is what is
// signed.
func FreeTx(msg sdk.Msg) ([]byte, error) {
	packed, err := codectypes.NewAnyWithValue(msg)
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	body, err := proto.Marshal(&txtypes.TxBody{Messages: []*codectypes.Any{packed}})
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	auth, err := proto.Marshal(&txtypes.AuthInfo{Fee: &txtypes.Fee{}})
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	raw, err := proto.Marshal(&txtypes.TxRaw{BodyBytes: body, AuthInfoBytes: auth})
	if err != nil {
		return nil, fmt.Errorf("encode transaction: %w", err)
	}
	return raw, nil
}

// broadcast returns when a node has taken the transaction into its pool.
// Errors: packetrouter.ErrRefused, or one of the connection.
func (l *Ledger) broadcast(ctx context.Context, msg sdk.Msg) error {
	raw, err := FreeTx(msg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	resp, err := l.node().txs.BroadcastTx(ctx, &txtypes.BroadcastTxRequest{TxBytes: raw, Mode: txtypes.BroadcastMode_BROADCAST_MODE_SYNC})
	if err != nil {
		return fmt.Errorf("broadcast: %w", err)
	}
	if r := resp.GetTxResponse(); r != nil && r.Code != 0 {
		return fmt.Errorf("%w: %s/%d: %s", packetrouter.ErrRefused, r.Codespace, r.Code, clip(r.RawLog))
	}
	return nil
}

// clip bounds what a log line repeats of a node's words.
func clip(s string) string {
	if len(s) > 200 {
		return s[:200] + "..."
	}
	return s
}
