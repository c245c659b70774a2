package semtech

import (
	"context"
	"net/netip"
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/gwmp"
)

// Run reads the gateways' sockets, sends again what was not acknowledged and
// keeps PULL_DATA going, until ctx is done. Then it closes every socket; packets
// without a PUSH_ACK count as lost.
func (e *Egress) Run(ctx context.Context) error {
	var readers sync.WaitGroup
	defer readers.Wait()
	defer e.closeAll()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	wait := time.NewTicker(min(100*time.Millisecond, max(e.cfg.AckWait/4, time.Millisecond)))
	defer wait.Stop()
	resolve := time.NewTicker(resolveEvery)
	defer resolve.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case g := <-e.started:
			readers.Go(func() { e.read(g) })
		case <-wait.C:
			e.expire(time.Now().UnixMicro())
		case <-second.C:
			e.sweep(time.Now().UnixMicro())
		case <-resolve.C:
			e.mu.RLock()
			names := e.names
			e.mu.RUnlock()
			readers.Go(func() { e.resolve(ctx, names) })
		}
	}
}

// closeAll ends every gateway and what waits.
func (e *Egress) closeAll() {
	e.mu.Lock()
	e.stopped = true
	all := e.gateways
	e.gateways = nil
	e.mu.Unlock()
	for _, g := range all {
		e.close(g)
	}
	for {
		select {
		case <-e.started: // closed already; its reader was never started
		default:
			return
		}
	}
}

// close ends one gateway.
func (e *Egress) close(g *gateway) {
	g.mu.Lock()
	g.closed = true
	left := g.pending
	g.pending = nil
	g.mu.Unlock()
	_ = g.conn.Close() // a UDP socket has nothing left to say
	for _, p := range left {
		p.delivery.Done(false)
	}
}

// expire sends again, or gives up, the packets whose time has come.
func (e *Egress) expire(now int64) {
	e.waitMu.Lock()
	n := 0
	for n < len(e.waiting) && e.waiting[n].deadline <= now {
		n++
	}
	due := e.waiting[:n:n]
	if e.waiting = e.waiting[n:]; len(e.waiting) == 0 {
		e.waiting = nil
	}
	e.waitMu.Unlock()
	for _, p := range due {
		e.overdue(p, now)
	}
}

func (e *Egress) overdue(p *push, now int64) {
	g := p.gateway
	if p.again {
		if g.finish(p) {
			e.stats.lost.Add(1)
			p.delivery.Done(false)
		}
		return
	}
	g.mu.Lock()
	open := g.pending[p.token] == p
	if open {
		p.again, p.deadline = true, now+e.cfg.AckWait.Microseconds()
	}
	g.mu.Unlock()
	if !open {
		return
	}
	e.waitMu.Lock()
	e.waiting = append(e.waiting, p)
	e.waitMu.Unlock()
	e.stats.resent.Add(1)
	g.send(p.data, p.to)
}

// sweep sends the PULL_DATA that are due and closes gateways of hotspots that
// left.
func (e *Egress) sweep(now int64) {
	e.mu.RLock()
	all := make([]*gateway, 0, len(e.gateways))
	for _, g := range e.gateways {
		all = append(all, g)
	}
	e.mu.RUnlock()
	for _, g := range all {
		g.mu.Lock()
		idle := now-g.lastUsed > idleAfter.Microseconds()
		g.mu.Unlock()
		if idle && !e.router.Connected(g.key) {
			e.mu.Lock()
			delete(e.gateways, g.key)
			e.mu.Unlock()
			e.close(g)
			continue
		}
		for _, to := range g.duePulls(now, e.cfg.PullEvery.Microseconds()) {
			e.stats.pulled.Add(1)
			g.pull(to, uint16(now))
		}
	}
}

// read handles what network servers send to one gateway, until its socket is
// closed.
func (e *Egress) read(g *gateway) {
	buf := make([]byte, maxDatagram)
	for {
		n, from, err := g.conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			g.mu.Lock()
			closed := g.closed
			g.mu.Unlock()
			if closed {
				return
			}
			// An ICMP refusal of something sent earlier; the timeout will tell.
			continue
		}
		e.datagram(g, buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

func (e *Egress) datagram(g *gateway, b []byte, from netip.AddrPort) {
	h, _, err := gwmp.ParseHeader(b)
	if err != nil {
		e.stats.badDatagrams.Add(1)
		return
	}
	switch h.Kind {
	case gwmp.KindPushAck:
		if p := g.acknowledged(h.Token, from); p != nil {
			e.stats.acked.Add(1)
			p.delivery.Done(true)
		}
	case gwmp.KindPullAck:
	case gwmp.KindPullResp:
		e.pullResp(g, b, from)
	case gwmp.KindPushData, gwmp.KindPullData, gwmp.KindTxAck:
		e.stats.badDatagrams.Add(1)
	}
}

// pullResp hands a downlink to the hotspot and answers with its true result.
func (e *Egress) pullResp(g *gateway, b []byte, from netip.AddrPort) {
	now := time.Now()
	known, allowed := g.allow(from, now.UnixMicro())
	if !known {
		e.stats.strangers.Add(1)
		return
	}
	p, err := gwmp.Parse(b)
	if err != nil {
		e.stats.badDatagrams.Add(1)
		return
	}
	resp := p.(gwmp.PullResp)
	e.stats.downlinks.Add(1)
	answer := func(x packetrouter.TxResult, _ int) {
		ack := gwmp.TxAck{Version: gwmp.Version2, Token: resp.Token, EUI: g.eui, Error: txError(x)}
		g.send(ack.Append(make([]byte, 0, 64)), from)
	}
	if !allowed {
		answer(packetrouter.TxCollisionPacket, 0)
		return
	}
	d, x := downlink(&resp.TxPk)
	if x != packetrouter.TxOK {
		answer(x, 0)
		return
	}
	d.Forwarder, d.Antenna = g.source(from, resp.TxPk.Tmst, resp.TxPk.HasTmst && !resp.TxPk.Imme)
	e.router.Downlink(now, g.key, d, answer)
}
