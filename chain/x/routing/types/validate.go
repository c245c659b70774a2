package types

import (
	errorsmod "cosmossdk.io/errors"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// Validate checks the state without a store: ErrGenesis, ErrParams, ErrNetID, ErrKey,
// ErrRealm or ErrAddress says what is wrong.
func (g GenesisState) Validate() error {
	if err := g.Params.Validate(); err != nil {
		return err
	}
	if uint64(g.NextOrg) != uint64(len(g.Orgs))+1 {
		return errorsmod.Wrapf(ErrGenesis, "next org is %d after %d", g.NextOrg, len(g.Orgs))
	}
	for i, o := range g.Orgs {
		if uint64(o.Id) != uint64(i)+1 || o.Lanes > MaxLanes {
			return errorsmod.Wrapf(ErrGenesis, "org %d is out of order, or has too many lanes", o.Id)
		}
		if err := o.validate(); err != nil {
			return err
		}
	}
	for _, check := range []func() error{
		g.validateNetIDs, g.validateRanges, g.validateJoinEUIs, g.validateRealms, g.validateSigners,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (o Org) validate() error {
	if _, err := ParseKey(o.BundleKey); err != nil {
		return err
	}
	if n := len(o.BundleDigest); n != 0 && n != 32 {
		return errorsmod.Wrapf(ErrGenesis, "bundle digest of org %d has %d bytes", o.Id, n)
	}
	if o.Closed && o.OfferedTo != "" {
		return errorsmod.Wrapf(ErrGenesis, "org %d is closed and offered", o.Id)
	}
	for _, text := range []string{o.Owner, o.OfferedTo} {
		if _, err := sdk.AccAddressFromBech32(text); err != nil && (text != "" || text == o.Owner) {
			return errorsmod.Wrapf(ErrAddress, "%q of org %d: %v", text, o.Id, err)
		}
	}
	return nil
}

// org returns an org of a state that has them in order, or false.
func (g GenesisState) org(id uint32) (Org, bool) {
	if id == 0 || uint64(id) > uint64(len(g.Orgs)) {
		return Org{}, false
	}
	return g.Orgs[id-1], true
}

// validateJoinEUIs checks that each is an open org's, in order and once.
func (g GenesisState) validateJoinEUIs() error {
	count := 0
	for i, j := range g.JoinEuis {
		o, ok := g.org(j.Org)
		count++
		if i > 0 {
			last := g.JoinEuis[i-1]
			if j.Org != last.Org {
				count = 1
			}
			ok = ok && (last.Org < j.Org || last.Org == j.Org && last.JoinEui < j.JoinEui)
		}
		if !ok || o.Closed || count > MaxJoinEUIs {
			return errorsmod.Wrapf(ErrGenesis, "JoinEUI %016x of org %d", j.JoinEui, j.Org)
		}
	}
	return nil
}

// validateSigners checks that each lane that an org opened is there, with a key of its
// own, and revoked when the org is closed.
func (g GenesisState) validateSigners() error {
	keys := map[string]bool{}
	lanes := map[[2]uint32]bool{}
	for _, s := range g.Signers {
		o, ok := g.org(s.Org)
		if !ok || s.Lane == 0 || s.Lane > o.Lanes || keys[string(s.Key)] || lanes[[2]uint32{s.Org, s.Lane}] || o.Closed && !s.Revoked {
			return errorsmod.Wrapf(ErrGenesis, "lane %d of org %d", s.Lane, s.Org)
		}
		if _, err := ParseKey(s.Key); err != nil {
			return err
		}
		if _, err := sdk.AccAddressFromBech32(s.Payout); err != nil {
			return errorsmod.Wrapf(ErrAddress, "%q of lane %d of org %d: %v", s.Payout, s.Lane, s.Org, err)
		}
		keys[string(s.Key)], lanes[[2]uint32{s.Org, s.Lane}] = true, true
	}
	opened := 0
	for _, o := range g.Orgs {
		opened += int(o.Lanes)
	}
	if opened != len(g.Signers) {
		return errorsmod.Wrapf(ErrGenesis, "%d lanes of %d", len(g.Signers), opened)
	}
	return nil
}
