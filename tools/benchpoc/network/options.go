package network

import (
	"fmt"
	"io"
	"time"

	"github.com/hexwave/hexwave/tools/benchpoc/million"
)

// Options say what to run.
type Options struct {
	Seed     uint64
	For      time.Duration // measured
	Hexwaved string        // the validator's binary
	Dir      string        // of the network, made anew
	Log      io.Writer
	Profile  string // file for a CPU profile of a validator, or none
}

func (o *Options) say(format string, a ...any) { _, _ = fmt.Fprintf(o.Log, format+"\n", a...) }

// Sizes of the network.
const (
	validatorCount = 4
	basePort       = 29_650
	// hotspots and towns make about 100 hotspots a town, of which sortition
	// admits 64 to report a beacon.
	hotspots = 16_000
	towns    = 160
	// witnesses is how many of them report.
	witnesses = million.Witnesses
	// blockTime is the pause between blocks; what a block takes comes on top.
	blockTime = time.Second
	// interval is about how long a block then takes on a machine under load. With
	// it the length of a window sets the load.
	interval = 1_600 * time.Millisecond
)

// land has room for as many beacons in a town as are drawn at once, and hash
// chains for a run at the rate.
func (o *Options) land(rate int) million.Land {
	beacons := float64(rate) / witnesses * (o.For + 10*time.Minute).Seconds()
	return million.Land{Towns: towns, Offset: 1_000, Middle: 5, Chain: 8 + uint32(2*beacons/hotspots)}
}

// windowBlocks returns the length of the window in which each hotspot is
// challenged once, so that a number of reports a second are asked for.
func windowBlocks(rate int) uint64 {
	return uint64(hotspots * witnesses / (float64(rate) * interval.Seconds()))
}
