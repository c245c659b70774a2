package engine

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/hexwave/hexwave/poc/challenge"
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
	"github.com/hexwave/hexwave/poc/score"
	"github.com/hexwave/hexwave/poc/verify"
	"github.com/hexwave/hexwave/proto/wire"
)

// Claim is what an owner says of a hotspot when it is registered.
type Claim struct {
	Owner uint32
	Place geo.Point
	Gain  int16 // 0.1 dBi
}

// Hotspot is what the chain knows of one.
type Hotspot struct {
	Claim
	Site  verify.Site
	Cell  geo.Cell // resolution 12
	owner [32]byte
	air   challenge.Air

	Since      uint64 // height from which it stands there
	Fault      uint64
	LastBeacon uint64
	Mature     uint64
	Misses     uint32
	Out        bool
	open       uint64 // id of the challenge that reports are accepted for
	openUntil  uint64
	Edges      score.Edges
	Reach      score.Reach
	debt       uint64

	Tally
}

// Mark is what a hotspot had at a time.
type Mark struct{ Paid, Escrow float64 }

// Times of a mark.
const (
	Early = iota
	Late
)

// Tally is what a hotspot came to.
type Tally struct {
	points     uint64 // of the epoch that runs
	Points     uint64
	Paid       float64 // means of honest pay for a day, at once and when mature
	Escrow     float64
	Marks      [2]Mark
	Challenged int
	Answered   int
	Beacons    int // heard by one witness at least
	Kept       int
	Verdicts   [256]int32 // of its reports
	Withheld   uint64     // points that evidence took off its reports and beacons
}

func newHotspot(index uint32, c Claim, height uint64) *Hotspot {
	cell := geo.CellAt(c.Place, 12)
	h := &Hotspot{Claim: c, Cell: cell, Since: height, owner: sha256.Sum256(binary.BigEndian.AppendUint32(nil, c.Owner))}
	raw := sha256.Sum256(binary.BigEndian.AppendUint32([]byte("key"), index))
	key, err := wire.Ed25519Key(raw[:])
	if err != nil {
		panic("32 bytes are no key: " + err.Error())
	}
	h.Site = verify.Site{
		Index: index, Key: key, Standing: verify.Active, At: c.Place.ECEF(), Zone: geo.Zone(cell), Spot: cell.Parent(score.SpotRes),
		Gain: c.Gain, Region: uint16(region.EU868),
	}
	return h
}
