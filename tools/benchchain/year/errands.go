package year

import (
	"crypto/sha256"
	"encoding/binary"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	bank "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/app"
	credits "github.com/hexwave/hexwave/chain/x/credits/types"
	registry "github.com/hexwave/hexwave/chain/x/hotspot/types"
	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
	routing "github.com/hexwave/hexwave/chain/x/routing/types"
	"github.com/hexwave/hexwave/proto/wire"
	"github.com/hexwave/hexwave/tools/benchchain/town"
)

// What is done once an epoch, in one of its blocks.
const (
	errandBlock = 4
	errandGas   = 20_000_000
	sends       = 20
	claimShare  = 30 // of all hotspots one in so many claims each epoch
	// redeemAfter is one epoch more than credits leave an escrow for.
	redeemAfter = 8
)

// lane is what the lane of an org has issued in an epoch.
type lane struct {
	epoch       uint32
	seq, issued uint64
}

// vouchersAnOrg is how many hotspots carry for an org in an epoch; each org settles
// once in it.
const vouchersAnOrg = 10

// vouchers returns the batches of the orgs whose turn it is in a block of an epoch.
func (r *run) vouchers(b int) (txs [][]byte, err error) {
	epoch := r.node.App.Keepers.Rewards.CurrentEpoch(r.node.Context())
	for i := b; i < len(r.town.Orgs); i += blocksAnEpoch {
		l := &r.lanes[i]
		if l.epoch == epoch { // a block more than an epoch has
			continue
		}
		*l = lane{epoch: epoch}
		var items []byte
		for range min(vouchersAnOrg, r.town.Len()) {
			r.carried = r.carried%uint32(r.town.Len()) + 1
			l.seq, l.issued = l.seq+1, l.issued+1_000
			items = append(items, r.town.Orgs[i].Voucher(r.carried, epoch, 1_000, l.seq, l.issued)...)
			r.settled++
		}
		tx, err := r.town.Orgs[i].Batch(r.node.App.TxConfig(), wire.BatchVouchers, r.node.Height()+1, items)
		if err != nil {
			return nil, err
		}
		txs = append(txs, tx)
	}
	return txs, nil
}

// errands returns what accounts do in an epoch: claims, a few transfers, two hotspots
// that change places, and an org that turns over what it has.
func (r *run) errands() (txs [][]byte, err error) {
	epoch := r.node.App.Keepers.Rewards.CurrentEpoch(r.node.Context())
	sign := func(from *town.Account, msgs ...sdk.Msg) {
		tx, failed := from.Sign(r.node.App.TxConfig(), errandGas/4, msgs...)
		txs = append(txs, tx)
		if err == nil {
			err = failed
		}
	}
	accounts := r.town.Accounts
	at := func(n uint32) *town.Account { return accounts[int(n)%len(accounts)] }
	for n := range uint32(sends) {
		from, to := at(epoch*sends+n), at(epoch*sends+n+1)
		sign(from, bank.NewMsgSend(from.Address(), to.Address(), sdk.NewCoins(sdk.NewCoin(app.Denom, math.NewInt(1_000)))))
	}
	claim := &rewards.MsgClaim{Sender: at(epoch).String()}
	for range min(max(r.town.Len()/claimShare, 1), rewards.MaxClaims) {
		r.claimed = r.claimed%uint32(r.town.Len()) + 1
		claim.Hotspots = append(claim.Hotspots, r.claimed)
	}
	sign(at(epoch), claim)
	sign(at(epoch+1), &credits.MsgMintCredits{Sender: at(epoch + 1).String(), Burn: app.PowerReduction / 100})
	r.move(epoch, sign)
	r.turnOver(epoch, sign)
	return txs, err
}

// move has two hotspots change places, each once in the year, and a third be offered to
// an account and kept.
func (r *run) move(epoch uint32, sign func(*town.Account, ...sdk.Msg)) {
	half := uint32(r.town.Len() / 2)
	if epoch > half {
		return
	}
	a, b := epoch, epoch+half
	r.town.Swap(a, b)
	for _, i := range []uint32{a, b} {
		r.beacons.moved[i] = r.node.Height()
		owner := r.town.Owner(i)
		sign(owner, &registry.MsgAssertLocation{Owner: owner.String(), Hotspot: i, Location: town.Location(r.town.At(i))})
	}
	owner := r.town.Owner(a)
	sign(owner, &registry.MsgOfferTransfer{Owner: owner.String(), Hotspot: a, To: r.town.Owner(b).String()})
	sign(owner, &registry.MsgCancelTransfer{Owner: owner.String(), Hotspot: a})
}

// turnOver has one org change all that it can change, and the one before give up what
// it took.
func (r *run) turnOver(epoch uint32, sign func(*town.Account, ...sdk.Msg)) {
	n := uint32(len(r.town.Orgs))
	o := r.town.Orgs[epoch%n]
	owner := o.Account.String()
	digest := sha256.Sum256(binary.BigEndian.AppendUint32(nil, epoch))
	sign(o.Account, &credits.MsgFundOrg{Sender: owner, Org: o.ID, Credits: 2_000},
		&routing.MsgSetSigner{Owner: owner, Org: o.ID, Lane: 1, Allowance: allowance - uint64(epoch%2), Payout: owner},
		&routing.MsgCommitBundle{Owner: owner, Org: o.ID, Sequence: uint64(epoch), Digest: digest[:]},
		&routing.MsgAddJoinEUI{Owner: owner, Org: o.ID, JoinEui: uint64(epoch)},
	)
	if epoch > 1 {
		before := r.town.Orgs[(epoch-1)%n]
		sign(before.Account, &routing.MsgRemoveJoinEUI{Owner: before.Account.String(), Org: before.ID, JoinEui: uint64(epoch - 1)})
	}
	if n <= redeemAfter {
		return
	}
	sign(o.Account, &credits.MsgWithdraw{Owner: owner, Org: o.ID, Credits: 1_000})
	if epoch > redeemAfter {
		old := r.town.Orgs[(epoch-redeemAfter)%n]
		sign(old.Account, &credits.MsgRedeem{Owner: old.Account.String(), Org: old.ID})
	}
}
