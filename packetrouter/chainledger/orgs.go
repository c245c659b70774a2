package chainledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// ErrTable: the orgs that a node sent do not give the root that it named with them.
var ErrTable = errors.New("orgs are not those of the chain's table")

// tableHead reads what stands for all orgs.
func (n *Node) tableHead(ctx context.Context) (routingtypes.TableHead, error) {
	resp, err := n.routing.Table(ctx, &routingtypes.QueryTableRequest{Limit: 1})
	if err != nil {
		return routingtypes.TableHead{}, fmt.Errorf("read the head of the table of orgs: %w", err)
	}
	return resp.Table, nil
}

func sameTable(a, b routingtypes.TableHead) bool {
	return a.Sequence == b.Sequence && a.Orgs == b.Orgs && bytes.Equal(a.Root, b.Root)
}

// listOrgs reads all orgs, and the head that they were checked against. Errors: ErrTable.
func (n *Node) listOrgs(ctx context.Context) (map[packetrouter.OrgID]*packetrouter.Org, routingtypes.TableHead, error) {
	t := orgPages{orgs: map[packetrouter.OrgID]*packetrouter.Org{}}
	for {
		resp, err := n.routing.Table(ctx, &routingtypes.QueryTableRequest{After: uint32(len(t.leaves))})
		if err != nil {
			return nil, t.head, fmt.Errorf("list orgs: %w", err)
		}
		if done, err := t.add(resp); err != nil || done {
			return t.orgs, t.head, err
		}
	}
}

// orgPages collects the pages of the table of one height.
type orgPages struct {
	head   routingtypes.TableHead // of the first page
	orgs   map[packetrouter.OrgID]*packetrouter.Org
	leaves []orgtable.Hash
}

// add takes the next page and says whether it was the last. The rows must be all there
// are, in order and once, and have the root that came with each page.
func (t *orgPages) add(page *routingtypes.QueryTableResponse) (done bool, err error) {
	if len(t.leaves) == 0 {
		t.head = page.Table
	}
	if !sameTable(page.Table, t.head) {
		return false, fmt.Errorf("%w: its head is %d, then %d", ErrTable, t.head.Sequence, page.Table.Sequence)
	}
	for i := range page.Orgs {
		d := &page.Orgs[i]
		if want := uint64(len(t.leaves)) + 1; uint64(d.Org.Id) != want || want > uint64(t.head.Orgs) {
			return false, fmt.Errorf("%w: org %d of %d stands where %d should", ErrTable, d.Org.Id, t.head.Orgs, want)
		}
		t.leaves = append(t.leaves, d.Leaf())
		o := org(d)
		t.orgs[o.ID] = o
	}
	if uint64(len(t.leaves)) < uint64(t.head.Orgs) {
		if len(page.Orgs) == 0 {
			return false, fmt.Errorf("%w: %d of %d", ErrTable, len(t.leaves), t.head.Orgs)
		}
		return false, nil
	}
	if root := orgtable.Root(t.leaves); !bytes.Equal(root[:], t.head.Root) {
		return false, fmt.Errorf("%w: root is %x, not %x", ErrTable, root, t.head.Root)
	}
	return true, nil
}

func org(m *routingtypes.OrgDetail) *packetrouter.Org {
	o := &packetrouter.Org{
		ID: packetrouter.OrgID(m.Org.Id), BundleSequence: m.Org.BundleSequence, WiFiPrice: m.Org.WifiPrice, Realms: m.Realms,
	}
	if k, err := wire.ParsePubKey(m.Org.BundleKey); err == nil {
		o.BundleKey = k
	}
	copy(o.BundleDigest[:], m.Org.BundleDigest)
	for _, r := range m.Ranges {
		o.Ranges = append(o.Ranges, packetrouter.DevAddrRange{
			First: packetrouter.DevAddr(r.First), Last: packetrouter.DevAddr(r.Last),
		})
	}
	for _, e := range m.JoinEuis {
		o.JoinEUIs = append(o.JoinEUIs, packetrouter.EUI(e))
	}
	for _, s := range m.Signers {
		k, err := wire.ParsePubKey(s.Key)
		if err != nil {
			continue
		}
		o.Signers = append(o.Signers, packetrouter.Signer{
			Lane: uint16(s.Lane), Key: k, Payout: s.Payout, Revoked: s.Revoked,
		})
	}
	return o
}
