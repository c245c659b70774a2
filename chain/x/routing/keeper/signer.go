package keeper

import (
	"context"
	"math"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/x/routing/types"
)

// A lane lives from AuthorizeSigner to RevokeSigner. Its number and its key are never
// used again, because vouchers and batches name it.

// AuthorizeSigner opens the org's next lane for a key and takes its bond.
func (s msgServer) AuthorizeSigner(ctx context.Context, m *types.MsgAuthorizeSigner) (*types.MsgAuthorizeSignerResponse, error) {
	o, owner, err := s.k.owned(ctx, m.Org, m.Owner)
	if err != nil {
		return nil, err
	}
	if err := s.k.checkSigner(ctx, o, m); err != nil {
		return nil, err
	}
	signer := types.Signer{Org: o.Id, Lane: o.Lanes + 1, Key: m.Key, Kind: m.Kind}
	if err := s.k.setTerms(ctx, &signer, m.Allowance, m.Payout, m.Bond); err != nil {
		return nil, err
	}
	if err := s.k.takeBond(ctx, owner, &signer, m.Bond); err != nil {
		return nil, err
	}
	o.Lanes++
	if err := s.k.orgs.Set(ctx, o.Id, o); err != nil {
		return nil, err
	}
	if err := s.k.setSigner(ctx, signer); err != nil {
		return nil, err
	}
	if err := s.k.changed(ctx, o.Id, partSigners, &types.EventSignerAuthorized{Signer: signer}); err != nil {
		return nil, err
	}
	return &types.MsgAuthorizeSignerResponse{Lane: signer.Lane}, s.k.tellSigner(ctx, signer)
}

// checkSigner says whether the org may open a lane for the key that m has.
func (k *Keeper) checkSigner(ctx context.Context, o types.Org, m *types.MsgAuthorizeSigner) error {
	if m.Kind != types.SIGNER_KIND_ROUTER && m.Kind != types.SIGNER_KIND_PAYER {
		return errorsmod.Wrapf(types.ErrSignerKind, "%d", m.Kind)
	}
	if _, err := types.ParseKey(m.Key); err != nil {
		return err
	}
	if o.Lanes >= types.MaxLanes {
		return errorsmod.Wrapf(types.ErrLanes, "%d", o.Lanes)
	}
	if has, err := k.signerKeys.Has(ctx, m.Key); err != nil || has {
		return types.ErrSignerKey
	}
	return nil
}

// setTerms gives a lane an allowance, with a bond that is large enough for it, and a
// payout account.
func (k *Keeper) setTerms(ctx context.Context, s *types.Signer, allowance uint64, payout string, bond uint64) error {
	if allowance == 0 {
		return types.ErrAllowance
	}
	to, err := account(payout)
	if err != nil {
		return err
	}
	if k.bank.BlockedAddr(to) {
		return errorsmod.Wrapf(types.ErrAddress, "%s cannot be paid", payout)
	}
	p, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	mint, value, err := k.price.Price(ctx)
	if err != nil {
		return err
	}
	if mint == 0 { // stale
		mint = value
	}
	if least := p.LeastBond(allowance, mint); bond < least {
		return errorsmod.Wrapf(types.ErrBond, "%d spark, at least %d for %d DC an epoch", bond, least, allowance)
	}
	s.Allowance, s.Payout = allowance, to.String()
	return nil
}

// takeBond adds spark of owner to a lane's bond.
func (k *Keeper) takeBond(ctx context.Context, owner sdk.AccAddress, s *types.Signer, spark uint64) error {
	if spark > math.MaxUint64-s.Bond {
		return errorsmod.Wrapf(types.ErrBond, "%d spark more are too many", spark)
	}
	s.Bond += spark
	return k.bank.SendCoinsFromAccountToModule(ctx, owner, types.ModuleName, coinsOf(spark))
}

func (k *Keeper) setSigner(ctx context.Context, s types.Signer) error {
	if err := k.signerKeys.Set(ctx, s.Key); err != nil {
		return err
	}
	return k.signers.Set(ctx, collections.Join(s.Org, s.Lane), s)
}

