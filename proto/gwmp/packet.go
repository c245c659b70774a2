package gwmp

// Packet is one parsed datagram: a [PushData], [PushAck], [PullData],
// [PullResp], [PullAck] or [TxAck].
type Packet interface {
	// Header returns the fixed part of the datagram.
	Header() Header
	// Append writes the whole datagram after dst.
	Append(dst []byte) []byte
}

// PushData carries received frames and a gateway's statistics upstream.
type PushData struct {
	Version uint8
	Token   Token
	EUI     EUI
	RxPks   []RxPk
	Stat    *Stat // nil when absent
}

// PushAck acknowledges a PushData. It says nothing about what becomes of it.
type PushAck struct {
	Version uint8
	Token   Token
}

// PullData opens and keeps open the way for downlinks.
type PullData struct {
	Version uint8
	Token   Token
	EUI     EUI
}

// PullAck acknowledges a PullData.
type PullAck struct {
	Version uint8
	Token   Token
}

// PullResp orders one transmission.
type PullResp struct {
	Version uint8
	Token   Token
	TxPk    TxPk
}

// TxAck answers a PullResp: the transmission was queued, or why not.
type TxAck struct {
	Version uint8
	Token   Token
	EUI     EUI
	Error   TxError // "" in a datagram without body or error; see [TxAck.OK]
	Warn    string  // "" when absent; "TX_POWER" since revision 1.5
	Value   int32   // dBm the radio will use, when Warn is "TX_POWER"
}

// TxError is a forwarder's reason for not transmitting. Unknown texts are
// kept; they are failures.
type TxError string

// The reasons of the protocol.
const (
	TxNone            TxError = "NONE"
	TxTooLate         TxError = "TOO_LATE"
	TxTooEarly        TxError = "TOO_EARLY"
	TxCollisionPacket TxError = "COLLISION_PACKET"
	TxCollisionBeacon TxError = "COLLISION_BEACON"
	TxFreq            TxError = "TX_FREQ"
	TxPower           TxError = "TX_POWER"
	TxGPSUnlocked     TxError = "GPS_UNLOCKED"
)

// OK reports whether the transmission was accepted.
func (a TxAck) OK() bool { return a.Error == "" || a.Error == TxNone }

// Header implements [Packet].
func (p PushData) Header() Header { return Header{p.Version, p.Token, KindPushData, p.EUI} }

// Header implements [Packet].
func (p PushAck) Header() Header { return Header{p.Version, p.Token, KindPushAck, EUI{}} }

// Header implements [Packet].
func (p PullData) Header() Header { return Header{p.Version, p.Token, KindPullData, p.EUI} }

// Header implements [Packet].
func (p PullAck) Header() Header { return Header{p.Version, p.Token, KindPullAck, EUI{}} }

// Header implements [Packet].
func (p PullResp) Header() Header { return Header{p.Version, p.Token, KindPullResp, EUI{}} }

// Header implements [Packet].
func (a TxAck) Header() Header { return Header{a.Version, a.Token, KindTxAck, a.EUI} }

// Append implements [Packet].
func (p PushAck) Append(dst []byte) []byte { return p.Header().Append(dst) }

// Append implements [Packet].
func (p PullData) Append(dst []byte) []byte { return p.Header().Append(dst) }

// Append implements [Packet].
func (p PullAck) Append(dst []byte) []byte { return p.Header().Append(dst) }

// Append implements [Packet].
func (p PushData) Append(dst []byte) []byte {
	dst = append(p.Header().Append(dst), '{')
	if len(p.RxPks) > 0 {
		dst = append(dst, `"rxpk":[`...)
		for i := range p.RxPks {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = p.RxPks[i].AppendJSON(dst)
		}
		dst = append(dst, ']')
	}
	if p.Stat != nil {
		if len(p.RxPks) > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `"stat":`...)
		dst = p.Stat.AppendJSON(dst)
	}
	return append(dst, '}')
}

// Append implements [Packet].
func (p PullResp) Append(dst []byte) []byte {
	dst = append(p.Header().Append(dst), `{"txpk":`...)
	return append(p.TxPk.AppendJSON(dst), '}')
}

// Append implements [Packet]. An acknowledgement that says nothing has no body.
func (a TxAck) Append(dst []byte) []byte {
	dst = a.Header().Append(dst)
	if a.Error == "" && a.Warn == "" {
		return dst
	}
	o := openObject(append(dst, `{"txpk_ack":`...))
	if a.Error != "" {
		o.text("error", string(a.Error))
	}
	if a.Warn != "" {
		o.text("warn", a.Warn)
		o.integer("value", int64(a.Value))
	}
	return append(o.close(), '}')
}
