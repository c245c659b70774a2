package radius

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"
)

// Run opens the sockets and asks until ctx is done; then every request under way
// ends with ErrStopped. A client runs once.
func (c *Client) Run(ctx context.Context) error {
	sockets := make([]*socket, 0, c.cfg.Sockets)
	var readers sync.WaitGroup
	defer readers.Wait()
	defer func() {
		for _, s := range sockets {
			_ = s.conn.Close() // a UDP socket has nothing left to say
		}
	}()
	for range c.cfg.Sockets {
		conn, err := net.ListenUDP("udp", nil)
		if err != nil {
			return fmt.Errorf("open RADIUS socket: %w", err)
		}
		sockets = append(sockets, newSocket(conn))
	}
	for _, s := range sockets {
		readers.Go(func() { c.read(s) })
	}
	c.mu.Lock()
	c.sockets = sockets
	c.mu.Unlock()
	defer c.stop()
	tick := time.NewTicker(c.cfg.tick())
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			c.expire(now)
		}
	}
}

// stop ends what is under way.
func (c *Client) stop() {
	c.mu.Lock()
	left := c.waiting
	c.sockets, c.waiting = nil, nil
	c.mu.Unlock()
	for _, q := range left {
		if c.finish(q) {
			q.answer(nil, nil, ErrStopped)
		}
	}
}

// expire sends again, or gives up, the requests whose wait is over.
func (c *Client) expire(now time.Time) {
	c.mu.Lock()
	n := 0
	for n < len(c.waiting) && !now.Before(c.waiting[n].due) {
		n++
	}
	due := c.waiting[:n:n]
	if c.waiting = c.waiting[n:]; len(c.waiting) == 0 {
		c.waiting = nil
	}
	var again, over []*pending
	for _, q := range due {
		switch {
		case q.socket.pending[q.request.Identifier] != q: // answered
		case q.tries < c.cfg.Tries:
			q.tries++
			q.due = now.Add(c.cfg.Wait)
			c.waiting = append(c.waiting, q)
			again = append(again, q)
		default:
			over = append(over, q)
		}
	}
	c.mu.Unlock()
	for _, q := range again {
		c.stats.resent.Add(1)
		q.transmit()
	}
	for _, q := range over {
		if !c.finish(q) {
			continue
		}
		c.stats.noAnswer.Add(1)
		if !c.silent.Swap(true) {
			c.cfg.Log.Warn("AAA does not answer", "address", q.to.String(), "tries", c.cfg.Tries)
		}
		q.answer(nil, nil, ErrNoAnswer)
	}
}
