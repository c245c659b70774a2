package chainsource

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/source"
	"github.com/hexwave/hexwave/proto/wire"
)

// recorded returns the events of testdata/events.jsonl, as Cosmos SDK v0.55 writes typed events.
func recorded(t *testing.T) []rpcEvent {
	t.Helper()
	raw, err := os.ReadFile("testdata/events.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var out []rpcEvent
	for line := range bytes.Lines(raw) {
		var e rpcEvent
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func TestTranslatesTypedEvents(t *testing.T) {
	var got []explorer.Event
	for _, e := range recorded(t) {
		ev, err := translate(e)
		if err != nil {
			t.Fatalf("%s: %v", e.Type, err)
		}
		got = append(got, ev)
	}
	want := []explorer.Event{
		explorer.HotspotRegistered{Index: 7, ID: "hotspot1qqq", Name: "tidy-plum-otter", Owner: "hxw1abc", Class: "lora"},
		explorer.HotspotLocated{Index: 7, Position: explorer.LatLng{LatE7: 525200000, LngE7: -134050000}, Cell: 631051317966235135, GainDeciDBi: 30, HeightM: -12, Region: "EU868"},
		explorer.ChallengeSettled{
			ID: 99, Beaconer: 7, Kind: "surprise", Points: 123456789, Cell: 613036919458103295,
			Kept:     []explorer.Witness{{Hotspot: 8, RSSI: -975, SNR: -53, DistanceM: 4321, Points: 5, Cell: 613036919424548863}},
			Rejected: []explorer.Rejection{{Hotspot: 9, RSSI: -400, SNR: 100, Reason: "bad-rssi"}},
		},
		explorer.ChallengeSettled{ID: 100, Beaconer: 7, Outcome: explorer.OutcomeMissed, Verdict: "not-revealed", Kind: "regular"},
		explorer.EpochClosed{Epoch: 3, Scheduled: 5000000000},
		explorer.Claimed{Hotspot: 7, Amount: 77},
		explorer.Settled{Hotspot: 7, Burned: 1000, Amount: 950},
		nil,
		explorer.HotspotOwnerChanged{Index: 7, Owner: "hxw1buyer"},
		nil,
		nil,
		explorer.HotspotStatusChanged{Index: 7, Status: explorer.StatusRetired},
		explorer.HotspotStatusChanged{Index: 8, Status: explorer.StatusRetired},
		explorer.HotspotKeyRotated{Index: 7, ID: "hotspot1rrr", Name: "calm-jade-heron"},
		explorer.Owed{Hotspot: 7, Amount: 40},
		explorer.OwedClaimed{Amount: 40},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatal(d)
	}
}

// A beacon that nobody heard was sent all the same: it is what paints a cell
// tested-empty, so it must not look refused.
func TestAnUnheardBeaconIsNotRefused(t *testing.T) {
	for _, tt := range []struct {
		verdict wire.Verdict
		status  string
		want    string
	}{
		{wire.NotWitnessed, "STATUS_SETTLED", ""},
		{wire.NotRevealed, "STATUS_MISSED", "not-revealed"},
		{wire.Void, "STATUS_VOID", "void"},
	} {
		e := challengeSettled{Status: tt.status, Verdict: uint8(tt.verdict)}
		if got := e.domain().(explorer.ChallengeSettled).Verdict; got != tt.want {
			t.Errorf("%s with %v: verdict %q, want %q", tt.status, tt.verdict, got, tt.want)
		}
	}
}

// node answers like a CometBFT RPC server that has blocks 3 to 5.
func node(t *testing.T, events []rpcEvent, genesisDoc string) *Source {
	t.Helper()
	block, tx := []rpcEvent{}, []rpcEvent{}
	for _, e := range events {
		if e.mode() != "" {
			block = append(block, e)
		} else {
			tx = append(tx, e)
		}
	}
	answer := func(w http.ResponseWriter, result any) {
		if err := json.NewEncoder(w).Encode(map[string]any{"jsonrpc": "2.0", "id": -1, "result": result}); err != nil {
			t.Error(err)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]any{
			"node_info": map[string]any{"network": "hexwave-dev-1"},
			"sync_info": map[string]any{"latest_block_height": "5", "latest_block_time": "2026-01-02T03:04:05Z", "earliest_block_height": "3"},
		})
	})
	mux.HandleFunc("GET /header", func(w http.ResponseWriter, r *http.Request) {
		h := r.FormValue("height")
		if h < "3" || h > "5" {
			w.WriteHeader(http.StatusInternalServerError)
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":-1,"error":{"code":-32603,"message":"Internal error","data":"height is not available"}}`)
			return
		}
		answer(w, map[string]any{"header": map[string]any{"height": h, "time": "2026-01-02T03:04:05.5Z"}})
	})
	mux.HandleFunc("GET /block_results", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{
			"height":                r.FormValue("height"),
			"txs_results":           []any{map[string]any{"code": 5, "events": events}, map[string]any{"code": 0, "events": tx}},
			"finalize_block_events": block,
		})
	})
	mux.HandleFunc("GET /genesis_chunked", func(w http.ResponseWriter, r *http.Request) {
		half := len(genesisDoc) / 2
		part := genesisDoc[:half]
		if r.FormValue("chunk") == "1" {
			part = genesisDoc[half:]
		}
		answer(w, map[string]any{"chunk": r.FormValue("chunk"), "total": "2", "data": base64.StdEncoding.EncodeToString([]byte(part))})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s, err := New(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestReadsBlocksInOrderOfExecution(t *testing.T) {
	s := node(t, recorded(t), "{}")
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := source.Head{ChainID: "hexwave-dev-1", Height: 5, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Earliest: 3}
	if head != want {
		t.Fatalf("%+v", head)
	}
	b, err := s.Block(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, e := range b.Events {
		order = append(order, strings.TrimPrefix(fmt.Sprintf("%T", e), "explorer."))
	}
	if d := cmp.Diff([]string{"HotspotRegistered", "HotspotLocated", "Claimed", "Settled", "HotspotOwnerChanged", "HotspotStatusChanged", "HotspotStatusChanged", "HotspotKeyRotated", "Owed", "OwedClaimed", "ChallengeSettled", "ChallengeSettled", "EpochClosed"}, order); d != "" {
		t.Fatal(d)
	}
	if b.Height != 4 || b.Time.UnixMilli() != 1767323045500 {
		t.Fatalf("block %d at %s", b.Height, b.Time)
	}
	if _, err := s.Block(t.Context(), 9); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "height is not available") {
		t.Fatalf("%v", err)
	}
}

func TestReadsGenesis(t *testing.T) {
	key, err := wire.Ed25519Key(ed25519.NewKeyFromSeed(make([]byte, 32)).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	doc := fmt.Sprintf(`{"genesis_time":"2026-01-01T00:00:00Z","app_state":{"hotspot":{"hotspots":[{"index":1,"key":%q,"owner":"hxw1o","class":2,`+
		`"location":{"lat":1,"lng":2,"cell":"631051317966235135","gain":0,"height":1},"region":1,"retired_height":"0"},{"index":2,"key":%[1]q,"owner":"hxw1o","class":1,"location":null},`+
		`{"index":3,"key":%[1]q,"owner":"hxw1o","class":1,"location":null,"retired_height":"77"}]}}}`,
		base64.StdEncoding.EncodeToString(key.Bytes()))
	b, err := node(t, nil, doc).Genesis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := explorer.Block{Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Events: []explorer.Event{
		explorer.HotspotRegistered{Index: 1, ID: key.String(), Name: wire.HotspotName(key), Owner: "hxw1o", Class: "lora-data"},
		explorer.HotspotLocated{Index: 1, Position: explorer.LatLng{LatE7: 1, LngE7: 2}, Cell: 631051317966235135, HeightM: 1, Region: "EU868"},
		explorer.HotspotRegistered{Index: 2, ID: key.String(), Name: wire.HotspotName(key), Owner: "hxw1o", Class: "lora"},
		explorer.HotspotRegistered{Index: 3, ID: key.String(), Name: wire.HotspotName(key), Owner: "hxw1o", Class: "lora"},
		explorer.HotspotStatusChanged{Index: 3, Status: explorer.StatusRetired},
	}}
	if d := cmp.Diff(want, b); d != "" {
		t.Fatal(d)
	}
}

func TestRefusesStrangeNodes(t *testing.T) {
	for _, bad := range []string{"", "127.0.0.1:26657", "ftp://x", "http://"} {
		if _, err := New(bad); !errors.Is(err, ErrURL) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"", "<html>", "{}", `{"result":{"height":-1}}`, `{"result":{"height":"x"}}`, `{"result":[]}`} {
		var r blockResults
		if err := decodeAnswer([]byte(bad), &r); !errors.Is(err, ErrAnswer) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzBlockResults(f *testing.F) {
	raw, err := os.ReadFile("testdata/events.jsonl")
	if err != nil {
		f.Fatal(err)
	}
	list := "[" + strings.Join(strings.Split(strings.TrimSpace(string(raw)), "\n"), ",") + "]"
	f.Add([]byte(`{"result":{"height":"4","txs_results":[{"code":0,"events":` + list + `}],"finalize_block_events":` + list + `}}`))
	f.Add([]byte(`{"error":{"message":"no"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var r blockResults
		if decodeAnswer(body, &r) != nil {
			return
		}
		events, err := r.events()
		if err != nil && !errors.Is(err, ErrAnswer) {
			t.Fatalf("unnamed error %v", err)
		}
		for _, e := range events {
			if c, ok := e.(explorer.ChallengeSettled); ok {
				for _, k := range c.Rejected {
					if k.Reason == "" {
						t.Fatal("rejected without a reason")
					}
				}
			}
		}
	})
}

func FuzzGenesis(f *testing.F) {
	f.Add([]byte(`{"genesis_time":"2026-01-01T00:00:00Z","app_state":{"hotspot":{"hotspots":[{"index":1,"key":"AAAA"}]}}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		b, err := decodeGenesis(doc)
		if err != nil && !errors.Is(err, ErrAnswer) {
			t.Fatalf("unnamed error %v", err)
		}
		if b.Height != 0 {
			t.Fatalf("genesis at height %d", b.Height)
		}
	})
}
