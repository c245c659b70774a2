package devnet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hexwave/hexwave/packetrouter"
	"github.com/hexwave/hexwave/poc/geo"
)

// radioStats are the simulator's totals that the report uses; its
// journal/stats.go describes them.
type radioStats struct {
	UplinksHeard      uint64 `json:"uplinks_heard"`
	UplinksDelivered  uint64 `json:"uplinks_delivered"`
	CopiesRepeated    uint64 `json:"copies_repeated"`
	CopiesBeyond      uint64 `json:"copies_beyond_budget"`
	DevicesOTAA       int    `json:"devices_otaa"`
	DevicesJoined     int    `json:"devices_joined"`
	ConfirmedSent     uint64 `json:"confirmed_sent"`
	ConfirmedAcked    uint64 `json:"confirmed_acked"`
	DownlinksAnswered uint64 `json:"downlinks_answered"`
	DownlinksReceived uint64 `json:"downlinks_received"`
	DownlinksLost     uint64 `json:"downlinks_lost_radio"`
	RxWindowsMissed   uint64 `json:"rx_windows_missed"`
}

func (r *run) measurePackets(ctx context.Context, air *airLog) (PacketFacts, error) {
	var s radioStats
	if err := r.getJSON(ctx, fmt.Sprintf("%s/stats?budget=%d", r.ports.url(offRadio), maxCopies), &s); err != nil {
		return PacketFacts{}, err
	}
	p := PacketFacts{
		Hotspots: len(r.layout.Hotspots), DevicesJoined: s.DevicesJoined, OTAA: s.DevicesOTAA,
		Heard: s.UplinksHeard, Delivered: s.UplinksDelivered, Beyond: s.CopiesBeyond, Repeated: s.CopiesRepeated,
		Answered: s.DownlinksAnswered, Received: s.DownlinksReceived, LostToRadio: s.DownlinksLost,
		ConfirmedSent: s.ConfirmedSent, Acked: s.ConfirmedAcked, WindowsMissed: s.RxWindowsMissed,
	}
	p.HotspotsOnline, _ = r.online(ctx)
	for _, k := range r.killed("router") {
		p.UnackedAtKill += air.copiesBetween(k.from, k.from+underWay.Nanoseconds())
	}
	var err error
	p.CreditsMetered, err = air.credits(r.keyed)
	return p, err
}

// keyed tells the devices whose session key is in the org's bundle.
func (r *run) keyed(a packetrouter.DevAddr) bool {
	return slices.ContainsFunc(r.layout.Devices, func(d Device) bool { return !d.OTAA && d.DevAddr == uint32(a) })
}

// metered prices what reached the network server until now.
func (r *run) metered() (uint64, error) {
	air, err := readAirLog(r.paths.radioLog())
	if err != nil {
		return 0, err
	}
	return air.credits(r.keyed)
}

// span is a time during which a process was not there, Unix nanoseconds.
type span struct{ from, until int64 }

// recovery is what a part needs after a restart until others have found it
// again; underWay is what a kill may lose or double before it.
const (
	recovery = 4 * time.Second
	underWay = 2 * time.Second
)

// killed lists when a process was down because of --kill.
func (r *run) killed(name string) []span {
	var out []span
	ready := r.started.Add(r.readyAfter)
	for _, k := range r.opt.Kills {
		if k.Process == name {
			at := ready.Add(k.After)
			out = append(out, span{at.Add(-underWay).UnixNano(), at.Add(downTime + recovery).UnixNano()})
		}
	}
	return out
}

// coverageRes is the H3 resolution of the map.
const coverageRes = 8

// measureMap compares the explorer's cells with the links that the radio log
// knows.
func (r *run) measureMap(ctx context.Context, air *airLog) (MapFacts, error) {
	linked := map[string]bool{}
	for _, b := range air.beacons {
		from := r.hotspot(b.From)
		if from == nil || !from.InPlace() {
			continue
		}
		for _, name := range b.Heard {
			if at := r.hotspot(name); at != nil && at.InPlace() {
				linked[cellOf(from.True)], linked[cellOf(at.True)] = true, true
			}
		}
	}
	var answer struct {
		Cells []struct {
			Cell  string `json:"cell"`
			State string `json:"state"`
		} `json:"cells"`
	}
	// All that can be asserted lies within two degrees of the town.
	lat, lng := float64(centre.Lat)/1e7, float64(centre.Lng)/1e7
	url := fmt.Sprintf("%s/v1/coverage/cells?bbox=%g,%g,%g,%g&res=%d", r.ports.url(offExplorer), lng-2, lat-2, lng+2, lat+2, coverageRes)
	if err := r.getJSON(ctx, url, &answer); err != nil {
		return MapFacts{}, err
	}
	m := MapFacts{Outpost: r.opt.Hotspots >= outpostFrom}
	for _, c := range answer.Cells {
		switch c.State {
		case "measured":
			m.Cells++
			if !linked[c.Cell] {
				m.CellsFalse++
				r.log.Warn("cell painted without a link", "cell", c.Cell)
			}
		case "tested-empty":
			m.Empty++
		}
	}
	return m, nil
}

func cellOf(p geo.Point) string { return geo.CellAt(p, coverageRes).String() }

// hotspot finds a hotspot by name, nil for a stranger.
func (r *run) hotspot(name string) *Hotspot {
	for i := range r.layout.Hotspots {
		if r.layout.Hotspots[i].Name == name {
			return &r.layout.Hotspots[i]
		}
	}
	return nil
}

// byIndex finds a hotspot by its index on chain.
func (r *run) byIndex(index uint32) *Hotspot {
	if i := slices.Index(r.indexes, index); i >= 0 {
		return &r.layout.Hotspots[i]
	}
	return nil
}
