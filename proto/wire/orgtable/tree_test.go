package orgtable

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// memory keeps a tree and counts what is asked of it.
type memory struct {
	nodes         map[[2]uint32]Hash
	reads, writes int
}

var errNoNode = errors.New("no such node")

func (m *memory) Node(level, index uint32) (Hash, error) {
	m.reads++
	h, ok := m.nodes[[2]uint32{level, index}]
	if !ok {
		return h, fmt.Errorf("%w: %d at %d", errNoNode, index, level)
	}
	return h, nil
}

func (m *memory) SetNode(level, index uint32, h Hash) error {
	m.writes++
	m.nodes[[2]uint32{level, index}] = h
	return nil
}

func testLeaf(n uint64) Hash { return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)) }

// merkle is the definition of RFC 6962 §2.1 as it is written there.
func merkle(leaves []Hash) Hash {
	switch n := len(leaves); n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	default:
		k := 1
		for 2*k < n {
			k *= 2
		}
		left, right := merkle(leaves[:k]), merkle(leaves[k:])
		return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
	}
}

// A tree that grew and changed leaf by leaf has the root of one that is built at once,
// and that is the root of RFC 6962.
func TestUpdatesGiveTheSameRoot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &memory{nodes: map[[2]uint32]Hash{}}
		var leaves []Hash
		for step := range rapid.IntRange(1, 150).Draw(t, "steps") {
			leaf := testLeaf(uint64(step))
			index := len(leaves)
			if index > 0 && rapid.Bool().Draw(t, "change") {
				index = rapid.IntRange(0, index-1).Draw(t, "index")
				leaves[index] = leaf
			} else {
				leaves = append(leaves, leaf)
			}
			m.reads, m.writes = 0, 0
			root, err := Update(m, uint32(len(leaves)), uint32(index), leaf)
			if err != nil {
				t.Fatal(err)
			}
			if m.reads > 8 || m.writes > 9 {
				t.Fatalf("%d reads and %d writes for %d leaves", m.reads, m.writes, len(leaves))
			}
			if want := merkle(leaves); root != want || Root(leaves) != want {
				t.Fatalf("%d leaves: %x and %x, want %x", len(leaves), root, Root(leaves), want)
			}
		}
	})
}

// No two lists of leaves have one root, whatever is left out, added or exchanged.
func TestRootsDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := rapid.SliceOfN(rapid.Uint64Range(0, 3), 0, 9)
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		hashes := func(all []uint64) (out []Hash) {
			for _, n := range all {
				out = append(out, testLeaf(n))
			}
			return out
		}
		same := fmt.Sprint(a) == fmt.Sprint(b)
		if (Root(hashes(a)) == Root(hashes(b))) != same {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestUpdateRefuses(t *testing.T) {
	m := &memory{nodes: map[[2]uint32]Hash{}}
	for _, tc := range []struct {
		count, index uint32
		want         error
	}{{0, 0, ErrIndex}, {3, 3, ErrIndex}, {3, 1<<32 - 1, ErrIndex}, {2, 1, errNoNode}, {1<<32 - 1, 0, errNoNode}} {
		if _, err := Update(m, tc.count, tc.index, Hash{}); !errors.Is(err, tc.want) {
			t.Errorf("leaf %d of %d: %v", tc.index, tc.count, err)
		}
	}
}
