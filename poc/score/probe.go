package score

import (
	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/proto/wire"
)

// ProbeRes is the resolution of the cells in which those are looked for who may
// have heard a beacon.
const ProbeRes = 6

// wideRes is that of the cells of which the farther ones are the children.
const wideRes = 4

// ProbeCell returns the cell of the n-th look around a beacon that was sent from a
// cell of ProbeRes or finer, by r of the settlement: an even look falls within
// about 10 km, an odd one within about 60 km. The cell may be one that does not
// exist, where nobody can stand.
func ProbeCell(r [32]byte, challenge, n uint64, from geo.Cell) (geo.Cell, error) {
	u := wire.Draw(r, wire.PurposeProbe, challenge, 2*n)
	if n%2 == 0 {
		near, err := geo.Disk(from.Parent(ProbeRes), 1)
		if err != nil {
			return 0, err
		}
		return near[u%uint64(len(near))], nil
	}
	wide, err := geo.Disk(from.Parent(wideRes), 1)
	if err != nil {
		return 0, err
	}
	c := wide[u%uint64(len(wide))]
	u /= uint64(len(wide))
	return c.Child(uint8(u % 7)).Child(uint8(u / 7 % 7)), nil
}
