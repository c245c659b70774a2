package proof

import (
	"bytes"
	"errors"
	"fmt"

	ics23 "github.com/cosmos/ics23/go"
)

// verify checks that the item is what a state with this app hash has at the key.
// Errors: ErrValue.
func (it *Item) verify(appHash []byte) error {
	root, err := provenRoot(it)
	if err != nil {
		return fmt.Errorf("%w: %s/%x: %w", ErrValue, it.Store, []byte(it.Key), err)
	}
	p, err := single(it.StoreProof)
	if err != nil {
		return fmt.Errorf("%w: root of store %s: %w", ErrValue, it.Store, err)
	}
	if !holds(func() bool { return ics23.VerifyMembership(ics23.TendermintSpec, appHash, p, []byte(it.Store), root) }) {
		return fmt.Errorf("%w: store %s with root %x has no part in app hash %x", ErrValue, it.Store, root, appHash)
	}
	return nil
}

// provenRoot returns the root of the store in which the proof shows the value, or
// shows that there is none.
func provenRoot(it *Item) (root []byte, err error) {
	p, err := single(it.KeyProof)
	if err != nil {
		return nil, err
	}
	ok := holds(func() bool {
		root, err = p.Calculate()
		switch {
		case err != nil:
			return false
		case it.Value == nil:
			return ics23.VerifyNonMembership(ics23.IavlSpec, root, p, it.Key)
		default:
			return ics23.VerifyMembership(ics23.IavlSpec, root, p, it.Key, *it.Value)
		}
	})
	switch {
	case ok:
		return root, nil
	case it.Value == nil:
		return nil, errors.New("absence is not shown")
	default:
		return nil, errors.New("value is not shown")
	}
}

// single decodes a proof of one key. Batches and their compressed form have no
// use here and are refused before anything unpacks them.
func single(raw []byte) (*ics23.CommitmentProof, error) {
	p := new(ics23.CommitmentProof)
	if err := p.Unmarshal(raw); err != nil {
		return nil, err
	}
	if p.GetExist() == nil && p.GetNonexist() == nil {
		return nil, errors.New("proof of another form")
	}
	again, err := p.Marshal()
	if err != nil || !bytes.Equal(again, raw) {
		return nil, errors.New("proof is not in its shortest encoding")
	}
	return p, nil
}

// holds runs a check of the ICS-23 library, which panics on some paths that no
// tree has. Such a proof shows nothing.
func holds(check func() bool) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return check()
}
