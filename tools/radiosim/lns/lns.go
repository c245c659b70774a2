// Package lns is a small LoRaWAN 1.0.x network server as a network operator
// would run it: it speaks the Semtech protocol with gateways, answers joins
// and confirmed uplinks and knows its devices by configuration. It has no part
// of Hexwave in it and cannot tell a real gateway from a virtual one.
package lns

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/brocaar/lorawan"

	"github.com/hexwave/hexwave/proto/gwmp"
	"github.com/hexwave/hexwave/tools/radiosim/chance"
	"github.com/hexwave/hexwave/tools/radiosim/journal"
	"github.com/hexwave/hexwave/tools/radiosim/loop"
	"github.com/hexwave/hexwave/tools/radiosim/topology"
)

const (
	sameUplink = 2 * time.Second // copies further apart are another transmission
	orderLife  = 10 * time.Second
	maxState   = 1 << 16 // entries of each table
)

// Parts are what a server is connected to.
type Parts struct {
	Loop    *loop.Loop
	Journal *journal.Journal
	Seed    chance.Seed
}

// Server is one network server. Its methods belong to the event loop, except
// Listen and Run.
type Server struct {
	conf   topology.LNS
	parts  Parts
	conn   *net.UDPConn
	byEUI  map[lorawan.EUI64]*device
	byAddr map[lorawan.DevAddr]*device
	paths  map[gwmp.EUI]netip.AddrPort // of the last PULL_DATA
	open   map[string]*uplink          // by PHYPayload
	orders map[gwmp.Token]*order
	token  uint64
}

// device is what the server knows of one.
type device struct {
	conf     topology.Device
	addr     lorawan.DevAddr
	nwk      lorawan.AES128Key
	up, down uint32 // next FCntUp expected, next FCntDown
	last     string // the last uplink, to know its repetition
	nonces   map[lorawan.DevNonce]bool
	joins    uint32
}

// uplink is a transmission whose copies are being collected.
type uplink struct {
	first        time.Duration
	copies       []rx
	transmission uint64
	done         bool
}

type rx struct {
	eui gwmp.EUI
	pk  gwmp.RxPk
}

// New returns a server for the devices that name it.
func New(conf topology.LNS, devices []topology.Device, p Parts) *Server {
	s := &Server{
		conf: conf, parts: p, byEUI: map[lorawan.EUI64]*device{}, byAddr: map[lorawan.DevAddr]*device{},
		paths: map[gwmp.EUI]netip.AddrPort{}, open: map[string]*uplink{}, orders: map[gwmp.Token]*order{},
	}
	for i, c := range devices {
		if c.LNS != conf.Name {
			continue
		}
		d := &device{conf: c, addr: lorawan.DevAddr(conf.Address(c, i)), nonces: map[lorawan.DevNonce]bool{}}
		if c.Kind == "abp" {
			d.nwk = lorawan.AES128Key(c.NwkSKey)
			s.byAddr[d.addr] = d
			continue
		}
		s.byEUI[lorawan.EUI64(c.DevEUI)] = d
	}
	return s
}

// Listen opens the socket and returns its address.
func (s *Server) Listen() (netip.AddrPort, error) {
	at, err := netip.ParseAddrPort(s.conf.Listen)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("lns %s: %w", s.conf.Name, err)
	}
	s.conn, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("lns %s: %w", s.conf.Name, err)
	}
	return s.conn.LocalAddr().(*net.UDPAddr).AddrPort(), nil
}

// Run serves until ctx ends. Listen must have succeeded.
func (s *Server) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = s.conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	buf := make([]byte, 65536)
	for ctx.Err() == nil {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			continue // a gateway that is gone, or the end of ctx
		}
		p, err := gwmp.Parse(buf[:n])
		s.parts.Loop.Post(func(now time.Duration) {
			if err != nil {
				s.parts.Journal.Totals().Malformed++
				return
			}
			s.handle(now, from, p)
		})
	}
	return s.conn.Close()
}

func (s *Server) send(to netip.AddrPort, p gwmp.Packet) {
	if s.conn != nil {
		_, _ = s.conn.WriteToUDPAddrPort(p.Append(nil), to)
	}
}

func (s *Server) handle(now time.Duration, from netip.AddrPort, p gwmp.Packet) {
	switch p := p.(type) {
	case gwmp.PullData:
		if _, known := s.paths[p.EUI]; known || len(s.paths) < maxState {
			s.paths[p.EUI] = from
		}
		s.send(from, gwmp.PullAck{Version: p.Version, Token: p.Token})
	case gwmp.PushData:
		s.send(from, gwmp.PushAck{Version: p.Version, Token: p.Token})
		for i := range p.RxPks {
			s.collect(now, p.EUI, p.RxPks[i])
		}
	case gwmp.TxAck:
		s.answered(now, p)
	}
}

// collect gathers the copies of a transmission and handles it once.
func (s *Server) collect(now time.Duration, eui gwmp.EUI, pk gwmp.RxPk) {
	if pk.CRC != gwmp.CRCOK || len(pk.Data) == 0 {
		return
	}
	id := s.parts.Journal.Copy(now, s.conf.Name, eui, &pk)
	key := string(pk.Data)
	u := s.open[key]
	if u == nil || now-u.first > sameUplink {
		if len(s.open) >= maxState {
			return
		}
		u = &uplink{first: now, transmission: id}
		s.open[key] = u
		s.parts.Loop.At(now+time.Duration(s.conf.DedupMS)*time.Millisecond, func(t time.Duration) { s.process(t, u) })
		s.parts.Loop.At(now+2*sameUplink, func(time.Duration) {
			if s.open[key] == u {
				delete(s.open, key)
			}
		})
	}
	if !u.done {
		u.copies = append(u.copies, rx{eui, pk})
	}
}

func (s *Server) drop(now time.Duration, u *uplink, reason string) {
	s.parts.Journal.Totals().LNSDropped[reason]++
	s.parts.Journal.Event(now, "lns_drop", map[string]any{"lns": s.conf.Name, "reason": reason, "transmission": u.transmission})
}
