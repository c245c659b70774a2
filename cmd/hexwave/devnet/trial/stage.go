package trial

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/client"
	creditstypes "github.com/hexwave/hexwave/chain/x/credits/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	routingtypes "github.com/hexwave/hexwave/chain/x/routing/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
	"github.com/hexwave/hexwave/proto/wire"
)

// ErrOutcome is returned when the chain does something else than a trial expects.
var ErrOutcome = errors.New("the chain did something else")

const (
	// Allowance is that of each lane on trial, DC an epoch, and bond what it holds.
	allowance = 1_000_000
	bond      = 2_000 * 100_000_000 // spark
	// poll is the pause between two questions to the node.
	poll = 500 * time.Millisecond
)

// Stage is the network that a trial is held on.
type Stage struct {
	Chain   *node.Node
	ChainID string
	// Hotspot is a registered LoRa hotspot, and Bringer brings its vouchers to the chain.
	// Nothing else may use Bringer's account during a trial.
	Hotspot uint32
	Bringer *client.Key
	// Payer opens and pays for the org on trial.
	Payer *client.Key
	// Lane signs its vouchers.
	Lane ed25519.PrivateKey
}

// Used is what a trial settled, for whoever adds up what the whole network used.
type Used struct {
	Org     uint32
	Steps   uint64 // DC
	Fees    uint64 // DC of item fees
	Items   uint64 // settled
	Refused uint64
	Funded  uint64 // DC that came into the org's escrow, top-ups included
}

// defendant is the org on trial with its one lane.
type defendant struct {
	stage *Stage
	org   uint32
	seq   uint64
	used  Used
	// cum is what the newest voucher of the epoch says.
	epoch uint32
	cum   uint64
}

// lane is the number of the only lane of a defendant.
const lane = 1

// open creates an org with an escrow of funds DC and one lane.
func (s *Stage) open(ctx context.Context, funds uint64) (*defendant, error) {
	routing := routingtypes.NewQueryClient(s.Chain.Conn())
	p, err := routing.Params(ctx, &routingtypes.QueryParamsRequest{})
	if err != nil {
		return nil, fmt.Errorf("ask for fees: %w", err)
	}
	key, err := wire.Ed25519Key(s.Lane.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, fmt.Errorf("key of the lane: %w", err)
	}
	owner := s.Payer.Address()
	res, err := s.send(ctx, s.Payer,
		&creditstypes.MsgMintCredits{Sender: owner, Credits: p.Params.FeeOrg + funds},
		&routingtypes.MsgCreateOrg{Owner: owner, BundleKey: key.Bytes()},
	)
	if err != nil {
		return nil, fmt.Errorf("create an org: %w", err)
	}
	var made routingtypes.MsgCreateOrgResponse
	if err := res.Response(1, &made); err != nil {
		return nil, err
	}
	_, err = s.send(ctx, s.Payer,
		&creditstypes.MsgFundOrg{Sender: owner, Org: made.Org, Credits: funds},
		&routingtypes.MsgAuthorizeSigner{
			Owner: owner, Org: made.Org, Key: key.Bytes(), Kind: routingtypes.SIGNER_KIND_ROUTER,
			Allowance: allowance, Bond: bond, Payout: owner,
		},
	)
	if err != nil {
		return nil, fmt.Errorf("open a lane of org %d: %w", made.Org, err)
	}
	return &defendant{stage: s, org: made.Org, used: Used{Org: made.Org, Funded: funds}}, nil
}

// send sends a transaction of one account and waits for its block.
func (s *Stage) send(ctx context.Context, key *client.Key, msgs ...proto.Message) (*client.Result, error) {
	return s.Chain.NewSender(key, client.SenderOptions{Gas: node.Gas(len(msgs))}).Send(ctx, msgs...)
}

// voucher signs for the hotspot that the lane owes it cum DC in an epoch, and issued
// to all.
func (d *defendant) voucher(epoch uint32, cum, issued uint64) []byte {
	d.seq++
	v := wire.Voucher{
		Chain: wire.HashChainID(d.stage.ChainID), Org: d.org, Lane: lane, Hotspot: d.stage.Hotspot, Epoch: epoch,
		Unit: wire.UnitDC, Cum: cum, Seq: d.seq, Issued: issued,
	}
	v.Signature = wire.Signature(ed25519.Sign(d.stage.Lane, v.AppendBody(nil)))
	return v.AppendTo(nil)
}

