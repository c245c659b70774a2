package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/index"
)

const (
	heartbeat    = 15 * time.Second
	streamPause  = 250 * time.Millisecond // at least, between two events of one stream
	writeTimeout = 5 * time.Second        // a client that takes longer to read one event is dropped
)

type changeForm struct {
	Cells    []cellForm  `json:"cells"`
	Hotspots []briefForm `json:"hotspots"`
	Stats    *statsForm  `json:"stats,omitempty"`
	AsOf     asOf        `json:"as_of"`
}

// changesSince returns what changed after a sequence as the view has it now; false if that is too long ago or too
// much, and the client should load everything again.
func (s *Server) changesSince(v *index.View, since explorer.Seq, most int) (changeForm, bool) {
	out := changeForm{Cells: []cellForm{}, Hotspots: []briefForm{}, AsOf: stampOf(v)}
	change, ok := s.o.Index.Since(v, since)
	if !ok || len(change.Cells) > most || len(change.Hotspots) > most {
		return out, false
	}
	for _, c := range change.Cells {
		out.Cells = append(out.Cells, formOf(v.Summary(c)))
	}
	for _, i := range change.Hotspots {
		if h := v.Hotspot(i); h != nil {
			out.Hotspots = append(out.Hotspots, briefOf(h))
		}
	}
	return out, true
}

// changes is the poll form of the stream.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) {
	since, err := sequence(r.URL.Query().Get("since"))
	if err != nil {
		problem(w, http.StatusBadRequest, "parameter", detail(err))
		return
	}
	v := s.o.Index.View()
	out, ok := s.changesSince(v, since, MaxRows)
	if !ok {
		problem(w, http.StatusGone, "too-old", "That sequence is too old, too far back or not reached yet; load the lists again and go on from their seq.")
		return
	}
	s.answer(w, r, v, out)
}

// stream sends server-sent events: "hello" with the present state, "cells" with what changed, "block" when a block changed
// nothing, "reload" when the client has missed too much. The id of an event is the index's sequence.
func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	select {
	case s.streams <- struct{}{}:
		defer func() { <-s.streams }()
	default:
		w.Header().Set("Retry-After", "10")
		problem(w, http.StatusServiceUnavailable, "streams", fmt.Sprintf("All %d streams are taken; poll /v1/coverage/changes.", cap(s.streams)))
		return
	}
	v := s.o.Index.View()
	since := v.Seq
	if text := first(r.Header.Get("Last-Event-ID"), r.URL.Query().Get("since")); text != "" {
		n, err := sequence(text)
		if err != nil {
			problem(w, http.StatusBadRequest, "parameter", detail(err))
			return
		}
		since = n
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // proxies must not collect events
	stamp(h, v)
	c := client{s: s, w: w, rc: http.NewResponseController(w), since: since}
	s.metrics.streams.Inc()
	defer s.metrics.streams.Dec()
	if err := c.run(r); errors.Is(err, os.ErrDeadlineExceeded) {
		s.metrics.dropped.Inc()
		s.o.Log.Debug("stream dropped", "error", err)
	}
}

// client is one open stream, owned by its request's goroutine.
type client struct {
	s      *Server
	w      http.ResponseWriter
	rc     *http.ResponseController
	since  explorer.Seq
	height explorer.Height
}

// run sends events until the client is gone. It pulls what changed from the index, so a slow client holds up nobody.
func (c *client) run(r *http.Request) error {
	ctx := r.Context()
	// The server's read timeout is for requests, and this one lasts.
	if err := c.rc.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	next := c.s.o.Index.Next()
	v := c.s.o.Index.View()
	st := c.s.statsOf(v)
	c.height = v.Height
	if err := c.event("hello", min(c.since, v.Seq), changeForm{Cells: []cellForm{}, Hotspots: []briefForm{}, Stats: &st, AsOf: stampOf(v)}); err != nil {
		return err
	}
	if c.since != v.Seq {
		if err := c.news(v); err != nil {
			return err
		}
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beat.C:
			if err := c.raw(": still here\n\n"); err != nil {
				return err
			}
		case <-next:
			next = c.s.o.Index.Next()
			if err := c.news(c.s.o.Index.View()); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(streamPause):
			}
		}
	}
}

// news sends what changed since the last event.
func (c *client) news(v *index.View) error {
	if v.Seq == c.since && v.Height == c.height {
		return nil
	}
	name := "cells"
	out, ok := c.s.changesSince(v, c.since, MaxEventCells)
	switch {
	case !ok:
		name = "reload"
	case v.Seq == c.since:
		name = "block"
	}
	st := c.s.statsOf(v)
	out.Stats = &st
	c.since, c.height = v.Seq, v.Height
	return c.event(name, v.Seq, out)
}

func (c *client) event(name string, id explorer.Seq, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return c.raw(fmt.Sprintf("event: %s\nid: %d\ndata: %s\n\n", name, id, body))
}

// raw writes and flushes under a deadline.
func (c *client) raw(text string) error {
	if err := c.rc.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	if _, err := c.w.Write([]byte(text)); err != nil {
		return err
	}
	return c.rc.Flush()
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
