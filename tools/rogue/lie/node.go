package lie

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// ErrNode is returned when no node gives a usable answer.
var ErrNode = errors.New("no node answers")

// Node asks chain nodes what a liar wants to know, over CometBFT's JSON-RPC. A
// liar trusts the first that answers. It is not safe for concurrent use.
type Node struct {
	urls   []string
	client http.Client
	places map[uint32]Place // asserted places, kept once seen
}

// Place is where a hotspot says it stands.
type Place struct {
	At   geo.ECEF
	Gain int16 // 0.1 dBi
}

// NewNode returns a view over RPC addresses such as http://127.0.0.1:26657.
func NewNode(urls []string) *Node {
	return &Node{urls: urls, client: http.Client{Timeout: 2 * time.Second}, places: map[uint32]Place{}}
}

// Open returns the challenges not yet settled, and the node's height.
func (n *Node) Open(ctx context.Context) ([]wire.Challenge, uint64, error) {
	raw, err := n.query(ctx, "/hexwave.poc.v1.Query/OpenChallenges", nil)
	if err != nil {
		return nil, 0, err
	}
	var open []wire.Challenge
	var height uint64
	fields(raw, func(num protowire.Number, value []byte, v uint64) {
		switch num {
		case 1:
			if c, err := wire.ParseChallenge(message(value, 1)); err == nil {
				open = append(open, c)
			}
		case 2:
			height = v
		}
	})
	return open, height, nil
}

// Record is what the chain shows of a challenge.
type Record struct {
	Challenge wire.Challenge
	Reports   []wire.Report
	Preimage  *wire.Preimage // nil until revealed
}

// Record returns a challenge with its reports.
func (n *Node) Record(ctx context.Context, id uint64) (Record, error) {
	raw, err := n.query(ctx, "/hexwave.poc.v1.Query/Challenge", number(1, id))
	if err != nil {
		return Record{}, err
	}
	return parseRecord(message(raw, 1))
}

// parseRecord reads a hexwave.poc.v1.ChallengeRecord.
func parseRecord(raw []byte) (Record, error) {
	var r Record
	var err error
	fields(raw, func(num protowire.Number, value []byte, _ uint64) {
		switch num {
		case 1:
			r.Challenge, err = wire.ParseChallenge(value)
		case 3:
			if p, err := wire.ParseReport(message(value, 1)); err == nil {
				r.Reports = append(r.Reports, p)
			}
		case 4:
			if len(value) == wire.PreimageSize {
				a := wire.Preimage(value)
				r.Preimage = &a
			}
		}
	})
	if err == nil && r.Challenge.ID == 0 {
		err = fmt.Errorf("challenge record: %w", ErrNode)
	}
	return r, err
}

// Place returns where a hotspot is asserted.
func (n *Node) Place(ctx context.Context, hotspot uint32) (Place, error) {
	if p, ok := n.places[hotspot]; ok {
		return p, nil
	}
	raw, err := n.query(ctx, "/hexwave.hotspot.v1.Query/Hotspot", number(1, uint64(hotspot)))
	if err != nil {
		return Place{}, err
	}
	location := message(message(raw, 1), 5)
	if location == nil {
		return Place{}, fmt.Errorf("hotspot %d has no place: %w", hotspot, ErrNode)
	}
	var at geo.Point
	var p Place
	fields(location, func(num protowire.Number, _ []byte, v uint64) {
		switch num {
		case 1:
			at.Lat = geo.E7(protowire.DecodeZigZag(v))
		case 2:
			at.Lng = geo.E7(protowire.DecodeZigZag(v))
		case 4:
			p.Gain = int16(protowire.DecodeZigZag(v))
		}
	})
	p.At = at.ECEF()
	n.places[hotspot] = p
	return p, nil
}

// query runs a gRPC query of the chain through ABCI at the first node that
// answers it.
func (n *Node) query(ctx context.Context, path string, req []byte) ([]byte, error) {
	last := ErrNode
	for _, u := range n.urls {
		raw, err := n.ask(ctx, u, path, req)
		if err == nil {
			return raw, nil
		}
		last = err
	}
	return nil, last
}

// maxAnswer bounds what is read of one answer, bytes.
const maxAnswer = 4 << 20

func (n *Node) ask(ctx context.Context, node, path string, data []byte) ([]byte, error) {
	u := node + "/abci_query?path=" + url.QueryEscape(strconv.Quote(path)) + "&data=0x" + hex.EncodeToString(data)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u, nil)
	if err != nil {
		return nil, fmt.Errorf("build request: %w", err)
	}
	resp, err := n.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask node: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // only read
	var answer struct {
		Result struct {
			Response struct {
				Code  uint32 `json:"code"`
				Log   string `json:"log"`
				Value []byte `json:"value"`
			} `json:"response"`
		} `json:"result"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("%s: %w", path, ErrNode)
	}
	if r := answer.Result.Response; r.Code != 0 {
		return nil, fmt.Errorf("%s: %s: %w", path, r.Log, ErrNode)
	}
	return answer.Result.Response.Value, nil
}

// number encodes a message of one varint field.
func number(num protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(nil, num, protowire.VarintType), v)
}

// message returns the last length-delimited field of that number, nil without
// one.
func message(raw []byte, num protowire.Number) []byte {
	var found []byte
	fields(raw, func(n protowire.Number, value []byte, _ uint64) {
		if n == num && value != nil {
			found = value
		}
	})
	return found
}

// fields visits the length-delimited and varint fields of a message, and stops
// at the first that is malformed. A visited bytes value is never nil.
func fields(raw []byte, visit func(num protowire.Number, value []byte, v uint64)) {
	for len(raw) > 0 {
		num, typ, n := protowire.ConsumeTag(raw)
		if n < 0 {
			return
		}
		raw = raw[n:]
		size := protowire.ConsumeFieldValue(num, typ, raw)
		if size < 0 {
			return
		}
		switch typ {
		case protowire.BytesType:
			value, _ := protowire.ConsumeBytes(raw)
			visit(num, append([]byte{}, value...), 0)
		case protowire.VarintType:
			v, _ := protowire.ConsumeVarint(raw)
			visit(num, nil, v)
		}
		raw = raw[size:]
	}
}
