package wifi

import (
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/proto/radius"
)

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte{})
	st := newState(chainHash())
	g := newGrant(1, self, began)
	raw := g.AppendTo(nil)
	st.admit(&grant{Raw: raw, Grant: g, Realm: "carrier.example", Accepted: began})
	for _, r := range st.apply(told(nas, "s", radius.AcctInterim, 700, raw, began+minute), self, hotspotKey().Sign).records {
		f.Add(r.appendTo(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, _, err := parseRecord(b)
		if err == nil && !cmp.Equal(r.appendTo(nil), b) {
			t.Errorf("%x reads back as %x", b, r.appendTo(nil))
		}
	})
}

// nowhere is a carrier without a router.
type nowhere struct{}

func (nowhere) Radius(hotspot.Radius) bool { return false }
func (nowhere) Usage(hotspot.Usage) bool   { return false }

// FuzzDatagrams feeds the ports what any neighbour may send, with a right
// authenticator where the fuzzer asks for one: no datagram brings the server down.
func FuzzDatagrams(f *testing.F) {
	book, err := OpenBook(filepath.Join(f.TempDir(), "sessions.db"), chainHash())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = book.store.close() })
	from := netip.MustParseAddrPort("127.0.0.1:9")
	s := New(Config{
		Chain: chainHash(), Index: func() uint32 { return self },
		Points: []AccessPoint{{Name: nas, Secret: []byte(secret), From: []netip.Prefix{netip.PrefixFrom(from.Addr(), 32)}, Ceiling: DefaultCeiling}},
	}, hotspotKey(), book, nowhere{}, onChain{}, noVouchers{}, Sockets{new(net.UDPConn), new(net.UDPConn), new(net.UDPConn)}, slog.New(slog.DiscardHandler))
	f.Add(byte(radius.AccessRequest), []byte{1, 6, 'a', '@', 'b', 'c'}, true)
	f.Add(byte(radius.AccountingRequest), []byte{40, 6, 0, 0, 0, 3, 44, 3, 's', 42, 6, 0, 0, 0, 9}, true)
	f.Add(byte(radius.AccessRequest), []byte{80, 3, 0}, false)
	f.Fuzz(func(_ *testing.T, code byte, attributes []byte, sign bool) {
		b := append([]byte{code, 1, byte((20 + len(attributes)) >> 8), byte(20 + len(attributes))}, make([]byte, 16)...)
		b = append(b, attributes...)
		if sign {
			b = signed(radius.Code(code), attributes)
		}
		s.access(b, from)
		s.accounting(b, from)
		s.dynamic.answer(b, from)
	})
}

// signed is a request of the access point with attributes, as far as they are some.
func signed(code radius.Code, attributes []byte) []byte {
	p := radius.NewRequest(code, []byte(secret))
	for len(attributes) >= 2 && int(attributes[1]) >= 2 && int(attributes[1]) <= len(attributes) {
		p.Add(radius.Type(attributes[0]), attributes[2:attributes[1]])
		attributes = attributes[attributes[1]:]
	}
	b, err := radius.EncodeRequest(p)
	if err != nil {
		return nil
	}
	return b
}
