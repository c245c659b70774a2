package chainledger

import (
	"errors"
	"slices"
	"testing"

	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// tableOf returns the honest pages of three orgs, two on the first.
func tableOf() []*routingtypes.QueryTableResponse {
	k := routertest.Key(1).Public.Bytes()
	var orgs []routingtypes.OrgDetail
	var leaves []orgtable.Hash
	for id := uint32(1); id <= 3; id++ {
		d := routingtypes.OrgDetail{
			Org:      routingtypes.Org{Id: id, Owner: "hxw1owner", BundleKey: k, Lanes: 1},
			Ranges:   []routingtypes.DevAddrRange{{Org: id, First: id * 8, Last: id*8 + 7}},
			JoinEuis: []uint64{1, 2}, Realms: []string{"a.example"},
			Signers: []routingtypes.Signer{{Org: id, Lane: 1, Key: k, Allowance: 5, Bond: 6, Payout: "hxw1payout"}},
		}
		orgs, leaves = append(orgs, d), append(leaves, d.Leaf())
	}
	root := orgtable.Root(leaves)
	head := routingtypes.TableHead{Sequence: 9, Root: root[:], Orgs: 3}
	return []*routingtypes.QueryTableResponse{{Orgs: orgs[:2], Table: head}, {Orgs: orgs[2:], Table: head}}
}

func collect(pages []*routingtypes.QueryTableResponse) (*orgPages, bool, error) {
	t := &orgPages{orgs: map[packetrouter.OrgID]*packetrouter.Org{}}
	for _, p := range pages {
		if done, err := t.add(p); done || err != nil {
			return t, done, err
		}
	}
	return t, false, nil
}

func TestTableOfAnHonestNode(t *testing.T) {
	got, done, err := collect(tableOf())
	if err != nil || !done || len(got.orgs) != 3 || got.orgs[3].Ranges[0].First != 24 {
		t.Errorf("%v, %v, %v", got.orgs, done, err)
	}
	none := orgtable.Root(nil)
	empty := []*routingtypes.QueryTableResponse{{Table: routingtypes.TableHead{Root: none[:]}}}
	if got, done, err := collect(empty); err != nil || !done || len(got.orgs) != 0 {
		t.Errorf("no orgs: %v, %v", done, err)
	}
}

// A node that leaves out, adds, exchanges or changes anything is found out.
func TestTableOfALyingNode(t *testing.T) {
	type pages = []*routingtypes.QueryTableResponse
	for name, lie := range map[string]func(pages) pages{
		"an org is missing":    func(p pages) pages { p[0].Orgs = p[0].Orgs[1:]; return p },
		"the last is missing":  func(p pages) pages { p[1].Orgs = nil; return p },
		"fewer, with the root": func(p pages) pages { p[0].Table.Orgs = 2; return p },
		"an org twice":         func(p pages) pages { p[1].Orgs = p[0].Orgs[:1]; return p },
		"out of order":         func(p pages) pages { slices.Reverse(p[0].Orgs); return p },
		"one more": func(p pages) pages {
			p[1].Orgs = append(p[1].Orgs, routingtypes.OrgDetail{Org: routingtypes.Org{Id: 4}})
			return p
		},
		"another root":         func(p pages) pages { p[0].Table.Root, p[1].Table.Root = make([]byte, 32), make([]byte, 32); return p },
		"no root":              func(p pages) pages { p[0].Table.Root, p[1].Table.Root = nil, nil; return p },
		"the root changes":     func(p pages) pages { p[1].Table.Root = make([]byte, 32); return p },
		"the sequence changes": func(p pages) pages { p[1].Table.Sequence++; return p },
		"another owner":        func(p pages) pages { p[0].Orgs[1].Org.Owner = "hxw1thief"; return p },
		"another bundle":       func(p pages) pages { p[0].Orgs[1].Org.BundleSequence++; return p },
		"another range":        func(p pages) pages { p[0].Orgs[0].Ranges[0].Last++; return p },
		"no JoinEUI":           func(p pages) pages { p[1].Orgs[0].JoinEuis = nil; return p },
		"JoinEUIs exchanged":   func(p pages) pages { slices.Reverse(p[1].Orgs[0].JoinEuis); return p },
		"another realm":        func(p pages) pages { p[1].Orgs[0].Realms[0] = "b.example"; return p },
		"another signer's key": func(p pages) pages { p[0].Orgs[0].Signers[0].Key = routertest.Key(2).Public.Bytes(); return p },
		"a lane is revoked":    func(p pages) pages { p[0].Orgs[0].Signers[0].Revoked = true; return p },
		"vouchers pay a thief": func(p pages) pages { p[0].Orgs[0].Signers[0].Payout = "hxw1thief"; return p },
		"a row of another's org": func(p pages) pages {
			p[0].Orgs[0].Ranges, p[0].Orgs[1].Ranges = p[0].Orgs[1].Ranges, p[0].Orgs[0].Ranges
			return p
		},
	} {
		if _, done, err := collect(lie(tableOf())); done || !errors.Is(err, ErrTable) {
			t.Errorf("%s: %v, %v", name, done, err)
		}
	}
}
