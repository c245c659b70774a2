package proof_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/proof"
)

// FuzzFile: any bytes are refused with a named error or are a file that its own
// encoding gives again; checking one never panics.
func FuzzFile(f *testing.F) {
	for _, raw := range vectors(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := proof.Parse(raw)
		if err != nil {
			if !errors.Is(err, proof.ErrFormat) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		if again, err := file.Encode(); err == nil {
			same, err := proof.Parse(again)
			if err != nil {
				t.Fatalf("own encoding: %v", err)
			}
			if d := cmp.Diff(file, same); d != "" {
				t.Fatalf("another file: %s", d)
			}
		}
		_, _ = proof.Verify(file, proof.Trust{}) // that it returns is the test
	})
}

// FuzzValue puts any proofs under a soundly signed header: none but the true ones
// show the value, and none makes the check panic.
func FuzzValue(f *testing.F) {
	for _, name := range []string{"hotspot", "absent"} {
		it := load(f, name).Items[0]
		var value []byte
		if it.Value != nil {
			value = *it.Value
		}
		f.Add([]byte(it.Key), value, []byte(it.KeyProof), []byte(it.StoreProof))
	}
	shown, absent := load(f, "hotspot"), load(f, "absent")
	f.Fuzz(func(t *testing.T, key, value, keyProof, storeProof []byte) {
		file := *shown
		it := proof.Item{Store: "hotspot", Key: key, KeyProof: keyProof, StoreProof: storeProof}
		if len(value) > 0 {
			it.Value = (*proof.Hex)(&value)
		}
		file.Items = []proof.Item{it}
		if _, err := proof.Verify(&file, proof.Trust{}); err != nil {
			return
		}
		if row := shown.Items[0]; cmp.Equal(it.Key, row.Key) && !cmp.Equal(it.Value, row.Value) {
			t.Fatalf("key %x is shown to have %x", key, value)
		}
		if it.Value != nil && cmp.Equal(it.Key, absent.Items[0].Key) {
			t.Fatalf("key %x has no value and is shown to have %x", key, value)
		}
	})
}

// FuzzGenesis: any bytes are refused with a named error or give validators that
// can be trusted, each once and with power.
func FuzzGenesis(f *testing.F) {
	f.Add([]byte(`{"chain_id":"hexwave-1","validators":[` + listed(keyA, "7") + `]}`))
	f.Add([]byte(`{"chain_id":"hexwave-1","app_state":{"genutil":{"gen_txs":[` + founded(keyB, "700000000") + `]}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := proof.ParseGenesis(raw)
		if err != nil {
			if !errors.Is(err, proof.ErrFormat) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, v := range g.Validators {
			if v.Power < 1 || len(v.Key) != 32 || seen[string(v.Key)] {
				t.Fatalf("validator %x with power %d", v.Key, v.Power)
			}
			seen[string(v.Key)] = true
		}
	})
}
