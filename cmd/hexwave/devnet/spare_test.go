package devnet

import "testing"

func TestParseFounders(t *testing.T) {
	const out = `[{"moniker":"node0","consensus_pubkey":"ab","operator":"hxw1"},{"moniker":"node1","consensus_pubkey":"cd"}]`
	all, err := parseFounders(out, 2)
	if err != nil || all[1].Moniker != "node1" || all[1].Consensus != "cd" {
		t.Errorf("%+v, %v", all, err)
	}
	for name, bad := range map[string]string{"fewer homes": out[:len(out)-1] + `,{}]`, "nothing": "", "no list": "{}"} {
		if _, err := parseFounders(bad, 2); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestTrialsAddUp(t *testing.T) {
	var tr Trials
	tr.Dry.Used.Steps, tr.Shortfall.Used.Steps = 5, 7
	tr.Shortfall.Before, tr.Shortfall.After = 10, 5
	tr.OverIssue.Burned, tr.Spare.Fee = 20, 100
	if got := tr.settled(); got != 12 {
		t.Errorf("settled %d", got)
	}
	if got := tr.burned(); got != 3+20+100 {
		t.Errorf("burned %d: of 5 taken, 2 go to who brought the voucher", got)
	}
}
