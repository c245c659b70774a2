package payer

import (
	"crypto/ed25519"
	"crypto/sha256"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

// The cast of the tests: an org with one payer lane, Wi-Fi hotspots 1 to 3 and a
// LoRa hotspot 4, whose keys are routertest.Key of their number.
const (
	theOrg  = routertest.OrgID
	theLane = routertest.LaneNo
	price   = uint32(10_000_000) // US$0.10 a GB
)

// birth is when the tests begin, in whole seconds.
func birth() time.Time { return time.Unix(1_700_000_000, 0) }

func theChain() wire.ChainHash { return wire.HashChainID(routertest.ChainID) }

func theRef() packetrouter.LaneRef { return packetrouter.LaneRef{Org: theOrg, Lane: theLane} }

func theSnapshot() *packetrouter.Snapshot {
	var list []packetrouter.Hotspot
	for n := byte(1); n <= 4; n++ {
		list = append(list, packetrouter.Hotspot{
			ID: packetrouter.HotspotID(n), Key: routertest.Key(n).Public, WiFi: n < 4, LoRa: n == 4,
		})
	}
	return &packetrouter.Snapshot{
		Chain: theChain(), Head: packetrouter.Head{Height: 1, Epoch: 7}, Hotspots: packetrouter.NewHotspots(list),
		Orgs: map[packetrouter.OrgID]*packetrouter.Org{theOrg: {
			ID: theOrg, Realms: []string{"carrier.example"}, WiFiPrice: price,
			Signers: []packetrouter.Signer{{Lane: theLane, Key: routertest.LaneKey().Public, Payout: "hxw1payout"}},
		}},
		Lanes: map[packetrouter.LaneRef]packetrouter.LaneState{theRef(): {Epoch: 7, Reserved: 1_000_000}},
	}
}

func theRules() rules { return rules{subscriberCap: 40e9, ceiling: 37_500_000} } // 300 Mbit/s

// grantFor is a grant of 1800 s from a time on, named n, to a subscriber of the
// same number, at a hotspot.
func grantFor(n byte, h uint32, from time.Time) wire.Grant {
	start := uint32(from.Unix())
	return wire.Grant{
		Chain: theChain(), Org: uint32(theOrg), Lane: theLane, Hotspot: h, ID: [16]byte{n}, Subscriber: [16]byte{n},
		Price: price, MaxBytes: 40e9, NotBefore: start, Expires: start + 1860, Reauth: 1800, Interim: 300, Quantum: 10 << 20,
	}
}

// must applies memos.
func (l *ledger) must(memos ...interface{ appendTo(b []byte) []byte }) {
	for _, m := range memos {
		if err := l.apply(m.appendTo(nil)); err != nil {
			panic(err)
		}
	}
}

// granted is a ledger with one grant.
func granted(g wire.Grant) *ledger {
	l := newLedger()
	l.must(&grantMemo{now: uint64(g.NotBefore) * 1000, grant: g})
	return l
}

// meter is an honest hotspot's chain of records under one grant.
type meter struct {
	key  ed25519.PrivateKey
	next wire.Usage
}

func newMeter(g wire.Grant) *meter {
	return &meter{
		key: routertest.Key(byte(g.Hotspot)).Private,
		next: wire.Usage{
			Chain: g.Chain, Org: g.Org, Lane: g.Lane, Hotspot: g.Hotspot, Grant: g.ID, Seq: 1,
			Time: uint64(g.NotBefore) * 1000, LastEAP: uint64(g.NotBefore) * 1000,
		},
	}
}

// draw returns the record of so many more bytes down, a time later, after
// changes, and moves on to the next.
func (m *meter) draw(bytes uint64, later time.Duration, changes ...func(*wire.Usage)) []byte {
	u := m.next
	u.Time += uint64(later.Milliseconds())
	u.BytesDown += bytes
	u.NASDown += bytes
	for _, change := range changes {
		change(&u)
	}
	raw := sign(m.key, u)
	m.next = u
	m.next.Seq++
	m.next.Prev = sha256.Sum256(raw)
	return raw
}

// sign returns a record signed anew.
func sign(key ed25519.PrivateKey, u wire.Usage) []byte {
	u.Signature = wire.Signature(ed25519.Sign(key, u.AppendBody(nil)))
	return u.AppendTo(nil)
}

// verdict takes a record through all checks that need no money, and applies it
// where it takes its place.
func (l *ledger) verdict(raw []byte, now time.Time, change ...func(*claim)) (wire.UsageVerdict, uint64) {
	c := newClaim(raw, now, theChain(), theRef(), theSnapshot(), theRules())
	for _, f := range change {
		f(&c)
	}
	if v := c.admit(); v != 0 {
		return v, 0
	}
	v, memo := c.judge(l)
	var accepted uint64
	if v == wire.UsageAccepted {
		accepted = c.rise()
	}
	if memo != nil {
		l.must(memo)
	}
	return v, accepted
}
