// Package prooftest signs headers as validators do, for tests of proofs. It runs
// no consensus and is imported by tests only.
package prooftest

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/cometbft/cometbft/version"

	"github.com/hexwave/hexwave/chain/proof"
)

// Validator is one that signs.
type Validator struct {
	Key   ed25519.PrivKey
	Power int64
	Vote  string // one of proof's votes; "" is proof.VoteCommit
}

// Key returns the key of a number, the same in every run.
func Key(n int) ed25519.PrivKey {
	return ed25519.GenPrivKeyFromSecret(fmt.Appendf(nil, "validator %d", n))
}

// Seal returns the signed header of the block after one whose state has appHash.
func Seal(t testing.TB, chainID string, height int64, appHash []byte, validators []Validator) proof.Seal {
	t.Helper()
	return SealNaming(t, chainID, height, appHash, validators, validators)
}

func setOf(validators []Validator) *cmttypes.ValidatorSet {
	var members []*cmttypes.Validator
	for _, v := range validators {
		members = append(members, cmttypes.NewValidator(v.Key.PubKey(), v.Power))
	}
	return cmttypes.NewValidatorSet(members)
}

// SealNaming is Seal with a header that names other validators as the next ones.
func SealNaming(t testing.TB, chainID string, height int64, appHash []byte, validators, next []Validator) proof.Seal {
	t.Helper()
	set := setOf(validators)
	at := time.Date(2026, 1, 1, 0, 0, 0, 123_456_789, time.UTC).Add(time.Duration(height) * time.Second)
	id := func(name string) cmttypes.BlockID {
		return cmttypes.BlockID{Hash: hash(name), PartSetHeader: cmttypes.PartSetHeader{Total: 1, Hash: hash(name + " parts")}}
	}
	h := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: version.BlockProtocol, App: 1}, ChainID: chainID, Height: height + 1, Time: at,
		LastBlockID: id("block before"), LastCommitHash: hash("commit before"), DataHash: hash("transactions"),
		ValidatorsHash: set.Hash(), NextValidatorsHash: setOf(next).Hash(), ConsensusHash: hash("parameters"), AppHash: appHash,
		LastResultsHash: hash("results"), EvidenceHash: hash("evidence"), ProposerAddress: set.Validators[0].Address,
	}
	c := &cmttypes.Commit{Height: height + 1, Round: 2, BlockID: id("block")}
	c.BlockID.Hash = h.Hash()
	for i, member := range set.Validators {
		v := find(validators, member.PubKey.Bytes())
		sig := cmttypes.CommitSig{BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: member.Address, Timestamp: at.Add(time.Duration(i) * time.Millisecond)}
		switch v.Vote {
		case proof.VoteAbsent:
			sig = cmttypes.NewCommitSigAbsent()
		case proof.VoteNil:
			sig.BlockIDFlag = cmttypes.BlockIDFlagNil
		}
		c.Signatures = append(c.Signatures, sig)
		if v.Vote == proof.VoteAbsent {
			continue
		}
		signature, err := v.Key.Sign(c.VoteSignBytes(chainID, int32(i)))
		if err != nil {
			t.Fatal(err)
		}
		c.Signatures[i].Signature = signature
	}
	s, err := proof.SealOf(h, c, set.Validators)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func find(validators []Validator, key []byte) Validator {
	for _, v := range validators {
		if bytes.Equal(v.Key.PubKey().Bytes(), key) {
			return v
		}
	}
	return Validator{}
}

func hash(s string) []byte {
	h := sha256.Sum256([]byte(s))
	return h[:]
}
