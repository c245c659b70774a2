package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/credits/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// MintCredits burns HXW of the sender for credits.
func (s msgServer) MintCredits(ctx context.Context, m *types.MsgMintCredits) (*types.MsgMintCreditsResponse, error) {
	from, err := account(m.Sender)
	if err != nil {
		return nil, err
	}
	dc, spark, order, err := s.k.Mint(ctx, from, m)
	return &types.MsgMintCreditsResponse{Credits: dc, Burned: spark, Order: order}, err
}

// MoveEscrow moves credits between two own orgs.
func (s msgServer) MoveEscrow(ctx context.Context, m *types.MsgMoveEscrow) (*types.MsgMoveEscrowResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	return &types.MsgMoveEscrowResponse{}, s.k.Move(ctx, owner, m.From, m.To, m.Credits)
}

// Withdraw begins to take credits out of an own org.
func (s msgServer) Withdraw(ctx context.Context, m *types.MsgWithdraw) (*types.MsgWithdrawResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	ready, err := s.k.Withdraw(ctx, owner, m.Org, m.Credits)
	return &types.MsgWithdrawResponse{ReadyMs: ready}, err
}

// CancelWithdraw puts a withdrawal back.
func (s msgServer) CancelWithdraw(ctx context.Context, m *types.MsgCancelWithdraw) (*types.MsgCancelWithdrawResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	return &types.MsgCancelWithdrawResponse{}, s.k.CancelWithdraw(ctx, owner, m.Org)
}

// Redeem ends a withdrawal.
func (s msgServer) Redeem(ctx context.Context, m *types.MsgRedeem) (*types.MsgRedeemResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	dc, err := s.k.Redeem(ctx, owner, m.Org)
	return &types.MsgRedeemResponse{Credits: dc}, err
}

// SetTopUp says how an own org is topped up.
func (s msgServer) SetTopUp(ctx context.Context, m *types.MsgSetTopUp) (*types.MsgSetTopUpResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	return &types.MsgSetTopUpResponse{}, s.k.SetTopUp(ctx, owner, m)
}

// CancelOrder ends an own order.
func (s msgServer) CancelOrder(ctx context.Context, m *types.MsgCancelOrder) (*types.MsgCancelOrderResponse, error) {
	o, err := orZero(s.k.orders.Get(ctx, m.Order))
	if err != nil {
		return nil, err
	}
	if o.Number == 0 || o.Sender != m.Sender {
		return nil, errorsmod.Wrapf(types.ErrNoOrder, "%d", m.Order)
	}
	return &types.MsgCancelOrderResponse{Refunded: o.Deposit}, s.k.end(ctx, o)
}

// FundOrg moves credits of the sender into the escrow of an own org.
func (s msgServer) FundOrg(ctx context.Context, m *types.MsgFundOrg) (*types.MsgFundOrgResponse, error) {
	owner, err := account(m.Sender)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.Fund(ctx, owner, m.Org, m.Credits); err != nil {
		return nil, err
	}
	return &types.MsgFundOrgResponse{}, nil
}

// UpdateParams sets the parameters, for governance.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.params.Set(ctx, m.Params)
}

type queryServer struct{ k *Keeper }

// NewQueryServer returns the query handlers over k.
func NewQueryServer(k *Keeper) types.QueryServer { return queryServer{k} }

// Params returns the parameters.
func (s queryServer) Params(ctx context.Context, _ *types.QueryParamsRequest) (*types.QueryParamsResponse, error) {
	p, err := s.k.params.Get(ctx)
	return &types.QueryParamsResponse{Params: p}, err
}

// Balance returns an account's credits; zero for one that never had any.
func (s queryServer) Balance(ctx context.Context, r *types.QueryBalanceRequest) (*types.QueryBalanceResponse, error) {
	a, err := account(r.Address)
	if err != nil {
		return nil, err
	}
	b, err := s.k.Balance(ctx, a)
	return &types.QueryBalanceResponse{Balance: b}, err
}

// Escrow returns an org's credits; zero for one that was never funded.
func (s queryServer) Escrow(ctx context.Context, r *types.QueryEscrowRequest) (*types.QueryEscrowResponse, error) {
	e, err := s.k.Escrow(ctx, r.Org)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	_, value, err := s.k.price.Price(ctx)
	if err != nil {
		return nil, err
	}
	res := &types.QueryEscrowResponse{Escrow: e, Suspended: p.Suspended(e.Balance.Credits), Value: types.Value(e.Balance.Credits, value)}
	w, err := orZero(s.k.withdrawals.Get(ctx, r.Org))
	if w.Org != 0 {
		res.Withdrawal = &w
	}
	return res, err
}

// TopUp returns how an org is topped up; zero when it is not.
func (s queryServer) TopUp(ctx context.Context, r *types.QueryTopUpRequest) (*types.QueryTopUpResponse, error) {
	u, err := orZero(s.k.topUps.Get(ctx, r.Org))
	if err != nil {
		return nil, err
	}
	due, err := s.k.due.Has(ctx, r.Org)
	return &types.QueryTopUpResponse{TopUp: u, Due: due}, err
}

// maxListed is how many orders one query lists.
const maxListed = 100

// Orders lists the orders from a number on.
func (s queryServer) Orders(ctx context.Context, r *types.QueryOrdersRequest) (*types.QueryOrdersResponse, error) {
	res := &types.QueryOrdersResponse{}
	err := s.k.orders.Walk(ctx, new(collections.Range[uint64]).StartInclusive(r.From), func(_ uint64, o types.Order) (bool, error) {
		res.Orders = append(res.Orders, o)
		return len(res.Orders) == maxListed, nil
	})
	return res, err
}

// Room returns how many credits an account may mint now.
func (s queryServer) Room(ctx context.Context, r *types.QueryRoomRequest) (*types.QueryRoomResponse, error) {
	a, err := account(r.Address)
	if err != nil {
		return nil, err
	}
	room, err := s.k.room(ctx, a, r.Org)
	return &types.QueryRoomResponse{Kept: room.Kept, Open: room.Open}, err
}

// Quote prices a mint.
func (s queryServer) Quote(ctx context.Context, r *types.QueryQuoteRequest) (*types.QueryQuoteResponse, error) {
	dc, spark, price, err := s.k.quote(ctx, r.Burn, r.Credits)
	return &types.QueryQuoteResponse{Credits: dc, Burn: spark, Price: price}, err
}

// Totals returns the counters since genesis.
func (s queryServer) Totals(ctx context.Context, _ *types.QueryTotalsRequest) (*types.QueryTotalsResponse, error) {
	t, err := s.k.Totals(ctx)
	return &types.QueryTotalsResponse{Totals: t}, err
}

func account(text string) (sdk.AccAddress, error) {
	a, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return nil, errorsmod.Wrapf(types.ErrAddress, "%q: %v", text, err)
	}
	return a, nil
}

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
