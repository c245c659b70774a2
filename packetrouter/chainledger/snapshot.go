package chainledger

import (
	"context"
	"fmt"

	"github.com/cosmos/cosmos-sdk/types/query"

	hotspottypes "github.com/hexwave/hexwave/chain/x/hotspot/types"
	poctypes "github.com/hexwave/hexwave/chain/x/poc/types"
	rewardstypes "github.com/hexwave/hexwave/chain/x/rewards/types"
	settlementtypes "github.com/hexwave/hexwave/chain/x/settlement/types"
	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// pageSize is how many records one query returns.
const pageSize = 1000

// listHotspots reads the whole registry. Records that do not convert are left
// out: their hotspots count as unknown.
func (n *Node) listHotspots(ctx context.Context) ([]packetrouter.Hotspot, error) {
	var out []packetrouter.Hotspot
	var key []byte
	for {
		resp, err := n.hotspots.Hotspots(ctx, &hotspottypes.QueryHotspotsRequest{
			Pagination: &query.PageRequest{Key: key, Limit: pageSize},
		})
		if err != nil {
			return nil, fmt.Errorf("list hotspots: %w", err)
		}
		for i := range resp.Hotspots {
			if h, ok := hotspot(&resp.Hotspots[i]); ok {
				out = append(out, h)
			}
		}
		if key = resp.Pagination.GetNextKey(); len(key) == 0 {
			return out, nil
		}
	}
}

func hotspot(m *hotspottypes.Hotspot) (packetrouter.Hotspot, bool) {
	key, err := wire.ParsePubKey(m.Key)
	if err != nil || m.Index == 0 || m.Retired() {
		return packetrouter.Hotspot{}, false
	}
	class := wire.HotspotClass(m.Class)
	h := packetrouter.Hotspot{
		ID: packetrouter.HotspotID(m.Index), Key: key, Region: uint16(m.Region),
		LoRa: class == wire.ClassFullLoRa || class == wire.ClassDataLoRa, WiFi: class == wire.ClassWiFi,
	}
	if m.Location != nil {
		h.Asserted, h.Lat, h.Lng = true, m.Location.Lat, m.Location.Lng
		h.Zone = geo.Zone(geo.Cell(m.Location.Cell))
	}
	return h, true
}

func (n *Node) listChallenges(ctx context.Context) ([]packetrouter.OpenChallenge, error) {
	var out []packetrouter.OpenChallenge
	var after uint64
	for {
		resp, err := n.poc.OpenChallenges(ctx, &poctypes.QueryOpenChallengesRequest{After: after})
		if err != nil {
			return nil, fmt.Errorf("list open challenges: %w", err)
		}
		last := after
		for _, open := range resp.Challenges {
			c, err := wire.ParseChallenge(open.Challenge)
			if err != nil {
				return nil, fmt.Errorf("open challenge: %w", err)
			}
			out = append(out, packetrouter.OpenChallenge{Challenge: c, Raw: open.Challenge, Near: open.Near, Far: open.Far})
			last = max(last, c.ID)
		}
		if len(resp.Challenges) < pageSize || last == after {
			return out, nil
		}
		after = last
	}
}

func (n *Node) params(ctx context.Context) (packetrouter.SettlementParams, packetrouter.RelayParams, error) {
	s, err := n.settlement.Params(ctx, &settlementtypes.QueryParamsRequest{})
	if err != nil {
		return packetrouter.SettlementParams{}, packetrouter.RelayParams{}, fmt.Errorf("read settlement parameters: %w", err)
	}
	p, err := n.poc.Params(ctx, &poctypes.QueryParamsRequest{})
	if err != nil {
		return packetrouter.SettlementParams{}, packetrouter.RelayParams{}, fmt.Errorf("read poc parameters: %w", err)
	}
	return packetrouter.SettlementParams{MinStep: s.Params.MinStep, ItemFee: s.Params.ItemFee, MaxItems: s.Params.MaxItems},
		packetrouter.RelayParams{
			MaxItems: p.Params.MaxBatchItems, MaxWalk: p.Params.MaxWalk,
			NearTarget: p.Params.NearTarget, FarTarget: p.Params.FarTarget,
		}, nil
}

func (n *Node) epoch(ctx context.Context) (uint32, error) {
	resp, err := n.rewards.CurrentEpoch(ctx, &rewardstypes.QueryCurrentEpochRequest{})
	if err != nil {
		return 0, fmt.Errorf("read epoch: %w", err)
	}
	return resp.Epoch, nil
}

func (n *Node) lane(ctx context.Context, ref packetrouter.LaneRef) (packetrouter.LaneState, error) {
	resp, err := n.settlement.Lane(ctx, &settlementtypes.QueryLaneRequest{Org: uint32(ref.Org), Lane: uint32(ref.Lane)})
	if err != nil {
		return packetrouter.LaneState{}, fmt.Errorf("read lane %d of org %d: %w", ref.Lane, ref.Org, err)
	}
	l := resp.Lane
	return packetrouter.LaneState{Epoch: l.Epoch, Reserved: l.Reserved, Fees: l.Fees, Issued: l.Issued, Seq: l.Seq}, nil
}
