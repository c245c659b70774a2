package twin

import (
	"maps"
	"math/bits"
	"slices"

	"pgregory.net/rapid"
)

// Draws of what operations are about. Most are what makes an operation work; the rest
// is what makes it fail.

func (w *world) n(label string, low, high int) int {
	return low + below(max(low, high)-low+1).Draw(w.rt, label)
}

// below is a number from 0 on, each as likely as the others: rapid's own ranges prefer
// their ends, so that half of all orgs would be closed before anything was settled.
func below(n int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) (x int) {
		for range bits.Len(uint(n)) + 2 {
			x *= 2
			if rapid.Bool().Draw(t, "bit") {
				x++
			}
		}
		return x % n
	})
}

// rarely is true once in so many draws.
func (w *world) rarely(of int, label string) bool { return w.n(label, 0, of-1) == of-1 }

func pick[T any](w *world, label string, from ...T) T { return from[w.n(label, 0, len(from)-1)] }

func (w *world) account() Account { return Account(w.n("account", 1, users)) }

// org is the number of an org, rarely of one that is not there.
func (w *world) org() uint32 {
	n := len(w.e.orgs)
	if w.rarely(30, "no org") {
		n++
	}
	return uint32(w.n("org", 1, n))
}

// owner is who may act for an org, mostly.
func (w *world) owner(org uint32) Account {
	if o, ok := w.e.orgs[org]; ok && !w.rarely(10, "other owner") {
		return o.Owner
	}
	return w.account()
}

// orgWith is one of the orgs for which something holds, mostly.
func (w *world) orgWith(holds func(Org) bool) uint32 {
	var all []uint32
	for org := uint32(1); org <= uint32(len(w.e.orgs)); org++ {
		if holds(w.e.orgs[org]) {
			all = append(all, org)
		}
	}
	if len(all) == 0 || w.rarely(8, "any org") {
		return w.org()
	}
	return pick(w, "org", all...)
}

// hotspotWith is one of the hotspots for which something holds, mostly.
func (w *world) hotspotWith(holds func(Hotspot) bool) uint32 {
	var all []uint32
	for index := uint32(1); index <= uint32(len(w.e.hotspots)); index++ {
		if holds(w.e.hotspots[index]) {
			all = append(all, index)
		}
	}
	if len(all) == 0 || w.rarely(12, "any hotspot") {
		return w.hotspot()
	}
	return pick(w, "hotspot", all...)
}

// signer is a lane that signs, mostly.
func (w *world) signer() (org, lane uint32) {
	var all []signerKey
	for _, at := range sorted(w.e.signers, signerKey.compare) {
		if s := w.e.signers[at]; !s.Revoked || s.RevokedEpoch+1 >= w.e.epoch {
			all = append(all, at)
		}
	}
	if len(all) == 0 || w.rarely(15, "any lane") {
		org = w.org()
		return org, w.lane(org)
	}
	at := pick(w, "lane", all...)
	return at.org, at.lane
}

// lane is one of an org, rarely one that is not there.
func (w *world) lane(org uint32) uint32 {
	n := int(w.e.orgs[org].Lanes)
	if w.rarely(20, "no lane") {
		n++
	}
	return uint32(w.n("lane", 1, n))
}

func (w *world) hotspot() uint32 {
	n := len(w.e.hotspots)
	if w.rarely(30, "no hotspot") {
		n++
	}
	return uint32(w.n("hotspot", 1, n))
}

func (w *world) ownerOf(hotspot uint32) Account {
	if h, ok := w.e.hotspots[hotspot]; ok && !w.rarely(10, "other owner") {
		return h.Owner
	}
	return w.account()
}

// amount is around what there is: a part of it, all, one more, or nothing.
func (w *world) amount(label string, have uint64) uint64 {
	switch w.n(label+" kind", 0, 9) {
	case 0:
		return 0
	case 1:
		return have + 1
	case 2:
		return have
	case 3:
		return min(have, 1)
	default:
		return 1 + part(have, uint64(w.n(label, 0, 999)), 2_000)
	}
}

// number is one that no key or anchor has yet.
func (w *world) number() uint32 {
	w.used++
	return w.used
}

// oldKey is a number that some key has, of a device.
func (w *world) oldKey() uint32 {
	all := slices.Sorted(maps.Values(w.devices))
	if len(all) == 0 {
		return w.number()
	}
	return pick(w, "old key", all...)
}
