package types

import (
	"strings"

	errorsmod "cosmossdk.io/errors"
)

// Sizes of a DNS name in bytes (RFC 1035 §2.3.4).
const (
	maxRealm = 253
	maxLabel = 63
)

// ValidateRealm returns ErrRealm unless a realm is a DNS name in lower case,
// without a dot at its end. One label is enough: private realms are common.
func ValidateRealm(realm string) error {
	if len(realm) > maxRealm {
		return errorsmod.Wrapf(ErrRealm, "%d bytes, at most %d", len(realm), maxRealm)
	}
	for _, label := range strings.Split(realm, ".") {
		if !validLabel(label) {
			return errorsmod.Wrapf(ErrRealm, "%q", realm)
		}
	}
	return nil
}

func validLabel(s string) bool {
	if s == "" || len(s) > maxLabel || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// validateRealms checks that each realm is one org's, and no org has too many.
func (g GenesisState) validateRealms() error {
	seen, count := map[string]bool{}, map[uint32]int{}
	for _, r := range g.Realms {
		if err := ValidateRealm(r.Realm); err != nil {
			return err
		}
		count[r.Org]++
		if o, ok := g.org(r.Org); !ok || o.Closed || seen[r.Realm] || count[r.Org] > MaxRealms {
			return errorsmod.Wrapf(ErrGenesis, "realm %s of org %d", r.Realm, r.Org)
		}
		seen[r.Realm] = true
	}
	return nil
}
