package proof

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// Format names the only version of the file there is.
const Format = "hexwave-proof/1"

// Limits of a file. The largest set of validators fits well within MaxFile.
const (
	MaxFile       = 2 << 20 // bytes
	MaxItems      = 8
	MaxValidators = 1_000
	maxKey        = 256      // bytes of a key of a store
	maxValue      = 64 << 10 // bytes of a value
	maxProof      = 64 << 10 // bytes of one ICS-23 proof
	maxName       = 64       // bytes of a chain's or a store's name
)

// File is a proof as it is kept and handed on.
type File struct {
	Format string `json:"format"`
	About  About  `json:"about"`
	// ChainID and Height are the header's chain and the height before the
	// header's: the values are those after block Height.
	ChainID    string      `json:"chain_id"`
	Height     int64       `json:"height,string"`
	Header     Header      `json:"header"`
	Commit     Commit      `json:"commit"`
	Validators []Validator `json:"validators"`
	Items      []Item      `json:"items"`
}

// About is the question that the file answers. It is not signed: who reads the
// answer asks the question again and finds the keys in Items, or refuses.
type About struct {
	Kind    string `json:"kind"`
	Hotspot uint32 `json:"hotspot"`
	Org     uint32 `json:"org,omitempty"`
	Lane    uint32 `json:"lane,omitempty"`
	Epoch   uint32 `json:"epoch,omitempty"`
	Owed    bool   `json:"owed,omitempty"`
}

// Header is a header of CometBFT; its hash is the block's.
type Header struct {
	BlockVersion       uint64    `json:"block_version,string"`
	AppVersion         uint64    `json:"app_version,string"`
	ChainID            string    `json:"chain_id"`
	Height             int64     `json:"height,string"`
	Time               time.Time `json:"time"`
	LastBlockID        BlockID   `json:"last_block_id"`
	LastCommitHash     Hex       `json:"last_commit_hash"`
	DataHash           Hex       `json:"data_hash"`
	ValidatorsHash     Hex       `json:"validators_hash"`
	NextValidatorsHash Hex       `json:"next_validators_hash"`
	ConsensusHash      Hex       `json:"consensus_hash"`
	AppHash            Hex       `json:"app_hash"`
	LastResultsHash    Hex       `json:"last_results_hash"`
	EvidenceHash       Hex       `json:"evidence_hash"`
	ProposerAddress    Hex       `json:"proposer_address"`
}

// BlockID is the hash of a header and the root over the parts of its block.
type BlockID struct {
	Hash       Hex    `json:"hash"`
	PartsTotal uint32 `json:"parts_total"`
	PartsHash  Hex    `json:"parts_hash"`
}

// Commit is what the validators signed. Signatures stand in the order of the
// set: descending power, then ascending address.
type Commit struct {
	Round      int32       `json:"round"`
	BlockID    BlockID     `json:"block_id"`
	Signatures []Signature `json:"signatures"`
}

// Votes that a signature can be.
const (
	VoteAbsent = "absent" // nothing else is set then
	VoteCommit = "commit"
	VoteNil    = "nil"
)

// Signature is one validator's part of a commit.
type Signature struct {
	Vote      string     `json:"vote"`
	Address   Hex        `json:"address,omitempty"`
	Time      *time.Time `json:"time,omitempty"`
	Signature Hex        `json:"signature,omitempty"`
}

// Validator is a member of the set that signs.
type Validator struct {
	Key   Hex   `json:"key"` // Ed25519, 32 bytes
	Power int64 `json:"power,string"`
}

// Item is one key of a store with the proofs of what is there. A nil Value says
// that nothing is.
type Item struct {
	Store string `json:"store"`
	Key   Hex    `json:"key"`
	Value *Hex   `json:"value"`
	// KeyProof leads from key and value to the store's root, StoreProof from that
	// to the app hash; both are encoded CommitmentProofs of ICS-23.
	KeyProof   Hex `json:"key_proof"`
	StoreProof Hex `json:"store_proof"`
}

// Hex are bytes that JSON carries in hexadecimal.
type Hex []byte

// MarshalText writes lower-case digits.
func (h Hex) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h), nil }

// UnmarshalText reads digits of either case.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.AppendDecode(nil, text)
	return err
}

// Parse reads a file and checks its form, not what it says. Errors: ErrFormat.
func Parse(raw []byte) (*File, error) {
	if len(raw) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes, limit %d", ErrFormat, len(raw), MaxFile)
	}
	var f File
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: bytes after its end", ErrFormat)
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	return &f, nil
}

// Encode writes the file, indented, with a line feed at its end. Errors:
// ErrFormat when Parse would refuse it.
func (f *File) Encode() ([]byte, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	raw, err := json.MarshalIndent(f, "", " ")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if raw = append(raw, '\n'); len(raw) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes, limit %d", ErrFormat, len(raw), MaxFile)
	}
	return raw, nil
}

// check holds the file against its limits.
func (f *File) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: %s", ErrFormat, fmt.Sprintf(format, args...))
	}
	switch {
	case f.Format != Format:
		return bad("format %q, want %q", f.Format, Format)
	case f.ChainID == "" || len(f.ChainID) > maxName:
		return bad("chain id of %d bytes", len(f.ChainID))
	case f.Height < 1 || f.Header.Height < 1:
		return bad("height %d, header %d", f.Height, f.Header.Height)
	case len(f.Validators) == 0 || len(f.Validators) > MaxValidators:
		return bad("%d validators, want 1 to %d", len(f.Validators), MaxValidators)
	case len(f.Commit.Signatures) != len(f.Validators):
		return bad("%d signatures of %d validators", len(f.Commit.Signatures), len(f.Validators))
	case len(f.Items) == 0 || len(f.Items) > MaxItems:
		return bad("%d items, want 1 to %d", len(f.Items), MaxItems)
	}
	for i, it := range f.Items {
		switch {
		case it.Store == "" || len(it.Store) > maxName:
			return bad("item %d: store's name of %d bytes", i, len(it.Store))
		case len(it.Key) == 0 || len(it.Key) > maxKey:
			return bad("item %d: key of %d bytes", i, len(it.Key))
		case it.Value != nil && (len(*it.Value) == 0 || len(*it.Value) > maxValue):
			return bad("item %d: value of %d bytes", i, len(*it.Value))
		case len(it.KeyProof) > maxProof || len(it.StoreProof) > maxProof:
			return bad("item %d: proof above %d bytes", i, maxProof)
		}
	}
	return nil
}
