package radius

import (
	"bytes"
	"slices"
)

// PushProxyState adds the state of this proxy behind all others.
func PushProxyState(p *Packet, value []byte) { p.Add(TypeProxyState, slices.Clone(value)) }

// PopProxyState takes the state of this proxy off an answer: it must be the last
// one (RFC 2865 §5.33). Errors: ErrProxyState.
func PopProxyState(p *Packet, value []byte) error {
	for i := len(p.Attributes) - 1; i >= 0; i-- {
		if p.Attributes[i].Type != TypeProxyState {
			continue
		}
		if !bytes.Equal(p.Attributes[i].Attribute, value) {
			return ErrProxyState
		}
		p.Attributes = slices.Delete(p.Attributes, i, i+1)
		return nil
	}
	return ErrProxyState
}

// Classes returns the Class attributes in order.
func Classes(p *Packet) [][]byte {
	var out [][]byte
	for _, a := range p.Attributes {
		if a.Type == TypeClass {
			out = append(out, a.Attribute)
		}
	}
	return out
}

// AddClass adds a Class attribute, at most 253 bytes.
func AddClass(p *Packet, class []byte) { p.Add(TypeClass, slices.Clone(class)) }
