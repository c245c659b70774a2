package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// SigSize is the length of a signature in bytes: Ed25519 (RFC 8032) or P-256
// ECDSA as r || s (FIPS 186-5), low s only.
const SigSize = 64

// Errors of parsing. Every parse error wraps one of them.
var (
	// ErrSize is returned when the input is not exactly as long as the layout.
	ErrSize = errors.New("wrong size")
	// ErrTag is returned when the domain tag is another object's.
	ErrTag = errors.New("wrong domain tag")
	// ErrValue is returned when a field holds a value that the layout excludes.
	ErrValue = errors.New("value out of range")
)

// Signature is a detached signature over a body.
type Signature [SigSize]byte

// tag is the four-byte domain tag that opens a body.
type tag [4]byte

// writer appends big-endian fields. It exists so that each layout reads as one
// list of fields in order.
type writer struct{ b []byte }

func (w *writer) u8(v uint8)     { w.b = append(w.b, v) }
func (w *writer) u16(v uint16)   { w.b = binary.BigEndian.AppendUint16(w.b, v) }
func (w *writer) u32(v uint32)   { w.b = binary.BigEndian.AppendUint32(w.b, v) }
func (w *writer) u64(v uint64)   { w.b = binary.BigEndian.AppendUint64(w.b, v) }
func (w *writer) i16(v int16)    { w.u16(uint16(v)) }
func (w *writer) i32(v int32)    { w.u32(uint32(v)) }
func (w *writer) bytes(v []byte) { w.b = append(w.b, v...) }
func (w *writer) key(k PubKey)   { w.b = k.AppendTo(w.b) }
func (w *writer) head(t tag, c ChainHash) {
	w.b = append(w.b, t[:]...)
	w.b = append(w.b, c[:]...)
}

// reader consumes big-endian fields from an input whose total size was checked
// before the first read; reading past the end is a bug of this package.
type reader struct {
	b   []byte
	err error
}

// open starts reading an object of exactly size bytes that begins with t.
func open(name string, b []byte, size int, t tag) (reader, error) {
	if len(b) != size {
		return reader{}, fmt.Errorf("%s: %w: have %d bytes, want %d", name, ErrSize, len(b), size)
	}
	if [4]byte(b[:4]) != t {
		return reader{}, fmt.Errorf("%s: %w", name, ErrTag)
	}
	return reader{b: b[4:]}, nil
}

func (r *reader) take(n int) []byte {
	v := r.b[:n:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) u8() uint8        { return r.take(1)[0] }
func (r *reader) u16() uint16      { return binary.BigEndian.Uint16(r.take(2)) }
func (r *reader) u32() uint32      { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64      { return binary.BigEndian.Uint64(r.take(8)) }
func (r *reader) i16() int16       { return int16(r.u16()) }
func (r *reader) i32() int32       { return int32(r.u32()) }
func (r *reader) chain() ChainHash { return ChainHash(r.take(8)) }

// fail keeps the first excluded value seen; finish reports it.
func (r *reader) fail(field string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s: %w", field, ErrValue)
	}
}

func (r *reader) key() PubKey {
	k, err := ParsePubKey(r.take(KeySize))
	if err != nil && r.err == nil {
		r.err = err
	}
	return k
}

func (r *reader) finish(name string) error {
	if r.err != nil {
		return fmt.Errorf("%s: %w", name, r.err)
	}
	return nil
}
