package web_test

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hexwave/hexwave/explorer/web"
)

// The committed page is built from the committed sources.
func TestPageIsBuiltFromItsSources(t *testing.T) {
	files, err := filepath.Glob("src/*")
	if err != nil {
		t.Fatal(err)
	}
	var want strings.Builder
	for _, f := range append([]string{"build.mjs", "package-lock.json"}, files...) {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&want, "%x  %s\n", sha256.Sum256(raw), filepath.ToSlash(f))
	}
	got, err := os.ReadFile("dist/sources.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Fatalf("dist/ is not built from these sources; run: npm ci && npm run build\nbuilt from\n%s\nthere are\n%s", got, want.String())
	}
}

func get(t *testing.T, h http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestServesPage(t *testing.T) {
	h, err := web.Handler()
	if err != nil {
		t.Fatal(err)
	}
	page := get(t, h, "/")
	if page.StatusCode != http.StatusOK || page.Header.Get("Cache-Control") != "no-cache" || page.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Fatalf("%d %v", page.StatusCode, page.Header)
	}
	html, err := os.ReadFile("dist/index.html")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`/assets/[^"]+`).FindAllString(string(html), -1)
	if len(names) < 3 {
		t.Fatalf("the page names %v", names)
	}
	for _, name := range names {
		packed := get(t, h, name, "Accept-Encoding", "gzip")
		if packed.StatusCode != http.StatusOK || !strings.Contains(packed.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %v", name, packed.StatusCode, packed.Header)
		}
		if strings.HasSuffix(name, ".js") && packed.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s is not compressed", name)
		}
		if again := get(t, h, name, "If-None-Match", packed.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %d", name, again.StatusCode)
		}
	}
	for _, path := range []string{"/nothing", "/assets/", "/../web.go", "/index"} {
		if r := get(t, h, path); r.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.StatusCode)
		}
	}
}

// No file of the page names a place elsewhere from which something would be loaded; MapLibre's own links are in its comments
// and messages.
func TestPageNamesNoOtherServer(t *testing.T) {
	for _, name := range []string{"dist/index.html", "dist/assets/*.css", "src/*"} {
		files, err := filepath.Glob(name)
		if err != nil || len(files) == 0 {
			t.Fatal(name, err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.ReplaceAll(string(raw), "http://www.w3.org/", "") // names of XML, never fetched
			if m := regexp.MustCompile(`(https?:)?//[a-z0-9.-]+\.[a-z]{2,}[/"')]`).FindString(text); m != "" {
				t.Errorf("%s names %s", f, m)
			}
		}
	}
}
