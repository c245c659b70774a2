package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/hexwave/hexwave/explorer/index"
)

// Content types of answers.
const (
	typeJSON    = "application/json"
	typeGeoJSON = "application/geo+json"
	typeProblem = "application/problem+json"
	typeTile    = "application/vnd.mapbox-vector-tile"
)

// problem answers with an RFC 9457 problem. The code is stable, the detail is for people.
func problem(w http.ResponseWriter, status int, code, detail string) {
	h := w.Header()
	h.Set("Content-Type", typeProblem)
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	body := struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Code   string `json:"code"`
		Detail string `json:"detail"`
	}{"about:blank", http.StatusText(status), status, code, detail}
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// wantsGeoJSON reports whether the client asked for GeoJSON, by suffix or by Accept.
func wantsGeoJSON(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, ".geojson") || strings.Contains(r.Header.Get("Accept"), typeGeoJSON)
}

// answer sends v as JSON made from a view.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, view *index.View, v any) {
	s.send(w, r, view, typeJSON, v)
}

// send encodes v as JSON of some type, with the headers that let clients and caches ask again cheaply.
func (s *Server) send(w http.ResponseWriter, r *http.Request, view *index.View, contentType string, v any) {
	h := w.Header()
	h.Set("Vary", "Accept, Accept-Encoding")
	h.Set("Cache-Control", "no-cache")
	stamp(h, view)
	tag := fmt.Sprintf(`"s%d-h%d-%s"`, view.Seq, view.Height, contentType[len("application/"):])
	h.Set("ETag", tag)
	if matches(r, tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		s.o.Log.Error("encode answer", "path", r.URL.Path, "error", err)
		problem(w, http.StatusInternalServerError, "internal", "The answer could not be written.")
		return
	}
	h.Set("Content-Type", contentType)
	write(w, r, body.Bytes())
}

// stamp says of which block an answer speaks.
func stamp(h http.Header, view *index.View) {
	h.Set("Hexwave-Height", fmt.Sprint(uint64(view.Height)))
	h.Set("Hexwave-Seq", fmt.Sprint(uint64(view.Seq)))
}

// matches reports whether the client holds the version with that tag.
func matches(r *http.Request, tag string) bool {
	for t := range strings.SplitSeq(r.Header.Get("If-None-Match"), ",") {
		if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == tag || t == "*" {
			return true
		}
	}
	return false
}

// gzipFrom is the size in bytes from which a body is worth compressing.
const gzipFrom = 1_400

func acceptsGzip(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
}

// write sends a body, compressed if it is large and the client can read that.
func write(w http.ResponseWriter, r *http.Request, body []byte) {
	if len(body) >= gzipFrom && acceptsGzip(r) {
		if packed, err := compress(body); err == nil {
			w.Header().Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = w.Write(body) // the client is gone if this fails
}

func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
