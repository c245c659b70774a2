package proof

import (
	"bytes"
	"fmt"
	"time"

	cmtmath "github.com/cometbft/cometbft/libs/math"
	cmttypes "github.com/cometbft/cometbft/types"
)

// Trust is what the reader knows to be right from elsewhere. All that is set must
// hold; with nothing set a proof says only what some validators signed.
type Trust struct {
	// Header is the hash of the header, which is the block hash at Height+1 that
	// explorers and nodes show; nil for none.
	Header []byte
	// Genesis has the validators that started the chain; nil for none. It holds as
	// long as more than two thirds of their power then sign now.
	Genesis *Genesis
}

// Sealed is a file whose every link was checked.
type Sealed struct {
	About   About
	ChainID string
	Height  int64     // the values are those after this block
	Time    time.Time // of the block after it, whose header carries the state
	Header  []byte    // hash of that header
	Set     []byte    // hash of the validators that signed it
	// Validators is how many there are; Signed of Power is what they signed with.
	Validators    int
	Signed, Power int64
	// Trusted is what of Trust was given and held: "header", "genesis", both with
	// a comma between, or "" when the set must be taken on trust.
	Trusted string
	Items   []Item
}

// Verify checks a file from its signatures down to its values. It needs no node
// and no clock. Errors: all of this package's.
func Verify(f *File, trust Trust) (*Sealed, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.Header.ChainID != f.ChainID {
		return nil, fmt.Errorf("%w: the file says %q, its header %q", ErrChain, f.ChainID, f.Header.ChainID)
	}
	if f.Header.Height-1 != f.Height {
		return nil, fmt.Errorf("%w: state of %d, header of %d", ErrHeight, f.Height, f.Header.Height)
	}
	header, err := f.Header.comet()
	if err != nil {
		return nil, err
	}
	commit, err := f.Commit.comet(header.Height)
	if err != nil {
		return nil, err
	}
	s := &Sealed{
		About: f.About, ChainID: f.ChainID, Height: f.Height, Time: header.Time, Header: header.Hash(),
		Validators: len(f.Validators), Items: f.Items,
	}
	if !bytes.Equal(s.Header, commit.BlockID.Hash) {
		return nil, fmt.Errorf("%w: its hash is %X, signed is %X", ErrHeader, s.Header, commit.BlockID.Hash)
	}
	if err := s.signed(f, header, commit); err != nil {
		return nil, err
	}
	if err := s.trusted(trust, commit); err != nil {
		return nil, err
	}
	for i := range f.Items {
		if err := f.Items[i].verify(header.AppHash); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// signed checks the commit against the header's own validators. Errors: ErrSet,
// ErrSignatures.
func (s *Sealed) signed(f *File, header *cmttypes.Header, commit *cmttypes.Commit) error {
	set, err := setOf(f.Validators)
	if err != nil {
		return err
	}
	s.Set, s.Power = set.Hash(), set.TotalVotingPower()
	if !bytes.Equal(s.Set, header.ValidatorsHash) {
		return fmt.Errorf("%w: their hash is %X, the header's is %X", ErrSet, s.Set, []byte(header.ValidatorsHash))
	}
	// Every signature is checked, not only enough of them: a file with a wrong one
	// was tampered with.
	if err := set.VerifyCommit(header.ChainID, commit.BlockID, header.Height, commit); err != nil {
		return fmt.Errorf("%w: %w", ErrSignatures, err)
	}
	for i, sig := range commit.Signatures {
		if sig.BlockIDFlag == cmttypes.BlockIDFlagCommit {
			s.Signed += set.Validators[i].VotingPower
		}
	}
	return nil
}

// trusted holds the signed header against what the reader trusts. Errors:
// ErrChain, ErrUntrusted.
func (s *Sealed) trusted(trust Trust, commit *cmttypes.Commit) error {
	if trust.Header != nil {
		if !bytes.Equal(trust.Header, s.Header) {
			return fmt.Errorf("%w: block %d is %X, trusted is %X", ErrUntrusted, s.Height+1, s.Header, trust.Header)
		}
		s.Trusted = "header"
	}
	if trust.Genesis == nil {
		return nil
	}
	if trust.Genesis.ChainID != s.ChainID {
		return fmt.Errorf("%w: the genesis is of %q, the file of %q", ErrChain, trust.Genesis.ChainID, s.ChainID)
	}
	set, err := setOf(trust.Genesis.Validators)
	if err != nil {
		return err
	}
	if err := set.VerifyCommitLightTrusting(s.ChainID, commit, cmtmath.Fraction{Numerator: 2, Denominator: 3}); err != nil {
		return fmt.Errorf("%w: of the genesis: %w", ErrUntrusted, err)
	}
	if s.Trusted != "" {
		s.Trusted += ","
	}
	s.Trusted += "genesis"
	return nil
}
