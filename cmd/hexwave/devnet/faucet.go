package devnet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
	"github.com/hexwave/hexwave/internal/service"
)

// Bounds of the faucet.
const (
	faucetGift    = 100 * hxw // spark a request
	faucetPause   = 5 * time.Second
	faucetWaiting = 8      // requests at once
	faucetKnown   = 10_000 // addresses remembered
)

// faucet gives tokens of the faucet account away, on loopback.
type faucet struct {
	from   Account
	sender *client.Sender
	slots  chan struct{}

	mu   sync.Mutex
	last map[string]time.Time // guarded by mu
}

func newFaucet(chain *node.Node, from Account) *faucet {
	return &faucet{from: from, sender: chain.NewSender(from.key, client.SenderOptions{Gas: node.Gas(1)}), slots: make(chan struct{}, faucetWaiting), last: map[string]time.Time{}}
}

// Run serves GET / (help) and POST /fund?address=hxw1... until ctx is done.
func (f *faucet) Run(ctx context.Context, addr string) error {
	l, err := service.Listen(ctx, "--ports-base", addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, "curl -X POST 'http://%s/fund?address=hxw1...'   gives %d HXW\n", addr, faucetGift/hxw) // a client that went away needs no help
	})
	mux.HandleFunc("POST /fund", f.fund)
	return service.ServeHTTP(ctx, l, mux)
}

func (f *faucet) fund(w http.ResponseWriter, req *http.Request) {
	to := strings.TrimSpace(req.URL.Query().Get("address"))
	if _, err := client.ParseAddress(to); err != nil {
		http.Error(w, "address must be an account, hxw1...", http.StatusBadRequest)
		return
	}
	if !f.allow(to) {
		http.Error(w, fmt.Sprintf("one gift every %s", faucetPause), http.StatusTooManyRequests)
		return
	}
	select {
	case f.slots <- struct{}{}:
		defer func() { <-f.slots }()
	default:
		http.Error(w, "too many requests at once", http.StatusServiceUnavailable)
		return
	}
	ctx, cancel := context.WithTimeout(req.Context(), 30*time.Second)
	defer cancel()
	res, err := f.sender.Send(ctx, &banktypes.MsgSend{
		FromAddress: f.from.Address, ToAddress: to,
		Amount: sdk.Coins{{Denom: client.Denom, Amount: math.NewInt(faucetGift)}},
	})
	if err != nil {
		code := http.StatusBadGateway
		if errors.Is(err, client.ErrRejected) {
			code = http.StatusUnprocessableEntity
		}
		http.Error(w, err.Error(), code)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(struct { // a client that went away needs no answer
		To     string `json:"to"`
		Spark  uint64 `json:"spark"`
		Hash   string `json:"hash"`
		Height int64  `json:"height"`
	}{to, faucetGift, res.Hash.String(), res.Height})
}

// allow reports whether the address may have a gift now, and notes it.
func (f *faucet) allow(to string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if now.Sub(f.last[to]) < faucetPause {
		return false
	}
	if len(f.last) >= faucetKnown {
		clear(f.last)
	}
	f.last[to] = now
	return true
}
