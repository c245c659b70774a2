package proof

import (
	"bytes"
	"fmt"
	"time"

	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtversion "github.com/cometbft/cometbft/proto/tendermint/version"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Seal is what vouches for the state after one block: the header of the block
// after it, signed.
type Seal struct {
	Header     Header
	Commit     Commit
	Validators []Validator
}

// SealOf takes a light block as CometBFT has it into the file's form. Errors:
// ErrFormat for keys other than Ed25519.
func SealOf(h *cmttypes.Header, c *cmttypes.Commit, set []*cmttypes.Validator) (Seal, error) {
	s := Seal{Header: Header{
		BlockVersion: h.Version.Block, AppVersion: h.Version.App, ChainID: h.ChainID, Height: h.Height, Time: h.Time.UTC(),
		LastBlockID: idOf(h.LastBlockID), LastCommitHash: Hex(h.LastCommitHash), DataHash: Hex(h.DataHash),
		ValidatorsHash: Hex(h.ValidatorsHash), NextValidatorsHash: Hex(h.NextValidatorsHash), ConsensusHash: Hex(h.ConsensusHash),
		AppHash: Hex(h.AppHash), LastResultsHash: Hex(h.LastResultsHash), EvidenceHash: Hex(h.EvidenceHash),
		ProposerAddress: Hex(h.ProposerAddress),
	}, Commit: Commit{Round: c.Round, BlockID: idOf(c.BlockID)}}
	for _, v := range set {
		if v == nil {
			return Seal{}, fmt.Errorf("%w: a validator is missing", ErrFormat)
		}
		if _, ok := v.PubKey.(ed25519.PubKey); !ok {
			return Seal{}, fmt.Errorf("%w: validator %s has a key of type %T", ErrFormat, v.Address, v.PubKey)
		}
		s.Validators = append(s.Validators, Validator{Key: v.PubKey.Bytes(), Power: v.VotingPower})
	}
	for _, g := range c.Signatures {
		at := g.Timestamp.UTC()
		switch g.BlockIDFlag {
		case cmttypes.BlockIDFlagCommit:
			s.Commit.Signatures = append(s.Commit.Signatures, Signature{VoteCommit, Hex(g.ValidatorAddress), &at, g.Signature})
		case cmttypes.BlockIDFlagNil:
			s.Commit.Signatures = append(s.Commit.Signatures, Signature{VoteNil, Hex(g.ValidatorAddress), &at, g.Signature})
		default:
			s.Commit.Signatures = append(s.Commit.Signatures, Signature{Vote: VoteAbsent})
		}
	}
	return s, nil
}

// File joins the seal with a question and what is proven for its answer.
func (s Seal) File(about About, items []Item) *File {
	return &File{
		Format: Format, About: about, ChainID: s.Header.ChainID, Height: s.Header.Height - 1,
		Header: s.Header, Commit: s.Commit, Validators: s.Validators, Items: items,
	}
}

func idOf(id cmttypes.BlockID) BlockID {
	return BlockID{Hash: Hex(id.Hash), PartsTotal: id.PartSetHeader.Total, PartsHash: Hex(id.PartSetHeader.Hash)}
}

func (id BlockID) comet() cmttypes.BlockID {
	return cmttypes.BlockID{Hash: bytes.Clone(id.Hash), PartSetHeader: cmttypes.PartSetHeader{Total: id.PartsTotal, Hash: bytes.Clone(id.PartsHash)}}
}

// comet returns the header, in ranges that CometBFT can hash. Errors: ErrFormat.
func (h *Header) comet() (*cmttypes.Header, error) {
	c := &cmttypes.Header{
		Version: cmtversion.Consensus{Block: h.BlockVersion, App: h.AppVersion}, ChainID: h.ChainID, Height: h.Height, Time: h.Time.UTC(),
		LastBlockID: h.LastBlockID.comet(), LastCommitHash: []byte(h.LastCommitHash), DataHash: []byte(h.DataHash),
		ValidatorsHash: []byte(h.ValidatorsHash), NextValidatorsHash: []byte(h.NextValidatorsHash), ConsensusHash: []byte(h.ConsensusHash),
		AppHash: []byte(h.AppHash), LastResultsHash: []byte(h.LastResultsHash), EvidenceHash: []byte(h.EvidenceHash),
		ProposerAddress: []byte(h.ProposerAddress),
	}
	if err := c.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("%w: header: %w", ErrFormat, err)
	}
	if !encodable(h.Time) || len(h.AppHash) != hashSize || len(h.ValidatorsHash) != hashSize {
		return nil, fmt.Errorf("%w: header: time %s, app hash of %d bytes, validators' of %d",
			ErrFormat, h.Time, len(h.AppHash), len(h.ValidatorsHash))
	}
	return c, nil
}

const hashSize = 32 // of SHA-256

// encodable tells whether protobuf can carry a time: CometBFT panics where it
// cannot.
func encodable(t time.Time) bool { y := t.UTC().Year(); return y >= 1970 && y <= 9999 }

// comet returns the commit to the header of a height. Errors: ErrFormat.
func (c *Commit) comet(height int64) (*cmttypes.Commit, error) {
	out := &cmttypes.Commit{Height: height, Round: c.Round, BlockID: c.BlockID.comet()}
	for i, s := range c.Signatures {
		sig := cmttypes.CommitSig{ValidatorAddress: []byte(s.Address), Signature: s.Signature}
		switch s.Vote {
		case VoteAbsent:
			sig.BlockIDFlag = cmttypes.BlockIDFlagAbsent
		case VoteCommit:
			sig.BlockIDFlag = cmttypes.BlockIDFlagCommit
		case VoteNil:
			sig.BlockIDFlag = cmttypes.BlockIDFlagNil
		default:
			return nil, fmt.Errorf("%w: signature %d: vote %q", ErrFormat, i, s.Vote)
		}
		if (s.Time == nil) != (s.Vote == VoteAbsent) || s.Time != nil && !encodable(*s.Time) {
			return nil, fmt.Errorf("%w: signature %d: time", ErrFormat, i)
		}
		if s.Time != nil {
			sig.Timestamp = s.Time.UTC()
		}
		out.Signatures = append(out.Signatures, sig)
	}
	if err := out.ValidateBasic(); err != nil {
		return nil, fmt.Errorf("%w: commit: %w", ErrFormat, err)
	}
	return out, nil
}

// setOf returns the set of validators. Errors: ErrFormat.
func setOf(validators []Validator) (*cmttypes.ValidatorSet, error) {
	seen := map[string]bool{}
	left := cmttypes.MaxTotalVotingPower
	var all []*cmttypes.Validator
	for i, v := range validators {
		if len(v.Key) != ed25519.PubKeySize || seen[string(v.Key)] {
			return nil, fmt.Errorf("%w: validator %d: key of %d bytes, or twice", ErrFormat, i, len(v.Key))
		}
		if v.Power < 1 || v.Power > left {
			return nil, fmt.Errorf("%w: validator %d: power %d", ErrFormat, i, v.Power)
		}
		left -= v.Power
		seen[string(v.Key)] = true
		all = append(all, cmttypes.NewValidator(ed25519.PubKey(bytes.Clone(v.Key)), v.Power))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: no validators", ErrFormat)
	}
	return cmttypes.NewValidatorSet(all), nil // what it panics for was refused above
}
