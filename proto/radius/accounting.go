package radius

import "fmt"

// Values of Acct-Status-Type (RFC 2866 §5.1).
const (
	AcctStart   = 1
	AcctStop    = 2
	AcctInterim = 3
	AcctOn      = 7
	AcctOff     = 8
)

// Reading is what an Accounting-Request says.
type Reading struct {
	Status         uint32 // Acct-Status-Type
	NAS            string // NAS-Identifier, empty when absent
	Session        string // Acct-Session-Id
	Multi          string // Acct-Multi-Session-Id, empty when absent
	In             Octets // from the device
	Out            Octets // to the device
	SessionTime    uint32 // seconds
	HasSessionTime bool
	Delay          uint32 // Acct-Delay-Time, seconds
	Event          int64  // Event-Timestamp, Unix seconds; 0 when absent
	Cause          uint32 // Acct-Terminate-Cause; 0 when absent
}

// Octets is a counter of an access point: giga * 2^32 + low.
type Octets struct {
	Low     uint32
	Giga    uint32
	Present bool // absent octets are not zero octets
	HasGiga bool
}

// Total is the counter in bytes.
func (o Octets) Total() uint64 { return uint64(o.Giga)<<32 | uint64(o.Low) }

// maxSession bounds a session's id, bytes.
const maxSession = 253

// ReadAccounting reads an Accounting-Request. All but On and Off need a session's
// id. Errors: ErrAccounting.
func ReadAccounting(p *Packet) (Reading, error) {
	status, ok := Uint32(p, TypeAcctStatus)
	r := Reading{
		Status: status, NAS: String(p, TypeNASIdentifier), Session: String(p, TypeAcctSession), Multi: String(p, TypeAcctMultiSession),
		In: octets(p, TypeAcctInput, TypeAcctInputGiga), Out: octets(p, TypeAcctOutput, TypeAcctOutputGiga),
	}
	if !ok {
		return r, fmt.Errorf("%w: no status", ErrAccounting)
	}
	switch status {
	case AcctOn, AcctOff:
	case AcctStart, AcctStop, AcctInterim:
		if r.Session == "" || len(r.Session) > maxSession {
			return r, fmt.Errorf("%w: no session", ErrAccounting)
		}
	default:
		return r, fmt.Errorf("%w: status %d", ErrAccounting, status)
	}
	r.SessionTime, r.HasSessionTime = Uint32(p, TypeAcctSessionTime)
	r.Delay, _ = Uint32(p, TypeAcctDelay)
	event, _ := Uint32(p, TypeEventTimestamp)
	r.Event = int64(event)
	r.Cause, _ = Uint32(p, TypeTerminateCause)
	return r, nil
}

func octets(p *Packet, low, giga Type) Octets {
	var o Octets
	o.Low, o.Present = Uint32(p, low)
	o.Giga, o.HasGiga = Uint32(p, giga)
	return o
}
