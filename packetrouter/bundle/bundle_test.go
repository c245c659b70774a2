package bundle_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/packetrouter/bundle"
	"github.com/hexwave/hexwave/packetrouter/routertest"
	"github.com/hexwave/hexwave/proto/wire"
)

const document = `{
  "version": 1,
  "routes": [
    {
      "id": "meters",
      "active": true,
      "destination": {"protocol": "gwmp", "address": "lns.example.com:1700"},
      "max_copies": 2,
      "max_age": "30s",
      "dev_addrs": [{"first": "48000000", "last": "48000007"}],
      "joins": [{"join_eui": "0102030405060708", "dev_eui": "*"}, {"join_eui": "0102030405060708", "dev_eui": "1112131415161718"}],
      "session_keys": [{"dev_addr": "48000001", "key": "2b7e151628aed2a6abf7158809cf4f3c", "max_copies": 3}]
    }
  ]
}
`

func chain() wire.ChainHash { return wire.HashChainID(routertest.ChainID) }

// org is the record of a document that is current.
func org(document string) *packetrouter.Org {
	return &packetrouter.Org{
		ID: 4, BundleKey: routertest.Key(1).Public, BundleSequence: 9, BundleDigest: sha256.Sum256([]byte(document)),
		Ranges:   []packetrouter.DevAddrRange{{First: 0x48000000, Last: 0x48000007}, {First: 0x48000008, Last: 0x4800000f}},
		JoinEUIs: []packetrouter.EUI{0x0102030405060708},
	}
}

func sign(t *testing.T, document string) []byte {
	t.Helper()
	b, err := bundle.Sign(chain(), 4, 9, []byte(document), routertest.Key(1).Private)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestOpenWhatWasSigned(t *testing.T) {
	got, err := bundle.Open(sign(t, document), chain(), org(document))
	if err != nil {
		t.Fatal(err)
	}
	want := []packetrouter.RouteDef{{
		ID: "meters", Org: 4, Active: true, Protocol: "gwmp", Address: "lns.example.com:1700", MaxCopies: 2,
		MaxAge: 30 * time.Second, HourlyCap: 200,
		DevAddrs: []packetrouter.DevAddrRange{{First: 0x48000000, Last: 0x48000007}},
		Joins: []packetrouter.JoinPair{
			{JoinEUI: 0x0102030405060708, Any: true}, {JoinEUI: 0x0102030405060708, DevEUI: 0x1112131415161718},
		},
		Keys: []packetrouter.KeyDef{{
			Addr: 0x48000001, MaxCopies: 3,
			Key: packetrouter.SessionKey{0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6, 0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c},
		}},
	}}
	if diff := cmp.Diff(want, got, cmpopts.EquateComparable(wire.PubKey{})); diff != "" {
		t.Error(diff)
	}
}

func TestOpenRefusesWhatIsNotCurrent(t *testing.T) {
	good := sign(t, document)
	changed := bytes.Replace(good, []byte("meters"), []byte("meterz"), 1)
	forged, err := bundle.Sign(chain(), 4, 9, []byte(document), routertest.Key(2).Private)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		data   []byte
		change func(*packetrouter.Org)
		want   error
	}{
		{"empty", nil, nil, bundle.ErrFormat},
		{"no header", []byte(document), nil, bundle.ErrFormat},
		{"header alone", good[:240], nil, bundle.ErrFormat},
		{"document changed", changed, nil, bundle.ErrFormat},
		{"other key", forged, nil, bundle.ErrSignature},
		{"other org", good, func(o *packetrouter.Org) { o.ID = 5 }, bundle.ErrNotCurrent},
		{"newer on chain", good, func(o *packetrouter.Org) { o.BundleSequence = 10 }, bundle.ErrNotCurrent},
		{"other digest on chain", good, func(o *packetrouter.Org) { o.BundleDigest[0]++ }, bundle.ErrNotCurrent},
		{"range sold", good, func(o *packetrouter.Org) { o.Ranges = nil }, bundle.ErrDocument},
		{"JoinEUI gone", good, func(o *packetrouter.Org) { o.JoinEUIs = nil }, bundle.ErrDocument},
	} {
		o := org(document)
		if c.change != nil {
			c.change(o)
		}
		if _, err := bundle.Open(c.data, chain(), o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	other := chain()
	other[0]++
	if _, err := bundle.Open(good, other, org(document)); !errors.Is(err, bundle.ErrNotCurrent) {
		t.Errorf("other chain: %v", err)
	}
}

func TestDocumentRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"unknown field":          {`"active"`, `"aktive"`},
		"other version":          {`"version": 1`, `"version": 2`},
		"trailing bytes":         {"]\n}\n", "]\n}\n{}"},
		"unknown protocol":       {`"gwmp"`, `"mqtt"`},
		"address without port":   {"lns.example.com:1700", "lns.example.com"},
		"port 0":                 {":1700", ":0"},
		"too many copies":        {`"max_copies": 2`, `"max_copies": 65`},
		"bad age":                {`"30s"`, `"soon"`},
		"age of two days":        {`"30s"`, `"48h"`},
		"empty range":            {`"last": "48000007"`, `"last": "47ffffff"`},
		"range of others":        {`"last": "48000007"`, `"last": "48000010"`},
		"range across two":       {`"last": "48000007"`, `"last": "48000008"`},
		"short DevAddr":          {`"first": "48000000"`, `"first": "480000"`},
		"foreign JoinEUI":        {`"join_eui": "0102030405060708", "dev_eui": "*"`, `"join_eui": "0102030405060709", "dev_eui": "*"`},
		"pair twice":             {`"dev_eui": "*"`, `"dev_eui": "1112131415161718"`},
		"key of another device":  {`"dev_addr": "48000001"`, `"dev_addr": "48000009"`},
		"short key":              {"2b7e151628aed2a6abf7158809cf4f3c", "2b7e"},
		"empty id":               {`"meters"`, `""`},
		"number out of range":    {`"max_copies": 2`, `"max_copies": -1`},
		"not a document":         {document, "[]"},
		"session key copied out": {`"max_copies": 3`, `"max_copies": 65`},
	} {
		text := strings.Replace(document, change[0], change[1], 1)
		if text == document {
			t.Fatalf("%s: the test changes nothing", name)
		}
		d, err := bundle.Parse([]byte(text))
		if err == nil {
			_, err = d.Defs(org(text))
		}
		if !errors.Is(err, bundle.ErrDocument) {
			t.Errorf("%s: %v, want %v", name, err, bundle.ErrDocument)
		}
		if err != nil && strings.Contains(err.Error(), "2b7e1516") {
			t.Errorf("%s: the error shows a session key: %v", name, err)
		}
	}
}

