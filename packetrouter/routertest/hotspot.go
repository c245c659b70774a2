package routertest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	"github.com/hexwave/hexwave/internal/tlsid"
	routerv1 "github.com/hexwave/hexwave/proto/hexwave/router/v1"
	"github.com/hexwave/hexwave/proto/wire"
)

// Hotspot is the smallest honest hotspot: it keeps uplinks until they are
// acknowledged, across streams, and the best voucher of each lane.
type Hotspot struct {
	t     *testing.T
	key   KeyPair
	chain wire.ChainHash
	// Result answers downlinks; nil answers OK.
	Result func(*routerv1.Downlink) routerv1.TxResult

	mu         sync.Mutex
	connection uint64                      // guarded by mu
	nextID     uint64                      // guarded by mu
	unacked    map[uint64]*routerv1.Uplink // guarded by mu
	order      []uint64                    // guarded by mu: ids of unacked, as sent
	born       map[uint64]time.Time        // guarded by mu
	outcomes   map[uint64]wire.Outcome     // guarded by mu
	acked      map[uint64]int              // guarded by mu: acks of each id
	vouchers   map[[3]uint64]wire.Voucher  // guarded by mu: best by org, lane, epoch
	raw        map[[3]uint64][]byte        // guarded by mu
	downlinks  []*routerv1.Downlink        // guarded by mu
	challenges [][]byte                    // guarded by mu
	heads      []*routerv1.ChainHead       // guarded by mu
	results    []*routerv1.ItemResult      // guarded by mu
	hello      *routerv1.RouterHello       // guarded by mu
	send       func(*routerv1.Up) error    // guarded by mu; nil while not connected
	sending    sync.Mutex                  // one sender a stream
}

// NewHotspot returns a hotspot that is not connected.
func NewHotspot(t *testing.T, key KeyPair, chain wire.ChainHash) *Hotspot {
	t.Helper()
	return &Hotspot{
		t: t, key: key, chain: chain, unacked: map[uint64]*routerv1.Uplink{}, born: map[uint64]time.Time{},
		outcomes: map[uint64]wire.Outcome{}, acked: map[uint64]int{},
		vouchers: map[[3]uint64]wire.Voucher{}, raw: map[[3]uint64][]byte{},
	}
}

// Run keeps the hotspot on one stream until the stream ends.
func (h *Hotspot) Run(ctx context.Context, address string, router wire.PubKey) error {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(credentials.NewTLS(tlsid.Client(h.key.Private, router))))
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := routerv1.NewRouterClient(conn).Connect(ctx)
	if err != nil {
		return err
	}
	h.mu.Lock()
	h.connection++
	hello := &routerv1.HotspotHello{Version: 1, Chain: h.chain[:], Connection: h.connection, Software: "test"}
	for _, raw := range h.raw {
		hello.Vouchers = append(hello.Vouchers, raw)
	}
	h.mu.Unlock()
	if err := stream.Send(&routerv1.Up{Message: &routerv1.Up_Hello{Hello: hello}}); err != nil {
		return err
	}
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	if first.GetHello() == nil {
		return errors.New("the first message of the router is no hello")
	}
	h.open(stream, first.GetHello())
	defer h.closed()
	for {
		m, err := stream.Recv()
		if err != nil {
			return err
		}
		h.handle(m)
	}
}

