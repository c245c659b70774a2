// Package chainview asks chain nodes the few things that a hotspot must not take
// on one party's word: a challenge before it transmits, the height before it
// reveals, a lane's key before it believes a voucher. It speaks CometBFT's
// JSON-RPC over HTTP, so the hotspot links no chain code.
//
// It never decides: it reports how many nodes agree.
package chainview

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/proto/wire"
)

// Errors of asking nodes.
var (
	// ErrNotFound is returned when a node answers that it has no such thing.
	ErrNotFound = errors.New("not on chain")
	// ErrDisagree is returned when too few nodes show the same.
	ErrDisagree = errors.New("nodes do not agree")
	// ErrAnswer is returned for an answer that is not in the expected form.
	ErrAnswer = errors.New("answer not understood")
)

// maxAnswer bounds what is read of one answer, bytes.
const maxAnswer = 1 << 20

// View asks a fixed set of nodes.
type View struct {
	nodes  []string // base URLs of the nodes' RPC
	quorum int
	client *http.Client
}

// New returns a view over the RPC addresses, such as "http://10.0.0.7:26657".
// Quorum is the number of nodes that must show the same, 1..len(nodes).
func New(nodes []string, quorum int) (*View, error) {
	if quorum < 1 || quorum > len(nodes) {
		return nil, fmt.Errorf("quorum %d of %d nodes: must be 1..%d", quorum, len(nodes), len(nodes))
	}
	for _, n := range nodes {
		u, err := url.Parse(n)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, fmt.Errorf("node %q: want http://host:port", n)
		}
	}
	return &View{nodes: nodes, quorum: quorum, client: &http.Client{Timeout: 3 * time.Second}}, nil
}

// answer is what one node said.
type answer[T any] struct {
	node  string
	value T
	err   error
}

// each asks all nodes at once and hands the answers to take in the order in
// which they come, until take returns true. A node that hangs costs nothing then:
// its question is cancelled.
func each[T any](ctx context.Context, v *View, ask func(context.Context, string) (T, error), take func(answer[T]) bool) {
	ctx, cancel := context.WithCancel(ctx)
	answers := make(chan answer[T], len(v.nodes))
	var asking sync.WaitGroup
	defer asking.Wait()
	defer cancel()
	for _, n := range v.nodes {
		asking.Go(func() {
			value, err := ask(ctx, n)
			answers <- answer[T]{n, value, err}
		})
	}
	for range v.nodes {
		if take(<-answers) {
			return
		}
	}
}

// Confirm reports whether a quorum of nodes shows exactly this challenge.
func (v *View) Confirm(ctx context.Context, c *wire.Challenge) error {
	want := string(c.AppendTo(nil))
	agree, last := 0, ErrNotFound
	each(ctx, v, func(ctx context.Context, node string) ([]byte, error) { return v.challenge(ctx, node, c.ID) }, func(a answer[[]byte]) bool {
		switch {
		case a.err != nil:
			last = a.err
		case string(a.value) != want:
			last = fmt.Errorf("%s shows another challenge: %w", a.node, ErrDisagree)
		default:
			agree++
		}
		return agree >= v.quorum
	})
	if agree >= v.quorum {
		return nil
	}
	return fmt.Errorf("challenge %d: %d nodes show it, want %d: %w: %w", c.ID, agree, v.quorum, ErrDisagree, last)
}

// heightWithin is how long nodes have to tell their height: late answers are of
// little use.
const heightWithin = time.Second

// Height returns the height that a quorum of nodes has reached: the
// quorum-highest of what they report.
func (v *View) Height(ctx context.Context) (uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, heightWithin)
	defer cancel()
	heights := make([]uint64, 0, len(v.nodes))
	last := ErrAnswer
	each(ctx, v, v.height, func(a answer[uint64]) bool {
		if a.err != nil {
			last = a.err
			return false
		}
		heights = append(heights, a.value)
		return false
	})
	if len(heights) < v.quorum {
		return 0, fmt.Errorf("height: %d nodes tell it, want %d: %w: %w", len(heights), v.quorum, ErrDisagree, last)
	}
	slices.Sort(heights)
	return heights[len(heights)-v.quorum], nil
}

