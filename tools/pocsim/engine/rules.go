package engine

import (
	poc "github.com/hexwave/hexwave/chain/x/poc/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/reward"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
)

// Rules are the parameters of the protocol. Launch returns those of a new chain;
// an ablation changes one.
type Rules struct {
	Draw     *challenge.Params
	Check    verify.Rules
	Select   score.Selection
	Edges    score.EdgeRules
	Ramp     score.Ramp
	RampBps  uint64 // of pay that a hotspot gets before it is mature
	Near     uint32 // reports wanted of the near stratum
	Far      uint32
	Probes   int
	MaxMiss  uint32
	Caps     reward.Caps
	Lifetime uint64 // base coverage pay over a life, thousandths of the fee

	// Rules that have no parameter to switch them off.
	NoTag     bool // a tag need not be that of the beacon
	NoDensity bool
	NoOwners  bool // one owner may fill all places of a beacon
	NoTenure  bool
	NoSpots   bool // each hotspot has a lot of its own
	NoPenalty bool // of a false tag
	OwnReveal bool // only the beaconer may reveal
	NoAnchor  bool // witnesses report a beacon without checking its preimage
	OneRelay  bool // hotspots send to one relay
}

// Launch returns the rules of a new chain.
func Launch() Rules {
	p, r := poc.DefaultParams(), rewards.DefaultParams()
	return Rules{
		Draw: p.Draw(), Check: p.Rules(), Select: p.Selection(), Edges: p.EdgeRules(), Ramp: p.Ramp(),
		RampBps: uint64(r.RampBps), Near: p.NearTarget, Far: p.FarTarget, Probes: int(p.Probes), MaxMiss: p.MaxMisses,
		Caps:     reward.Caps{PointShare: r.MaxPointShareBps, Hotspot: r.MaxHotspotPermille},
		Lifetime: uint64(r.LifetimeMultiplePermille),
	}
}

// EpochBlocks is how many blocks share a pool: a day of six-second blocks.
const EpochBlocks = 14_400
