package keeper_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/chain/x/lane"
	"github.com/hexwave/hexwave/chain/x/poc/types"
	"github.com/hexwave/hexwave/chain/x/settlement/fixture"
	"github.com/hexwave/hexwave/poc/limits"
	"github.com/hexwave/hexwave/proto/wire"
)

// secured is the hotspot with a secure element: its key is P-256.
const secured = 2

// secure returns a network in which hotspot secured has a P-256 key, and an open
// challenge that it may report.
func secure(t *testing.T) (*network, wire.Challenge) {
	t.Helper()
	net := newNetwork(t, 6, testParams())
	net.registry.hotspots[secured-1].Key = fixture.P256Public(secured).Bytes()
	c := net.firstOpen()
	for c.Hotspot == secured {
		net.blocks(1)
		all := net.opened()
		c = all[len(all)-1]
	}
	return net, c
}

// secureReport is the honest report of hotspot secured, signed by the n-th P-256 key.
func (n *network) secureReport(c wire.Challenge, by uint32, high bool) []byte {
	raw := n.report(c, secured, func(r *wire.Report) {
		r.Tag = wire.Tag(chainHash, wire.NewBeacon(c.ID, preimage(c.Hotspot, c.Index)), fixture.P256Public(secured))
	})
	private, _ := fixture.P256Key(by)
	sig := fixture.P256Signed(private, raw[:wire.ReportBodySize], high)
	copy(raw[wire.ReportBodySize:], sig[:])
	return raw
}

// wrong are signatures of the report that are not the hotspot's.
func (n *network) wrong(c wire.Challenge) map[string][]byte {
	good := n.secureReport(c, secured, false)
	with := func(at int, part []byte) []byte {
		raw := append([]byte(nil), good...)
		copy(raw[wire.ReportBodySize+at:], part)
		return raw
	}
	return map[string][]byte{
		"the other s":    n.secureReport(c, secured, true),
		"another key":    n.secureReport(c, 3, false),
		"an Ed25519 key": n.report(c, secured, nil),
		"no r":           with(0, make([]byte, 32)),
		"no s":           with(32, make([]byte, 32)),
		"r too great":    with(0, bytes.Repeat([]byte{0xff}, 32)),
		"nothing":        with(0, make([]byte, wire.SigSize)),
		"a bit":          flip(good, wire.ReportBodySize),
	}
}

// A witness with a P-256 key is paid as any other.
func TestSecureElementIsPaid(t *testing.T) {
	net, c := secure(t)
	net.begin()
	if v := net.mustDeliver(wire.BatchReports, net.secureReport(c, secured, false)); v[0] != wire.Accepted {
		t.Fatalf("included with %s", v[0])
	}
	net.end()
	net.finish(c)
	if v := net.verdicts(c.ID); v[secured] != wire.Accepted {
		t.Errorf("verdicts %v", v)
	}
	if got := net.ledger.points[secured]; got != limits.PointUnit {
		t.Errorf("booked %d, want %d", got, limits.PointUnit)
	}
}

// What is remembered of good signatures lets no other one of the same report pass.
func TestSecureElementRefusals(t *testing.T) {
	net, c := secure(t)
	good := net.secureReport(c, secured, false)
	plain := net.report(c, others(6, c.Hotspot)[3], nil)
	net.begin()
	run := func(items ...[]byte) error {
		ctx, _ := net.ctx.CacheContext()
		return net.k.CheckBatch(ctx, net.batch(wire.BatchReports, nil, items...))
	}
	for range 2 { // the second time with what the first one left behind
		for name, bad := range net.wrong(c) {
			if err := run(plain, bad); !errors.Is(err, lane.ErrItem) || !strings.Contains(err.Error(), "item 1: "+wire.BadSignature.String()) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := run(good, plain); err != nil {
			t.Errorf("the good one: %v", err)
		}
		if err := run(good[:len(good)-1]); !errors.Is(err, lane.ErrSize) {
			t.Errorf("truncated: %v", err)
		}
	}
}

// A relay answers for P-256 signatures as for others, and not for those that are good.
func TestSecureElementInABadBatch(t *testing.T) {
	net, c := secure(t)
	net.begin()
	accuse := func(item []byte) (*types.MsgBadBatchResponse, error) {
		net.relays.signer.Bond = 1 << 40
		return net.accuse(net.batch(wire.BatchReports, nil, item))
	}
	if _, err := accuse(net.secureReport(c, secured, false)); !errors.Is(err, lane.ErrNoFault) || net.relays.signer.Bond != 1<<40 {
		t.Errorf("honest: %v", err)
	}
	for name, bad := range net.wrong(c) {
		if got, err := accuse(bad); err != nil || wire.Verdict(got.Verdict) != wire.BadSignature || net.relays.signer.Bond == 1<<40 {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
}
