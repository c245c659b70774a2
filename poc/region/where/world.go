package where

import (
	_ "embed"
	"sync"

	"github.com/hexwave/hexwave/poc/geo"
	"github.com/hexwave/hexwave/poc/region"
)

//go:embed world.bin
var worldBytes []byte

// world decodes the embedded table when it is first needed, about 10 ms.
var world = sync.OnceValues(func() (*Table, error) { return Decode(worldBytes) })

// World returns the table of the world, or [ErrTable] if the file embedded in
// this binary is damaged.
func World() (*Table, error) { return world() }

// At returns the region of a cell of resolution 7 or finer by the table of the
// world, and [region.Unknown] where there is none: at sea, where no plan is
// known to be legal, and everywhere should [World] return an error.
func At(c geo.Cell) region.ID {
	t, err := world()
	if err != nil {
		return region.Unknown
	}
	return t.At(c)
}
