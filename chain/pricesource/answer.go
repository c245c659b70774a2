package pricesource

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// read returns all that a source gives, or ErrTooLong.
func read(r io.Reader) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxAnswer {
		return nil, ErrTooLong
	}
	return raw, nil
}

// find returns the price in an answer: the whole of it is a number or a JSON string
// of one when the path is empty, otherwise it is JSON and the path leads to either.
// A path is keys of objects and indexes of lists with dots between them.
func find(answer []byte, path string) (uint64, error) {
	if path == "" {
		return ParseDecimal(strings.Trim(strings.TrimSpace(string(answer)), `"`))
	}
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.UseNumber() // a float would lose digits
	var at any
	if err := dec.Decode(&at); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	for _, step := range strings.Split(path, ".") {
		next, ok := follow(at, step)
		if !ok {
			return 0, fmt.Errorf("%w: nothing at %q of %q", ErrAnswer, step, path)
		}
		at = next
	}
	switch v := at.(type) {
	case json.Number:
		return ParseDecimal(v.String())
	case string:
		return ParseDecimal(v)
	default:
		return 0, fmt.Errorf("%w: %q is no number", ErrAnswer, path)
	}
}

func follow(at any, step string) (any, bool) {
	switch v := at.(type) {
	case map[string]any:
		next, ok := v[step]
		return next, ok
	case []any:
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(v) {
			return nil, false
		}
		return v[i], true
	default:
		return nil, false
	}
}