// tellSigner tells others about a lane that may spend now.
func (k *Keeper) tellSigner(ctx context.Context, s types.Signer) error {
	for _, h := range k.hooks {
		if err := h.AfterSignerAuthorized(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// ownedSigner returns a lane of an org that owner owns. The org may be closed: then the
// lane is revoked.
func (k *Keeper) ownedSigner(ctx context.Context, owner string, org, lane uint32) (types.Signer, sdk.AccAddress, error) {
	_, a, err := k.ownedOrClosed(ctx, org, owner)
	if err != nil {
		return types.Signer{}, nil, err
	}
	s, ok := k.Signer(ctx, org, lane)
	if !ok {
		return s, nil, types.ErrSigner.Wrapf("org %d lane %d", org, lane)
	}
	return s, a, nil
}

// changeSigner stores a lane and says what it is now.
func (k *Keeper) changeSigner(ctx context.Context, s types.Signer) error {
	if err := k.signers.Set(ctx, collections.Join(s.Org, s.Lane), s); err != nil {
		return err
	}
	return k.changed(ctx, s.Org, partSigners, &types.EventSignerChanged{Signer: s})
}

// SetSigner changes the allowance and the payout account of a lane. A higher allowance
// reserves at once, a lower one counts from the next epoch.
func (s msgServer) SetSigner(ctx context.Context, m *types.MsgSetSigner) (*types.MsgSetSignerResponse, error) {
	signer, _, err := s.k.ownedSigner(ctx, m.Owner, m.Org, m.Lane)
	if err != nil {
		return nil, err
	}
	if signer.Revoked {
		return nil, types.ErrRevoked
	}
	if err := s.k.setTerms(ctx, &signer, m.Allowance, m.Payout, signer.Bond); err != nil {
		return nil, err
	}
	if err := s.k.changeSigner(ctx, signer); err != nil {
		return nil, err
	}
	return &types.MsgSetSignerResponse{}, s.k.tellSigner(ctx, signer)
}

// AddBond adds to the bond of a lane.
func (s msgServer) AddBond(ctx context.Context, m *types.MsgAddBond) (*types.MsgAddBondResponse, error) {
	signer, owner, err := s.k.ownedSigner(ctx, m.Owner, m.Org, m.Lane)
	if err != nil {
		return nil, err
	}
	if signer.Revoked {
		return nil, types.ErrRevoked
	}
	if m.Spark == 0 {
		return nil, errorsmod.Wrap(types.ErrBond, "nothing to add")
	}
	if err := s.k.takeBond(ctx, owner, &signer, m.Spark); err != nil {
		return nil, err
	}
	return &types.MsgAddBondResponse{Bond: signer.Bond}, s.k.changeSigner(ctx, signer)
}

// RevokeSigner ends a lane as of the current epoch, of which its vouchers still settle.
func (s msgServer) RevokeSigner(ctx context.Context, m *types.MsgRevokeSigner) (*types.MsgRevokeSignerResponse, error) {
	signer, _, err := s.k.ownedSigner(ctx, m.Owner, m.Org, m.Lane)
	if err != nil {
		return nil, err
	}
	if signer.Revoked {
		return nil, types.ErrRevoked
	}
	if err := s.k.revoke(ctx, &signer); err != nil {
		return nil, err
	}
	return &types.MsgRevokeSignerResponse{BondUntilMs: signer.BondUntilMs}, s.k.changeSigner(ctx, signer)
}

// revoke marks a lane as revoked, unless it is.
func (k *Keeper) revoke(ctx context.Context, s *types.Signer) error {
	if s.Revoked {
		return nil
	}
	p, err := k.params.Get(ctx)
	s.Revoked, s.RevokedEpoch = true, k.epochs.CurrentEpoch(ctx)
	s.BondUntilMs = nowMs(ctx) + int64(p.UnbondSeconds)*1000
	return err
}

// WithdrawBond pays what is left of a revoked lane's bond to the owner of its org.
func (s msgServer) WithdrawBond(ctx context.Context, m *types.MsgWithdrawBond) (*types.MsgWithdrawBondResponse, error) {
	signer, owner, err := s.k.ownedSigner(ctx, m.Owner, m.Org, m.Lane)
	if err != nil {
		return nil, err
	}
	if !signer.Revoked || nowMs(ctx) < signer.BondUntilMs {
		return nil, types.ErrHeld
	}
	spark := signer.Bond
	if spark == 0 {
		return nil, errorsmod.Wrap(types.ErrBond, "nothing is left of it")
	}
	signer.Bond = 0
	if err := s.k.bank.SendCoinsFromModuleToAccount(ctx, types.ModuleName, owner, coinsOf(spark)); err != nil {
		return nil, err
	}
	return &types.MsgWithdrawBondResponse{Spark: spark}, s.k.changeSigner(ctx, signer)
}

func nowMs(ctx context.Context) int64 { return sdk.UnwrapSDKContext(ctx).BlockTime().UnixMilli() }
