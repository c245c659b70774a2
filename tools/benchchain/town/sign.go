package town

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"

	"github.com/cosmos/cosmos-sdk/client"
	clienttx "github.com/cosmos/cosmos-sdk/client/tx"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/tx/signing"
	authsigning "github.com/cosmos/cosmos-sdk/x/auth/signing"

	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/node"
)

// Sign returns a transaction of an account with its next sequence.
func (a *Account) Sign(cfg client.TxConfig, gas uint64, msgs ...sdk.Msg) ([]byte, error) {
	b := cfg.NewTxBuilder()
	if err := b.SetMsgs(msgs...); err != nil {
		return nil, fmt.Errorf("build transaction: %w", err)
	}
	b.SetGasLimit(gas)
	const mode = signing.SignMode_SIGN_MODE_DIRECT
	if err := b.SetSignatures(signing.SignatureV2{
		PubKey: a.key.PubKey(), Data: &signing.SingleSignatureData{SignMode: mode}, Sequence: a.sequence,
	}); err != nil {
		return nil, fmt.Errorf("build transaction: %w", err)
	}
	sig, err := clienttx.SignWithPrivKey(context.Background(), mode, authsigning.SignerData{
		Address: a.String(), ChainID: node.ChainID, AccountNumber: a.number, Sequence: a.sequence, PubKey: a.key.PubKey(),
	}, b, a.key, cfg, a.sequence)
	if err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	if err := b.SetSignatures(sig); err != nil {
		return nil, fmt.Errorf("sign transaction: %w", err)
	}
	a.sequence++
	return cfg.TxEncoder()(b.GetTx())
}

// Voucher signs what the lane of an org owes a hotspot in an epoch: cum to it, issued
// to all, by the seq-th voucher.
func (o *Org) Voucher(hotspot, epoch uint32, cum, seq, issued uint64) []byte {
	v := wire.Voucher{
		Chain: wire.HashChainID(node.ChainID), Org: o.ID, Lane: 1, Hotspot: hotspot, Epoch: epoch, Unit: wire.UnitDC,
		Cum: cum, Seq: seq, Issued: issued,
	}
	v.Signature = wire.Signature(ed25519.Sign(o.key, v.AppendBody(nil)))
	return v.AppendTo(nil)
}

// batchLife is for how many blocks a batch may wait.
const batchLife = 5

// Batch returns the lane transaction of items for the block of a height, vouched for by
// the org's lane.
func (o *Org) Batch(cfg client.TxConfig, kind wire.BatchKind, height int64, items []byte) ([]byte, error) {
	o.nonce++
	b := wire.Batch{
		Chain: wire.HashChainID(node.ChainID), Org: o.ID, Lane: 1, Kind: kind, ValidUntil: uint64(height) + batchLife,
		Nonce: o.nonce, Count: uint16(len(items) / kind.ItemSize()), Digest: sha256.Sum256(items),
	}
	b.Signature = wire.Signature(ed25519.Sign(o.key, b.AppendBody(nil)))
	var msg sdk.Msg = &settlement.MsgSettle{Sender: o.Account.String(), Batch: b.AppendTo(nil), Items: items}
	if kind != wire.BatchVouchers {
		msg = &poc.MsgSubmitReports{Relay: o.Account.String(), Batch: b.AppendTo(nil), Items: items}
	}
	builder := cfg.NewTxBuilder()
	if err := builder.SetMsgs(msg); err != nil {
		return nil, fmt.Errorf("build batch: %w", err)
	}
	return cfg.TxEncoder()(builder.GetTx())
}
