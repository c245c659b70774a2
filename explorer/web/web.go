// Package web owns the explorer's page: its built assets, embedded, and how they are served. Sources are in src/; `npm ci &&
// npm run build` makes dist/ from them and the locked packages.
//
// It answers no question about coverage (package api does), and the page asks no server but its own.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// asset is one file of the page.
type asset struct {
	contentType string
	cache       string
	tag         string
	raw         []byte
	packed      func() []byte // gzip, made once when first asked for; nil if it would not help
}

// Handler serves the page at / and its assets. Assets whose names hold a digest may be kept by browsers for ever.
func Handler() (http.Handler, error) {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("open embedded page: %w", err)
	}
	assets := map[string]asset{}
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(files, name)
		if err == nil {
			assets["/"+name] = newAsset(name, raw)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read embedded page: %w", err)
	}
	page, ok := assets["/index.html"]
	if !ok {
		return nil, fmt.Errorf("embedded page has no index.html: run npm ci && npm run build in explorer/web")
	}
	assets["/"] = page
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets[r.URL.Path]
		if !ok {
			http.Error(w, "no such page", http.StatusNotFound)
			return
		}
		a.serve(w, r)
	}), nil
}

func newAsset(name string, raw []byte) asset {
	sum := sha256.Sum256(raw)
	a := asset{raw: raw, cache: "no-cache", tag: `"` + hex.EncodeToString(sum[:8]) + `"`, contentType: typeOf(name)}
	if strings.HasPrefix(name, "assets/") {
		a.cache = "public, max-age=31536000, immutable"
	}
	a.packed = sync.OnceValue(func() []byte {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		if _, err := z.Write(raw); err != nil || z.Close() != nil || out.Len() >= len(raw) {
			return nil
		}
		return out.Bytes()
	})
	return a
}

// typeOf names the content types of the page itself: the machine's own tables differ.
func typeOf(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".json":
		return "application/json"
	case ".svg":
		return "image/svg+xml"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", a.cache)
	h.Set("ETag", a.tag)
	h.Set("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("If-None-Match"), a.tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.raw
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		if packed := a.packed(); packed != nil {
			h.Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client is gone if this fails
	}
}
