package devnet

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// The topology file of radiosim; its README describes the keys. What a hotspot
// asserts is not in there: radio only knows where things are.
type topology struct {
	Seed     uint64        `json:"seed"`
	Paused   bool          `json:"paused"`
	Gateways []topoGateway `json:"gateways"`
	Devices  []topoDevice  `json:"devices"`
	LNS      []topoLNS     `json:"lns"`
}

type topoGateway struct {
	Name       string  `json:"name"`
	EUI        string  `json:"eui"`
	Lat        float64 `json:"lat"`
	Lng        float64 `json:"lng"`
	HeightM    float64 `json:"height_m"`
	GainDBi    float64 `json:"gain_dbi"`
	GPS        bool    `json:"gps"`
	HotspotUDP string  `json:"hotspot_udp"`
}

type topoDevice struct {
	Name      string  `json:"name"`
	Kind      string  `json:"kind"`
	Lat       float64 `json:"lat"`
	Lng       float64 `json:"lng"`
	DevEUI    string  `json:"dev_eui,omitempty"`
	JoinEUI   string  `json:"join_eui,omitempty"`
	AppKey    string  `json:"app_key,omitempty"`
	DevAddr   string  `json:"dev_addr,omitempty"`
	NwkSKey   string  `json:"nwk_s_key,omitempty"`
	AppSKey   string  `json:"app_s_key,omitempty"`
	SF        int     `json:"sf"`
	Interval  int64   `json:"interval_ms"`
	Confirmed float64 `json:"confirmed_ratio"`
}

type topoLNS struct {
	Name    string `json:"name"`
	Listen  string `json:"listen"`
	NetID   string `json:"net_id"`
	DevAddr string `json:"dev_addr"`
}

// confirmedRatio is the share of uplinks that devices want answered.
const confirmedRatio = 0.25

// topology writes the town for the simulator. Traffic waits until the network
// is ready, so that nothing is heard before somebody listens.
func (l *Layout) topology(p ports) ([]byte, error) {
	t := topology{Seed: l.Seed, Paused: true, LNS: []topoLNS{{
		Name: "lns-1", Listen: p.addr(offLNS), NetID: fmt.Sprintf("%06x", netID), DevAddr: fmt.Sprintf("%08x", firstDevAddr),
	}}}
	for i, h := range l.Hotspots {
		t.Gateways = append(t.Gateways, topoGateway{
			Name: h.Name, EUI: hex.EncodeToString(h.EUI[:]), Lat: degrees(int32(h.True.Lat)), Lng: degrees(int32(h.True.Lng)),
			HeightM: float64(h.Height), GainDBi: float64(h.Gain) / 10, GPS: i%4 != 3, HotspotUDP: p.addr(offHotspotUDP + i),
		})
	}
	for _, d := range l.Devices {
		td := topoDevice{
			Name: d.Name, Kind: "abp", Lat: degrees(int32(d.Place.Lat)), Lng: degrees(int32(d.Place.Lng)),
			SF: d.SF, Interval: d.Interval, Confirmed: confirmedRatio,
		}
		if d.OTAA {
			td.Kind = "otaa"
			td.DevEUI, td.JoinEUI = hex.EncodeToString(d.DevEUI[:]), fmt.Sprintf("%016x", uint64(joinEUI))
			td.AppKey = hex.EncodeToString(d.AppKey[:])
		} else {
			td.DevAddr = fmt.Sprintf("%08x", d.DevAddr)
			td.NwkSKey, td.AppSKey = hex.EncodeToString(d.NwkSKey[:]), hex.EncodeToString(d.AppSKey[:])
		}
		t.Devices = append(t.Devices, td)
	}
	return json.MarshalIndent(t, "", " ")
}

func degrees(e7 int32) float64 { return float64(e7) / 1e7 }
