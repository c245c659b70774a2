package gwmp

import "fmt"

// Parse reads one datagram. The result shares no memory with b. Errors wrap
// one of the Err values of this package.
func Parse(b []byte) (Packet, error) {
	h, body, err := ParseHeader(b)
	if err != nil {
		return nil, err
	}
	body = trimTail(body)
	p, err := parseBody(h, body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", h.Kind, err)
	}
	return p, nil
}

func parseBody(h Header, body []byte) (Packet, error) {
	switch h.Kind {
	case KindPushData:
		p := PushData{Version: h.Version, Token: h.Token, EUI: h.EUI}
		err := decodePush(body, &p)
		return p, err
	case KindPullResp:
		p := PullResp{Version: h.Version, Token: h.Token}
		err := decodeTxPk(body, &p.TxPk)
		return p, err
	case KindTxAck:
		a := TxAck{Version: h.Version, Token: h.Token, EUI: h.EUI}
		err := decodeTxAck(body, &a)
		return a, err
	}
	if len(body) > 0 {
		return nil, ErrTrailing
	}
	switch h.Kind {
	case KindPullData:
		return PullData{Version: h.Version, Token: h.Token, EUI: h.EUI}, nil
	case KindPushAck:
		return PushAck{Version: h.Version, Token: h.Token}, nil
	default:
		return PullAck{Version: h.Version, Token: h.Token}, nil
	}
}

// trimTail drops the NUL bytes and white space some forwarders send after the body.
func trimTail(b []byte) []byte {
	for len(b) > 0 {
		switch b[len(b)-1] {
		case 0, ' ', '\t', '\r', '\n':
			b = b[:len(b)-1]
		default:
			return b
		}
	}
	return b
}
