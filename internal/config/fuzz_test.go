package config

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// FuzzFile: no file makes the loader crash, a refusal is one line of a known
// kind, and what loads is written and loaded again to the same values.
func FuzzFile(f *testing.F) {
	var doc bytes.Buffer
	if err := Document(&doc, defaults()); err != nil {
		f.Fatal(err)
	}
	f.Add(doc.Bytes())
	f.Add([]byte("[limits]\nrate = 1\n[[limits]]\n"))
	f.Add([]byte("limits.rate = 1\ninner = { deep = { key = \"\" } }"))
	f.Add([]byte("slots = [\"1s\"]\ngain = inf\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c := defaults()
		fields, _ := walk(c)
		if _, err := applyFile("f", data, fields); err != nil {
			known := errors.Is(err, ErrRead) || errors.Is(err, ErrUnknownKey) || errors.Is(err, ErrBadValue)
			if !known || strings.Contains(err.Error(), "\n") {
				t.Fatalf("error %q is not one line of a known kind", err)
			}
			return
		}
		c.Token = "" // never written
		var b bytes.Buffer
		if err := Document(&b, c); err != nil {
			t.Fatal(err)
		}
		again := defaults()
		fields, _ = walk(again)
		if _, err := applyFile("g", b.Bytes(), fields); err != nil {
			t.Fatalf("%v in the written file:\n%s", err, b.String())
		}
		if d := cmp.Diff(c, again, cmpopts.EquateEmpty()); d != "" {
			t.Fatalf("round trip (-first +second):\n%s\n%s", d, b.String())
		}
	})
}

// FuzzValue: text from an environment variable or a flag never crashes and what
// is taken is printed to text that gives the same value.
func FuzzValue(f *testing.F) {
	f.Add("1h30m")
	f.Add("64KiB")
	f.Add("a,b")
	f.Add("-1")
	f.Fuzz(func(t *testing.T, s string) {
		fields, _ := walk(defaults())
		twins, _ := walk(defaults())
		for i, fl := range fields {
			if setText(fl.value, s) != nil {
				continue
			}
			if err := setText(twins[i].value, plain(fl.value)); err != nil {
				t.Fatalf("%s: %q printed as %q: %v", fl.path, s, plain(fl.value), err)
			}
			if !cmp.Equal(fl.value.Interface(), twins[i].value.Interface()) {
				t.Fatalf("%s: %q came back as %q", fl.path, s, plain(twins[i].value))
			}
		}
	})
}