// Keep runs the hotspot until ctx is done, connecting again whenever the stream
// ends.
func (h *Hotspot) Keep(ctx context.Context, address func() string, router wire.PubKey) {
	for ctx.Err() == nil {
		_ = h.Run(ctx, address(), router) // the tests look at what arrived
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (h *Hotspot) open(stream grpc.BidiStreamingClient[routerv1.Up, routerv1.Down], hello *routerv1.RouterHello) {
	send := func(m *routerv1.Up) error {
		h.sending.Lock()
		defer h.sending.Unlock()
		return stream.Send(m)
	}
	h.mu.Lock()
	h.hello, h.send = hello, send
	var again []*routerv1.Uplink
	for _, id := range h.order {
		if u := h.unacked[id]; u != nil {
			u.Hold = uint32(time.Since(h.born[id]).Milliseconds())
			again = append(again, u)
		}
	}
	h.mu.Unlock()
	for len(again) > 0 {
		n := min(len(again), 64)
		_ = send(&routerv1.Up{Message: &routerv1.Up_Uplinks{Uplinks: &routerv1.UplinkBatch{Uplinks: again[:n]}}})
		again = again[n:]
	}
}

func (h *Hotspot) closed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.send = nil
}

func (h *Hotspot) handle(m *routerv1.Down) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch x := m.GetMessage().(type) {
	case *routerv1.Down_Acks:
		for _, a := range x.Acks.GetAcks() {
			h.outcomes[a.GetId()] = wire.Outcome(a.GetOutcome())
			h.acked[a.GetId()]++
			delete(h.unacked, a.GetId())
		}
	case *routerv1.Down_Vouchers:
		for _, raw := range x.Vouchers.GetItems() {
			h.voucher(raw)
		}
	case *routerv1.Down_Downlink:
		h.downlinks = append(h.downlinks, x.Downlink)
		result := routerv1.TxResult_TX_RESULT_OK
		if h.Result != nil {
			result = h.Result(x.Downlink)
		}
		if h.send != nil {
			go func(send func(*routerv1.Up) error, id uint64) {
				_ = send(&routerv1.Up{Message: &routerv1.Up_DownlinkResult{DownlinkResult: &routerv1.DownlinkResult{Id: id, Result: result}}})
			}(h.send, x.Downlink.GetId())
		}
	case *routerv1.Down_Challenges:
		h.challenges = append(h.challenges, x.Challenges.GetItems()...)
	case *routerv1.Down_Head:
		h.heads = append(h.heads, x.Head)
	case *routerv1.Down_ItemResults:
		h.results = append(h.results, x.ItemResults.GetResults()...)
	}
}

func (h *Hotspot) voucher(raw []byte) {
	v, err := wire.ParseVoucher(raw)
	if err != nil {
		h.t.Errorf("bad voucher: %v", err)
		return
	}
	k := [3]uint64{uint64(v.Org), uint64(v.Lane), uint64(v.Epoch)}
	if old, ok := h.vouchers[k]; ok && v.Cum < old.Cum {
		return
	}
	h.vouchers[k], h.raw[k] = v, raw
}

// Uplink queues a frame that was received Hold ago, sends it when connected, and
// returns its id.
func (h *Hotspot) Uplink(u *routerv1.Uplink) uint64 {
	h.mu.Lock()
	h.nextID++
	u.Id = h.nextID
	h.unacked[u.Id], h.born[u.Id] = u, time.Now().Add(-time.Duration(u.GetHold())*time.Millisecond)
	h.order = append(h.order, u.Id)
	send := h.send
	h.mu.Unlock()
	if send != nil {
		_ = send(&routerv1.Up{Message: &routerv1.Up_Uplinks{Uplinks: &routerv1.UplinkBatch{Uplinks: []*routerv1.Uplink{u}}}})
	}
	return u.Id
}

// Send sends any message; false while not connected.
func (h *Hotspot) Send(m *routerv1.Up) bool {
	h.mu.Lock()
	send := h.send
	h.mu.Unlock()
	return send != nil && send(m) == nil
}

// Outcome returns what became of an uplink, 0 while it is not acknowledged.
func (h *Hotspot) Outcome(id uint64) wire.Outcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.outcomes[id]
}

// Count returns how many uplinks ended with an outcome.
func (h *Hotspot) Count(o wire.Outcome) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, x := range h.outcomes {
		if x == o {
			n++
		}
	}
	return n
}

// Unacked is the number of uplinks without an outcome.
func (h *Hotspot) Unacked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.unacked)
}

// Owed is the best total over lanes and epochs, DC.
func (h *Hotspot) Owed() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	var sum uint64
	for _, v := range h.vouchers {
		sum += v.Cum
	}
	return sum
}

// Vouchers returns the best vouchers.
func (h *Hotspot) Vouchers() []wire.Voucher {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []wire.Voucher
	for _, v := range h.vouchers {
		out = append(out, v)
	}
	return out
}

// Hello returns the router's newest hello, nil before the first.
func (h *Hotspot) Hello() *routerv1.RouterHello {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.hello
}

// Downlinks returns the downlinks received.
func (h *Hotspot) Downlinks() []*routerv1.Downlink {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*routerv1.Downlink(nil), h.downlinks...)
}

// Challenges returns the challenges received.
func (h *Hotspot) Challenges() [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([][]byte(nil), h.challenges...)
}

// Results returns the item results received.
func (h *Hotspot) Results() []*routerv1.ItemResult {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]*routerv1.ItemResult(nil), h.results...)
}
