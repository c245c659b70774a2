package payer

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/proto/radius"
	"github.com/hexwave/hexwave/proto/wire"
)

// A farewell asks a hotspot to end the sessions of a superseded grant: a
// Disconnect-Request (RFC 5176 §2.1) with the grant as Class. It is sent three
// times at most. One that gets lost costs the hotspot only: nothing is paid for
// after the minute that the older grant has left.
const (
	farewellTries = 3
	farewellEvery = 2 * time.Second
	maxFarewells  = 4096 // without an answer; more are sent once
)

type farewells struct {
	mu   sync.Mutex
	open map[exchangeName]*farewell // guarded by mu
}

type farewell struct {
	request       *radius.Packet
	proof, packet []byte
	tries         int       // so far
	due           time.Time // for the next, or for giving up
}

func newFarewells() *farewells { return &farewells{open: map[exchangeName]*farewell{}} }

// farewell ends the sessions of a grant. Only Run calls it.
func (p *Payer) farewell(lane packetrouter.LaneRef, old *wire.Grant) {
	now := time.Now()
	request := radius.NewRequest(radius.DisconnectRequest, []byte(radius.TunnelSecret))
	radius.AddClass(request, old.AppendTo(nil))
	packet, err := radius.EncodeRequest(request)
	if err != nil {
		panic("payer: a Disconnect-Request of one attribute does not encode: " + err.Error())
	}
	var number [8]byte
	_, _ = rand.Read(number[:]) // never fails
	proof := wire.RadiusProof{
		Chain: p.cfg.Chain, Org: uint32(lane.Org), Lane: lane.Lane, Hotspot: old.Hotspot, Kind: wire.RadiusDynamic,
		Exchange: binary.BigEndian.Uint64(number[:]), Time: millis(now), Digest: sha256.Sum256(packet),
	}
	proof.Signature = p.lane.Sign(proof.AppendBody(nil))
	f := &farewell{request: request, proof: proof.AppendTo(nil), packet: packet, tries: 1, due: now.Add(farewellEvery)}
	name := exchangeName{packetrouter.HotspotID(old.Hotspot), proof.Exchange}
	p.stats.disconnects.Add(1)
	p.farewells.mu.Lock()
	if len(p.farewells.open) < maxFarewells {
		p.farewells.open[name] = f
	} else {
		p.stats.unanswered.Add(1)
	}
	p.farewells.mu.Unlock()
	p.sent(p.down.Radius(name.hotspot, f.proof, f.packet))
}

// repeatFarewells sends those again that have no answer, and gives up the last
// ones.
func (p *Payer) repeatFarewells(now time.Time) {
	p.farewells.mu.Lock()
	again := map[exchangeName]*farewell{}
	for name, f := range p.farewells.open {
		switch {
		case now.Before(f.due):
		case f.tries == farewellTries:
			delete(p.farewells.open, name)
			p.stats.unanswered.Add(1)
		default:
			f.tries++
			f.due = now.Add(farewellEvery)
			again[name] = f
		}
	}
	p.farewells.mu.Unlock()
	for name, f := range again {
		p.sent(p.down.Radius(name.hotspot, f.proof, f.packet))
	}
}

// farewellAnswered takes a hotspot's answer to a Disconnect-Request.
func (p *Payer) farewellAnswered(r *request) Reason {
	p.farewells.mu.Lock()
	f := p.farewells.open[r.name()]
	p.farewells.mu.Unlock()
	if f == nil {
		return Duplicate // given up, or answered before
	}
	if !isSigned(p, r) {
		return BadSignature
	}
	reply, err := radius.ParseReply(r.raw, []byte(radius.TunnelSecret), f.request, true)
	if err != nil {
		return BadRadius
	}
	p.farewells.mu.Lock()
	_, open := p.farewells.open[r.name()]
	delete(p.farewells.open, r.name())
	p.farewells.mu.Unlock()
	switch {
	case !open:
		return Duplicate
	case reply.Code == radius.DisconnectACK:
		p.stats.acked.Add(1)
	default:
		p.stats.refused.Add(1)
	}
	return Passed
}