// settle brings a voucher to the chain as the account of key does, and returns why it
// was refused, or 0.
func (d *defendant) settle(ctx context.Context, key *client.Key, voucher []byte) (settlementtypes.Reason, error) {
	v, err := wire.ParseVoucher(voucher)
	if err != nil {
		return 0, err
	}
	res, err := d.stage.send(ctx, key, &settlementtypes.MsgSettle{Sender: key.Address(), Items: voucher})
	if err != nil {
		return 0, fmt.Errorf("settle a voucher of org %d: %w", d.org, err)
	}
	var did settlementtypes.MsgSettleResponse
	if err := res.Response(0, &did); err != nil {
		return 0, err
	}
	if len(did.Refused) > 0 {
		d.used.Refused++
		return did.Refused[0].Reason, nil
	}
	if v.Epoch != d.epoch {
		d.epoch, d.cum = v.Epoch, 0
	}
	d.used.Steps += v.Cum - d.cum
	d.used.Items++
	d.cum = v.Cum
	return 0, nil
}

// pay is settle of a voucher that must be settled. Errors: ErrOutcome.
func (d *defendant) pay(ctx context.Context, key *client.Key, voucher []byte) error {
	reason, err := d.settle(ctx, key, voucher)
	if err == nil && reason != 0 {
		err = fmt.Errorf("%w: refused with %s", ErrOutcome, reason)
	}
	return err
}

// bill asks for the item fee and returns what the trial used.
func (d *defendant) bill(ctx context.Context) (Used, error) {
	p, err := settlementtypes.NewQueryClient(d.stage.Chain.Conn()).Params(ctx, &settlementtypes.QueryParamsRequest{})
	if err != nil {
		return Used{}, fmt.Errorf("ask for the item fee: %w", err)
	}
	d.used.Fees = d.used.Items * p.Params.ItemFee
	return d.used, nil
}

// now asks for the epoch and when it ends.
func (s *Stage) now(ctx context.Context) (epoch uint32, ends time.Time, err error) {
	e, err := rewardstypes.NewQueryClient(s.Chain.Conn()).CurrentEpoch(ctx, &rewardstypes.QueryCurrentEpochRequest{})
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("ask for the epoch: %w", err)
	}
	return e.Epoch, time.UnixMilli(e.EndsAt), nil
}

// room waits until at least left of an epoch is to come, so that what is done next
// falls into one, and returns it.
func (s *Stage) room(ctx context.Context, left time.Duration) (uint32, error) {
	var epoch uint32
	err := until(ctx, func(ctx context.Context) error {
		head, err := s.Chain.Head(ctx)
		if err != nil {
			return err
		}
		var ends time.Time
		if epoch, ends, err = s.now(ctx); err != nil {
			return err
		}
		if ends.Sub(head.Time) < left {
			return fmt.Errorf("epoch %d ends at %s", epoch, ends)
		}
		return nil
	})
	return epoch, err
}

// signer is the lane as the chain holds it.
func (d *defendant) signer(ctx context.Context) (routingtypes.Signer, error) {
	o, err := routingtypes.NewQueryClient(d.stage.Chain.Conn()).Org(ctx, &routingtypes.QueryOrgRequest{Org: d.org})
	if err != nil {
		return routingtypes.Signer{}, fmt.Errorf("ask for org %d: %w", d.org, err)
	}
	if len(o.Org.Signers) != 1 {
		return routingtypes.Signer{}, fmt.Errorf("%w: org %d has %d lanes", ErrOutcome, d.org, len(o.Org.Signers))
	}
	return o.Org.Signers[0], nil
}

// escrow is what the org holds.
func (d *defendant) escrow(ctx context.Context) (*creditstypes.QueryEscrowResponse, error) {
	e, err := creditstypes.NewQueryClient(d.stage.Chain.Conn()).Escrow(ctx, &creditstypes.QueryEscrowRequest{Org: d.org})
	if err != nil {
		return nil, fmt.Errorf("ask for the escrow of org %d: %w", d.org, err)
	}
	return e, nil
}

// until asks again until ask gives nil or ctx ends.
func until(ctx context.Context, ask func(context.Context) error) error {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		err := ask(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-ticker.C:
		}
	}
}

// balance is the spark of an account.
func (s *Stage) balance(ctx context.Context, address string) (uint64, error) {
	b, err := banktypes.NewQueryClient(s.Chain.Conn()).Balance(ctx, &banktypes.QueryBalanceRequest{Address: address, Denom: client.Denom})
	if err != nil {
		return 0, fmt.Errorf("ask for the balance of %s: %w", address, err)
	}
	if b.Balance == nil || !b.Balance.Amount.IsUint64() {
		return 0, fmt.Errorf("%w: the balance of %s does not fit", ErrOutcome, address)
	}
	return b.Balance.Amount.Uint64(), nil
}
