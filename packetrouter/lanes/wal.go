package lanes

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of opening a log.
var (
	// ErrLocked: another process has the log open.
	ErrLocked = errors.New("write-ahead log is in use by another process")
	// ErrForeign: the log belongs to another key or chain.
	ErrForeign = errors.New("write-ahead log is of another lane or chain")
	// ErrDamaged: the log is broken in a way that a crash does not explain.
	// Nothing was changed; restore it from a copy, or open a new lane.
	ErrDamaged = errors.New("write-ahead log is damaged")
)

// A segment is a file NNNNNNNNNN.wal: magic, chain hash, lane key, one snapshot
// record, then batches and raises. A new segment gets its name only once its
// snapshot is on stable storage, so the highest number is always whole up to a
// torn tail, and the lower ones are only waiting to be deleted.
const (
	walMagic  = "HXWAL2\r\n"
	walHeader = len(walMagic) + 8 + wire.KeySize
	walSuffix = ".wal"
)

// wal is an open log. It is not safe for concurrent use.
type wal struct {
	dir    string
	lock   *os.File
	file   *os.File
	number uint64
	size   int64
	base   int64 // size of the segment when it was new
	header []byte
	buf    []byte
}

// openWAL locks dir, replays its newest segment into a state and opens it for
// appending. Errors: ErrLocked, ErrForeign, ErrDamaged, or one of the system.
func openWAL(dir string, chain wire.ChainHash, key wire.PubKey, m Memory) (*wal, *state, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("open write-ahead log: %w", err)
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, nil, err
	}
	w := &wal{dir: dir, lock: lock, header: slices.Concat([]byte(walMagic), chain[:], key.Bytes())}
	s, err := w.load(m)
	if err != nil {
		_ = lock.Close() // the load error says more
		return nil, nil, fmt.Errorf("open write-ahead log %s: %w", dir, err)
	}
	return w, s, nil
}

func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "LOCK"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock write-ahead log: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("%w: %s", ErrLocked, dir)
	}
	return f, nil
}

func (w *wal) load(m Memory) (*state, error) {
	numbers, err := segments(w.dir)
	if err != nil {
		return nil, err
	}
	s := newState(m)
	if len(numbers) == 0 {
		return s, w.rotate(s)
	}
	w.number = numbers[len(numbers)-1]
	name := w.name(w.number)
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	good, err := w.replay(s, data)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	w.file, w.size = f, int64(good)
	if good < len(data) {
		if err := f.Truncate(w.size); err != nil {
			return nil, err
		}
		if err := f.Sync(); err != nil {
			return nil, err
		}
	}
	if _, err := f.Seek(w.size, io.SeekStart); err != nil {
		return nil, err
	}
	return s, w.deleteBefore(w.number)
}

// replay applies all whole records and returns the length up to the torn tail.
func (w *wal) replay(s *state, data []byte) (int, error) {
	if len(data) < walHeader {
		return 0, fmt.Errorf("%w: segment of %d bytes", ErrDamaged, len(data))
	}
	if !bytes.Equal(data[:walHeader], w.header) {
		return 0, ErrForeign
	}
	rest := data[walHeader:]
	for first := true; len(rest) > 0; first = false {
		body, next, err := unframe(rest)
		if err == nil && first != (body[0] == kindSnapshot) {
			return 0, fmt.Errorf("%w: snapshot out of place", ErrDamaged)
		}
		if err == nil {
			// Its checksum is right, so no crash explains what is wrong with it.
			if err := s.replay(body); err != nil {
				return 0, fmt.Errorf("%w: at byte %d: %w", ErrDamaged, len(data)-len(rest), err)
			}
		}
		if err != nil {
			// One record is written at a time, so a crash tears the last one only.
			if first || len(rest) > recordHead+maxRecord || followed(rest) {
				return 0, fmt.Errorf("%w: at byte %d: %w", ErrDamaged, len(data)-len(rest), err)
			}
			return len(data) - len(rest), nil
		}
		if first {
			w.base = int64(len(data) - len(next))
		}
		rest = next
	}
	return len(data), nil
}

// followed reports whether a whole record stands behind a broken one whose
// length is still right: that is decay, not a torn write.
func followed(b []byte) bool {
	if len(b) < recordHead {
		return false
	}
	n := int(b[0])<<24 | int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if n <= 0 || n > maxRecord || recordHead+n >= len(b) {
		return false
	}
	_, _, err := unframe(b[recordHead+n:])
	return err == nil
}

func (w *wal) name(n uint64) string {
	return filepath.Join(w.dir, fmt.Sprintf("%010d%s", n, walSuffix))
}

func segments(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []uint64
	for _, e := range entries {
		base, ok := strings.CutSuffix(e.Name(), walSuffix)
		if !ok {
			continue
		}
		n, err := strconv.ParseUint(base, 10, 64)
		if err == nil {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out, nil
}

// append writes one record and returns when it is on stable storage.
func (w *wal) append(fill func([]byte) []byte) error {
	w.buf = frame(w.buf[:0], fill)
	if _, err := w.file.Write(w.buf); err != nil {
		return fmt.Errorf("write to log: %w", err)
	}
	// After a failed sync the page cache may lie about what is stored (it drops
	// dirty pages), so the caller must stop, not try again.
	if err := w.file.Sync(); err != nil {
		return fmt.Errorf("sync log: %w", err)
	}
	w.size += int64(len(w.buf))
	return nil
}

// rotate begins a new segment from s and deletes the old ones.
func (w *wal) rotate(s *state) error {
	next := w.number + 1
	temporary := filepath.Join(w.dir, "next.tmp")
	f, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("begin segment: %w", err)
	}
	data := frame(slices.Clone(w.header), s.append)
	if err := writeSynced(f, data); err != nil {
		_ = f.Close()
		return fmt.Errorf("begin segment: %w", err)
	}
	if err := os.Rename(temporary, w.name(next)); err != nil {
		_ = f.Close()
		return fmt.Errorf("begin segment: %w", err)
	}
	if err := syncDir(w.dir); err != nil {
		_ = f.Close()
		return fmt.Errorf("begin segment: %w", err)
	}
	if w.file != nil {
		_ = w.file.Close() // all of it is synced
	}
	w.file, w.number, w.size, w.base = f, next, int64(len(data)), int64(len(data))
	return w.deleteBefore(next)
}

func writeSynced(f *os.File, data []byte) error {
	if _, err := f.Write(data); err != nil {
		return err
	}
	return f.Sync()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	return errors.Join(err, d.Close())
}

func (w *wal) deleteBefore(n uint64) error {
	numbers, err := segments(w.dir)
	if err != nil {
		return err
	}
	for _, old := range numbers {
		if old < n {
			if err := os.Remove(w.name(old)); err != nil {
				return fmt.Errorf("delete old segment: %w", err)
			}
		}
	}
	return nil
}

func (w *wal) close() error {
	return errors.Join(w.file.Close(), w.lock.Close())
}
