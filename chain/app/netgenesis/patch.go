package netgenesis

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrPatch is returned for a patch that is not a JSON object.
var ErrPatch = errors.New("genesis patch must be a JSON object")

// MergePatch applies a JSON merge patch (RFC 7386) to target: objects merge key
// by key, null deletes a key, and everything else replaces. Numbers keep their
// digits.
func MergePatch(target, patch []byte) ([]byte, error) {
	into, err := object(target)
	if err != nil {
		return nil, fmt.Errorf("read target: %w", err)
	}
	from, err := object(patch)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPatch, err)
	}
	out, err := json.Marshal(merge(into, from))
	if err != nil {
		return nil, fmt.Errorf("write patched genesis: %w", err)
	}
	return out, nil
}

func object(raw []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var o map[string]any
	if err := dec.Decode(&o); err != nil {
		return nil, err
	}
	if o == nil {
		return nil, errors.New("null is not an object")
	}
	return o, nil
}

func merge(into, from map[string]any) map[string]any {
	for key, value := range from {
		switch v := value.(type) {
		case nil:
			delete(into, key)
		case map[string]any:
			sub, ok := into[key].(map[string]any)
			if !ok {
				sub = map[string]any{}
			}
			into[key] = merge(sub, v)
		default:
			into[key] = v
		}
	}
	return into
}
