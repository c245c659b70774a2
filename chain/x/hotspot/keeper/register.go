package keeper

import (
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/hotspot/types"
	"github.com/hexwave/hexwave/proto/wire"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// Register adds a hotspot that consented to its owner.
func (s msgServer) Register(ctx context.Context, m *types.MsgRegister) (*types.MsgRegisterResponse, error) {
	payer, err := account(m.Payer)
	if err != nil {
		return nil, err
	}
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	g, err := s.k.checkRegistration(ctx, p, owner, m.Registration)
	if err != nil {
		return nil, err
	}
	burned, err := s.k.fees.BurnBond(ctx, payer, p.RegistrationFee(g.Class), "register")
	if err != nil {
		return nil, err
	}
	index, err := s.k.nextIndex.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.k.nextIndex.Set(ctx, index+1); err != nil {
		return nil, err
	}
	h := types.Hotspot{
		Index: index, Key: g.Key.Bytes(), Owner: owner.String(), Class: uint32(g.Class),
		Anchor: append([]byte(nil), g.Anchor[:]...), AnchorIndex: g.AnchorIndex,
		RegisteredHeight: sdk.UnwrapSDKContext(ctx).BlockHeight(), BondBasis: burned,
	}
	if err := s.k.insert(ctx, h, owner); err != nil {
		return nil, err
	}
	e := types.EventRegistered{
		Hotspot: index, Id: g.Key.String(), Name: wire.HotspotName(g.Key),
		Owner: h.Owner, Class: h.Class,
	}
	if err := emit(ctx, &e); err != nil {
		return nil, err
	}
	for _, hook := range s.k.hooks {
		if err := hook.AfterRegistered(ctx, h); err != nil {
			return nil, err
		}
	}
	return &types.MsgRegisterResponse{Hotspot: index}, nil
}

// checkRegistration reads a registration and returns the first reason why it
// does not count, the signature last.
func (k *Keeper) checkRegistration(ctx context.Context, p types.Params, owner sdk.AccAddress, raw []byte) (wire.Registration, error) {
	g, err := wire.ParseRegistration(raw)
	if err != nil {
		return g, errorsmod.Wrap(types.ErrMalformed, err.Error())
	}
	if err := checkBounds(ctx, p, owner, g.Chain, g.Owner, g.ValidUntil); err != nil {
		return g, err
	}
	if err := k.checkNewKey(ctx, g.Key); err != nil {
		return g, err
	}
	if err := k.checkNewAnchor(ctx, g.Anchor); err != nil {
		return g, err
	}
	if !signed(g.Key, raw[:wire.RegistrationBodySize], g.Signature) {
		return g, types.ErrSignature
	}
	return g, nil
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

func account(text string) (sdk.AccAddress, error) {
	a, err := sdk.AccAddressFromBech32(text)
	if err != nil {
		return nil, errorsmod.Wrapf(types.ErrAddress, "%q: %v", text, err)
	}
	return a, nil
}

func height(ctx context.Context) uint64 { return uint64(sdk.UnwrapSDKContext(ctx).BlockHeight()) }

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
