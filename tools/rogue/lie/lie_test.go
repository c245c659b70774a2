package lie

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/hotspot"
	"github.com/hexwave/hexwave/hotspot/identity"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

var chain = wire.HashChainID("rogue-test-1")

// Indexes of the hotspots in these tests.
const (
	beaconerIndex = 3
	honestIndex   = 5
	liarIndex     = 9
)

func newIdentity(t *testing.T, n byte) *identity.Identity {
	t.Helper()
	id, err := identity.FromSeeds([32]byte{n}, [32]byte{n, 1})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// town is a chain of a few hotspots, served as a node would.
type town struct {
	height   uint64
	open     []wire.Challenge
	reports  map[uint64][]wire.Report
	revealed map[uint64]wire.Preimage
	places   map[uint32]geo.Point
	frames   []wire.Beacon // what a leaker serves
	beaconer *identity.Identity
}

func newTown(t *testing.T) *town {
	t.Helper()
	return &town{
		height: 12, reports: map[uint64][]wire.Report{}, revealed: map[uint64]wire.Preimage{}, beaconer: newIdentity(t, 1),
		places: map[uint32]geo.Point{
			beaconerIndex: {Lat: 525_200_000, Lng: 134_050_000},
			liarIndex:     {Lat: 525_300_000, Lng: 134_250_000},
		},
	}
}

// challenge opens a challenge of the town's beaconer.
func (w *town) challenge(id uint64) wire.Challenge {
	const known = 100
	c := wire.Challenge{
		Chain: chain, ID: id, Hotspot: beaconerIndex, Drawn: 10, Frequency: 868_100_000, Bandwidth: 125, SF: 9, Power: 140,
		Key: w.beaconer.PubKey(), Index: known - uint32(id), KnownIndex: known, Known: w.beaconer.Preimage(chain, known),
		Close: 16, Reveal: 20, Settle: 21,
	}
	w.open = append(w.open, c)
	return c
}

func (w *town) frame(c wire.Challenge) wire.Beacon {
	return wire.NewBeacon(c.ID, w.beaconer.Preimage(chain, c.Index))
}

func appendBytes(b []byte, num protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, num, protowire.BytesType), v)
}

func appendVarint(b []byte, num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, num, protowire.VarintType), v)
}

// argument reads field 1 of a request.
func argument(t *testing.T, data string) uint64 {
	t.Helper()
	raw, err := parseHex(data)
	if err != nil {
		t.Fatal(err)
	}
	var n uint64
	fields(raw, func(_ protowire.Number, _ []byte, v uint64) { n = v })
	return n
}

func parseHex(s string) ([]byte, error) {
	s = strings.TrimPrefix(s, "0x")
	out := make([]byte, len(s)/2)
	for i := range out {
		v, err := strconv.ParseUint(s[2*i:2*i+2], 16, 8)
		if err != nil {
			return nil, err
		}
		out[i] = byte(v)
	}
	return out, nil
}

func (w *town) answer(t *testing.T, path, data string) []byte {
	t.Helper()
	var out []byte
	switch path {
	case `"/hexwave.poc.v1.Query/OpenChallenges"`:
		for _, c := range w.open {
			out = appendBytes(out, 1, appendBytes(nil, 1, c.AppendTo(nil)))
		}
		return appendVarint(out, 2, w.height)
	case `"/hexwave.poc.v1.Query/Challenge"`:
		id := argument(t, data)
		var rec []byte
		for _, c := range w.open {
			if c.ID == id {
				rec = appendBytes(rec, 1, c.AppendTo(nil))
			}
		}
		for _, r := range w.reports[id] {
			rec = appendBytes(rec, 3, appendVarint(appendBytes(nil, 1, r.AppendTo(nil)), 2, 13))
		}
		if a, ok := w.revealed[id]; ok {
			rec = appendBytes(rec, 4, a[:])
		}
		return appendBytes(nil, 1, rec)
	case `"/hexwave.hotspot.v1.Query/Hotspot"`:
		p := w.places[uint32(argument(t, data))]
		at := appendVarint(nil, 1, protowire.EncodeZigZag(int64(p.Lat)))
		at = appendVarint(at, 2, protowire.EncodeZigZag(int64(p.Lng)))
		at = appendVarint(at, 4, protowire.EncodeZigZag(12))
		return appendBytes(nil, 1, appendBytes(nil, 5, at))
	}
	t.Errorf("asked for %s", path)
	return nil
}

