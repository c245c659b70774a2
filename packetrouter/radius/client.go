package radius

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hexwave/hexwave/proto/radius"
)

// Errors that an answer function gets.
var (
	// ErrStopped: Run does not run, or not any more.
	ErrStopped = errors.New("RADIUS client does not run")
	// ErrFull: every identifier of every socket is in use.
	ErrFull = errors.New("too many RADIUS requests under way")
	// ErrNoAnswer: the AAA said nothing that authenticates, in all tries.
	ErrNoAnswer = errors.New("AAA does not answer")
)

// Client asks one AAA.
type Client struct {
	cfg        Config
	auth, acct netip.AddrPort
	stats      counters
	silent     atomic.Bool // the last request to end had no answer

	mu      sync.Mutex
	sockets []*socket  // guarded by mu; none while Run does not run
	next    int        // guarded by mu: of sockets
	waiting []*pending // guarded by mu: in order of due
}

// pending is one request under way. Its fields do not change but for tries and
// due, which Run owns.
type pending struct {
	socket  *socket
	request *radius.Packet
	data    []byte
	to      netip.AddrPort
	answer  func(reply, request *radius.Packet, err error)
	tries   int
	due     time.Time
}

// NewClient returns a client of an AAA; Run must run for it to ask. Errors:
// ErrSecret, ErrAddress.
func NewClient(cfg Config) (*Client, error) {
	c := &Client{cfg: cfg.withDefaults()}
	if len(cfg.Secret) == 0 {
		return nil, ErrSecret
	}
	var err error
	if c.auth, err = resolve(cfg.Auth); err != nil {
		return nil, fmt.Errorf("authentication port: %w", err)
	}
	if c.acct, err = resolve(cfg.Acct); err != nil {
		return nil, fmt.Errorf("accounting port: %w", err)
	}
	return c, nil
}

// Ask sends an Access- or Accounting-Request under the client's secret and one of
// its identifiers; p is the client's from then on. answer is called exactly once,
// from any goroutine and possibly before Ask returns: with an answer that
// authenticates and the request as it was sent, or with ErrStopped, ErrFull,
// ErrNoAnswer, or an error of proto/radius for a packet that cannot be sent.
func (c *Client) Ask(p *radius.Packet, answer func(reply, request *radius.Packet, err error)) {
	q := &pending{request: p, answer: answer, tries: 1}
	switch p.Code {
	case radius.AccessRequest:
		q.to = c.auth
	case radius.AccountingRequest:
		q.to = c.acct
	default:
		answer(nil, nil, fmt.Errorf("ask AAA: %w: %s", radius.ErrCode, p.Code))
		return
	}
	if err := c.send(q); err != nil {
		answer(nil, nil, err)
	}
}

// send takes an identifier for a request and sends it for the first time. After
// an error the request is not under way.
func (c *Client) send(q *pending) error {
	s, id, err := c.take()
	if err != nil {
		return err
	}
	q.socket, q.request.Identifier, q.request.Secret = s, id, c.cfg.Secret
	if q.data, err = radius.EncodeRequest(q.request); err != nil {
		c.mu.Lock()
		s.release(id)
		c.mu.Unlock()
		return fmt.Errorf("ask AAA: %w", err)
	}
	c.mu.Lock()
	if c.sockets == nil {
		c.mu.Unlock()
		return ErrStopped
	}
	q.due = time.Now().Add(c.cfg.Wait)
	s.pending[id] = q
	c.waiting = append(c.waiting, q)
	c.mu.Unlock()
	c.stats.asked.Add(1)
	q.transmit()
	return nil
}

// take reserves an identifier on the next socket that has one.
func (c *Client) take() (*socket, byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sockets == nil {
		return nil, 0, ErrStopped
	}
	for range c.sockets {
		s := c.sockets[c.next%len(c.sockets)]
		c.next++
		if id, ok := s.reserve(); ok {
			return s, id, nil
		}
	}
	c.stats.full.Add(1)
	return nil, 0, ErrFull
}

// transmit writes the datagram. Like every loss on the way, a refusal of the
// socket shows as a missing answer.
func (q *pending) transmit() { _, _ = q.socket.conn.WriteToUDPAddrPort(q.data, q.to) }

// finish takes a request off the table; false when somebody else did.
func (c *Client) finish(q *pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := q.request.Identifier
	if q.socket.pending[id] != q {
		return false
	}
	q.socket.release(id)
	return true
}
