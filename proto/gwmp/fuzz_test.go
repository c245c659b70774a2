package gwmp

import (
	"encoding/json"
	"errors"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// FuzzParse holds: a refusal wraps a named error; what is accepted survives
// encoding and parsing unchanged; JSON accepted here is JSON to encoding/json.
func FuzzParse(f *testing.F) {
	f.Add(PushData{Version: 2, EUI: testEUI, RxPks: []RxPk{{Tmst: 1, Data: []byte{1}, Meta: []Meta{{"a", "b"}}}}, Stat: &Stat{}}.Append(nil))
	f.Add(PullResp{Version: 2, TxPk: fullTxPk()}.Append(nil))
	f.Add(TxAck{Version: 2, Error: TxFreq}.Append(nil))
	f.Add([]byte("\x02\x12\x34\x04 \x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			for _, e := range []error{ErrShort, ErrLong, ErrVersion, ErrKind, ErrTrailing, ErrJSON, ErrField, ErrLimit} {
				if errors.Is(err, e) {
					return
				}
			}
			t.Fatalf("unnamed refusal: %v", err)
		}
		_, body, _ := ParseHeader(b)
		if body = trimTail(body); len(body) > 0 && !json.Valid(body) {
			t.Fatalf("accepted what is not JSON: %q", body)
		}
		again, err := Parse(p.Append(nil))
		if err != nil {
			t.Fatalf("own encoding %q refused: %v", p.Append(nil), err)
		}
		if d := cmp.Diff(canonical(p), canonical(again)); d != "" {
			t.Fatal(d)
		}
	})
}

// canonical maps what the wire cannot tell apart to one form.
func canonical(p Packet) Packet {
	switch p := p.(type) {
	case PushData:
		if len(p.RxPks) == 0 {
			p.RxPks = nil
		}
		for i := range p.RxPks {
			rx := &p.RxPks[i]
			if len(rx.Data) == 0 {
				rx.Data = nil
			}
			if len(rx.Signals) == 0 {
				rx.Signals = nil
			}
		}
		return p
	case PullResp:
		if len(p.TxPk.Data) == 0 {
			p.TxPk.Data = nil
		}
		return p
	case TxAck:
		if p.Warn == "" {
			p.Value = 0
		}
		return p
	}
	return p
}

// FuzzString compares the reading of strings with encoding/json's.
func FuzzString(f *testing.F) {
	for _, s := range []string{`"a"`, `"\/\u00e9\ud83d\ude00"`, `"\ud800x"`, "\"\xff\xc3\xa9\"", `"\x"`, "\"\n\"", `"a`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) == 0 || s[0] != '"' {
			return
		}
		c := cursor{b: []byte(s)}
		got, err := c.raw()
		if err == nil {
			err = c.end()
		}
		var want string
		jerr := json.Unmarshal([]byte(s), &want)
		if (err == nil) != (jerr == nil) || err == nil && string(got) != want {
			t.Fatalf("%q: got %q, %v; encoding/json %q, %v", s, got, err, want, jerr)
		}
	})
}

// FuzzNumber compares the fixed-point reading of numbers with encoding/json's.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"868.1", "-0.05", "1e3", "12E-1", "01", "1.", "-", "868.1000005", "99999999999999999999", "1e-400"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := cursor{b: []byte(s)}
		got, err := c.number(1)
		if err == nil {
			err = c.end()
		}
		var want float64
		if jerr := json.Unmarshal([]byte(s), &want); jerr != nil {
			return
		}
		if len(s) > 0 && s[0] == 'n' {
			return // null, handled by the callers
		}
		want *= 10
		if math.Abs(want) > 1e15 {
			return
		}
		if err != nil {
			t.Fatalf("%q refused: %v", s, err)
		}
		if math.Abs(float64(got)-want) > 0.5+1e-6+math.Abs(want)*1e-12 {
			t.Fatalf("%q read as %d tenths", s, got)
		}
	})
}
