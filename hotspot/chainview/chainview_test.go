package chainview

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/proto/wire"
)

func bytesOf(num protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), v)
}

func varintOf(num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v)
}

// node is what a node of the test shows.
type node struct {
	height    string
	challenge []byte // encoded record's challenge
	lane      wire.PubKey
	code      int    // of every query
	raw       string // answers everything, when set
	hang      bool
}

func (n node) serve(t *testing.T) string {
	t.Helper()
	if n.raw == "gone" {
		s := httptest.NewServer(http.NotFoundHandler())
		s.Close()
		return s.URL
	}
	stop := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case n.hang:
			select {
			case <-r.Context().Done():
			case <-stop:
			}
		case n.raw != "":
			_, _ = w.Write([]byte(n.raw))
		case r.URL.Path == "/status":
			_, _ = w.Write([]byte(`{"result":{"sync_info":{"latest_block_height":"` + n.height + `"}}}`))
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"result": map[string]any{"response": map[string]any{
				"code": n.code, "value": n.value(t, r.URL.Query().Get("path"), r.URL.Query().Get("data")),
			}}})
		}
	}))
	t.Cleanup(func() { close(stop); s.Close() })
	return s.URL
}

func (n node) value(t *testing.T, path, data string) []byte {
	t.Helper()
	switch path {
	case strconv.Quote("/hexwave.poc.v1.Query/Challenge"):
		if data != "0x0807" {
			t.Errorf("asked for challenge %s, want field 1 = 7", data)
		}
		return bytesOf(1, append(bytesOf(1, n.challenge), varintOf(2, 1)...))
	case strconv.Quote("/hexwave.routing.v1.Query/Org"):
		other := bytesOf(4, append(varintOf(2, 1), bytesOf(3, make([]byte, wire.KeySize))...))
		signer := bytesOf(4, append(append(varintOf(1, 5), varintOf(2, 2)...), bytesOf(3, n.lane.Bytes())...))
		return bytesOf(1, append(append(bytesOf(1, nil), other...), signer...))
	}
	t.Errorf("asked for %s", path)
	return nil
}

