package vouchers

import (
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/proto/wire"
)

func laneKey(t *testing.T) (wire.PubKey, ed25519.PrivateKey) {
	t.Helper()
	priv := ed25519.NewKeyFromSeed(make([]byte, 32))
	pub, err := wire.Ed25519Key(priv.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return pub, priv
}

func TestBookKeepsTheBestAndSurvivesRestart(t *testing.T) {
	pub, priv := laneKey(t)
	chain := wire.HashChainID("c")
	path := filepath.Join(t.TempDir(), "vouchers")
	sign := func(v wire.Voucher) []byte {
		v.Chain, v.Unit, v.Issued = chain, wire.UnitDC, 1000
		v.Signature = wire.Signature(ed25519.Sign(priv, v.AppendBody(nil)))
		return v.AppendTo(nil)
	}
	b, err := Open(path, chain)
	if err != nil {
		t.Fatal(err)
	}
	low, high := sign(wire.Voucher{Hotspot: 7, Epoch: 3, Cum: 5}), sign(wire.Voucher{Hotspot: 7, Epoch: 3, Cum: 9})
	other := sign(wire.Voucher{Hotspot: 7, Epoch: 4, Cum: 1})
	forged := append([]byte(nil), other...)
	forged[len(forged)-1] ^= 1
	for _, step := range []struct {
		raw  []byte
		want error
	}{
		{low, nil},
		{high, nil},
		{low, ErrLower},
		{high, ErrLower},
		{other, nil},
		{sign(wire.Voucher{Hotspot: 8, Epoch: 3, Cum: 5}), ErrForeign},
		{forged, ErrSignature},
		{low[:20], wire.ErrSize},
	} {
		if _, err := b.Accept(step.raw, 7, pub); !errors.Is(err, step.want) {
			t.Errorf("accept: %v, want %v", err, step.want)
		}
	}
	again, err := Open(path, chain)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]byte{high, other}, again.Best()); diff != "" {
		t.Errorf("after a restart (-want +got):\n%s", diff)
	}
	if _, err := again.Accept(sign(wire.Voucher{Hotspot: 7, Epoch: 5, Cum: 1}), 7, pub); err != nil {
		t.Fatal(err)
	}
	if n := len(again.Held()); n != 2 {
		t.Errorf("%d vouchers held, want 2: epoch 3 cannot be settled in epoch 5", n)
	}
}

func TestOpenRefusesADamagedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vouchers")
	if err := os.WriteFile(path, []byte("not vouchers"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, wire.ChainHash{}); err == nil {
		t.Error("opened a damaged file")
	}
}

func TestOneOrgCannotPushOutAnothersVouchers(t *testing.T) {
	pub, priv := laneKey(t)
	chain := wire.HashChainID("c")
	b, err := Open(filepath.Join(t.TempDir(), "vouchers"), chain)
	if err != nil {
		t.Fatal(err)
	}
	accept := func(org, epoch uint32) {
		t.Helper()
		v := wire.Voucher{Chain: chain, Org: org, Hotspot: 7, Epoch: epoch, Unit: wire.UnitDC, Cum: 5, Issued: 5}
		v.Signature = wire.Signature(ed25519.Sign(priv, v.AppendBody(nil)))
		if _, err := b.Accept(v.AppendTo(nil), 7, pub); err != nil {
			t.Fatal(err)
		}
	}
	accept(1, 3)
	accept(2, 3)
	accept(2, 1<<32-1) // far ahead: only org 2 pays for what its signer says
	held := map[uint32]int{}
	for _, v := range b.Held() {
		held[v.Org]++
	}
	if held[1] != 1 || held[2] != 1 {
		t.Errorf("held by org %v, want one each", held)
	}
}
