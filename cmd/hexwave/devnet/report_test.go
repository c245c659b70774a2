package devnet

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hexwave/hexwave/cmd/hexwave/devnet/trial"
)

// good is a run in which everything is as it should be.
func good() Measured {
	return Measured{
		House: HouseFacts{ReadySeconds: 8, PeakRSSMB: 900},
		Chain: ChainFacts{
			Validators: 4, Signing: 4, Blocks: 100, HeightsCompared: 100, AppHashEqual: true,
			SupplyBefore: 1000, SupplyAfter: 1000 + 70 - 50, Minted: 70, Claimed: 40, Claimable: 20, Splits: 10, Burned: 50,
			CreditsUsed: 132, CreditsFees: 30, EscrowSpent: 132,
		},
		Packet: PacketFacts{
			HotspotsOnline: 20, Hotspots: 20, DevicesJoined: 8, OTAA: 8, Heard: 200, Delivered: 199,
			Answered: 40, Received: 40, ConfirmedSent: 30, Acked: 30, CreditsMetered: 100,
		},
		Beacon: BeaconFacts{
			Challenged: 100, Settled: 97, Missed: 3, Valid: 800, Accepted: 790, HonestReports: 900, HonestRejected: 2,
			LiesSent: map[Role]uint64{Far: 6, TagCopy: 30, RSSI: 30, Colluder: 9}, LiesAccepted: map[Role]uint64{Colluder: 9},
		},
		Map: MapFacts{Cells: 16},
		Trials: Trials{
			Dry:       trial.Dry{Suspended: true, Refused: true, ToppedUp: 9, Resumed: true, Settled: 5},
			Shortfall: trial.Shortfall{Owed: 3, Paid: true, Before: 10, After: 6, Gained: true},
			OverIssue: trial.OverIssue{Bond: 10, Burned: 10, Revoked: true, Claimed: true, Compensated: 5},
			Price:     PriceFacts{Votes: true, Reporters: 4, Median: secondUnits, Mint: secondUnits},
			Vote:      VoteFacts{Votes: 4, Passed: true, Before: lowWater, After: votedLowWater},
			Spare:     SpareFacts{Joined: true, FirstBlock: 21, HashEqual: true, Moved: true, OldGone: true},
		},
		WiFi: WiFiFacts{
			Online: true, Sessions: 6, Accepted: 10, Rejects: 2, Grants: 10, KeysRight: 10,
			Points: 200_001, AAA: 200_001, Claimed: 2_000_010, Vouchered: 2_000_010, Settled: 2_000_000, Credits: 2, Rows: 1,
		},
	}
}

func TestGoodRunPasses(t *testing.T) {
	r := NewReport(1, time.Minute, nil, good())
	if !r.Pass {
		t.Errorf("fell short: %v", r.Short())
	}
	var back Report
	raw, err := r.JSON()
	if err != nil || json.Unmarshal(raw, &back) != nil || back.Schema != "devnet-report/v1" || len(back.Sections) != 7 {
		t.Errorf("report does not read back: %v\n%s", err, raw)
	}
	var table bytes.Buffer
	if err := r.Table(&table); err != nil || !strings.Contains(table.String(), "uplinks_delivered_share") {
		t.Errorf("table: %v\n%s", err, &table)
	}
}

