package uplink

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hexwave/hexwave/hotspot/identity"
)

// element is a secure element whose bus fails a number of times.
type element struct {
	*ecdsa.PrivateKey
	failures atomic.Int32
}

func (e *element) Sign(random io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if e.failures.Add(-1) >= 0 {
		return nil, errors.New("no answer on the bus")
	}
	return e.PrivateKey.Sign(random, digest, opts)
}

// A hotspot with a secure element connects as its P-256 key. When the element does not
// answer, the client tries again like after any failed connection.
func TestSecureElementConnects(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := &element{PrivateKey: key}
	id, err := identity.New(signer, [32]byte{})
	if err != nil {
		t.Fatal(err)
	}
	signer.failures.Store(1)
	r := startRouter(t, 9)
	q, down := NewQueue(1, 100, time.Minute), newSide()
	c := NewClient(Config{Routers: []Router{{Address: r.address, Key: r.key}}, Key: id.TLSKey(), Chain: testChain, Connection: 1}, q, presented{}, down, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := c.Run(ctx); err != nil {
			t.Errorf("the client ended with %v", err)
		}
	})
	t.Cleanup(func() { cancel(); running.Wait() })
	s := r.next(t)
	s.greet(t, 8)
	if s.peer != id.PubKey() {
		t.Errorf("the router sees %s, not %s", s.peer, id.PubKey())
	}
	wait(t, down.connected, "the index")
	if n := signer.failures.Load(); n >= 0 {
		t.Errorf("the element never failed: %d", n)
	}
}
