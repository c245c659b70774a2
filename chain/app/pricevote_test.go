package app_test

import (
	"bytes"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	"github.com/cosmos/cosmos-sdk/crypto/keys/ed25519"

	"github.com/hexwave/hexwave/chain/chaintest"
	pricetypes "github.com/hexwave/hexwave/chain/x/price/types"
	"github.com/hexwave/hexwave/proto/wire"
)

// votesOnPrice is a genesis whose validators vote on the price every second block.
const votesOnPrice = `{"price": {"params": {"mode": "MODE_VOTES", "vote_every_blocks": "2"}}}`

// priceChain runs validators with these stakes and prices in 1e-8 USD, 0 for none,
// up to a block that must carry the votes of the height before.
func priceChain(t *testing.T, stakes []int64, prices []uint64) *chaintest.Chain {
	t.Helper()
	c := chaintest.New(t, chaintest.Options{
		Validators: len(stakes), Stakes: stakes, Patch: []byte(votesOnPrice), BlockTime: 6 * time.Second,
	})
	for i, usd := range prices {
		c.Nodes[i].Price.Store(usd)
	}
	for c.Height()%2 != 0 {
		c.NextBlock()
	}
	return c
}

// decide has node 0 propose, all judge, and returns the events of the block.
func decide(t *testing.T, c *chaintest.Chain) []abci.Event {
	t.Helper()
	p := c.Nodes[0]
	txs := c.Prepare(p)
	for i, n := range c.Nodes {
		if !c.Process(n, p, txs) {
			t.Fatalf("node %d refuses an honest block %d", i, c.Height()+1)
		}
	}
	return c.Finalize(p, txs).Events
}

func has(events []abci.Event, name string) bool {
	for _, e := range events {
		if e.Type == "hexwave.price.v1."+name {
			return true
		}
	}
	return false
}

// latest is what the newest median led to.
func latest(t *testing.T, c *chaintest.Chain) pricetypes.Latest {
	t.Helper()
	l, err := c.App.Keepers.Price.Latest(c.Context())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestValidatorsVoteOnThePrice(t *testing.T) {
	for _, tc := range []struct {
		name   string
		stakes []int64
		prices []uint64
		want   uint64 // 0 when the price is held
		share  uint32
	}{
		{"66.6 % of the power", []int64{333_000, 200_000, 133_000, 334_000}, []uint64{250_000_000, 250_000_000, 250_000_000, 0}, 0, 0},
		{"66.8 % of the power", []int64{334_000, 200_000, 134_000, 332_000}, []uint64{250_000_000, 250_000_000, 250_000_000, 0}, 250_000_000, 6_680},
		{"one silent, one lies x100", []int64{100_000, 100_000, 100_000, 100_000}, []uint64{240_000_000, 250_000_000, 25_000_000_000, 0}, 250_000_000, 7_500},
		{"a liar with a quarter", []int64{400_000, 350_000, 250_000}, []uint64{240_000_000, 250_000_000, 9_900_000_000}, 250_000_000, 10_000},
		{"a price beyond all bounds is none", []int64{100_000, 100_000, 100_000}, []uint64{240_000_000, 250_000_000, 1 << 62}, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := priceChain(t, tc.stakes, tc.prices)
			events := decide(t, c)
			l := latest(t, c)
			if l.Price != tc.want || l.PowerBps != tc.share {
				t.Errorf("latest %+v, want %d by %d bps", l, tc.want, tc.share)
			}
			if has(events, "EventPriceAccepted") != (tc.want != 0) || has(events, "EventPriceHeld") != (tc.want == 0) {
				t.Errorf("events %v", events)
			}
		})
	}
}

