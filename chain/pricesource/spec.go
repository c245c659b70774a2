package pricesource

import (
	"fmt"
	"net/url"
	"strings"
)

// MaxSources bounds the sources of one node.
const MaxSources = 16

// Parse reads the description of a source:
//
//	file:/path/to/file            the file is a number
//	file:/path/to/file#a.b.0      the file is JSON, the number is at a, b, first
//	https://host/path?query#a.b   the same of an answer; http for this machine only
//
// It returns ErrSpec when it is none of them.
func Parse(spec string) (Source, error) {
	if name, isFile := strings.CutPrefix(spec, "file:"); isFile {
		name, path, _ := strings.Cut(name, "#")
		if name == "" {
			return nil, fmt.Errorf("%w: %q names no file", ErrSpec, spec)
		}
		return File{Name: name, Path: path}, nil
	}
	u, err := url.Parse(spec)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrSpec, err)
	case u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, fmt.Errorf("%w: %q begins neither with file: nor with https://", ErrSpec, spec)
	case u.Scheme == "http" && !loopback(u):
		return nil, fmt.Errorf("%w: %q would be asked without TLS", ErrSpec, spec)
	}
	path := u.Fragment
	u.Fragment, u.RawFragment = "", ""
	return HTTP{URL: u.String(), Path: path}, nil
}
