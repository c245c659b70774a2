package app_test

import (
	"bytes"
	"strings"
	"testing"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/x/authz"

	"github.com/hexwave/hexwave/chain/app/vrf"
	"github.com/hexwave/hexwave/chain/chaintest"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	"github.com/hexwave/hexwave/chain/x/lane"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/proto/wire"
)

func TestLaneMessagesNeedTheLane(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{})
	alice := c.Account("alice")
	batch := (&wire.Batch{Kind: wire.BatchReports, Count: 1}).AppendTo(nil)
	reports := &poctypes.MsgSubmitReports{Relay: alice.String(), Batch: batch, Items: make([]byte, wire.ReportSize)}
	batch = (&wire.Batch{Kind: wire.BatchVouchers, Count: 1}).AppendTo(nil)
	settle := &settlementtypes.MsgSettle{Sender: alice.String(), Batch: batch, Items: make([]byte, wire.VoucherSize)}

	for _, msg := range []sdk.Msg{reports, settle} {
		nested := authz.NewMsgExec(alice.Address(), []sdk.Msg{msg})
		for name, m := range map[string]sdk.Msg{"signed": msg, "nested": &nested} {
			r := c.TryDeliver(alice, m)
			if r.OK() || r.Height == 0 || !strings.Contains(r.Log, lane.ErrNotAdmitted.Error()) {
				t.Errorf("%s %s gave %+v", name, sdk.MsgTypeURL(msg), r)
			}
		}
		if r := c.NextBlock(c.Lane(msg))[0]; r.Code == 0 || r.Height != 0 {
			t.Errorf("forged batch of %s gave %+v", sdk.MsgTypeURL(msg), r)
		}
	}
}

func TestRandomnessKeyRotates(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{Patch: []byte(`{"rewards":{"params":{"epoch_seconds":"5"}}}`)})
	n := c.Nodes[0]
	n.NextVRF = vrf.FromSeed([32]byte{9})
	c.Restart(0)
	c.Skip(1)
	operator := n.ValAddress()
	proof := n.NextVRF.Prove(poctypes.PossessionAlpha(wire.HashChainID(chaintest.ChainID), operator))
	c.Deliver(c.Operator(0), &poctypes.MsgRegisterVRFKey{
		Operator: operator.String(), Key: n.NextVRF.Public(), Proof: proof[:],
	})
	active := func() []byte {
		key, ok := c.App.Keepers.PoC.ActiveVRFKey(c.Context(), n.ConsAddress())
		if !ok {
			t.Fatal("validator has no active key")
		}
		return key
	}
	if !bytes.Equal(active(), n.VRF.Public()) {
		t.Fatal("the new key counts at once")
	}
	c.Skip(20)
	if !bytes.Equal(active(), n.NextVRF.Public()) {
		t.Fatal("the new key does not count after four epochs")
	}
	keys, err := c.App.Keepers.PoC.VRFKeys(c.Context())
	if err != nil || len(keys) != 1 || keys[0].Skipped != 0 {
		t.Fatalf("keys %+v: %v", keys, err)
	}
}

func TestMintedCreditsAreBurnedTokens(t *testing.T) {
	c := chaintest.New(t, chaintest.Options{})
	alice, before := c.Account("alice"), c.Supply()
	const burn = 5 * 100_000_000
	c.Deliver(alice, &creditstypes.MsgMintCredits{Sender: alice.String(), Burn: burn})
	if got := before.Sub(c.Supply()).Int64(); got != burn {
		t.Errorf("supply fell by %d, burned %d", got, burn)
	}
	if got := c.Balance(alice.Address()).Int64(); got != chaintest.AccountBalance-burn {
		t.Errorf("alice has %d", got)
	}
}

func TestEpochsSurviveReplayAndExport(t *testing.T) {
	patch := []byte(`{"rewards":{"params":{"epoch_seconds":"5"}}}`)
	c := chaintest.New(t, chaintest.Options{Validators: 2, Patch: patch})
	epoch := func(c *chaintest.Chain) uint32 { return c.App.Keepers.Rewards.CurrentEpoch(c.Context()) }
	c.Skip(14)
	if got := epoch(c); got < 3 {
		t.Fatalf("epoch %d after %d blocks of a second", got, c.Height())
	}
	c.Replay(t)
	next := c.ExportImport(t)
	next.NextBlock()
	if got := epoch(next); got < epoch(c) {
		t.Fatalf("epoch %d after import, was %d", got, epoch(c))
	}
	next.Skip(12)
	if got := epoch(next); got <= epoch(c) {
		t.Fatalf("epochs stand still after import at %d", got)
	}
	res, err := rewardstypes.NewQueryClient(next.Conn()).Totals(t.Context(), &rewardstypes.QueryTotalsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if grown := next.Supply().Sub(c.Supply()); res.Totals.Minted == 0 && !grown.IsZero() {
		t.Fatalf("supply grew by %s and nothing counts as minted", grown)
	}
}
