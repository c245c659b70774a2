package radius

import (
	"errors"
	"net"
	"net/netip"

	"github.com/hexwave/hexwave/proto/radius"
)

// socket is one local port with its 256 identifiers. mu of the client guards all
// but conn.
type socket struct {
	conn    *net.UDPConn
	pending [perSocket]*pending
	free    []byte // identifiers, the one that is longest free first
}

func newSocket(conn *net.UDPConn) *socket {
	s := &socket{conn: conn, free: make([]byte, perSocket)}
	for i := range s.free {
		s.free[i] = byte(i)
	}
	return s
}

// reserve takes the identifier that is longest free.
func (s *socket) reserve() (id byte, ok bool) {
	if len(s.free) == 0 {
		return 0, false
	}
	id, s.free = s.free[0], s.free[1:]
	return id, true
}

// release gives an identifier back.
func (s *socket) release(id byte) {
	s.pending[id] = nil
	s.free = append(s.free, id)
}

// read handles what comes to a socket until it is closed.
func (c *Client) read(s *socket) {
	buf := make([]byte, radius.MaxPacket+1) // one more, so that nothing longer passes for it
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue // an ICMP refusal of something sent earlier; the timeout will tell
		}
		c.datagram(s, buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

// datagram ends the request that a datagram answers. One that does not
// authenticate ends nothing: anybody may send it.
func (c *Client) datagram(s *socket, b []byte, from netip.AddrPort) {
	if len(b) < radius.MinPacket {
		c.stats.drop(BadSize)
		return
	}
	c.mu.Lock()
	q := s.pending[b[1]]
	c.mu.Unlock()
	switch {
	case q == nil:
		c.stats.drop(Unexpected)
		return
	case q.to != from:
		c.stats.drop(Stranger)
		return
	}
	reply, err := radius.ParseReply(b, c.cfg.Secret, q.request, false)
	if err != nil {
		c.stats.drop(dropOf(err))
		return
	}
	if !c.finish(q) {
		c.stats.drop(Unexpected)
		return
	}
	c.stats.answered.Add(1)
	if c.silent.Swap(false) {
		c.cfg.Log.Info("AAA answers again", "address", q.to.String())
	}
	q.answer(reply, q.request, nil)
}
