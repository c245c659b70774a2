package radius

import "slices"

// maxAttribute is the most that an attribute holds, bytes.
const maxAttribute = 253

// EAP returns the EAP packet of the EAP-Message attributes, joined in order (RFC
// 3579 §3.1); nil when there is none.
func EAP(p *Packet) []byte {
	var out []byte
	for _, a := range p.Attributes {
		if a.Type == TypeEAPMessage {
			out = append(out, a.Attribute...)
		}
	}
	return out
}

// SetEAP replaces the EAP packet, cut into attributes.
func SetEAP(p *Packet, eap []byte) {
	p.Del(TypeEAPMessage)
	for part := range slices.Chunk(eap, maxAttribute) {
		p.Add(TypeEAPMessage, slices.Clone(part))
	}
}

// eapFailure is the code of an EAP packet that ends a conversation (RFC 3748
// §4.2).
const eapFailure = 4

// Reject returns an Access-Reject to request with an EAP-Failure of the given
// identifier and a Reply-Message, which is cut to 253 bytes.
func Reject(request *Packet, eapID byte, reason string) *Packet {
	p := NewReply(request, AccessReject)
	SetEAP(p, []byte{eapFailure, eapID, 0, 4})
	p.Add(TypeReplyMessage, []byte(reason[:min(len(reason), maxAttribute)]))
	return p
}

// EAPID is the identifier of an EAP packet, 0 when it has none.
func EAPID(eap []byte) byte {
	if len(eap) < 2 {
		return 0
	}
	return eap[1]
}
