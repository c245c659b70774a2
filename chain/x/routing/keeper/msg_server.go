package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/gogoproto/proto"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// CreateOrg adds an org with the next number.
func (s msgServer) CreateOrg(ctx context.Context, m *types.MsgCreateOrg) (*types.MsgCreateOrgResponse, error) {
	owner, err := account(m.Owner)
	if err != nil {
		return nil, err
	}
	if _, err := types.ParseKey(m.BundleKey); err != nil {
		return nil, err
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeeOrg, "org"); err != nil {
		return nil, err
	}
	id, err := s.k.nextOrg.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.k.nextOrg.Set(ctx, id+1); err != nil {
		return nil, err
	}
	o := types.Org{Id: id, Owner: owner.String(), BundleKey: m.BundleKey}
	if err := s.k.orgs.Set(ctx, id, o); err != nil {
		return nil, err
	}
	return &types.MsgCreateOrgResponse{Org: id}, emit(ctx, &types.EventOrgCreated{Org: o})
}

// AddJoinEUI adds a JoinEUI to the org. Several orgs may have the same one:
// makers of devices share theirs, and the bundles tell the devices apart.
func (s msgServer) AddJoinEUI(ctx context.Context, m *types.MsgAddJoinEUI) (*types.MsgAddJoinEUIResponse, error) {
	_, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	key := collections.Join(m.Org, m.JoinEui)
	if has, err := s.k.joinEUIs.Has(ctx, key); err != nil || has {
		return nil, errorsmod.Wrapf(types.ErrJoinEUI, "%016x", m.JoinEui)
	}
	p, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := s.k.fees.BurnFee(ctx, owner, p.FeeJoinEui, "join-eui"); err != nil {
		return nil, err
	}
	if err := s.k.joinEUIs.Set(ctx, key); err != nil {
		return nil, err
	}
	e := types.EventJoinEUIAdded{JoinEui: types.JoinEUI{Org: m.Org, JoinEui: m.JoinEui}}
	return &types.MsgAddJoinEUIResponse{}, emit(ctx, &e)
}

// CommitBundle records which bundle is the org's newest.
func (s msgServer) CommitBundle(ctx context.Context, m *types.MsgCommitBundle) (*types.MsgCommitBundleResponse, error) {
	o, _, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	if m.Sequence <= o.BundleSequence {
		return nil, errorsmod.Wrapf(types.ErrBundle, "sequence %d is not above %d", m.Sequence, o.BundleSequence)
	}
	if len(m.Digest) != 32 {
		return nil, errorsmod.Wrapf(types.ErrBundle, "digest of %d bytes", len(m.Digest))
	}
	o.BundleSequence, o.BundleDigest = m.Sequence, m.Digest
	if err := s.k.orgs.Set(ctx, o.Id, o); err != nil {
		return nil, err
	}
	e := types.EventBundleCommitted{Org: o.Id, Sequence: m.Sequence, Digest: m.Digest}
	return &types.MsgCommitBundleResponse{}, emit(ctx, &e)
}

// UpdateParams sets the parameters, for governance.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	if err := m.Params.Validate(); err != nil {
		return nil, err
	}
	if _, err := s.k.netID(ctx, m.Params.NetId); err != nil {
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

func emit(ctx context.Context, event proto.Message) error {
	return sdk.UnwrapSDKContext(ctx).EventManager().EmitTypedEvent(event)
}
