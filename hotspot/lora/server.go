package lora

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// Errors of transmitting.
var (
	// ErrNoForwarder is returned when no packet forwarder is connected.
	ErrNoForwarder = errors.New("no packet forwarder connected")
	// ErrNoAck is returned when the forwarder did not answer.
	ErrNoAck = errors.New("packet forwarder did not acknowledge")
)

// ackWait is how long a TX_ACK may take. Forwarders answer when they have put the
// frame in their queue, within milliseconds.
const ackWait = 3 * time.Second

// Receiver takes what the radio heard. Its method is called on the server's
// goroutine and must not block.
type Receiver interface {
	Receive(hotspot.Uplink)
}

// Counters are what the server has counted since it started. Refusals have a
// name each.
type Counters struct {
	Frames    uint64            `json:"frames"`    // handed to the receiver
	Refused   map[string]uint64 `json:"refused"`   // datagrams and frames, by reason
	Forwarded uint64            `json:"forwarded"` // transmissions accepted by a forwarder
}

// Server speaks Semtech UDP with packet forwarders. Start it with Run.
type Server struct {
	conn *net.UDPConn
	recv Receiver
	log  *slog.Logger

	mu       sync.Mutex // guards the fields below
	table    forwarders
	pending  map[ackKey]chan gwmp.TxAck
	token    uint16
	counters Counters
}

// ackKey names a transmission in flight: tokens are per forwarder.
type ackKey struct {
	eui   gwmp.EUI
	token gwmp.Token
}

// NewServer returns a server on conn that hands frames to recv.
func NewServer(conn *net.UDPConn, recv Receiver, log *slog.Logger) *Server {
	return &Server{
		conn: conn, recv: recv, log: log,
		table:    forwarders{byEUI: map[gwmp.EUI]*forwarder{}},
		pending:  map[ackKey]chan gwmp.TxAck{},
		counters: Counters{Refused: map[string]uint64{}},
	}
}

// Run serves until ctx is done.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(time.Now()) }) // unblocks the read below
	defer stop()
	buf := make([]byte, gwmp.MaxDatagram)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read from packet forwarders: %w", err)
		}
		s.datagram(buf[:n], from, time.Now())
	}
}

// datagram handles one datagram. A malformed one gets no answer and a counter.
func (s *Server) datagram(b []byte, from netip.AddrPort, now time.Time) {
	p, err := gwmp.Parse(b)
	if err != nil {
		s.count(refusal(err))
		return
	}
	switch p := p.(type) {
	case gwmp.PushData:
		s.reply(gwmp.PushAck{Version: p.Version, Token: p.Token}, from)
		s.push(p, now)
	case gwmp.PullData:
		s.mu.Lock()
		f := s.table.touch(p.EUI, p.Version, now)
		f.pull, f.pulled = from, now
		s.mu.Unlock()
		s.reply(gwmp.PullAck{Version: p.Version, Token: p.Token}, from)
	case gwmp.TxAck:
		s.acked(p)
	default:
		s.count("unexpected-kind")
	}
}

// refusal names the reason of a parse error.
func refusal(err error) string {
	for _, r := range []struct {
		err  error
		name string
	}{
		{gwmp.ErrShort, "short"},
		{gwmp.ErrLong, "long"},
		{gwmp.ErrVersion, "version"},
		{gwmp.ErrKind, "kind"},
		{gwmp.ErrTrailing, "trailing"},
		{gwmp.ErrJSON, "json"},
		{gwmp.ErrField, "field"},
		{gwmp.ErrLimit, "limit"},
	} {
		if errors.Is(err, r.err) {
			return r.name
		}
	}
	return "other"
}

// push passes the frames of one PUSH_DATA to the receiver.
func (s *Server) push(p gwmp.PushData, now time.Time) {
	s.mu.Lock()
	f := s.table.touch(p.EUI, p.Version, now)
	s.mu.Unlock()
	for i := range p.RxPks {
		u, reason := uplink(p.EUI, &p.RxPks[i], now)
		if reason != "" {
			s.count(reason)
			continue
		}
		s.mu.Lock()
		f.lastRx = now
		f.rxok++
		s.counters.Frames++
		s.mu.Unlock()
		s.recv.Receive(u)
	}
}

