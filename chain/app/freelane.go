package app

import (
	"errors"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/auth/signing"

	"github.com/hexwave/hexwave/chain/x/lane"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// Lane is one kind of batch that travels without fee and without account
// signature.
type Lane struct {
	// Name appears in refusals.
	Name string
	// MsgURL is the type URL of the only message the lane carries.
	MsgURL string
	// BlockBytes is the lane's share of a block.
	BlockBytes int
	// PoolBytes is how much may wait in this node's pool: two blocks' worth.
	PoolBytes int
	// Checker decides whether a batch is right.
	Checker lane.Checker
	// Fault is the checker's error for what the relay itself vouched for and could
	// have seen, or nil. It pauses the relay on this node.
	Fault error
}

// Reasons why a lane transaction is refused before its checker is asked.
var (
	// ErrLaneShape: not exactly one message, or signatures, fee, memo, payer,
	// granter or timeout are set where the lane allows none.
	ErrLaneShape = errors.New("lane transaction must be one message and nothing else")
	// ErrLaneSize: the batch is larger than MaxLaneTxBytes.
	ErrLaneSize = errors.New("lane batch is too large")
	// ErrLaneFull: this node's pool for the lane is full, try later or elsewhere.
	ErrLaneFull = errors.New("lane is full")
	// ErrLaneKnown: this node already holds the same batch.
	ErrLaneKnown = errors.New("batch is already waiting")
)

// Gas of a lane transaction. The meter is finite because an infinite one would
// report the largest integer as gas wanted; it grows with size because the work
// of a batch does: a voucher of 115 bytes settles for less than 200,000 gas.
const (
	laneBaseGas    = 500_000
	laneGasPerByte = 2_000
)

// freeLanes are the lanes of the chain, in the order in which they are put into
// blocks.
func (app *App) freeLanes() []Lane {
	return []Lane{
		{
			Name: "coverage", MsgURL: sdk.MsgTypeURL(&poctypes.MsgSubmitReports{}),
			BlockBytes: MaxPoCBytes, PoolBytes: 2 * MaxPoCBytes, Checker: app.Keepers.PoC, Fault: lane.ErrItem,
		},
		{
			Name: "settlement", MsgURL: sdk.MsgTypeURL(&settlementtypes.MsgSettle{}),
			BlockBytes: MaxSettleBytes, PoolBytes: 2 * MaxSettleBytes, Checker: app.Keepers.Settlement, Fault: lane.ErrItem,
		},
	}
}

// laneOf returns the index of the lane that tx belongs to: the one whose message
// it has, provided that it carries no signature. A signed transaction with a
// lane message is an ordinary one, and its handler will refuse it.
func laneOf(lanes []Lane, tx sdk.Tx) (int, bool) {
	msgs := tx.GetMsgs()
	if len(msgs) != 1 || len(lanes) == 0 {
		return 0, false
	}
	url := sdk.MsgTypeURL(msgs[0])
	for i, l := range lanes {
		if l.MsgURL == url {
			return i, unsigned(tx)
		}
	}
	return 0, false
}

func unsigned(tx sdk.Tx) bool {
	s, ok := tx.(signing.SigVerifiableTx)
	if !ok {
		return false
	}
	sigs, err := s.GetSignaturesV2()
	return err == nil && len(sigs) == 0
}

// laneShape returns ErrLaneShape when the envelope holds anything but the
// message: every other field would be bytes that nobody signed.
func laneShape(tx sdk.Tx) error {
	if f, ok := tx.(sdk.FeeTx); !ok || !f.GetFee().IsZero() || f.GetGas() != 0 || len(f.FeeGranter()) != 0 {
		return ErrLaneShape
	}
	if m, ok := tx.(sdk.TxWithMemo); !ok || m.GetMemo() != "" {
		return ErrLaneShape
	}
	if h, ok := tx.(sdk.TxWithTimeoutHeight); ok && h.GetTimeoutHeight() != 0 {
		return ErrLaneShape
	}
	if u, ok := tx.(sdk.TxWithUnordered); ok && u.GetUnordered() {
		return ErrLaneShape
	}
	return nil
}
