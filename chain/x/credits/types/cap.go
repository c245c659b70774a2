package types

import "github.com/hexwave/hexwave/poc/reward"

// KeptUse is over how many epochs before the current one use counts. A record holds
// those and the current one.
const (
	KeptUse  = 30
	heldUses = KeptUse + 1
)

// Add counts credits that were used in an epoch, which is not before the last one that
// anything was counted in.
func (u Use) Add(epoch uint32, dc uint64) Use {
	used := make([]uint64, 0, heldUses)
	if epoch > u.Epoch {
		used = append(used, make([]uint64, min(epoch-u.Epoch, heldUses))...)
	}
	used = append(used, u.Used...)
	used = used[:min(len(used), heldUses)]
	if len(used) == 0 {
		used = append(used, 0)
	}
	used[0] = reward.Add(used[0], dc)
	return Use{Org: u.Org, Epoch: max(epoch, u.Epoch), Used: used}
}

// Sum returns what was used in the KeptUse epochs before now.
func (u Use) Sum(now uint32) uint64 {
	var sum uint64
	for i, dc := range u.Used {
		if epoch := uint64(u.Epoch) - uint64(i); epoch < uint64(now) && epoch+KeptUse >= uint64(now) {
			sum = reward.Add(sum, dc)
		}
	}
	return sum
}

// Half the credits that an epoch may mint are kept for orgs, by what they used before:
// otherwise who fills the cap and uses it up with itself silences every payer for one
// per cent of it (protocol-attacks M7). The other half is open, and one account has a
// small part of it.

// KeptFor returns the part of an epoch's cap that is kept for an org that used used of
// all.
func (p Params) KeptFor(used, all uint64) uint64 {
	return reward.MulDiv(p.MaxMintPerEpoch/2, min(used, all), all)
}

// Open returns the part of the cap that is kept for nobody.
func (p Params) Open() uint64 { return p.MaxMintPerEpoch - p.MaxMintPerEpoch/2 }

// OpenFor returns the most of it that one account mints.
func (p Params) OpenFor() uint64 { return reward.MulDiv(p.Open(), uint64(p.AccountBps), 10_000) }

// Room is how many credits may be minted now.
type Room struct {
	Kept uint64 // of what is kept for the org
	Open uint64 // of what is open, for the account
}

// Split takes dc out of a room, first what is kept, and returns false when it is too
// small.
func (r Room) Split(dc uint64) (kept, open uint64, ok bool) {
	kept = min(dc, r.Kept)
	open = dc - kept
	return kept, open, open <= r.Open
}

// Most returns how many credits fit.
func (r Room) Most() uint64 { return reward.Add(r.Kept, r.Open) }
