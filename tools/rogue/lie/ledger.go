package lie

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"time"
)

// Lie is one false report, as written to the record.
type Lie struct {
	Time      time.Time `json:"time"`
	Mode      Mode      `json:"mode"`
	Challenge uint64    `json:"challenge"`
	Kind      string    `json:"kind"`
	Witness   uint32    `json:"witness"` // hotspot index of the liar
	Digest    string    `json:"digest"`  // hex SHA-256 of the signed report, as in ItemResult
}

// Count is what GET /lies answers.
type Count struct {
	Mode Mode              `json:"mode"`
	Sent uint64            `json:"sent"`
	Kind map[string]uint64 `json:"kinds"`
}

// Ledger records lies as NDJSON and counts them. It is safe for concurrent use.
type Ledger struct {
	mu    sync.Mutex // guards the fields below
	out   io.Writer
	count Count
}

// NewLedger returns a ledger that writes to out, which may be nil.
func NewLedger(mode Mode, out io.Writer) *Ledger {
	return &Ledger{out: out, count: Count{Mode: mode, Kind: map[string]uint64{}}}
}

// Add records one lie.
func (l *Ledger) Add(lie Lie) error {
	line, err := json.Marshal(lie)
	if err != nil {
		return fmt.Errorf("encode lie: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count.Sent++
	l.count.Kind[lie.Kind]++
	if l.out == nil {
		return nil
	}
	if _, err := l.out.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("record lie: %w", err)
	}
	return nil
}

// Count returns the lies told so far.
func (l *Ledger) Count() Count {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.count
	c.Kind = maps.Clone(l.count.Kind)
	return c
}

// ServeHTTP answers with the count as JSON.
func (l *Ledger) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(l.Count()) // a client that went away needs no answer
}
