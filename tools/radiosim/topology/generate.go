package topology

import (
	"fmt"
	"math"

	"github.com/hexwave/hexwave/tools/radiosim/chance"
)

// Plan says what town [Generate] builds.
type Plan struct {
	Seed     uint64
	Hotspots int
	Devices  int
	Lat, Lng float64 // centre, degrees
}

// Distances of a generated town, metres.
const (
	townRadiusM   = 3000 // so no two hotspots are more than 6 km apart
	minHotspotGap = 600
	deviceReachM  = 900 // a device stands this close to some hotspot
	metresPerDeg  = 111_195.0
)

// Generate returns a town: hotspots 600 m to 6 km apart, devices near them,
// two in three by OTAA, keys and identities by seed. hotspot_udp and listen
// are loopback ports from 17000 and 17900 on.
func Generate(p Plan) File {
	seed := chance.Seed(p.Seed)
	f := File{Seed: p.Seed, LNS: []LNS{{
		Name: "lns-1", Listen: "127.0.0.1:17900", NetID: Hex3{0, 0, 0x24}, DevAddr: Hex4{0x48, 0, 0, 0},
	}}}
	for i := range p.Hotspots {
		name := fmt.Sprintf("hotspot-%02d", i+1)
		lat, lng := placeHotspot(seed, p, f.Gateways, name)
		id := seed.Bytes("eui", 0, name)
		g := Gateway{
			Name: name, Lat: lat, Lng: lng, GPS: i%4 != 3, HotspotUDP: fmt.Sprintf("127.0.0.1:%d", 17000+i),
			HeightM: math.Round(8 + 22*seed.Float("height", 0, name)), GainDBi: math.Round(10*(2+4*seed.Float("gain", 0, name))) / 10,
		}
		copy(g.EUI[:], id[:8])
		f.Gateways = append(f.Gateways, g)
	}
	for i := range p.Devices {
		f.Devices = append(f.Devices, generateDevice(seed, p, f.Gateways, i))
	}
	f.fill()
	return f
}

func placeHotspot(seed chance.Seed, p Plan, have []Gateway, name string) (lat, lng float64) {
	gap := float64(minHotspotGap)
	for try := uint64(0); ; try++ {
		r := townRadiusM * math.Sqrt(seed.Float("radius", try, name))
		lat, lng = offset(p.Lat, p.Lng, r, seed.Float("bearing", try, name))
		free := true
		for _, g := range have {
			free = free && flatDistance(lat, lng, g.Lat, g.Lng) >= gap
		}
		if free {
			return lat, lng
		}
		if try%64 == 63 {
			gap *= 0.9 // a crowded town still gets all its hotspots
		}
	}
}

func generateDevice(seed chance.Seed, p Plan, near []Gateway, i int) Device {
	name := fmt.Sprintf("device-%02d", i+1)
	lat, lng := p.Lat, p.Lng
	if len(near) > 0 {
		g := near[seed.Uint64("beside", 0, name)%uint64(len(near))]
		lat, lng = offset(g.Lat, g.Lng, 100+(deviceReachM-100)*seed.Float("radius", 0, name), seed.Float("bearing", 0, name))
	}
	d := Device{
		Name: name, Kind: "otaa", Lat: lat, Lng: lng, LNS: "lns-1", SF: 7 + int(seed.Uint64("sf", 0, name)%3),
		ConfirmedRatio: 0.25,
	}
	// Slower data rates send less often, as a duty cycle would have it.
	d.IntervalMS = (6000 + int64(seed.Uint64("interval", 0, name)%6000)) << (d.SF - 7)
	id := seed.Bytes("dev eui", 0, name)
	copy(d.DevEUI[:], id[:8])
	copy(d.JoinEUI[:], []byte{0x70, 0xb3, 0xd5, 0x7e, 0xd0, 0, 0, 1})
	key := seed.Bytes("keys", 0, name)
	if i%3 != 2 {
		d.AppKey = Hex16(key[:16])
		return d
	}
	d.Kind = "abp"
	d.DevAddr = Hex4{0x48, 0, 0x80, byte(i)}
	d.NwkSKey, d.AppSKey = Hex16(key[:16]), Hex16(key[16:])
	return d
}

// offset moves r metres in the direction turn (0..1 of a circle), rounded to
// the 1e-7 degrees the chain keeps.
func offset(lat, lng, r, turn float64) (float64, float64) {
	sin, cos := math.Sincos(2 * math.Pi * turn)
	lat2 := lat + r*cos/metresPerDeg
	lng2 := lng + r*sin/(metresPerDeg*math.Cos(lat*math.Pi/180))
	return math.Round(lat2*1e7) / 1e7, math.Round(lng2*1e7) / 1e7
}

func flatDistance(lat1, lng1, lat2, lng2 float64) float64 {
	dy := (lat2 - lat1) * metresPerDeg
	dx := (lng2 - lng1) * metresPerDeg * math.Cos((lat1+lat2)/2*math.Pi/180)
	return math.Hypot(dx, dy)
}
