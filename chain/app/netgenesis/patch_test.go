package netgenesis

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The cases of RFC 7386 appendix A that have an object on both sides.
func TestMergePatch(t *testing.T) {
	for _, tt := range []struct{ target, patch, want string }{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
		{`{"n":1}`, `{"n":18446744073709551615}`, `{"n":18446744073709551615}`},
	} {
		got, err := MergePatch([]byte(tt.target), []byte(tt.patch))
		if err != nil {
			t.Errorf("%s + %s: %v", tt.target, tt.patch, err)
			continue
		}
		if diff := cmp.Diff(tt.want, string(got)); diff != "" {
			t.Errorf("%s + %s: %s", tt.target, tt.patch, diff)
		}
	}
}

func TestMergePatchRefusesWhatIsNoObject(t *testing.T) {
	for _, patch := range []string{``, `[]`, `null`, `1`, `{`} {
		if _, err := MergePatch([]byte(`{}`), []byte(patch)); !errors.Is(err, ErrPatch) {
			t.Errorf("%q gave %v", patch, err)
		}
	}
}

func FuzzMergePatch(f *testing.F) {
	f.Add([]byte(`{"a":{"b":1}}`), []byte(`{"a":{"b":null,"c":[1]}}`))
	f.Fuzz(func(t *testing.T, target, patch []byte) {
		out, err := MergePatch(target, patch)
		if err != nil {
			return
		}
		again, err := MergePatch(out, patch)
		if err != nil || !json.Valid(out) {
			t.Fatalf("second application: %v", err)
		}
		if string(again) != string(out) {
			t.Fatalf("not idempotent: %s, then %s", out, again)
		}
	})
}
