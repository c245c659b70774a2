package chainsource

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"github.com/hexwave/hexwave/explorer"
	"github.com/hexwave/hexwave/proto/wire"
)

// maxChunks bounds a genesis: CometBFT sends it in pieces of 16 MiB.
const maxChunks = 256

// genesis is the part of the genesis document that is read.
type genesis struct {
	Time     time.Time `json:"genesis_time"`
	AppState struct {
		Hotspot struct {
			Hotspots []genesisHotspot `json:"hotspots"`
		} `json:"hotspot"`
	} `json:"app_state"`
}

type genesisHotspot struct {
	Index    uint32    `json:"index"`
	Key      []byte    `json:"key"`
	Owner    string    `json:"owner"`
	Class    uint8     `json:"class"`
	Location *location `json:"location"`
	Region   uint16    `json:"region"`
	Retired  number    `json:"retired_height"` // 0: it is here
}

// Genesis implements source.Source: it reads the hotspots with which the chain began.
func (s *Source) Genesis(ctx context.Context) (explorer.Block, error) {
	var doc []byte
	for chunk, total := 0, 1; chunk < total; chunk++ {
		var part struct {
			Total number `json:"total"`
			Data  string `json:"data"`
		}
		if err := s.get(ctx, fmt.Sprintf("genesis_chunked?chunk=%d", chunk), &part); err != nil {
			return explorer.Block{}, err
		}
		if part.Total > maxChunks {
			return explorer.Block{}, fmt.Errorf("%w: genesis of %d pieces", ErrAnswer, part.Total)
		}
		total = int(part.Total)
		data, err := base64.StdEncoding.DecodeString(part.Data)
		if err != nil {
			return explorer.Block{}, fmt.Errorf("%w: genesis: %w", ErrAnswer, err)
		}
		doc = append(doc, data...)
	}
	return decodeGenesis(doc)
}

// decodeGenesis turns a genesis document into the block of height 0.
func decodeGenesis(doc []byte) (explorer.Block, error) {
	var g genesis
	if err := json.Unmarshal(doc, &g); err != nil {
		return explorer.Block{}, fmt.Errorf("%w: genesis: %w", ErrAnswer, err)
	}
	b := explorer.Block{Time: g.Time}
	for _, h := range g.AppState.Hotspot.Hotspots {
		key, err := wire.ParsePubKey(h.Key)
		if err != nil {
			return explorer.Block{}, fmt.Errorf("%w: genesis hotspot %d: %w", ErrAnswer, h.Index, err)
		}
		b.Events = append(b.Events, explorer.HotspotRegistered{
			Index: explorer.HotspotIndex(h.Index), ID: wire.EncodeHotspotID(key), Name: wire.HotspotName(key),
			Owner: h.Owner, Class: className(h.Class),
		})
		if h.Location != nil {
			b.Events = append(b.Events, (&located{Hotspot: h.Index, Location: *h.Location, Region: h.Region}).domain())
		}
		if h.Retired != 0 {
			b.Events = append(b.Events, (&retired{Hotspot: h.Index}).domain())
		}
	}
	return b, nil
}