func view(t *testing.T, quorum int, nodes ...node) *View {
	t.Helper()
	var urls []string
	for _, n := range nodes {
		urls = append(urls, n.serve(t))
	}
	v, err := New(urls, quorum)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func testKey(t *testing.T, n byte) wire.PubKey {
	t.Helper()
	k, err := wire.Ed25519Key(append([]byte{n}, make([]byte, 31)...))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

var broken = []node{
	{raw: "gone"},
	{raw: "not json"},
	{raw: "{}"},
	{raw: `{"error":{"code":-32603}}`},
	{raw: `{"result":[]}`},
	{code: 5},
	{raw: `{"result":{"response":{"code":0,"value":"/////w=="}}}`},
}

func TestConfirmNeedsAQuorumOfEqualBytes(t *testing.T) {
	c := wire.Challenge{ID: 7, SF: 9, Index: 1, KnownIndex: 2, Key: testKey(t, 1)}
	shown := node{challenge: c.AppendTo(nil)}
	c2 := c
	c2.TxAt++
	other := node{challenge: c2.AppendTo(nil)}
	for _, x := range []struct {
		name   string
		quorum int
		nodes  []node
		want   error
	}{
		{"one of one", 1, []node{shown}, nil},
		{"two of three, one other", 2, []node{other, shown, shown}, nil},
		{"one of two, the other elsewhere", 2, []node{shown, other}, ErrDisagree},
		{"two of two, one not yet", 2, []node{shown, {code: 1}}, ErrNotFound},
		{"only another one", 1, []node{other}, ErrDisagree},
		{"two, one hangs", 2, []node{{hang: true}, shown, shown}, nil},
		{"two among the broken", 2, append([]node{shown, shown}, broken...), nil},
		{"one among the broken", 2, append([]node{shown}, broken...), ErrDisagree},
	} {
		if err := view(t, x.quorum, x.nodes...).Confirm(t.Context(), &c); !errors.Is(err, x.want) || (x.want == nil) != (err == nil) {
			t.Errorf("%s: %v, want %v", x.name, err, x.want)
		}
	}
}

func TestHeightIsWhatAQuorumHasReached(t *testing.T) {
	at := func(h string) node { return node{height: h} }
	for _, x := range []struct {
		name   string
		quorum int
		nodes  []node
		want   uint64
	}{
		{"alone", 1, []node{at("9")}, 9},
		{"one runs ahead", 2, []node{at("1000000"), at("9"), at("8")}, 9},
		{"one is behind", 2, []node{at("3"), at("9"), at("9")}, 9},
		{"all", 3, []node{at("3"), at("9"), at("9")}, 3},
		{"with broken ones", 2, append([]node{at("9"), at("8")}, broken...), 8},
	} {
		got, err := view(t, x.quorum, x.nodes...).Height(t.Context())
		if err != nil || got != x.want {
			t.Errorf("%s: %d, %v; want %d", x.name, got, err, x.want)
		}
	}
	if h, err := view(t, 2, append([]node{at("9"), at("-1"), at("")}, broken...)...).Height(t.Context()); !errors.Is(err, ErrDisagree) {
		t.Errorf("one good answer of two wanted: %d, %v", h, err)
	}
}

func TestLaneKeyNeedsAQuorum(t *testing.T) {
	good, forged := node{lane: testKey(t, 1)}, node{lane: testKey(t, 2)}
	if k, err := view(t, 2, forged, good, good).LaneKey(t.Context(), 5, 2); err != nil || k != good.lane {
		t.Errorf("key %s, %v; want the one two nodes show", k, err)
	}
	if _, err := view(t, 2, append([]node{forged, good}, broken...)...).LaneKey(t.Context(), 5, 2); !errors.Is(err, ErrDisagree) {
		t.Errorf("two nodes, two keys: %v, want %v", err, ErrDisagree)
	}
	if _, err := view(t, 1, good).LaneKey(t.Context(), 5, 3); !errors.Is(err, ErrNotFound) {
		t.Errorf("a lane nobody authorised: %v, want %v", err, ErrNotFound)
	}
}

func TestAskingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := view(t, 1, node{hang: true}).Confirm(ctx, &wire.Challenge{ID: 7}); !errors.Is(err, ErrDisagree) {
		t.Errorf("%v, want %v", err, ErrDisagree)
	}
}

func TestNewChecksItsNodes(t *testing.T) {
	good := "http://127.0.0.1:26657"
	for _, x := range []struct {
		nodes  []string
		quorum int
	}{
		{nil, 1}, {[]string{good}, 0}, {[]string{good}, 2}, {[]string{"127.0.0.1:26657"}, 1}, {[]string{"ftp://host"}, 1}, {[]string{"http://"}, 1},
	} {
		if _, err := New(x.nodes, x.quorum); err == nil {
			t.Errorf("took %d of %q", x.quorum, x.nodes)
		}
	}
}

func TestPayerIsWhatAQuorumShows(t *testing.T) {
	org := func(price uint64, kind uint64, revoked uint64) node {
		k := testKey(t, 1)
		signer := append(append(varintOf(2, 3), bytesOf(3, k.Bytes())...), append(varintOf(4, kind), varintOf(8, revoked)...)...)
		return node{raw: `{"result":{"response":{"code":0,"value":"` + base64.StdEncoding.EncodeToString(bytesOf(1, append(bytesOf(1, varintOf(7, price)), bytesOf(4, signer)...))) + `"}}}`}
	}
	want := Payer{Key: testKey(t, 1), IsPayer: true, Price: 10_000_000}
	if got, err := view(t, 2, org(10_000_000, 2, 0), org(5, 2, 0), org(10_000_000, 2, 0)).Payer(t.Context(), 1, 3); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := view(t, 1, org(0, 1, 1)).Payer(t.Context(), 1, 3); err != nil || got.IsPayer || !got.Revoked || got.Price != 0 {
		t.Errorf("a revoked router's lane: %+v, %v", got, err)
	}
	if _, err := view(t, 2, org(1, 2, 0), org(2, 2, 0)).Payer(t.Context(), 1, 3); !errors.Is(err, ErrDisagree) {
		t.Errorf("two prices: %v", err)
	}
	if _, err := view(t, 1, org(1, 2, 0)).Payer(t.Context(), 1, 4); !errors.Is(err, ErrNotFound) {
		t.Errorf("no such lane: %v", err)
	}
}

func FuzzFields(f *testing.F) {
	key := make([]byte, wire.KeySize)
	f.Add(bytesOf(1, bytesOf(4, append(varintOf(2, 1), bytesOf(3, key)...))))
	f.Add([]byte{0xff, 0xff, 0xff})
	f.Add(varintOf(1, 1<<63))
	f.Fuzz(func(t *testing.T, raw []byte) {
		total := 0
		eachField(raw, func(_ protowire.Number, _ protowire.Type, value []byte, _ uint64) { total += len(value) })
		if total > len(raw) {
			t.Errorf("%d bytes of fields in %d", total, len(raw))
		}
		if v, ok := bytesField(raw, 1); ok && len(v) > len(raw) {
			t.Error("a field longer than its message")
		}
		varintField(raw, 1)
		if p, err := payer(raw, 1); err == nil && p.Key.IsZero() {
			t.Error("a zero key without an error")
		}
	})
}

func FuzzAnswer(f *testing.F) {
	f.Add(`{"result":{"response":{"code":0,"value":"CgA="},"sync_info":{"latest_block_height":"4"}}}`)
	f.Add(`{"result":null}`)
	f.Fuzz(func(t *testing.T, raw string) {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(raw)) }))
		defer s.Close()
		v, err := New([]string{s.URL}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Confirm(t.Context(), &wire.Challenge{ID: 7, SF: 7}); err == nil {
			t.Error("confirmed a challenge that is none")
		}
		if _, err := v.Height(t.Context()); err != nil && !errors.Is(err, ErrDisagree) {
			t.Errorf("height: %v", err)
		}
	})
}