func TestEachFigureCanFallShort(t *testing.T) {
	kills := []Kill{{"router", time.Second}}
	for _, c := range []struct {
		name  string
		spoil func(*Measured)
		kills []Kill
	}{
		{"processes_left", func(m *Measured) { m.House.ProcessesLeft = 1 }, nil},
		{"validators_signing", func(m *Measured) { m.Chain.Signing = 3 }, nil},
		{"blocks", func(m *Measured) { m.Chain.Blocks = 3 }, nil},
		{"app_hash_equal", func(m *Measured) { m.Chain.AppHashEqual = false }, nil},
		{"app_hash_equal", func(m *Measured) { m.Chain.HeightsCompared = 0 }, nil},
		{"validator_lag_blocks", func(m *Measured) { m.Chain.Spread = 4 }, kills},
		{"minted_spark", func(m *Measured) { m.Chain.Claimable++ }, nil},
		{"supply_change_spark", func(m *Measured) { m.Chain.SupplyAfter++ }, nil},
		{"credits_burned", func(m *Measured) { m.Packet.CreditsMetered++ }, nil},
		{"credits_burned", func(m *Measured) { m.Chain.CreditsUsed, m.Chain.EscrowSpent, m.Packet.Beyond = 129, 129, 1 }, kills},
		{"metered_twice", func(m *Measured) { m.Chain.CreditsUsed, m.Chain.EscrowSpent = 133, 133 }, nil},
		{"metered_twice", func(m *Measured) { m.Chain.CreditsUsed, m.Chain.EscrowSpent = 133, 133 }, kills},
		{"escrow_spent", func(m *Measured) { m.Chain.EscrowSpent-- }, nil},
		{"hotspots_online", func(m *Measured) { m.Packet.HotspotsOnline-- }, nil},
		{"devices_joined", func(m *Measured) { m.Packet.DevicesJoined-- }, nil},
		{"uplinks_heard", func(m *Measured) { m.Packet.Heard = 0 }, nil},
		{"uplinks_delivered_share", func(m *Measured) { m.Packet.Delivered = 197 }, nil},
		{"duplicates_delivered", func(m *Measured) { m.Packet.Beyond = 1 }, nil},
		{"duplicates_delivered", func(m *Measured) { m.Packet.Beyond, m.Packet.UnackedAtKill = 3, 2 }, kills},
		{"copies_repeated", func(m *Measured) { m.Packet.Repeated = 1 }, nil},
		{"downlinks_acked", func(m *Measured) { m.Packet.Received = 0 }, nil},
		{"rx_windows_met_share", func(m *Measured) { m.Packet.WindowsMissed = 9 }, nil},
		{"beacons_challenged", func(m *Measured) { m.Beacon.Challenged = 0 }, nil},
		{"beacons_settled_share", func(m *Measured) { m.Beacon.Settled = 94 }, nil},
		{"witnesses_accepted_share", func(m *Measured) { m.Beacon.Accepted = 719 }, nil},
		{"honest_reports_rejected_share", func(m *Measured) { m.Beacon.HonestRejected = 10 }, nil},
		{"lies_sent", func(m *Measured) { m.Beacon.LiesSent = nil }, nil},
		{"lies_sent_far", func(m *Measured) { m.Beacon.LiesSent[Far] = 4 }, nil},
		{"lies_accepted", func(m *Measured) { m.Beacon.LiesAccepted[RSSI] = 1 }, nil},
		{"coverage_cells", func(m *Measured) { m.Map.Cells = 0 }, nil},
		{"coverage_cells_false", func(m *Measured) { m.Map.CellsFalse = 1 }, nil},
		{"wifi_hotspot_online", func(m *Measured) { m.WiFi.Online = false }, nil},
		{"wifi_sessions", func(m *Measured) { m.WiFi.Sessions = 2 }, nil},
		{"wifi_logins", func(m *Measured) { m.WiFi.Accepted = 2 }, nil},
		{"wifi_rejects", func(m *Measured) { m.WiFi.Rejects = 0 }, nil},
		{"wifi_logins_rejected_wrongly", func(m *Measured) { m.WiFi.RejectedWrongly = 1 }, nil},
		{"wifi_logins_accepted_wrongly", func(m *Measured) { m.WiFi.AcceptedWrongly = 1 }, nil},
		{"wifi_grants", func(m *Measured) { m.WiFi.Grants-- }, nil},
		{"wifi_session_keys_right", func(m *Measured) { m.WiFi.KeysRight-- }, nil},
		{"wifi_bytes", func(m *Measured) { m.WiFi.Points = 0 }, nil},
		{"wifi_bytes_at_aaa", func(m *Measured) { m.WiFi.AAA-- }, nil},
		{"wifi_bytes_metered", func(m *Measured) { m.WiFi.Claimed++ }, nil},
		{"wifi_udc_vouchered", func(m *Measured) { m.WiFi.Vouchered-- }, nil},
		{"wifi_udc_refused", func(m *Measured) { m.WiFi.Refused = 1 }, nil},
		{"wifi_udc_dropped", func(m *Measured) { m.WiFi.Settled -= 1_000_000 }, nil},
		{"wifi_unanswered", func(m *Measured) { m.WiFi.Waiting = 1 }, nil},
		{"price_by_votes", func(m *Measured) { m.Trials.Price.Stale = true }, nil},
		{"price_reporters", func(m *Measured) { m.Trials.Price.Reporters = 3 }, nil},
		{"price_median", func(m *Measured) { m.Trials.Price.Median++ }, nil},
		{"price_to_mint", func(m *Measured) { m.Trials.Price.Mint++ }, nil},
		{"dry_org_suspended", func(m *Measured) { m.Trials.Dry.Refused = false }, nil},
		{"dry_org_topped_up", func(m *Measured) { m.Trials.Dry.ToppedUp = 0 }, nil},
		{"dry_org_resumed", func(m *Measured) { m.Trials.Dry.Settled = 0 }, nil},
		{"shortfall_brought_by_hotspot", func(m *Measured) { m.Trials.Shortfall.Paid = false }, nil},
		{"shortfall_bond_taken", func(m *Measured) { m.Trials.Shortfall.After = 10 }, nil},
		{"shortfall_bringer_gained", func(m *Measured) { m.Trials.Shortfall.Gained = false }, nil},
		{"over_issue_bond_burned", func(m *Measured) { m.Trials.OverIssue.Burned = 5 }, nil},
		{"over_issue_lane_revoked", func(m *Measured) { m.Trials.OverIssue.Left = 1 }, nil},
		{"over_issue_voucher_claimed", func(m *Measured) { m.Trials.OverIssue.Claimed = false }, nil},
		{"over_issue_compensated", func(m *Measured) { m.Trials.OverIssue.Compensated = 0 }, nil},
		{"parameter_after_vote", func(m *Measured) { m.Trials.Vote.After = lowWater }, nil},
		{"node_joined_by_state_sync", func(m *Measured) { m.Trials.Spare.FirstBlock = 1 }, nil},
		{"node_app_hash_equal", func(m *Measured) { m.Trials.Spare.HashEqual = false }, nil},
		{"validator_rotated_key", func(m *Measured) { m.Trials.Spare.OldGone = false }, nil},
		{"not measured", func(m *Measured) { m.Problems = []string{"explorer: no answer"} }, nil},
	} {
		m := good()
		c.spoil(&m)
		r := NewReport(1, time.Minute, c.kills, m)
		if r.Pass || !slices.ContainsFunc(r.Short(), func(s string) bool { return strings.HasPrefix(s, c.name+" ") || strings.HasPrefix(s, c.name+":") }) {
			t.Errorf("%s: not named in %v", c.name, r.Short())
		}
	}
}

func TestWithoutCheatsNoLiesAreAsked(t *testing.T) {
	m := good()
	m.Beacon.LiesSent, m.Beacon.LiesAccepted, m.Beacon.NoCheats = nil, nil, true
	if r := NewReport(1, time.Minute, nil, m); !r.Pass {
		t.Errorf("fell short: %v", r.Short())
	}
}

func TestKillAllowsWhatWasUnderWay(t *testing.T) {
	m := good()
	m.Packet.Beyond, m.Packet.Repeated, m.Packet.UnackedAtKill = 2, 2, 2
	m.Chain.CreditsUsed, m.Chain.EscrowSpent = 132-8, 132-8
	if r := NewReport(1, time.Minute, []Kill{{"router", time.Second}}, m); !r.Pass {
		t.Errorf("fell short: %v", r.Short())
	}
}
