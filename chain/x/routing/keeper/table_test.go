package keeper_test

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	abci "github.com/cometbft/cometbft/abci/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/proto/wire/orgtable"
)

// pages reads the table as a router does and returns its rows and its head.
func pages(c *fixture.Chain, limit uint32) (orgs []types.OrgDetail, head types.TableHead) {
	q := keeper.NewQueryServer(c.Routing)
	for {
		r, err := q.Table(c.Ctx, &types.QueryTableRequest{After: uint32(len(orgs)), Limit: limit})
		c.Must(err)
		orgs, head = append(orgs, r.Orgs...), r.Table
		if len(r.Orgs) == 0 || uint32(len(orgs)) == head.Orgs {
			return orgs, head
		}
	}
}

// root is what all rows give.
func root(orgs []types.OrgDetail) []byte {
	var leaves []orgtable.Hash
	for _, d := range orgs {
		leaves = append(leaves, d.Leaf())
	}
	h := orgtable.Root(leaves)
	return h[:]
}

// heads returns the heads that events of the last messages have.
func heads(c *fixture.Chain) (all []types.TableHead) {
	for _, e := range c.Ctx.EventManager().Events() {
		m, err := sdk.ParseTypedEvent(abci.Event(e))
		if err != nil {
			continue // an event of the bank
		}
		if e, ok := m.(interface{ GetTable() types.TableHead }); ok {
			all = append(all, e.GetTable())
		}
	}
	return all
}

// After any message the root is the one that all rows give, each change raises the
// sequence by one, and every event of it says so.
func TestTableFollowsEveryChange(t *testing.T) {
	start := fixture.New(t)
	start.WithoutFees()
	me, other := fixture.Account(1), fixture.Account(2)
	for range 3 {
		start.Org(me, 0)
	}
	start.Give(me, 1e15)
	start.Buy(me, 200_000_000)
	rapid.Check(t, func(t *rapid.T) {
		c := *start
		c.Ctx, _ = start.Ctx.CacheContext()
		_, before := pages(&c, 0)
		for range rapid.IntRange(1, 25).Draw(t, "messages") {
			m := change(t, me, other)
			c.Ctx = c.Ctx.WithEventManager(sdk.NewEventManager())
			err := send(&c, m)
			orgs, head := pages(&c, rapid.Uint32Range(0, 3).Draw(t, "limit"))
			if !bytes.Equal(head.Root, root(orgs)) || int(head.Orgs) != len(orgs) {
				t.Fatalf("after %T: root %x of %d orgs, want %x", m, head.Root, head.Orgs, root(orgs))
			}
			want := before.Sequence
			if err == nil {
				want++
			}
			said := heads(&c)
			if head.Sequence != want || err == nil && len(said) == 0 || err != nil && !bytes.Equal(head.Root, before.Root) {
				t.Fatalf("after %T (%v): %v, before %v; %d events", m, err, head, before, len(said))
			}
			for _, h := range said {
				if diff := cmp.Diff(head, h); err == nil && diff != "" {
					t.Fatalf("event of %T: %s", m, diff)
				}
			}
			before = head
		}
		if err := c.Routing.CheckInvariants(c.Ctx); err != nil {
			t.Fatal(err)
		}
	})
}

// change draws a message about one of a few orgs, which may be refused.
func change(t *rapid.T, me, other sdk.AccAddress) sdk.Msg {
	org := rapid.Uint32Range(1, 4).Draw(t, "org")
	lane := rapid.Uint32Range(1, 3).Draw(t, "lane")
	small := rapid.Uint64Range(1, 4).Draw(t, "n")
	_, key := fixture.Key(uint32(small) + 50)
	who := me.String()
	all := append(ownedBy(who, org),
		&types.MsgCreateOrg{Owner: who, BundleKey: key.Bytes()},
		&types.MsgAcceptOrg{To: who, Org: org},
		&types.MsgAddJoinEUI{Owner: who, Org: org, JoinEui: small},
		&types.MsgRemoveJoinEUI{Owner: who, Org: org, JoinEui: small},
		&types.MsgAuthorizeSigner{
			Owner: who, Org: org, Key: key.Bytes(), Kind: types.SIGNER_KIND_PAYER, Allowance: small, Bond: 1e11, Payout: other.String(),
		},
		&types.MsgSetSigner{Owner: who, Org: org, Lane: lane, Allowance: small, Payout: other.String()},
		&types.MsgRevokeSigner{Owner: who, Org: org, Lane: lane},
		&types.MsgAddRealm{Owner: who, Org: org, Realm: fmt.Sprintf("r%d.example", small)},
		&types.MsgRemoveRealm{Sender: who, Org: org, Realm: fmt.Sprintf("r%d.example", small)},
		&types.MsgCommitBundle{Owner: who, Org: org, Sequence: small, Digest: bytes.Repeat([]byte{byte(small)}, 32)},
	)
	return rapid.SampledFrom(all).Draw(t, "message")
}

