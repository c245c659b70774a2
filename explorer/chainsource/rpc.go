// Package chainsource owns the way from a Hexwave node to the explorer: it asks the node's CometBFT RPC over HTTP for
// block results and translates the chain's typed events into the explorer's.
//
// It links no CometBFT and no Cosmos SDK code: typed events are JSON. It never decides what is painted.
package chainsource

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/explorer/source"
)

// Errors of talking to the node.
var (
	// ErrURL says that the node's address is not an http or https URL.
	ErrURL = errors.New("not an http or https URL")
	// ErrAnswer says that what answered is not a CometBFT RPC server, or said more than it may.
	ErrAnswer = errors.New("the node's answer makes no sense")
	// ErrRefused carries the node's own words.
	ErrRefused = errors.New("the node refused")
)

// maxAnswer bounds one answer in bytes: a full block's events, base64 and JSON included, stay well below.
const maxAnswer = 64 << 20

// Source is a node's RPC server as the explorer's source.
type Source struct {
	base   string
	client *http.Client
}

var _ source.Source = (*Source)(nil)

// New returns the source at a node's RPC address, such as http://127.0.0.1:26657. It does not connect yet.
func New(rpc string) (*Source, error) {
	u, err := url.Parse(rpc)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, fmt.Errorf("%w: %q", ErrURL, rpc)
	}
	return &Source{base: strings.TrimRight(u.String(), "/"), client: &http.Client{Timeout: 30 * time.Second}}, nil
}

// get asks one method and decodes its result.
func (s *Source) get(ctx context.Context, call string, result any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.base+"/"+call, nil)
	if err != nil {
		return err
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // nothing can be done about it
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return err
	}
	return decodeAnswer(body, result)
}

// decodeAnswer reads a JSON-RPC envelope.
func decodeAnswer(body []byte, result any) error {
	if len(body) > maxAnswer {
		return fmt.Errorf("%w: more than %d bytes", ErrAnswer, maxAnswer)
	}
	var envelope struct {
		Result json.RawMessage `json:"result"`
		Error  *struct {
			Message string `json:"message"`
			Data    string `json:"data"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if e := envelope.Error; e != nil {
		return fmt.Errorf("%w: %.200s %.200s", ErrRefused, e.Message, e.Data)
	}
	if len(envelope.Result) == 0 {
		return fmt.Errorf("%w: no result", ErrAnswer)
	}
	if err := json.Unmarshal(envelope.Result, result); err != nil {
		return fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	return nil
}

// Head implements source.Source.
func (s *Source) Head(ctx context.Context) (source.Head, error) {
	var st struct {
		NodeInfo struct {
			Network string `json:"network"`
		} `json:"node_info"`
		SyncInfo struct {
			Latest     number    `json:"latest_block_height"`
			LatestTime time.Time `json:"latest_block_time"`
			Earliest   number    `json:"earliest_block_height"`
		} `json:"sync_info"`
	}
	if err := s.get(ctx, "status", &st); err != nil {
		return source.Head{}, err
	}
	return source.Head{
		ChainID: st.NodeInfo.Network, Height: explorer.Height(st.SyncInfo.Latest), Time: st.SyncInfo.LatestTime,
		Earliest: explorer.Height(max(st.SyncInfo.Earliest, 1)),
	}, nil
}

// Block implements source.Source.
func (s *Source) Block(ctx context.Context, h explorer.Height) (explorer.Block, error) {
	var head struct {
		Header *struct {
			Height number    `json:"height"`
			Time   time.Time `json:"time"`
		} `json:"header"`
	}
	var results blockResults
	at := "?height=" + strconv.FormatUint(uint64(h), 10)
	if err := s.get(ctx, "header"+at, &head); err != nil {
		return explorer.Block{}, err
	}
	if err := s.get(ctx, "block_results"+at, &results); err != nil {
		return explorer.Block{}, err
	}
	if head.Header == nil {
		return explorer.Block{}, source.ErrNoBlock
	}
	if explorer.Height(head.Header.Height) != h || explorer.Height(results.Height) != h {
		return explorer.Block{}, fmt.Errorf("%w: asked for block %d, got %d and %d", ErrAnswer, h, head.Header.Height, results.Height)
	}
	events, err := results.events()
	if err != nil {
		return explorer.Block{}, err
	}
	return explorer.Block{Height: h, Time: head.Header.Time, Events: events}, nil
}

// number is an integer that JSON may write as a number or as a string, as protobuf's and CometBFT's 64-bit ones are.
type number uint64

func (n *number) UnmarshalJSON(b []byte) error {
	if len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' {
		b = b[1 : len(b)-1]
	}
	if string(b) == "null" {
		return nil
	}
	v, err := strconv.ParseUint(string(b), 10, 64)
	*n = number(v)
	return err
}
