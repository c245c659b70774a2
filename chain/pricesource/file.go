package pricesource

import (
	"context"
	"fmt"
	"os"
)

// File reads the price from a file that any program may write. The quote is as old
// as the file, so that a program that died is not believed for ever. Write to another
// name and rename it: a file that is half written is no number.
type File struct {
	// Name is the file's path.
	Name string
	// Path leads to the number in JSON; empty when the file is the number.
	Path string
}

var _ Source = File{}

// Quote implements Source.
func (s File) Quote(context.Context) (_ Quote, err error) {
	f, err := os.Open(s.Name)
	if err != nil {
		return Quote{}, fmt.Errorf("read price: %w", err)
	}
	defer func() { _ = f.Close() }() // only read from
	info, err := f.Stat()
	if err != nil {
		return Quote{}, fmt.Errorf("read price: %w", err)
	}
	if !info.Mode().IsRegular() { // a pipe would never end
		return Quote{}, fmt.Errorf("%w: %s is not a regular file", ErrSpec, s.Name)
	}
	raw, err := read(f)
	if err != nil {
		return Quote{}, fmt.Errorf("read price from %s: %w", s.Name, err)
	}
	price, err := find(raw, s.Path)
	if err != nil {
		return Quote{}, fmt.Errorf("read price from %s: %w", s.Name, err)
	}
	return Quote{Price: price, Time: info.ModTime(), Sources: 1}, nil
}
