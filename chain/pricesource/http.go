package pricesource

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// HTTP asks a URL for the price.
type HTTP struct {
	// URL is asked with GET; the answer must have status 200.
	URL string
	// Path leads to the number in JSON; empty when the answer is the number.
	Path string
	// Transport carries the requests; nil is Go's own.
	Transport http.RoundTripper
}

var _ Source = HTTP{}

// Quote implements Source. Redirects are not followed: who is trusted is who was
// configured.
func (s HTTP) Quote(ctx context.Context) (Quote, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL, nil)
	if err != nil {
		return Quote{}, fmt.Errorf("ask for price: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	client := http.Client{
		Transport:     s.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	asked := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return Quote{}, fmt.Errorf("ask for price: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // only read from
	if res.StatusCode != http.StatusOK {
		return Quote{}, fmt.Errorf("%w: status %d", ErrAnswer, res.StatusCode)
	}
	raw, err := read(res.Body)
	if err != nil {
		return Quote{}, fmt.Errorf("ask for price: %w", err)
	}
	price, err := find(raw, s.Path)
	if err != nil {
		return Quote{}, fmt.Errorf("ask for price: %w", err)
	}
	return Quote{Price: price, Time: asked, Sources: 1}, nil
}

// loopback tells whether plain HTTP to a host stays on this machine.
func loopback(u *url.URL) bool {
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return true
	}
	return false
}