func TestPriceVotesReplayAndOutliveExport(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000, 100_000}, []uint64{240_000_000, 250_000_000, 260_000_000})
	for i := range 12 {
		c.Nodes[i%3].Price.Add(1_000_000)
		c.NextBlock()
	}
	want := latest(t, c)
	if want.Price == 0 {
		t.Fatal("no price")
	}
	again := c.Replay(t)
	if got := latest(t, again); got != want {
		t.Errorf("replayed %+v, want %+v", got, want)
	}
	again.NextBlock()
	again.NextBlock()
	next := c.ExportImport(t)
	next.NextBlock() // the first block has no commit to carry votes
	if got := latest(t, next); got != want {
		t.Errorf("imported %+v, want %+v", got, want)
	}
	for _, n := range next.Nodes {
		n.Price.Store(270_000_000)
	}
	for range 4 {
		next.NextBlock()
	}
	if got := latest(t, next); got.Median != 270_000_000 {
		t.Errorf("after the import %+v", got)
	}
}

func TestStalePriceOfTheChain(t *testing.T) {
	c := priceChain(t, []int64{100_000}, []uint64{250_000_000})
	c.NextBlock()
	c.Nodes[0].Price.Store(0)
	price := func() (mint, value uint64) {
		t.Helper()
		mint, value, err := c.App.Keepers.Price.Price(c.Context())
		if err != nil {
			t.Fatal(err)
		}
		return mint, value
	}
	c.Skip(100) // 600 s
	if mint, value := price(); mint != 250_000_000 || value != 250_000_000 {
		t.Errorf("600 s old: mint %d, value %d", mint, value)
	}
	c.NextBlock()
	if mint, value := price(); mint != 0 || value != 250_000_000 {
		t.Errorf("606 s old: mint %d, value %d", mint, value)
	}
}

// withCommit returns txs with another extended commit in the first of them.
func withCommit(t *testing.T, txs [][]byte, change func(*abci.ExtendedCommitInfo)) [][]byte {
	t.Helper()
	tx, err := wire.ParseRandomnessTx(txs[0])
	if err != nil {
		t.Fatal(err)
	}
	var commit abci.ExtendedCommitInfo
	if err := commit.Unmarshal(tx.Extensions); err != nil {
		t.Fatal(err)
	}
	change(&commit)
	if tx.Extensions, err = commit.Marshal(); err != nil {
		t.Fatal(err)
	}
	return append([][]byte{tx.AppendTo(nil)}, txs[1:]...)
}

// withRaw returns txs with these bytes for the extended commit.
func withRaw(t *testing.T, txs [][]byte, raw []byte) [][]byte {
	t.Helper()
	tx, err := wire.ParseRandomnessTx(txs[0])
	if err != nil {
		t.Fatal(err)
	}
	tx.Extensions = raw
	return append([][]byte{tx.AppendTo(nil)}, txs[1:]...)
}

func extensions(t *testing.T, txs [][]byte) []byte {
	t.Helper()
	tx, err := wire.ParseRandomnessTx(txs[0])
	if err != nil {
		t.Fatal(err)
	}
	return tx.Extensions
}

