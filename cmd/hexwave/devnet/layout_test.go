package devnet

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestLayoutFollowsFromTheSeed(t *testing.T) {
	opts := cmpopts.IgnoreUnexported(Account{})
	a, b := NewLayout(7, 16, 12, true), NewLayout(7, 16, 12, true)
	if d := cmp.Diff(a, b, opts); d != "" {
		t.Errorf("the same seed gave two towns:\n%s", d)
	}
	if c := NewLayout(8, 16, 12, true); cmp.Equal(a, c, opts) {
		t.Error("another seed gave the same town")
	}
}

func TestTheTown(t *testing.T) {
	l := NewLayout(1, 16, 12, true)
	if got, want := len(l.Hotspots), 16+len(cheats); got != want {
		t.Fatalf("%d hotspots, want %d", got, want)
	}
	owners, keys := map[string]bool{}, map[string]bool{}
	for i, h := range l.Hotspots {
		owners[h.Owner], keys[h.Key().String()] = true, true
		for j, o := range l.Hotspots[:i] {
			least, most := float64(hotspotGap), 2*townRadius+1.0
			if i == 15 || j == 15 { // the outpost
				least, most = outpostDistance-townRadius-1, outpostDistance+townRadius+1
			}
			if d := distance(h.True, o.True); d < least || d > most {
				t.Errorf("%s and %s are %.0f m apart", h.Name, o.Name, d)
			}
		}
		lie := distance(h.True, h.Asserted)
		if h.Role == Far && (lie < 0.98*lieDistance || lie > 1.02*lieDistance) {
			t.Errorf("%s asserts a place %.0f m off, want %d", h.Name, lie, lieDistance)
		}
		if h.Role != Far && !h.InPlace() {
			t.Errorf("%s asserts a place %.0f m off", h.Name, lie)
		}
	}
	if len(owners) != len(l.Hotspots) || len(keys) != len(l.Hotspots) {
		t.Errorf("%d owners and %d keys for %d hotspots", len(owners), len(keys), len(l.Hotspots))
	}
	addrs := map[uint32]bool{}
	for _, d := range l.Devices {
		near := false
		for _, h := range l.Hotspots[:16] {
			near = near || distance(d.Place, h.True) <= deviceReach+1
		}
		if !near {
			t.Errorf("%s stands near no honest hotspot", d.Name)
		}
		if d.OTAA {
			continue
		}
		if addrs[d.DevAddr] || d.DevAddr < firstDevAddr || d.DevAddr >= firstDevAddr+8*devAddrBlocks {
			t.Errorf("%s has DevAddr %08x, which is taken or not the org's", d.Name, d.DevAddr)
		}
		addrs[d.DevAddr] = true
	}
}

func TestCrowdedTownKeepsItsHotspots(t *testing.T) {
	if l := NewLayout(3, 90, 0, false); len(l.Hotspots) != 90 {
		t.Errorf("%d hotspots, want 90", len(l.Hotspots))
	}
}
