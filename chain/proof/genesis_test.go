package proof_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/proof"
)

const (
	keyA = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" // bytes 0 to 31
	keyB = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=" // bytes 31 to 0
)

func listed(key, power string) string {
	return fmt.Sprintf(`{"address":"00","pub_key":{"type":"tendermint/PubKeyEd25519","value":%q},"power":%q,"name":""}`, key, power)
}

func founded(key, spark string) string {
	return fmt.Sprintf(`{"body":{"messages":[{"@type":"/cosmos.bank.v1beta1.MsgSend"},{"@type":"/cosmos.staking.v1beta1.MsgCreateValidator",`+
		`"pubkey":{"@type":"/cosmos.crypto.ed25519.PubKey","key":%q},"value":{"denom":"spark","amount":%q}}]}}`, key, spark)
}

func TestParseGenesis(t *testing.T) {
	var a, b []byte
	for i := range byte(32) {
		a, b = append(a, i), append(b, 31-i)
	}
	want := &proof.Genesis{ChainID: "hexwave-1", Validators: []proof.Validator{{Key: a, Power: 7}, {Key: b, Power: 3}}}
	gentxs := `"app_state":{"genutil":{"gen_txs":[` + founded(keyA, "700000001") + "," + founded(keyB, "399999999") + `]}}`
	for name, body := range map[string]string{
		"of CometBFT":           `"validators":[` + listed(keyA, "7") + "," + listed(keyB, "3") + `]`,
		"exported":              `"consensus":{"validators":[` + listed(keyA, "7") + "," + listed(keyB, "3") + `]}`,
		"founders":              gentxs,
		"a list goes before":    `"validators":[` + listed(keyA, "7") + "," + listed(keyB, "3") + `],"app_state":{"genutil":{"gen_txs":[` + founded(keyA, "1") + `]}}`,
		"who has no power":      `"validators":[` + listed(keyA, "7") + "," + listed(keyB, "3") + "," + listed("", "0") + `]`,
		"no list, but founders": `"validators":null,"consensus":{"validators":[]},` + gentxs,
	} {
		got, err := proof.ParseGenesis([]byte(`{"chain_id":"hexwave-1",` + body + `}`))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestParseGenesisRefuses(t *testing.T) {
	many := strings.Repeat(listed(keyA, "1")+",", proof.MaxValidators) + listed(keyA, "1")
	for name, raw := range map[string]string{
		"no JSON":        `genesis`,
		"nobody":         `{"chain_id":"hexwave-1"}`,
		"power":          `{"validators":[` + listed(keyA, "much") + `]}`,
		"negative power": `{"validators":[` + listed(keyA, "-1") + `]}`,
		"twice":          `{"validators":[` + listed(keyA, "1") + "," + listed(keyA, "1") + `]}`,
		"short key":      `{"validators":[` + listed("AAEC", "1") + `]}`,
		"too many":       `{"validators":[` + many + `]}`,
	} {
		if _, err := proof.ParseGenesis([]byte(raw)); !errors.Is(err, proof.ErrFormat) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