// uplink converts a received frame, or names why it is dropped. Only frames with
// a good CRC pass: others carry bits that nobody sent.
func uplink(eui gwmp.EUI, p *gwmp.RxPk, now time.Time) (hotspot.Uplink, string) {
	switch {
	case p.CRC != gwmp.CRCOK:
		return hotspot.Uplink{}, "crc"
	case p.Modu != gwmp.LoRa || p.Datr.SF == 0:
		return hotspot.Uplink{}, "modulation"
	case len(p.Data) == 0:
		return hotspot.Uplink{}, "empty"
	}
	return hotspot.Uplink{
		Payload: p.Data, Tmst: p.Tmst, At: now, Frequency: p.FreqHz, FreqError: p.FOff, SF: p.Datr.SF,
		Bandwidth: uint32(p.Datr.BandwidthKHz) * 1000, RSSI: 10 * p.SignalRSSI(), SNR: p.SNR,
		CodeRate: p.Codr, Forwarder: eui,
	}, ""
}

// Transmit orders one transmission and waits for the forwarder's answer. The
// zero eui means any forwarder.
func (s *Server) Transmit(ctx context.Context, eui gwmp.EUI, tx gwmp.TxPk) (gwmp.TxAck, error) {
	s.mu.Lock()
	f, ok := s.table.target(eui, time.Now())
	if !ok {
		s.mu.Unlock()
		return gwmp.TxAck{}, ErrNoForwarder
	}
	s.token++
	var token gwmp.Token
	binary.BigEndian.PutUint16(token[:], s.token)
	key := ackKey{f.eui, token}
	answer := make(chan gwmp.TxAck, 1)
	to, version := f.pull, f.version
	if version >= gwmp.Version2 {
		s.pending[key] = answer
	} else {
		key.token = gwmp.Token{} // version 1 has token 0 and no TX_ACK
	}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.pending, key)
		s.mu.Unlock()
	}()

	s.reply(gwmp.PullResp{Version: version, Token: key.token, TxPk: tx}, to)
	if version < gwmp.Version2 {
		return gwmp.TxAck{EUI: key.eui}, nil
	}
	timer := time.NewTimer(ackWait)
	defer timer.Stop()
	select {
	case a := <-answer:
		if a.OK() {
			s.mu.Lock()
			s.counters.Forwarded++
			s.mu.Unlock()
		}
		return a, nil
	case <-timer.C:
		return gwmp.TxAck{}, ErrNoAck
	case <-ctx.Done():
		return gwmp.TxAck{}, fmt.Errorf("wait for packet forwarder: %w", ctx.Err())
	}
}

func (s *Server) acked(a gwmp.TxAck) {
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, ok := s.pending[ackKey{a.EUI, a.Token}]
	if !ok {
		s.counters.Refused["unknown-token"]++
		return
	}
	delete(s.pending, ackKey{a.EUI, a.Token})
	answer <- a // buffered, and removed from the table: the only send
}

func (s *Server) reply(p gwmp.Packet, to netip.AddrPort) {
	if _, err := s.conn.WriteToUDPAddrPort(p.Append(nil), to); err != nil {
		s.count("send")
		s.log.Debug("send to packet forwarder", "error", err)
	}
}

func (s *Server) count(reason string) {
	s.mu.Lock()
	s.counters.Refused[reason]++
	s.mu.Unlock()
}

// Counters returns a copy of the counters.
func (s *Server) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.counters
	c.Refused = make(map[string]uint64, len(s.counters.Refused))
	for k, v := range s.counters.Refused {
		c.Refused[k] = v
	}
	return c
}

// Forwarders lists the forwarders in order of their EUI.
func (s *Server) Forwarders() []Forwarder {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Forwarder, 0, len(s.table.byEUI))
	for _, f := range s.table.byEUI {
		out = append(out, Forwarder{f.eui, f.connected(now), f.lastSeen, f.lastRx, f.rxok})
	}
	slices.SortFunc(out, func(a, b Forwarder) int { return slices.Compare(a.EUI[:], b.EUI[:]) })
	return out
}