func FuzzOpen(f *testing.F) {
	good, err := bundle.Sign(chain(), 4, 9, []byte(document), routertest.Key(1).Private)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(document))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, doc, err := bundle.Header(data)
		if err != nil {
			return
		}
		if !h.Matches(doc) {
			t.Fatal("header and document do not belong together")
		}
		d, err := bundle.Parse(doc)
		if err != nil {
			return
		}
		o := org(string(doc))
		defs, err := d.Defs(o)
		if err != nil {
			return
		}
		for _, r := range defs {
			for _, x := range r.DevAddrs {
				if !o.Ranges[0].Contains(x) && !o.Ranges[1].Contains(x) {
					t.Fatalf("route %q has a range that is not the org's", r.ID)
				}
			}
		}
	})
}

func TestReadFromHTTPS(t *testing.T) {
	for _, from := range []string{"http://127.0.0.1:1/x", "ftp://127.0.0.1/x"} {
		if _, err := bundle.Read(context.Background(), from); err == nil || !strings.Contains(err.Error(), "https") {
			t.Errorf("%s: %v", from, err)
		}
	}
	// A server whose certificate nobody vouches for is refused.
	s := httptest.NewTLSServer(http.NotFoundHandler())
	defer s.Close()
	if _, err := bundle.Read(context.Background(), s.URL); err == nil {
		t.Error("an unknown certificate was accepted")
	}
}

func TestLoaderFollowsTheChain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "org4.bundle")
	applied := make(chan []packetrouter.RouteDef, 10)
	l := bundle.NewLoader(map[packetrouter.OrgID]string{4: file}, func(r []packetrouter.RouteDef) error {
		applied <- r
		return nil
	}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	reload := make(chan struct{})
	go func() { done <- l.Run(ctx, reload) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	publish := func(o *packetrouter.Org) {
		l.Update(&packetrouter.Snapshot{Chain: chain(), Orgs: map[packetrouter.OrgID]*packetrouter.Org{4: o}})
	}
	routes := func() int {
		select {
		case r := <-applied:
			return len(r)
		case <-time.After(10 * time.Second):
			t.Fatal("nothing was applied")
			return 0
		}
	}
	save := func(data []byte) {
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save(sign(t, document))
	publish(org(document))
	if n := routes(); n != 1 || l.Healthy() != nil {
		t.Fatalf("%d routes, %v", n, l.Healthy())
	}
	// The chain moves on before the file does: the old routes stay, and are said
	// to be stale, until the file follows.
	const empty = `{"version": 1, "routes": []}`
	next := org(empty)
	publish(next)
	for end := time.Now().Add(10 * time.Second); l.Healthy() == nil; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("a stale bundle counts as healthy")
		}
	}
	save(sign(t, empty))
	reload <- struct{}{}
	if n := routes(); n != 0 || l.Healthy() != nil {
		t.Fatalf("%d routes, %v", n, l.Healthy())
	}
}