// Faults change the table as well.
func TestSlashesAreInTheTable(t *testing.T) {
	c := fixture.New(t)
	me := fixture.Account(1)
	org := c.Org(me, 0)
	lane := c.Lane(me, org, 1, 1_000, me)
	_, before := pages(c, 0)
	_, err := c.Routing.Slash(c.Ctx, org, lane, 10, me)
	c.Must(err)
	_, err = c.Routing.Confiscate(c.Ctx, org, lane)
	c.Must(err)
	orgs, head := pages(c, 0)
	if head.Sequence != before.Sequence+2 || !bytes.Equal(head.Root, root(orgs)) || bytes.Equal(head.Root, before.Root) {
		t.Errorf("%v, before %v", head, before)
	}
}

// A chain that starts from an export has the same table, with the same sequence.
func TestTableSurvivesAnExport(t *testing.T) {
	c, a, _ := realms(t)
	c.Must(addRealm(c, 1, a, "a.example"))
	c.Lane(fixture.Account(1), a, 5, 1, fixture.Account(1))
	g, err := c.Routing.ExportGenesis(c.Ctx)
	c.Must(err)
	d := fixture.New(t)
	d.Must(d.Routing.InitGenesis(d.Ctx, *g))
	orgs, head := pages(c, 0)
	again, same := pages(d, 0)
	if diff := cmp.Diff(head, same) + cmp.Diff(orgs, again); diff != "" || head.Sequence != 4 {
		t.Errorf("sequence %d: %s", head.Sequence, diff)
	}
}

// The table of no orgs has the root of nothing.
func TestTableOfNone(t *testing.T) {
	c := fixture.New(t)
	orgs, head := pages(c, 0)
	if len(orgs) != 0 || head.Orgs != 0 || head.Sequence != 0 || !bytes.Equal(head.Root, root(nil)) {
		t.Errorf("%v", head)
	}
	r, err := keeper.NewQueryServer(c.Routing).Table(c.Ctx, &types.QueryTableRequest{After: 1<<32 - 1, Limit: 1<<32 - 1})
	if err != nil || r.Height != c.Ctx.BlockHeight() || len(r.Orgs) != 0 {
		t.Errorf("%v, %v", r, err)
	}
}

// A page has at most 200 orgs, and fewer when they are large.
func TestTablePages(t *testing.T) {
	c := fixture.New(t)
	me := fixture.Account(1)
	_, key := fixture.Key(1)
	g := types.DefaultGenesis()
	for id := uint32(1); id <= 210; id++ {
		g.Orgs = append(g.Orgs, types.Org{Id: id, Owner: me.String(), BundleKey: key.Bytes()})
		for eui := uint64(0); id == 2 && eui < 3_998; eui++ {
			g.JoinEuis = append(g.JoinEuis, types.JoinEUI{Org: id, JoinEui: eui})
		}
	}
	g.NextOrg = 211
	c.Must(c.Routing.InitGenesis(c.Ctx, *g))
	q := keeper.NewQueryServer(c.Routing)
	for _, tc := range []struct {
		after, limit uint32
		want         int
	}{{0, 0, 2}, {0, 1, 1}, {0, 200, 2}, {1, 0, 2}, {2, 199, 199}, {2, 201, 200}, {202, 0, 8}, {210, 0, 0}} {
		r, err := q.Table(c.Ctx, &types.QueryTableRequest{After: tc.after, Limit: tc.limit})
		if err != nil || len(r.Orgs) != tc.want || tc.want > 0 && r.Orgs[0].Org.Id != tc.after+1 {
			t.Errorf("%d after %d: %d orgs, %v", tc.limit, tc.after, len(r.Orgs), err)
		}
	}
	if orgs, head := pages(c, 0); len(orgs) != 210 || !bytes.Equal(head.Root, root(orgs)) {
		t.Errorf("%d orgs, %v", len(orgs), head)
	}
	c.Check()
}

func TestABrokenTableIsFound(t *testing.T) {
	c := fixture.New(t)
	me := fixture.Account(1)
	org := c.Org(me, 0)
	c.Check()
	o, err := c.Routing.Org(c.Ctx, org)
	c.Must(err)
	c.Must(c.Routing.StoreParts(c.Ctx, org, make([]byte, 127)))
	if err := send(c, &types.MsgSetWifiPrice{Owner: me.String(), Org: org, Price: 1}); !errors.Is(err, types.ErrTable) {
		t.Errorf("digests of 127 bytes: %v", err)
	}
	o.WifiPrice++
	c.Must(c.Routing.StoreOrg(c.Ctx, o))
	if err := c.Routing.CheckInvariants(c.Ctx); !errors.Is(err, types.ErrTable) {
		t.Errorf("a row that was changed past the table: %v", err)
	}
}
