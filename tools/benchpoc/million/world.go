package million

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// ChainID names the chain of the benchmark.
const ChainID = "hexwave-bench-1"

// World is the hotspots and their secrets. Hotspot i has index i+1.
type World struct {
	Seed    uint64
	Land    Land
	At      []geo.Point
	Keys    []wire.PubKey
	Anchors []wire.Preimage
	grid    map[[2]int32][]uint32 // indexes by place
}

// gridStep is the side of a cell of the world's own index, about 5.5 km.
const gridStep = 500_000

// Land says how hotspots stand in a world, and how long they last. Towns have sizes
// by Zipf's law, the first as if it were the Offset-th, and are spread as a bell.
type Land struct {
	Towns, Offset int
	Middle        float64 // hotspots a square kilometre in the middle of a town
	Chain         uint32  // elements of a hotspot's hash chain
}

// Country is the land of a million hotspots, with hash chains for the run.
func Country() Land { return Land{Towns: 6_000, Offset: 10, Middle: 25, Chain: 24} }

// NewWorld makes a world of n hotspots in western Europe.
func NewWorld(seed uint64, n int, land Land) (*World, error) {
	w := &World{
		Seed: seed, Land: land, At: make([]geo.Point, n), Keys: make([]wire.PubKey, n), Anchors: make([]wire.Preimage, n),
		grid: map[[2]int32][]uint32{},
	}
	w.settle(rand.New(rand.NewPCG(seed, 0)), n)
	for i, p := range w.At {
		c := bucket(p)
		w.grid[c] = append(w.grid[c], uint32(i+1))
	}
	return w, w.equip()
}

// settle puts the hotspots into towns.
func (w *World) settle(r *rand.Rand, n int) {
	var weight float64
	for t := range w.Land.Towns {
		weight += 1 / float64(t+w.Land.Offset)
	}
	i := 0
	for t := range w.Land.Towns {
		size := int(math.Ceil(float64(n) / float64(t+w.Land.Offset) / weight))
		lat, lng := 43+11*r.Float64(), -1+15*r.Float64()
		spread := math.Sqrt(float64(size)/(2*math.Pi*w.Land.Middle)) / 111.2 // degrees of latitude
		for range min(size, n-i) {
			y := lat + spread*r.NormFloat64()
			x := lng + spread*r.NormFloat64()/math.Cos(lat*math.Pi/180)
			w.At[i] = geo.Point{Lat: geo.E7(y * 1e7), Lng: geo.E7(x * 1e7)}
			i++
		}
	}
	for ; i < n; i++ {
		w.At[i] = geo.Point{Lat: geo.E7(43e7 + r.IntN(11e7)), Lng: geo.E7(-1e7 + r.IntN(15e7))}
	}
}

// equip makes keys and hash chains, on all processors.
func (w *World) equip() error {
	chain := wire.HashChainID(ChainID)
	var group sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	errs := make([]error, workers)
	for p := range workers {
		group.Go(func() {
			for i := p; i < len(w.Keys); i += workers {
				key, err := wire.Ed25519Key(w.Private(uint32(i + 1)).Public().(ed25519.PublicKey))
				if err != nil {
					errs[p] = fmt.Errorf("make key %d: %w", i, err)
					return
				}
				w.Keys[i] = key
				w.Anchors[i] = wire.WalkPreimage(chain, key, 0, w.Land.Chain, w.root(uint32(i+1)))
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Private returns the key of a hotspot.
func (w *World) Private(index uint32) ed25519.PrivateKey {
	var b [12]byte
	binary.BigEndian.PutUint64(b[:], w.Seed)
	binary.BigEndian.PutUint32(b[8:], index)
	seed := sha256.Sum256(b[:])
	return ed25519.NewKeyFromSeed(seed[:])
}

func (w *World) root(index uint32) wire.Preimage {
	var a wire.Preimage
	binary.BigEndian.PutUint64(a[:], w.Seed)
	binary.BigEndian.PutUint32(a[8:], index)
	return a
}

// Preimage returns an element of a hotspot's hash chain.
func (w *World) Preimage(index, element uint32) wire.Preimage {
	return wire.WalkPreimage(wire.HashChainID(ChainID), w.Keys[index-1], 0, element, w.root(index))
}

func bucket(p geo.Point) [2]int32 {
	return [2]int32{int32(p.Lat / gridStep), int32(p.Lng / gridStep)}
}

// Near returns up to n hotspots around one, from 450 m to about 9 km away, that
// ok accepts, in an order drawn from r.
func (w *World) Near(r *rand.Rand, index uint32, n int, ok func(uint32) bool) []uint32 {
	at := w.At[index-1]
	c := bucket(at)
	var all []uint32
	for y := c[0] - 1; y <= c[0]+1; y++ {
		for x := c[1] - 1; x <= c[1]+1; x++ {
			all = append(all, w.grid[[2]int32{y, x}]...)
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	from := at.ECEF()
	var near []uint32
	for _, i := range all {
		if len(near) == n {
			break
		}
		d := geo.D2(from, w.At[i-1].ECEF())
		if i != index && d > geo.SquareMetres(450) && d < geo.SquareMetres(9_000) && ok(i) {
			near = append(near, i)
		}
	}
	return near
}