func TestProposalMustCarryTheVotesOfTheLastHeight(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000, 100_000, 100_000}, []uint64{240_000_000, 250_000_000, 260_000_000, 270_000_000})
	old := extensions(t, c.Prepare(c.Nodes[0]))
	c.NextBlock()
	if got := extensions(t, c.Prepare(c.Nodes[0])); len(got) != 0 {
		t.Fatalf("%d bytes of votes where none are due", len(got))
	}
	if c.Process(c.Nodes[1], c.Nodes[0], withRaw(t, c.Prepare(c.Nodes[0]), old)) {
		t.Error("votes are accepted where none are due")
	}
	c.NextBlock()
	honest := c.Prepare(c.Nodes[0])
	if !c.Process(c.Nodes[1], c.Nodes[0], honest) {
		t.Fatal("an honest proposal is refused")
	}
	lie := (&wire.PriceVote{Price: 1, Time: 1, Sources: 1}).AppendTo(nil)
	absent := func(v *abci.ExtendedVoteInfo) {
		*v = abci.ExtendedVoteInfo{Validator: v.Validator, BlockIdFlag: cmtproto.BlockIDFlagAbsent}
	}
	for name, txs := range map[string][][]byte{
		"none":                   withRaw(t, honest, nil),
		"those of an old height": withRaw(t, honest, old),
		"garbage":                withRaw(t, honest, []byte("garbage")),
		"bytes behind":           withRaw(t, honest, append(extensions(t, honest), 0x98, 0x06, 0x01)),
		"too many bytes":         withRaw(t, honest, make([]byte, 1<<20)),
		"a changed price":        withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Votes[0].VoteExtension = lie }),
		"no signature":           withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Votes[0].ExtensionSignature = nil }),
		"another's vote": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) {
			e.Votes[0].VoteExtension, e.Votes[0].ExtensionSignature = e.Votes[1].VoteExtension, e.Votes[1].ExtensionSignature
		}),
		"a vote left out of the list": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Votes = e.Votes[1:] }),
		"another power":               withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Votes[0].Validator.Power++ }),
		"another round":               withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Round++ }),
		"half of the power": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) {
			absent(&e.Votes[0])
			absent(&e.Votes[1])
		}),
		"bytes of an absent one": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) {
			absent(&e.Votes[0])
			e.Votes[0].VoteExtension = lie
		}),
		"a vote for nothing": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) {
			e.Votes[0].BlockIdFlag = cmtproto.BlockIDFlagNil
		}),
	} {
		if c.Process(c.Nodes[1], c.Nodes[0], txs) {
			t.Errorf("%s: the proposal is accepted", name)
		}
	}
	// As in a commit, up to a third may be missing.
	if !c.Process(c.Nodes[1], c.Nodes[0], withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { absent(&e.Votes[0]) })) {
		t.Error("a proposal with three quarters of the power is refused")
	}
}

// A precommit that comes late is in the extended commit whatever its extension is.
func TestLateVoteThatIsNoPriceVoteIsLeftOut(t *testing.T) {
	for name, said := range map[string][]byte{
		"a megabyte": bytes.Repeat([]byte{1}, 1<<20),
		"a text":     []byte("buy now"),
		"price 0":    (&wire.PriceVote{Time: 1, Sources: 1}).AppendTo(nil),
	} {
		c := chaintest.New(t, chaintest.Options{Validators: 4, Patch: []byte(votesOnPrice), BlockTime: 6 * time.Second})
		for _, n := range c.Nodes {
			n.Price.Store(250_000_000)
		}
		c.Nodes[3].Vote = said
		if c.Accepts(c.Nodes[0], c.Nodes[3], c.Height()+1, said) {
			t.Errorf("%s: a node accepts the vote in time", name)
		}
		for c.Height()%2 != 0 {
			c.NextBlock()
		}
		if n := len(extensions(t, c.Prepare(c.Nodes[0]))); n > 4*120 {
			t.Errorf("%s: %d bytes", name, n)
		}
		decide(t, c)
		if l := latest(t, c); l.Price != 250_000_000 || l.PowerBps != 7_500 {
			t.Errorf("%s: latest %+v", name, l)
		}
	}
}

// Whatever a decided block holds, the chain goes on.
func TestDecidedVotesThatDoNotHoldAreIgnored(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000}, []uint64{250_000_000, 250_000_000})
	honest := c.Prepare(c.Nodes[0])
	for name, txs := range map[string][][]byte{
		"garbage":      withRaw(t, honest, []byte("garbage")),
		"a vote fewer": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) { e.Votes = e.Votes[1:] }),
		"of another validator": withCommit(t, honest, func(e *abci.ExtendedCommitInfo) {
			e.Votes[0].Validator.Address = e.Votes[1].Validator.Address
		}),
	} {
		for c.Height()%2 != 0 {
			c.NextBlock()
		}
		before := latest(t, c)
		res := c.Finalize(c.Nodes[0], txs)
		if !has(res.Events, "EventPriceHeld") || latest(t, c) != before {
			t.Errorf("%s: %+v, events %v", name, latest(t, c), res.Events)
		}
	}
	for c.Height()%2 != 1 {
		c.NextBlock()
	}
	before := latest(t, c)
	if res := c.Finalize(c.Nodes[0], honest); !has(res.Events, "EventPriceHeld") || latest(t, c) != before {
		t.Errorf("votes where none are due are taken: %+v", latest(t, c))
	}
	c.NextBlock()
	c.NextBlock()
	if latest(t, c).Price != 250_000_000 {
		t.Errorf("afterwards %+v", latest(t, c))
	}
}

