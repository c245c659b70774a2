package keeper_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/chain/x/routing/keeper"
	"github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// realms is a chain with two orgs whose owners have credits for realms.
func realms(t *testing.T) (c *fixture.Chain, a, b uint32) {
	t.Helper()
	c = fixture.New(t)
	a, b = c.Org(fixture.Account(1), 0), c.Org(fixture.Account(2), 0)
	c.Buy(fixture.Account(1), 70_000_000)
	c.Buy(fixture.Account(2), 5_000_000)
	return c, a, b
}

func addRealm(c *fixture.Chain, owner, org uint32, realm string) error {
	_, err := c.RoutingM.AddRealm(c.Ctx, &types.MsgAddRealm{Owner: fixture.Account(owner).String(), Org: org, Realm: realm})
	return err
}

func removeRealm(c *fixture.Chain, sender string, org uint32, realm string) error {
	_, err := c.RoutingM.RemoveRealm(c.Ctx, &types.MsgRemoveRealm{Sender: sender, Org: org, Realm: realm})
	return err
}

func TestARealmBelongsToOneOrg(t *testing.T) {
	c, a, b := realms(t)
	q := keeper.NewQueryServer(c.Routing)
	c.Must(addRealm(c, 1, a, "carrier.example"))
	if err := addRealm(c, 2, b, "carrier.example"); !errors.Is(err, types.ErrRealmTaken) {
		t.Errorf("taken by another: %v", err)
	}
	if err := addRealm(c, 1, a, "carrier.example"); !errors.Is(err, types.ErrRealmTaken) {
		t.Errorf("twice: %v", err)
	}
	if r, err := q.Realm(c.Ctx, &types.QueryRealmRequest{Realm: "carrier.example"}); err != nil || r.Org != a {
		t.Errorf("%v, %v", r, err)
	}
	d, err := q.Org(c.Ctx, &types.QueryOrgRequest{Org: a})
	c.Must(err)
	if diff := cmp.Diff([]string{"carrier.example"}, d.Org.Realms); diff != "" {
		t.Error(diff)
	}
	// Only its owner or governance gives it up.
	if err := removeRealm(c, fixture.Account(2).String(), a, "carrier.example"); !errors.Is(err, types.ErrOwner) {
		t.Errorf("removed by a stranger: %v", err)
	}
	if err := removeRealm(c, fixture.Account(2).String(), b, "carrier.example"); !errors.Is(err, types.ErrNoRealm) {
		t.Errorf("removed from another org: %v", err)
	}
	c.Must(removeRealm(c, fixture.Authority(), a, "carrier.example"))
	if _, err := q.Realm(c.Ctx, &types.QueryRealmRequest{Realm: "carrier.example"}); !errors.Is(err, types.ErrNoRealm) {
		t.Errorf("still there: %v", err)
	}
	c.Must(addRealm(c, 2, b, "carrier.example"))
	c.Must(removeRealm(c, fixture.Account(2).String(), b, "carrier.example"))
}

func TestRealmRefusals(t *testing.T) {
	c, a, _ := realms(t)
	for _, realm := range []string{
		"", ".", "a.", ".a", "a..b", "-a", "a-", "A.example", "a_b", "ä.example", "a b", strings.Repeat("a", 64),
		strings.Repeat("aaaa.", 51),
	} {
		if err := addRealm(c, 1, a, realm); !errors.Is(err, types.ErrRealm) {
			t.Errorf("%q: %v", realm, err)
		}
	}
	if err := addRealm(c, 2, a, "x.example"); !errors.Is(err, types.ErrOwner) {
		t.Errorf("not the owner: %v", err)
	}
	if err := addRealm(c, 1, 77, "x.example"); !errors.Is(err, types.ErrOrg) {
		t.Errorf("no such org: %v", err)
	}
	for i := range types.MaxRealms {
		c.Must(addRealm(c, 1, a, fmt.Sprintf("r%d.example", i)))
	}
	if err := addRealm(c, 1, a, "one.more.example"); !errors.Is(err, types.ErrRealms) {
		t.Errorf("one too many: %v", err)
	}
}

func TestRealmCosts(t *testing.T) {
	c, a, _ := realms(t)
	before, err := c.Credits.Balance(c.Ctx, fixture.Account(1))
	c.Must(err)
	c.Must(addRealm(c, 1, a, "private"))
	after, err := c.Credits.Balance(c.Ctx, fixture.Account(1))
	c.Must(err)
	if before.Credits-after.Credits != types.DefaultParams().FeeRealm {
		t.Errorf("%d, then %d", before.Credits, after.Credits)
	}
}

func TestWifiPriceAndRealmsSurviveAnExport(t *testing.T) {
	c, a, b := realms(t)
	c.Must(addRealm(c, 1, a, "a.example"))
	c.Must(addRealm(c, 2, b, "b.example"))
	_, err := c.RoutingM.SetWifiPrice(c.Ctx, &types.MsgSetWifiPrice{Owner: fixture.Account(1).String(), Org: a, Price: 10_000_000})
	c.Must(err)
	_, err = c.RoutingM.SetWifiPrice(c.Ctx, &types.MsgSetWifiPrice{Owner: fixture.Account(2).String(), Org: a, Price: 1})
	if !errors.Is(err, types.ErrOwner) {
		t.Errorf("price set by a stranger: %v", err)
	}
	g, err := c.Routing.ExportGenesis(c.Ctx)
	c.Must(err)
	c.Must(g.Validate())
	if g.Orgs[0].WifiPrice != 10_000_000 || len(g.Realms) != 2 {
		t.Errorf("%+v", g)
	}
	fresh := fixture.New(t)
	c.Must(fresh.Routing.InitGenesis(fresh.Ctx, *g))
	again, err := fresh.Routing.ExportGenesis(fresh.Ctx)
	c.Must(err)
	if diff := cmp.Diff(g, again); diff != "" {
		t.Error(diff)
	}
	g.Realms[1].Realm = g.Realms[0].Realm
	if err := g.Validate(); !errors.Is(err, types.ErrGenesis) {
		t.Errorf("one realm, two orgs: %v", err)
	}
}
