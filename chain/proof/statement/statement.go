// Package statement says what proven values mean: who a hotspot belongs to, what
// a lane settled for it, what it can claim, which orgs there are. It owns the questions, the keys they
// ask for and the reading of the answers; the same function asks a node when a
// proof is made and the file when it is checked, so a file cannot answer another
// question than the one it names. It checks no proof: chain/proof does.
package statement

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/hexwave/hexwave/chain/proof"
)

// Errors of Read and Of.
var (
	// ErrKind: the question is none that there is.
	ErrKind = errors.New("unknown kind of statement")
	// ErrKeys: the file has proofs of other keys than its question asks for.
	ErrKeys = errors.New("proofs are of other keys than the question's")
	// ErrState: a value cannot be read, or contradicts another.
	ErrState = errors.New("state cannot be read")
)

// Kinds of questions.
const (
	KindHotspot = "hotspot" // Hotspot
	KindVoucher = "voucher" // Org, Lane, Hotspot, Epoch
	KindClaim   = "claim"   // Hotspot, Owed
	KindTable   = "table"
)

// Source gives the value at a key of a store, nil when there is none.
type Source func(store string, key []byte) ([]byte, error)

// Statement is an answer. One of them is set.
type Statement struct {
	Hotspot *Hotspot `json:"hotspot,omitempty"`
	Voucher *Voucher `json:"voucher,omitempty"`
	Claim   *Claim   `json:"claim,omitempty"`
	Table   *Table   `json:"table,omitempty"`
}

// Read answers a question from a source. Errors: ErrKind, ErrState, those of the
// source.
func Read(q proof.About, get Source) (Statement, error) {
	var s Statement
	var err error
	switch q.Kind {
	case KindHotspot:
		s.Hotspot, err = readHotspot(q, get)
	case KindVoucher:
		s.Voucher, err = readVoucher(q, get)
	case KindClaim:
		s.Claim, err = readClaim(q, get)
	case KindTable:
		s.Table, err = readTable(q, get)
	default:
		err = fmt.Errorf("%w: %q", ErrKind, q.Kind)
	}
	if err != nil {
		return Statement{}, err
	}
	return s, nil
}

// Of answers the question of a proof with its values. Errors: ErrKind, ErrKeys,
// ErrState.
func Of(p *proof.Sealed) (Statement, error) {
	rest := p.Items
	s, err := Read(p.About, func(store string, key []byte) ([]byte, error) {
		if len(rest) == 0 || rest[0].Store != store || !bytes.Equal(rest[0].Key, key) {
			return nil, fmt.Errorf("%w: none of %s/%x in its place", ErrKeys, store, key)
		}
		it := rest[0]
		rest = rest[1:]
		if it.Value == nil {
			return nil, nil
		}
		return *it.Value, nil
	})
	if err != nil {
		return Statement{}, err
	}
	if len(rest) > 0 {
		return Statement{}, fmt.Errorf("%w: %d more than asked for", ErrKeys, len(rest))
	}
	return s, nil
}

// Row is what is true of every statement of a file.
type Row struct {
	ChainID string `json:"chain_id"`
	Height  int64  `json:"height"` // the state after this block
	// Sealed is the time of the block after it, Header that block's hash.
	Sealed     time.Time `json:"sealed"`
	Header     string    `json:"header"`
	Set        string    `json:"validators_hash"`
	Validators int       `json:"validators"`
	Signed     int64     `json:"signed_power"`
	Power      int64     `json:"power"`
	Trusted    string    `json:"trusted"` // as proof.Sealed has it
	Statement
}

// RowOf joins a checked proof with its statement.
func RowOf(p *proof.Sealed, s Statement) Row {
	return Row{
		ChainID: p.ChainID, Height: p.Height, Sealed: p.Time, Header: hex.EncodeToString(p.Header), Set: hex.EncodeToString(p.Set),
		Validators: p.Validators, Signed: p.Signed, Power: p.Power, Trusted: p.Trusted, Statement: s,
	}
}