func TestNoVotesAreDueWithoutTheKeysOfTwoThirds(t *testing.T) {
	c := priceChain(t, []int64{100_000, 100_000, 100_000}, nil)
	params, ctx := c.App.GetConsensusParams(c.Context()), c.Context()
	vote := func(address []byte, flag cmtproto.BlockIDFlag) abci.VoteInfo {
		return abci.VoteInfo{Validator: abci.Validator{Address: address, Power: 1}, BlockIdFlag: flag}
	}
	known, unknown := c.Nodes[0].ConsAddress(), bytes.Repeat([]byte{9}, 20)
	commit, absent := cmtproto.BlockIDFlagCommit, cmtproto.BlockIDFlagAbsent
	for _, tc := range []struct {
		name  string
		votes []abci.VoteInfo
		want  bool
	}{
		{"all known", []abci.VoteInfo{vote(known, commit), vote(known, commit), vote(known, commit)}, true},
		{"exactly two thirds", []abci.VoteInfo{vote(known, commit), vote(known, commit), vote(unknown, commit)}, false},
		{"absent", []abci.VoteInfo{vote(known, commit), vote(known, commit), vote(known, absent)}, false},
		{"three of four", []abci.VoteInfo{vote(known, commit), vote(known, commit), vote(known, commit), vote(unknown, commit)}, true},
		{"no commit", nil, false},
	} {
		got, err := c.App.ExtensionsDue(ctx.WithConsensusParams(params).WithVoteInfos(tc.votes), c.Height()+1)
		if got != tc.want || err != nil {
			t.Errorf("%s: %v, %v", tc.name, got, err)
		}
	}
	params.Abci.VoteExtensionsEnableHeight = 0
	all := []abci.VoteInfo{vote(known, commit)}
	if due, err := c.App.ExtensionsDue(ctx.WithConsensusParams(params).WithVoteInfos(all), c.Height()+1); due || err != nil {
		t.Errorf("on a chain without vote extensions: %v, %v", due, err)
	}
}

// Two blocks after a rotation the chain holds the new key only; a vote that the old
// one signed has no key then, and one key is never taken for another.
func TestRotatedKeyIsNotTakenForTheOldOne(t *testing.T) {
	c := priceChain(t, []int64{100_000}, nil)
	ctx := c.Context().WithConsensusParams(c.App.GetConsensusParams(c.Context()))
	due := func(address []byte) bool {
		t.Helper()
		votes := []abci.VoteInfo{{Validator: abci.Validator{Address: address, Power: 1}, BlockIdFlag: cmtproto.BlockIDFlagCommit}}
		got, err := c.App.ExtensionsDue(ctx.WithVoteInfos(votes), c.Height()+1)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	before, after := c.Nodes[0].ConsAddress(), ed25519.GenPrivKeyFromSecret([]byte("next")).PubKey()
	if !due(before) || due(after.Address()) {
		t.Error("before the rotation the first key does not count alone")
	}
	if err := c.App.Keepers.Staking.ApplyConsKeyRotation(ctx, c.Nodes[0].ValAddress(), after); err != nil {
		t.Fatal(err)
	}
	if due(before) || !due(after.Address()) {
		t.Error("after the rotation the second key does not count alone")
	}
}
