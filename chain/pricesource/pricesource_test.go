package pricesource

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]uint64{
		"0.27": 27_000_000, "2.5": 250_000_000, " 1\n": 100_000_000, "0.29": 29_000_000,
		"0.00000001": 1, "0.123456789": 12_345_678, "2.7e-1": 27_000_000, "1E2": 10_000_000_000,
		"184467440737.09551615": math.MaxUint64, "007": 700_000_000, "25e-8": 25, "1e+1": 1_000_000_000,
	} {
		if got, err := ParseDecimal(text); got != want || err != nil {
			t.Errorf("%q: %d, %v, want %d", text, got, err, want)
		}
	}
	for text, want := range map[string]error{
		"": ErrDecimal, ".5": ErrDecimal, "5.": ErrDecimal, "-1": ErrDecimal, "+1": ErrDecimal, "1,5": ErrDecimal,
		"0x10": ErrDecimal, "NaN": ErrDecimal, "1e": ErrDecimal, "1e99": ErrDecimal, "1.2.3": ErrDecimal, "١": ErrDecimal,
		strings.Repeat("0", 65): ErrDecimal,
		"0":                     ErrRange, "0.000000001": ErrRange, "184467440737.09551616": ErrRange, "1e64": ErrRange, "9e-9": ErrRange,
	} {
		if got, err := ParseDecimal(text); !errors.Is(err, want) {
			t.Errorf("%q: %d, %v, want %v", text, got, err, want)
		}
	}
}

func TestDecimalRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.Uint64Min(1).Draw(t, "price")
		text := fmt.Sprintf("%d.%08d", want/100_000_000, want%100_000_000)
		if got, err := ParseDecimal(text); got != want || err != nil {
			t.Fatalf("%q: %d, %v", text, got, err)
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"0.27", "1e-8", "184467440737.09551615", "-1", "1e999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ParseDecimal(s)
		if err != nil {
			return
		}
		again, err := ParseDecimal(fmt.Sprintf("%d.%08d", v/100_000_000, v%100_000_000))
		if again != v || err != nil {
			t.Fatalf("%q is %d, written out %d, %v", s, v, again, err)
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add([]byte(`{"a":[{"b":"0.27"}]}`), "a.0.b")
	f.Add([]byte(`0.27`), "")
	f.Fuzz(func(t *testing.T, answer []byte, path string) {
		if price, err := find(answer, path); err == nil && price == 0 {
			t.Fatalf("%q at %q is 0", answer, path)
		}
	})
}

func TestFind(t *testing.T) {
	for _, tc := range []struct {
		answer, path string
		want         uint64
		err          error
	}{
		{"0.27\n", "", 27_000_000, nil},
		{`"0.27"`, "", 27_000_000, nil},
		{`{"data":[{"usd":0.29}]}`, "data.0.usd", 29_000_000, nil},
		{`{"usd":"1.5"}`, "usd", 150_000_000, nil},
		{`{"usd":null}`, "usd", 0, ErrAnswer},
		{`{"usd":{}}`, "usd", 0, ErrAnswer},
		{`{"usd":1}`, "eur", 0, ErrAnswer},
		{`{"usd":1}`, "usd.0", 0, ErrAnswer},
		{`[1]`, "1", 0, ErrAnswer},
		{`[1]`, "-1", 0, ErrAnswer},
		{`{`, "usd", 0, ErrAnswer},
		{`{"usd":-1}`, "usd", 0, ErrDecimal},
		{`<html>`, "", 0, ErrDecimal},
	} {
		if got, err := find([]byte(tc.answer), tc.path); got != tc.want || !errors.Is(err, tc.err) {
			t.Errorf("%s at %q: %d, %v", tc.answer, tc.path, got, err)
		}
	}
}

func TestFileIsAsOldAsItIs(t *testing.T) {
	name := filepath.Join(t.TempDir(), "price")
	if _, err := (File{Name: name}).Quote(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if err := os.WriteFile(name, []byte(`{"usd": 0.27}`), 0o600); err != nil {
		t.Fatal(err)
	}
	old := time.Unix(1_790_000_000, 0)
	if err := os.Chtimes(name, old, old); err != nil {
		t.Fatal(err)
	}
	q, err := File{Name: name, Path: "usd"}.Quote(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Quote{Price: 27_000_000, Time: old, Sources: 1}, q); diff != "" {
		t.Error(diff)
	}
	if _, err := (File{Name: t.TempDir()}).Quote(t.Context()); !errors.Is(err, ErrSpec) {
		t.Errorf("a folder: %v", err)
	}
	if err := os.WriteFile(name, make([]byte, maxAnswer+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := (File{Name: name}).Quote(t.Context()); !errors.Is(err, ErrTooLong) {
		t.Errorf("too long: %v", err)
	}
}

func TestHTTP(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/price", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"usd":"0.27"}`)) })
	mux.HandleFunc("/moved", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/price", http.StatusFound) })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxAnswer+1)) })
	mux.HandleFunc("/slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	srv := httptest.NewTLSServer(mux)
	defer srv.Close()
	ask := func(ctx context.Context, path string) (Quote, error) {
		return HTTP{URL: srv.URL + path, Path: "usd", Transport: srv.Client().Transport}.Quote(ctx)
	}
	if q, err := ask(t.Context(), "/price"); q.Price != 27_000_000 || q.Sources != 1 || err != nil {
		t.Errorf("%+v, %v", q, err)
	}
	for path, want := range map[string]error{"/moved": ErrAnswer, "/broken": ErrAnswer, "/long": ErrTooLong} {
		if q, err := ask(t.Context(), path); !errors.Is(err, want) {
			t.Errorf("%s: %+v, %v, want %v", path, q, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ask(ctx, "/slow"); !errors.Is(err, context.Canceled) {
		t.Errorf("an ended context: %v", err)
	}
	if _, err := (HTTP{URL: srv.URL + "/price"}).Quote(t.Context()); err == nil {
		t.Error("a certificate of nobody is trusted")
	}
}

func TestParse(t *testing.T) {
	for spec, want := range map[string]Source{
		"file:/var/lib/price":                   File{Name: "/var/lib/price"},
		"file:price.json#usd":                   File{Name: "price.json", Path: "usd"},
		"https://example.org/v1?q=hxw#data.0.p": HTTP{URL: "https://example.org/v1?q=hxw", Path: "data.0.p"},
		"http://127.0.0.1:8080/price":           HTTP{URL: "http://127.0.0.1:8080/price"},
	} {
		got, err := Parse(spec)
		if err != nil {
			t.Errorf("%s: %v", spec, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", spec, diff)
		}
	}
	for _, spec := range []string{"", "file:", "file:#usd", "price.json", "http://example.org/", "ftp://example.org/", "https://", "https://a b/", "%zz"} {
		if s, err := Parse(spec); !errors.Is(err, ErrSpec) {
			t.Errorf("%q: %v, %v", spec, s, err)
		}
	}
}

// script is a source that answers what the test says.
type script struct {
	answer func(context.Context) (Quote, error)
}

func (s script) Quote(ctx context.Context) (Quote, error) { return s.answer(ctx) }

// scripted returns a poller of scripted sources.
func scripted(t *testing.T, report func(string, error), sources ...Source) *Poller {
	t.Helper()
	t.Helper()
	specs := make([]string, len(sources))
	for i := range specs {
		specs[i] = fmt.Sprintf("file:source%d", i)
	}
	p, err := NewPoller(specs, Options{Every: 30 * time.Second, Timeout: 5 * time.Second, MaxAge: 2 * time.Minute, Report: report})
	if err != nil {
		t.Fatal(err)
	}
	p.sources = sources
	return p
}

func fixed(price uint64) script {
	return script{func(context.Context) (Quote, error) { return Quote{Price: price, Time: time.Now(), Sources: 1}, nil }}
}

func TestPollerTakesTheMedianOfFreshSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dead := false
		third := script{func(context.Context) (Quote, error) {
			if dead {
				return Quote{}, ErrAnswer
			}
			return Quote{Price: 300, Time: time.Now(), Sources: 1}, nil
		}}
		hangs := script{func(ctx context.Context) (Quote, error) {
			<-ctx.Done()
			return Quote{}, ctx.Err()
		}}
		stale := script{func(context.Context) (Quote, error) {
			return Quote{Price: 1, Time: time.Now().Add(-time.Hour), Sources: 1}, nil
		}}
		p := scripted(t, nil, fixed(100), fixed(200), third, hangs, stale)
		if q, ok := p.Newest(); ok {
			t.Errorf("before the first answer %+v", q)
		}
		done := make(chan error)
		go func() { done <- p.Run(ctx) }()
		synctest.Wait()
		if q, ok := p.Newest(); !ok || q.Price != 200 || q.Sources != 3 {
			t.Errorf("%+v, %v", q, ok)
		}
		dead = true
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		if q, ok := p.Newest(); !ok || q.Price != 100 || q.Sources != 2 {
			t.Errorf("without the third %+v, %v", q, ok)
		}
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		time.Sleep(2*time.Minute + time.Second)
		if q, ok := p.Newest(); ok {
			t.Errorf("after the end %+v", q)
		}
	})
}

func TestPollerReportsChangesOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		n := 0
		flaky := script{func(context.Context) (Quote, error) {
			n++
			if n < 3 || n == 5 {
				return Quote{}, ErrAnswer
			}
			return Quote{Price: 1, Time: time.Now(), Sources: 1}, nil
		}}
		p := scripted(t, func(source string, err error) { got = append(got, fmt.Sprint(source, " ", err)) }, flaky)
		done := make(chan error)
		go func() { done <- p.Run(ctx) }()
		time.Sleep(5*30*time.Second + time.Second)
		cancel()
		<-done
		fails, works := "file:source0 no price in the answer", "file:source0 <nil>"
		if diff := cmp.Diff([]string{fails, works, fails, works}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestQuoteFromTheFutureIsFromNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := scripted(t, nil, fixed(1))
		p.quotes[0] = Quote{Price: 1, Time: time.Now().Add(time.Hour), Sources: 1}
		if q, ok := p.Newest(); !ok || !q.Time.Equal(time.Now()) {
			t.Errorf("%+v, %v", q, ok)
		}
	})
}

func TestNewPollerRefuses(t *testing.T) {
	good := Options{Every: 1, Timeout: 1, MaxAge: 1}
	for name, try := range map[string]func() (*Poller, error){
		"no source": func() (*Poller, error) { return NewPoller(nil, good) },
		"too many":  func() (*Poller, error) { return NewPoller(make([]string, MaxSources+1), good) },
		"unusable":  func() (*Poller, error) { return NewPoller([]string{"nonsense"}, good) },
		"no pause": func() (*Poller, error) {
			return NewPoller([]string{"file:x"}, Options{Timeout: 1, MaxAge: 1})
		},
	} {
		if _, err := try(); !errors.Is(err, ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
