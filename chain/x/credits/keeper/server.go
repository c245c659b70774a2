package keeper

import (
	"context"

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
	to := from
	if m.To != "" {
		if to, err = account(m.To); err != nil {
			return nil, err
		}
	}
	dc, spark, err := s.k.Mint(ctx, from, to, m)
	if err != nil {
		return nil, err
	}
	if err := emit(ctx, &types.EventMinted{To: to.String(), Credits: dc, Burned: spark}); err != nil {
		return nil, err
	}
	return &types.MsgMintCreditsResponse{Credits: dc, Burned: spark}, nil
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
	return &types.QueryEscrowResponse{Escrow: e}, err
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
