// Package secretfile reads a shared secret from a file: one line, readable by its
// owner only. It owns that refusal, and never shows what it read.
package secretfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// Errors of a secret file.
var (
	// ErrOpen: group or others may read or write the file.
	ErrOpen = errors.New("secret file must be readable by its owner only")
	// ErrFormat: not one line of a length that is asked for.
	ErrFormat = errors.New("not one line of the right length")
)

// Most is how long a secret may be, bytes.
const Most = 255

// Read returns the line of a file without its end; it must have least to Most
// bytes. Errors: ErrOpen, ErrFormat, or one of the system.
func Read(path string, least int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // only read
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%w: %s has mode %04o; chmod 600 it", ErrOpen, path, info.Mode().Perm())
	}
	raw, err := io.ReadAll(io.LimitReader(f, Most+3))
	if err != nil {
		return nil, err
	}
	line := strings.TrimRight(string(raw), "\r\n")
	if len(line) < least || len(line) > Most || strings.ContainsAny(line, "\r\n") {
		return nil, fmt.Errorf("%w: %s: want %d to %d bytes", ErrFormat, path, least, Most)
	}
	return []byte(line), nil
}
