package orgtable

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// Hash is SHA-256.
type Hash [sha256.Size]byte

// First bytes of what is hashed, so that no part can pass for another.
const (
	leafByte = iota
	nodeByte
	rangesByte
	joinEUIsByte
	realmsByte
	signersByte
)

// ErrIndex is returned for a leaf that a tree of that size does not have.
var ErrIndex = errors.New("leaf is outside of the tree")

// Nodes keep a tree: level 0 has the leaves, every level above half as many, rounded up,
// until there is one.
type Nodes interface {
	// Node returns a node that was set.
	Node(level, index uint32) (Hash, error)
	SetNode(level, index uint32, h Hash) error
}

// Root returns the root over leaves, which is the Merkle tree hash of RFC 6962 §2.1: a
// node is SHA-256 over 01 and its children, one that is left alone goes up as it is, and
// the root of nothing is SHA-256 over nothing.
func Root(leaves []Hash) Hash {
	if len(leaves) == 0 {
		return sha256.Sum256(nil)
	}
	level := append([]Hash{}, leaves...)
	for len(level) > 1 {
		up := level[:0]
		for i := 0; i < len(level); i += 2 {
			if i+1 < len(level) {
				up = append(up, node(level[i], level[i+1]))
			} else {
				up = append(up, level[i])
			}
		}
		level = up
	}
	return level[0]
}

// Update sets a leaf of a tree that has count leaves with it, and returns the new root.
// The leaf was there before, or it is the last and new. It reads and writes at most 32
// nodes each. Errors: ErrIndex and those of nodes.
func Update(nodes Nodes, count, index uint32, leaf Hash) (Hash, error) {
	if index >= count {
		return Hash{}, fmt.Errorf("%w: %d of %d", ErrIndex, index, count)
	}
	h := leaf
	for level := uint32(0); ; level++ {
		if err := nodes.SetNode(level, index, h); err != nil {
			return Hash{}, err
		}
		if count == 1 {
			return h, nil
		}
		if sibling := index ^ 1; sibling < count {
			other, err := nodes.Node(level, sibling)
			if err != nil {
				return Hash{}, err
			}
			if sibling < index {
				h = node(other, h)
			} else {
				h = node(h, other)
			}
		}
		index, count = index/2, count/2+count%2
	}
}

func node(left, right Hash) Hash {
	b := make([]byte, 0, 1+2*sha256.Size)
	b = append(b, nodeByte)
	b = append(b, left[:]...)
	return sha256.Sum256(append(b, right[:]...))
}