func (w *town) serve(t *testing.T) string {
	t.Helper()
	leak := &Leak{}
	for _, f := range w.frames {
		leak.Heard(hotspot.Uplink{Payload: f[:]})
	}
	mux := http.NewServeMux()
	mux.Handle("GET /frames", leak)
	mux.HandleFunc("GET /abci_query", func(out http.ResponseWriter, r *http.Request) {
		value := w.answer(t, r.URL.Query().Get("path"), r.URL.Query().Get("data"))
		_ = json.NewEncoder(out).Encode(map[string]any{"result": map[string]any{"response": map[string]any{"value": value}}})
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s.URL
}

// outbox keeps what a liar sends.
type outbox struct {
	reports []wire.Report
	reveals []wire.Reveal
}

func (o *outbox) Report(r wire.Report) { o.reports = append(o.reports, r) }
func (o *outbox) Reveal(r wire.Reveal) { o.reveals = append(o.reveals, r) }

// liarIn returns a liar in a town, with what it sends and writes.
func liarIn(t *testing.T, w *town, mode Mode) (*Liar, *outbox, *bytes.Buffer) {
	t.Helper()
	url, record, out := w.serve(t), &bytes.Buffer{}, &outbox{}
	l, err := New(Config{
		Mode: mode, Chain: chain, Self: newIdentity(t, 9), Index: func() uint32 { return liarIndex }, Node: NewNode([]string{url}),
		Ledger: NewLedger(mode, record), Friend: url, Seed: 1, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	return l.Through(out), out, record
}

// verdict is what the chain's rules say of a liar's report.
func (w *town) verdict(t *testing.T, l *Liar, r wire.Report, height uint64) wire.Verdict {
	t.Helper()
	var c wire.Challenge
	for _, o := range w.open {
		if o.ID == r.Challenge {
			c = o
		}
	}
	self := l.cfg.Self.PubKey()
	if !verify.Signature(verify.Signed{Key: self, Body: r.AppendBody(nil), Sig: &r.Signature}) {
		t.Error("the lie is not signed")
	}
	k := verify.Case{
		Rules:     &verify.Rules{MinDistance: 400, MaxDistance: 100_000, FreqTolerance: 1000, RSSIMargin: 60, SensitivityMargin: 20, SNRMargin: 20, Quota: 4},
		Challenge: &c, Beaconer: &verify.Site{Index: beaconerIndex, Key: c.Key, At: w.places[beaconerIndex].ECEF()},
		Report: &r, Witness: &verify.Site{Index: liarIndex, Key: self, At: w.places[liarIndex].ECEF(), Gain: 12}, Height: height,
		Revealed: true, Preimage: w.beaconer.Preimage(chain, c.Index),
	}
	if v := k.Include(); v != wire.Accepted {
		return v
	}
	return k.Settle()
}

func TestTagCopyCopiesAndComesLateByTurns(t *testing.T) {
	w := newTown(t)
	honest := newIdentity(t, 2)
	for id := uint64(1); id <= 3; id++ {
		c := w.challenge(id)
		w.reports[id] = []wire.Report{{Chain: chain, Challenge: id, Witness: honestIndex, Tag: wire.Tag(chain, w.frame(c), honest.PubKey()), RSSI: -1000, SNR: 40, SF: 9}}
	}
	l, out, record := liarIn(t, w, TagCopy)
	l.Report(wire.Report{Challenge: 1}) // an honest report never leaves
	if err := l.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(out.reports) != 2 {
		t.Fatalf("sent %d reports before the close, want copies of the first and the third", len(out.reports))
	}
	for i, r := range out.reports {
		if v := w.verdict(t, l, r, 14); r.Tag != w.reports[uint64(2*i+1)][0].Tag || v != wire.BadTag {
			t.Errorf("copy %d is judged %s, want %s", i, v, wire.BadTag)
		}
	}
	w.height = 18
	for _, c := range w.open {
		w.revealed[c.ID] = w.beaconer.Preimage(chain, c.Index)
	}
	if err := l.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(out.reports) != 3 {
		t.Fatalf("sent %d reports, want one more after the reveal", len(out.reports))
	}
	late := out.reports[2]
	if v := w.verdict(t, l, late, 19); late.Challenge != 2 || v != wire.TooLate {
		t.Errorf("late report on challenge %d is judged %s, want 2 and %s", late.Challenge, v, wire.TooLate)
	}
	if v := w.verdict(t, l, late, 14); v != wire.Accepted {
		t.Errorf("in time it would be judged %s: the lie is more than being late", v)
	}
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 3 {
		t.Errorf("lied again about the same challenges: %d reports, %v", len(out.reports), err)
	}
	checkRecord(t, record, l.cfg.Ledger, map[string]uint64{CopiedTag: 2, AfterReveal: 1})
}

func TestTagCopyWaitsWhereNobodyReported(t *testing.T) {
	w := newTown(t)
	c := w.challenge(1)
	l, out, _ := liarIn(t, w, TagCopy)
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 0 {
		t.Fatalf("lied with nothing to copy: %d, %v", len(out.reports), err)
	}
	w.height = c.Close
	w.reports[1] = []wire.Report{{Chain: chain, Challenge: 1, Witness: honestIndex, SF: 9}}
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 0 {
		t.Fatalf("copied a tag that no block can take any more: %d, %v", len(out.reports), err)
	}
	w.height, w.revealed[1] = c.Close+2, w.beaconer.Preimage(chain, c.Index)
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 1 || w.verdict(t, l, out.reports[0], c.Close+3) != wire.TooLate {
		t.Fatalf("after the reveal: %d, %v; want one late report", len(out.reports), err)
	}
	w.height = c.Settle + 1
	w.open = nil
	if err := l.poll(t.Context()); err != nil || len(l.open) != 0 {
		t.Errorf("%d challenges kept that are settled, %v", len(l.open), err)
	}
}

func checkRecord(t *testing.T, record *bytes.Buffer, ledger *Ledger, want map[string]uint64) {
	t.Helper()
	got := map[string]uint64{}
	for lines := bufio.NewScanner(record); lines.Scan(); {
		var l Lie
		if err := json.Unmarshal(lines.Bytes(), &l); err != nil {
			t.Fatal(err)
		}
		if l.Witness != liarIndex || l.Challenge == 0 || len(l.Digest) != 64 || l.Time.IsZero() {
			t.Errorf("record %+v is incomplete", l)
		}
		got[l.Kind]++
	}
	answer := httptest.NewRecorder()
	ledger.ServeHTTP(answer, nil)
	var count Count
	if err := json.Unmarshal(answer.Body.Bytes(), &count); err != nil {
		t.Fatal(err)
	}
	var sent uint64
	for kind, n := range want {
		if got[kind] != n || count.Kind[kind] != n {
			t.Errorf("%s: %d recorded and %d counted, want %d", kind, got[kind], count.Kind[kind], n)
		}
		sent += n
	}
	if count.Sent != sent {
		t.Errorf("counted %d lies, want %d", count.Sent, sent)
	}
}

func TestOverstatedRSSIIsAboveTheBoundAndNothingElse(t *testing.T) {
	w := newTown(t)
	l, out, record := liarIn(t, w, RSSI)
	for id := uint64(1); id <= 20; id++ {
		c := w.challenge(id)
		heard := wire.Report{Chain: chain, Challenge: id, Tag: wire.Tag(chain, w.frame(c), l.cfg.Self.PubKey()), RSSI: -1000, SNR: 40, SF: 9}
		if err := l.overstate(t.Context(), heard); err != nil {
			t.Fatal(err)
		}
		r := out.reports[id-1]
		d2 := geo.D2(w.places[beaconerIndex].ECEF(), w.places[liarIndex].ECEF())
		most := verify.MaxRSSI(d2, c.Frequency, int32(c.Power), 12, 0)
		if above := int32(r.RSSI) - most; above < 200 || above > 400 {
			t.Errorf("claimed %d tenths of dB above the bound, want 200..400", above)
		}
		if v := w.verdict(t, l, r, 14); v != wire.BadRSSI {
			t.Errorf("judged %s, want %s", v, wire.BadRSSI)
		}
		r.RSSI = heard.RSSI
		r.Signature = l.cfg.Self.Sign(r.AppendBody(nil))
		if v := w.verdict(t, l, r, 14); v != wire.Accepted {
			t.Errorf("the true report would be judged %s", v)
		}
	}
	checkRecord(t, record, l.cfg.Ledger, map[string]uint64{Overstated: 20})
}

func TestColluderInventsReportsThatPass(t *testing.T) {
	w := newTown(t)
	for id := uint64(1); id <= 20; id++ {
		w.frames = append(w.frames, w.frame(w.challenge(id)))
	}
	w.frames = append(w.frames, wire.NewBeacon(3, wire.Preimage{1})) // a false beacon
	l, out, record := liarIn(t, w, Colluder)
	if err := l.poll(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(out.reports) != 20 {
		t.Fatalf("sent %d reports, want one for each challenge", len(out.reports))
	}
	for _, r := range out.reports {
		if v := w.verdict(t, l, r, 14); v != wire.Accepted {
			t.Errorf("challenge %d: judged %s", r.Challenge, v)
		}
	}
	w.height = 16
	w.challenge(21)
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 20 {
		t.Errorf("reported after the close: %d, %v", len(out.reports), err)
	}
	checkRecord(t, record, l.cfg.Ledger, map[string]uint64{HandedOver: 20})
}

func TestLeakerIsHonest(t *testing.T) {
	l, out, record := liarIn(t, newTown(t), Leaker)
	l.Report(wire.Report{Challenge: 1})
	l.Reveal(wire.Reveal{Challenge: 1})
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 1 || len(out.reveals) != 1 || record.Len() != 0 {
		t.Errorf("sent %d reports, %d reveals, recorded %d bytes, %v; want one each and no lie", len(out.reports), len(out.reveals), record.Len(), err)
	}
}

func TestUnregisteredLiarIsSilent(t *testing.T) {
	w := newTown(t)
	w.frames = append(w.frames, w.frame(w.challenge(1)))
	l, out, _ := liarIn(t, w, Colluder)
	l.cfg.Index = func() uint32 { return 0 }
	if err := l.poll(t.Context()); err != nil || len(out.reports) != 0 {
		t.Errorf("sent %d reports, %v", len(out.reports), err)
	}
}

func TestModesAndFriends(t *testing.T) {
	if _, err := ParseMode("honest"); err == nil {
		t.Error("took an unknown mode")
	}
	for _, m := range []Mode{TagCopy, RSSI, Colluder, Leaker} {
		if got, err := ParseMode(string(m)); err != nil || got != m {
			t.Errorf("%s: %s, %v", m, got, err)
		}
	}
	for _, friend := range []string{"", "127.0.0.1:9203", "ftp://127.0.0.1"} {
		if _, err := New(Config{Mode: Colluder, Friend: friend}); err == nil {
			t.Errorf("took friend %q", friend)
		}
	}
}

func FuzzParseRecord(f *testing.F) {
	f.Add([]byte{})
	f.Add(appendBytes(appendBytes(nil, 1, make([]byte, wire.ChallengeSize)), 4, make([]byte, wire.PreimageSize)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := parseRecord(raw)
		if err == nil && r.Challenge.ID == 0 {
			t.Error("a record without a challenge")
		}
	})
}
