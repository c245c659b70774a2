package devnet

import (
	"encoding/json"
	"fmt"
	"time"
)

// ChainID of every devnet: accounts and signatures are worth nothing elsewhere.
const ChainID = "hexwave-dev-1"

// Time of a devnet runs faster than that of a main network.
const (
	windowBlocks = 16 // each hotspot is challenged once in these
	closeBlocks  = 6
	revealBlocks = 10
	settleBlocks = 12
	epochSeconds = 30
	// maxDistance is less than the 100 km of a main network: a lie of 60 km is
	// then further than any two ends of a link may be apart.
	maxDistance  = 50_000 // metres
	minDistance  = 400    // metres
	maxWitnesses = 14
	rssiMargin   = 30 // 0.1 dB: the simulated air may be 2 dB better than free space
	// engineDelay is what a block takes on top of the pause between blocks.
	engineDelay = 200 * time.Millisecond
)

type object = map[string]any

// genesisPatch is what differs from the genesis of a main network: shorter
// times, smaller fees for orgs, addresses of a private NetID.
func genesisPatch(blockTime time.Duration) ([]byte, error) {
	blockMS := (blockTime + engineDelay).Milliseconds()
	b, err := json.MarshalIndent(object{
		"poc": object{"params": object{
			"surprise_permille": 0, "paired_permille": 0,
			"window_blocks": fmt.Sprint(windowBlocks), "tx_delay": 2, "block_ms": blockMS,
			"slots_per_block": 2, "slot_ms": blockMS / 2,
			"close_blocks": closeBlocks, "reveal_blocks": revealBlocks, "settle_blocks": settleBlocks,
			"void_ms":            fmt.Sprint(60_000),
			"max_witnesses":      maxWitnesses,
			"min_distance_m":     fmt.Sprint(minDistance),
			"max_distance_m":     fmt.Sprint(maxDistance),
			"reciprocity_blocks": "0",
			"rssi_margin":        rssiMargin,
			"near_target":        100, "far_target": 100,
			"airtime_permille": 1000,
			"max_misses":       1000,
			// Two minutes are all the time there is to be new.
			"ramp_blocks": "0", "ramp_end_blocks": "0",
		}},
		"rewards": object{"params": object{
			"epoch_seconds":    fmt.Sprint(epochSeconds),
			"initial_emission": fmt.Sprint(100 * hxw),
			// A pool shared by twenty, not by a million.
			"max_hotspot_permille": 100,
			"fold_blocks":          2,
		}},
		"settlement": object{"params": object{
			"item_fee": "1", "min_step": "1",
			// Epochs are short: vouchers are not kept for longer than the next one.
			"open_blocks": 10, "duty_seconds": epochSeconds / 2,
		}},
		"credits": object{"params": object{"low_water": fmt.Sprint(lowWater)}},
		"price":   object{"params": object{"mode": "MODE_VOTES", "vote_every_blocks": "1", "window_seconds": "60"}},
		"gov": object{"params": object{
			"voting_period": fmt.Sprintf("%ds", votingSeconds), "expedited_voting_period": fmt.Sprintf("%ds", votingSeconds/2),
		}},
		"routing": object{
			"params": object{
				"fee_org": "1000", "fee_devaddr_block": "10", "fee_join_eui": "10", "fee_realm": "10",
				"net_id": netID,
			},
			"net_ids": []object{{"net_id": netID, "first": firstDevAddr, "last": lastDevAddr, "next": firstDevAddr}},
		},
	}, "", " ")
	return b, err
}
