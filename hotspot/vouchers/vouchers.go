// Package vouchers owns a hotspot's claims: the best voucher of each lane and
// epoch, kept on disk, so that a router which lost its log can resume and anyone
// can settle. It checks layout, chain, index and that a voucher only grows; it
// checks the signature against a lane key it is given.
package vouchers

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of accepting a voucher.
var (
	// ErrForeign: another chain, or another hotspot's.
	ErrForeign = errors.New("voucher is not ours")
	// ErrLower: not above the best one held.
	ErrLower = errors.New("voucher does not grow")
	// ErrSignature: not signed by the lane's key.
	ErrSignature = errors.New("voucher signature does not verify")
	// ErrFull: more lanes than are kept.
	ErrFull = errors.New("too many lanes")
)

// maxLanes bounds the vouchers held.
const maxLanes = 4096

// keepEpochs is how many epochs back a voucher may still be settled: current and
// previous (architecture §4, Vouchers).
const keepEpochs = 2

type laneEpoch struct {
	org   uint32
	lane  uint16
	epoch uint32
}

// Book is the set of best vouchers. It is safe for concurrent use.
type Book struct {
	path  string
	chain wire.ChainHash

	mu   sync.Mutex // guards best
	best map[laneEpoch]wire.Voucher
}

// Open loads the book from path, which need not exist.
func Open(path string, chain wire.ChainHash) (*Book, error) {
	b := &Book{path: path, chain: chain, best: map[laneEpoch]wire.Voucher{}}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read vouchers: %w", err)
	}
	for chunk := range slices.Chunk(raw, wire.VoucherSize) {
		v, err := wire.ParseVoucher(chunk)
		if err != nil {
			return nil, fmt.Errorf("voucher file %s: %w", path, err)
		}
		b.best[laneEpoch{v.Org, v.Lane, v.Epoch}] = v
	}
	return b, nil
}

// Accept keeps a voucher for hotspot index, if it is the best of its lane and
// epoch, and has it on disk when it returns.
func (b *Book) Accept(raw []byte, index uint32, laneKey wire.PubKey) (wire.Voucher, error) {
	v, err := wire.ParseVoucher(raw)
	if err != nil {
		return v, fmt.Errorf("accept: %w", err)
	}
	if v.Chain != b.chain || v.Hotspot != index {
		return v, ErrForeign
	}
	if laneKey.Alg != wire.KeyEd25519 || !ed25519.Verify(laneKey.Raw(), v.AppendBody(nil), v.Signature[:]) {
		return v, ErrSignature
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	key := laneEpoch{v.Org, v.Lane, v.Epoch}
	held, ok := b.best[key]
	if ok && v.Cum <= held.Cum {
		return held, ErrLower
	}
	b.prune(v.Org, v.Epoch)
	if !ok && len(b.best) >= maxLanes {
		return v, ErrFull
	}
	b.best[key] = v
	if err := b.save(); err != nil {
		if ok {
			b.best[key] = held
		} else {
			delete(b.best, key)
		}
		return v, err
	}
	return v, nil
}

// prune forgets epochs of an org that can no longer be settled. An org's word on
// which epoch it is never costs another org's vouchers.
func (b *Book) prune(org, epoch uint32) {
	for k := range b.best {
		if k.org == org && uint64(k.epoch)+keepEpochs <= uint64(epoch) {
			delete(b.best, k)
		}
	}
}

// save replaces the file: written, synced, renamed.
func (b *Book) save() error {
	var raw []byte
	for _, v := range b.sorted() {
		raw = v.AppendTo(raw)
	}
	tmp, err := os.CreateTemp(filepath.Dir(b.path), ".vouchers-*")
	if err != nil {
		return fmt.Errorf("save vouchers: %w", err)
	}
	_, err = tmp.Write(raw)
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		_ = os.Remove(tmp.Name()) // the write error matters more
		return fmt.Errorf("save vouchers: %w", err)
	}
	if err := os.Rename(tmp.Name(), b.path); err != nil {
		return fmt.Errorf("save vouchers: %w", err)
	}
	return nil
}

func (b *Book) sorted() []wire.Voucher {
	out := make([]wire.Voucher, 0, len(b.best))
	for _, v := range b.best {
		out = append(out, v)
	}
	slices.SortFunc(out, func(x, y wire.Voucher) int {
		if x.Epoch != y.Epoch {
			return int(int64(x.Epoch) - int64(y.Epoch))
		}
		if x.Org != y.Org {
			return int(int64(x.Org) - int64(y.Org))
		}
		return int(x.Lane) - int(y.Lane)
	})
	return out
}

// Best returns the vouchers held, encoded, oldest epoch first.
func (b *Book) Best() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out [][]byte
	for _, v := range b.sorted() {
		out = append(out, v.AppendTo(nil))
	}
	return out
}

// Of returns the vouchers held of one lane, encoded, newest epoch first.
func (b *Book) Of(org uint32, lane uint16) [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out [][]byte
	for _, v := range slices.Backward(b.sorted()) {
		if v.Org == org && v.Lane == lane {
			out = append(out, v.AppendTo(nil))
		}
	}
	return out
}

// Held returns the vouchers held.
func (b *Book) Held() []wire.Voucher {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sorted()
}