// LaneKey returns the key of an org's lane that a quorum of nodes shows.
func (v *View) LaneKey(ctx context.Context, org uint32, lane uint16) (wire.PubKey, error) {
	return agreed(ctx, v, org, lane, func(p Payer) wire.PubKey { return p.Key })
}

// Payer returns what a quorum of nodes shows of an org's lane.
func (v *View) Payer(ctx context.Context, org uint32, lane uint16) (Payer, error) {
	return agreed(ctx, v, org, lane, func(p Payer) Payer { return p })
}

// agreed returns the part of a lane's record that a quorum of nodes shows.
func agreed[T comparable](ctx context.Context, v *View, org uint32, lane uint16, part func(Payer) T) (T, error) {
	req := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), uint64(org))
	ask := func(ctx context.Context, node string) (T, error) {
		raw, err := v.query(ctx, node, "/hexwave.routing.v1.Query/Org", req)
		if err != nil {
			var none T
			return none, err
		}
		p, err := payer(raw, lane)
		return part(p), err
	}
	agree := map[T]int{}
	var found T
	ok := false
	last := ErrNotFound
	each(ctx, v, ask, func(a answer[T]) bool {
		if a.err != nil {
			last = a.err
			return false
		}
		if agree[a.value]++; agree[a.value] >= v.quorum {
			found, ok = a.value, true
		}
		return ok
	})
	if !ok {
		return found, fmt.Errorf("org %d: no lane that %d nodes show alike: %w: %w", org, v.quorum, ErrDisagree, last)
	}
	return found, nil
}

// challenge asks one node for the bytes of a challenge.
func (v *View) challenge(ctx context.Context, node string, id uint64) ([]byte, error) {
	req := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), id)
	raw, err := v.query(ctx, node, "/hexwave.poc.v1.Query/Challenge", req)
	if err != nil {
		return nil, err
	}
	record, ok := bytesField(raw, 1)
	if !ok {
		return nil, fmt.Errorf("%s: challenge record: %w", node, ErrAnswer)
	}
	challenge, ok := bytesField(record, 1)
	if !ok {
		return nil, fmt.Errorf("%s: challenge bytes: %w", node, ErrAnswer)
	}
	return challenge, nil
}

func (v *View) height(ctx context.Context, node string) (uint64, error) {
	var status struct {
		Result struct {
			SyncInfo struct {
				Height string `json:"latest_block_height"`
			} `json:"sync_info"`
		} `json:"result"`
	}
	if err := v.get(ctx, node+"/status", &status); err != nil {
		return 0, err
	}
	h, err := strconv.ParseUint(status.Result.SyncInfo.Height, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: height: %w", node, ErrAnswer)
	}
	return h, nil
}

// query runs a gRPC query of the chain through ABCI and returns the response
// message's bytes.
func (v *View) query(ctx context.Context, node, path string, req []byte) ([]byte, error) {
	var answer struct {
		Result struct {
			Response struct {
				Code  uint32 `json:"code"`
				Log   string `json:"log"`
				Value []byte `json:"value"`
			} `json:"response"`
		} `json:"result"`
	}
	u := node + "/abci_query?path=" + url.QueryEscape(strconv.Quote(path)) + "&data=0x" + hex.EncodeToString(req)
	if err := v.get(ctx, u, &answer); err != nil {
		return nil, err
	}
	if r := answer.Result.Response; r.Code != 0 {
		return nil, fmt.Errorf("%s: %s: %w", node, path, ErrNotFound)
	}
	return answer.Result.Response.Value, nil
}

func (v *View) get(ctx context.Context, u string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return fmt.Errorf("build request: %w", err)
	}
	resp, err := v.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask node: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(into); err != nil {
		return fmt.Errorf("read answer of %s: %w", req.URL.Host, ErrAnswer)
	}
	return nil
}
