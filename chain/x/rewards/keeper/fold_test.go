package keeper_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hexwave/hexwave/chain/x/rewards/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
)

// How many blocks' points are added to the ledger together changes no amount: two
// chains that differ only in it pay the same to everybody. It does change how soon
// a hotspot that moved may move again, so a move that the slower chain refuses is
// not asked of the other.
func TestFoldChangesNoAmount(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		one, many := fixture.New(t), fixture.New(t)
		for i, c := range []*fixture.Chain{one, many} {
			p := fixture.RewardsParams()
			p.EpochSeconds, p.InitialEmission = 400, 1_000_000_000_000
			if i == 1 {
				p.FoldBlocks = rapid.Uint32Range(1, 12).Draw(rt, "fold")
			}
			_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
			c.Must(err)
			for n := range uint32(modelHotspots) {
				full(c, n+1, int32(n)%modelCells)
			}
		}
		for range rapid.IntRange(20, 120).Draw(rt, "blocks") {
			op := rapid.SampledFrom([]string{"book", "book", "book", "move", "nothing"}).Draw(rt, "op")
			h := rapid.Uint32Range(1, modelHotspots).Draw(rt, "hotspot")
			points := rapid.Uint64Range(1, 1_000).Draw(rt, "points")
			refused := false
			for _, c := range []*fixture.Chain{many, one} {
				c.Block(10 * time.Second)
				switch op {
				case "book":
					c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: h, Points: points}, {Hotspot: 1, Points: 1}}))
				case "move":
					if refused {
						break
					}
					err := move(c, h, h, int32(points%modelCells))
					if refused = err != nil; refused && (c == one || !errors.Is(err, types.ErrMoving)) {
						rt.Fatal(err)
					}
				}
				if err := c.Rewards.CheckInvariants(c.Ctx); err != nil {
					rt.Fatal(err)
				}
			}
		}
		var got [2][]uint64
		for i, c := range []*fixture.Chain{one, many} {
			for range 100 { // two epochs and all that waits
				c.Block(10 * time.Second)
			}
			for h := uint32(1); h <= modelHotspots; h++ {
				_, err := claim(c, h)
				c.Must(err)
				got[i] = append(got[i], c.Spark(fixture.Account(h)))
			}
			c.Check()
		}
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			rt.Fatal(diff)
		}
	})
}

// A chain that is exported while a batch is half added pays like the one it came
// from.
func TestExportInTheMiddleOfAFold(t *testing.T) {
	c := fixture.New(t)
	p := fixture.RewardsParams()
	p.FoldBlocks, p.EpochSeconds = 4, 200
	_, err := c.RewardsM.UpdateParams(c.Ctx, &types.MsgUpdateParams{Authority: fixture.Authority(), Params: p})
	c.Must(err)
	for n := range uint32(modelHotspots) {
		full(c, n+1, int32(n)%modelCells)
	}
	for range 30 {
		c.Block(5 * time.Second)
		c.Must(c.Rewards.Book(c.Ctx, []types.Booking{{Hotspot: 1, Points: 5}, {Hotspot: 2, Points: 7}, {Hotspot: 6, Points: 1}}))
		g, err := c.Rewards.ExportGenesis(c.Ctx)
		c.Must(err)
		c.Must(g.Validate())
		d := fixture.New(t)
		d.Ctx = d.Ctx.WithBlockHeight(c.Ctx.BlockHeight()).WithBlockTime(c.Ctx.BlockTime())
		h, err := c.Hotspot.ExportGenesis(c.Ctx)
		c.Must(err)
		d.Must(d.Hotspot.InitGenesis(d.Ctx, *h))
		d.Must(d.Rewards.InitGenesis(d.Ctx, *g))
		again, err := d.Rewards.ExportGenesis(d.Ctx)
		d.Must(err)
		again.Totals.Burned = g.Totals.Burned // of the credits module, which d has not
		if diff := cmp.Diff(g, again); diff != "" {
			t.Fatal(diff)
		}
	}
}
