package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/oasisprotocol/curve25519-voi/primitives/ed25519/extra/ecvrf"

	"github.com/hexwave/hexwave/chain/x/poc/types"
)

type msgServer struct{ k *Keeper }

// NewMsgServer returns the message handlers over k.
func NewMsgServer(k *Keeper) types.MsgServer { return msgServer{k} }

// RegisterVRFKey sets a validator's randomness key for the epoch after the
// next. The proof shows possession, and its check refuses keys that are not
// canonical or of small order (RFC 9381 §5.4.5).
func (s msgServer) RegisterVRFKey(ctx context.Context, m *types.MsgRegisterVRFKey) (*types.MsgRegisterVRFKeyResponse, error) {
	operator, err := sdk.ValAddressFromBech32(m.Operator)
	if err != nil {
		return nil, errorsmod.Wrapf(types.ErrValidator, "%q: %v", m.Operator, err)
	}
	if _, err := s.k.staking.GetValidator(ctx, operator); err != nil {
		return nil, errorsmod.Wrap(types.ErrValidator, m.Operator)
	}
	if len(m.Key) != 32 || len(m.Proof) != ecvrf.ProofSize {
		return nil, errorsmod.Wrap(types.ErrVRFKey, "key must be 32 bytes, proof 80")
	}
	if ok, _ := ecvrf.Verify(m.Key, m.Proof, types.PossessionAlpha(chainHash(ctx), operator)); !ok {
		return nil, errorsmod.Wrap(types.ErrVRFKey, "proof of possession does not verify")
	}
	keys, err := s.k.VRFKeys(ctx)
	if err != nil {
		return nil, err
	}
	own := types.VRFKey{Operator: m.Operator}
	for _, key := range keys {
		if key.Operator == m.Operator {
			own = key
		} else if bytes.Equal(key.Key, m.Key) || bytes.Equal(key.NextKey, m.Key) {
			return nil, errorsmod.Wrap(types.ErrVRFKeyUsed, key.Operator)
		}
	}
	now := s.k.rewards.CurrentEpoch(ctx)
	active := now + types.KeyDelay
	if err := s.k.vrfKeys.Set(ctx, m.Operator, own.Register(m.Key, now, active)); err != nil {
		return nil, err
	}
	return &types.MsgRegisterVRFKeyResponse{ActiveEpoch: active}, nil
}

// UpdateParams sets the parameters, for governance. Open challenges keep those
// they were drawn with.
func (s msgServer) UpdateParams(ctx context.Context, m *types.MsgUpdateParams) (*types.MsgUpdateParamsResponse, error) {
	if m.Authority != s.k.authority {
		return nil, errorsmod.Wrap(types.ErrAuthority, m.Authority)
	}
	current, err := s.k.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	p := m.Params
	p.Version = current.Version + 1
	if err := p.Validate(); err != nil {
		return nil, err
	}
	return &types.MsgUpdateParamsResponse{}, s.k.setParams(ctx, p)
}
