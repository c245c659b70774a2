package statement_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/proof"
	"github.com/hexwave/hexwave/chain/proof/statement"
	hotspot "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	settlement "github.com/hexwave/hexwave/chain/x/settlement/types"
)

// state is what a chain that contradicts itself would prove, by store and prefix.
type state map[string][]byte

func (s state) get(store string, key []byte) ([]byte, error) {
	return s[fmt.Sprintf("%s%02x", store, key[0])], nil
}

func row(t *testing.T, change func(*hotspot.Hotspot)) []byte {
	t.Helper()
	app.Configure()
	_, key := fixture.Key(1)
	h := hotspot.Hotspot{Index: 1, Key: key.Bytes(), Owner: owner(1), Class: 1}
	if change != nil {
		change(&h)
	}
	raw, err := h.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func settledRow(t *testing.T, s settlement.Settled) []byte {
	t.Helper()
	raw, err := s.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// What contradicts itself or cannot be read is refused, never guessed.
func TestStateThatCannotBe(t *testing.T) {
	good := row(t, nil)
	now := rewards.State{Epoch: 5}.Encode()
	page := func(accrued, escrow uint64) []byte {
		var c rewards.Cold
		c.Put(1, rewards.Slot{Hotspot: 1, Accrued: accrued, Escrow: escrow})
		return c.Encode()
	}
	twice := rewards.Residence{Home: rewards.Place{Cell: 1, Slot: 1}, Old: rewards.Place{Cell: 2, Slot: 1}}.Encode()
	voucher, claim := settled(1, 1, 1, 5), asked(statement.KindClaim, 1)
	claim.Owed = true
	for _, tt := range []struct {
		name string
		ask  proof.About
		has  state
	}{
		{"row of a hotspot", asked(statement.KindHotspot, 1), state{"hotspot01": {0xff}}},
		{"row of another hotspot", asked(statement.KindHotspot, 1), state{"hotspot01": row(t, func(h *hotspot.Hotspot) { h.Index = 2 })}},
		{"key of a hotspot", asked(statement.KindHotspot, 1), state{"hotspot01": row(t, func(h *hotspot.Hotspot) { h.Key = nil })}},
		{"no epoch", voucher, state{}},
		{"settled row", voucher, state{"hotspot01": good, "rewards16": now, "settlement04": {0xff}}},
		{"settled row of another lane", voucher, state{"hotspot01": good, "rewards16": now, "settlement04": settledRow(t, settlement.Settled{Epoch: 5, Org: 1, Lane: 2, Hotspot: 1, Cum: 1})}},
		{"settled for nobody", voucher, state{"rewards16": now, "settlement04": settledRow(t, settlement.Settled{Epoch: 5, Org: 1, Lane: 1, Hotspot: 1, Cum: 1})}},
		{"residence", claim, state{"hotspot01": good, "rewards17": {1}}},
		{"index without a slot", asked(statement.KindClaim, math.MaxUint32), state{"hotspot01": row(t, func(h *hotspot.Hotspot) { h.Index = math.MaxUint32 })}},
		{"page", claim, state{"hotspot01": good, "rewards13": {1}}},
		{"pay that overflows", claim, state{"hotspot01": good, "rewards17": twice, "rewards13": page(math.MaxUint64, 0)}},
		{"escrow that overflows", claim, state{"hotspot01": good, "rewards17": twice, "rewards13": page(0, math.MaxUint64)}},
		{"owed", claim, state{"hotspot01": good, "rewards15": {1}}},
		{"table", asked(statement.KindTable, 0), state{"routing0d": {0xff}}},
		{"root of the table", asked(statement.KindTable, 0), state{"routing0d": {0x12, 1, 7}}},
		{"owner", claim, state{"hotspot01": row(t, func(h *hotspot.Hotspot) { h.Owner = "nobody" })}},
	} {
		if s, err := statement.Read(tt.ask, tt.has.get); !errors.Is(err, statement.ErrState) {
			t.Errorf("%s: %+v, %v", tt.name, s, err)
		}
	}
}

// A page's slot counts for the hotspot it names only.
func TestSlotOfAnother(t *testing.T) {
	var c rewards.Cold
	c.Put(1, rewards.Slot{Hotspot: 2, Accrued: 5})
	s, err := statement.Read(asked(statement.KindClaim, 1), state{"hotspot01": row(t, nil), "rewards13": c.Encode()}.get)
	if err != nil || s.Claim.Accrued != 0 {
		t.Errorf("%+v, %v", s.Claim, err)
	}
}

// Records of an epoch are complete as long as it can be settled.
func TestVoucherOpen(t *testing.T) {
	for _, tt := range []struct {
		epoch, current uint32
		want           bool
	}{{5, 5, true}, {4, 5, true}, {3, 5, false}, {6, 5, true}, {0, 1, true}, {math.MaxUint32, 5, true}} {
		if got := (&statement.Voucher{Epoch: tt.epoch, Current: tt.current}).Open(); got != tt.want {
			t.Errorf("epoch %d in %d: %v", tt.epoch, tt.current, got)
		}
	}
}

// Errors of a source pass through.
func TestSourceFails(t *testing.T) {
	away := errors.New("away")
	for _, about := range []proof.About{asked(statement.KindHotspot, 1), settled(1, 1, 1, 1), asked(statement.KindClaim, 1), asked(statement.KindTable, 0)} {
		if _, err := statement.Read(about, func(string, []byte) ([]byte, error) { return nil, away }); !errors.Is(err, away) {
			t.Errorf("%s: %v", about.Kind, err)
		}
	}
}
