package devnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// ErrNotReady: a part did not become ready in time.
var ErrNotReady = errors.New("not ready in time")

const (
	pollEvery  = 100 * time.Millisecond
	askTimeout = 3 * time.Second
	maxAnswer  = 64 << 20
)

// until asks again until ask gives nil. A child that dies ends the wait at once.
func (r *run) until(ctx context.Context, what string, ask func(context.Context) error) error {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		one, cancel := context.WithTimeout(ctx, askTimeout)
		err := ask(one)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s: %w: %w", what, ErrNotReady, err)
		case <-ticker.C:
		}
	}
}

// getJSON reads a JSON answer of one of the network's parts.
func (r *run) getJSON(ctx context.Context, url string, into any) error {
	body, err := r.get(ctx, http.MethodGet, url)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("read %s: %w", url, err)
	}
	return nil
}

func (r *run) get(ctx context.Context, method, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := r.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // only read
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", url, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return body, nil
}
