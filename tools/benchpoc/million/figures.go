package million

import (
	"errors"
	"fmt"
	"slices"
	"time"

	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// Figures are what a whole epoch took with one of the ledgers. They are written as
// JSON by the process that measured them.
type Figures struct {
	First  int64 // height of the first block of the epoch
	Blocks []Cost
	Points int64         // bytes that the rewards module wrote in them
	Move   time.Duration // the mean

	Booking []Cost // the block that ends the epoch, until its points are in the pages
	Swept   []Cost
	Sweeps  int // blocks of the whole sweep

	Before, After Claims // the cursor

	// In the end, at one height for both.
	Height int64
	Load   Sent
	Paid   []uint64 // to the sample
	Totals rewards.Totals

	Disk     int64 // bytes of the database
	Reopened time.Duration
	Snapshot int64 // bytes
	Taken    time.Duration
	Restored time.Duration
}

var errAmounts = errors.New("the ledgers pay different amounts")

// same returns errAmounts unless two ledgers had the same load and paid the same,
// to each hotspot of the sample and to all together, and paid anything.
func same(pages, journal *Figures) error {
	switch {
	case pages.Height != journal.Height || pages.Load != journal.Load:
		return fmt.Errorf("%w: for %+v at height %d with pages, for %+v at height %d with a journal", errAmounts,
			pages.Load, pages.Height, journal.Load, journal.Height)
	case pages.Totals != journal.Totals:
		return fmt.Errorf("%w: %v with pages, %v with a journal", errAmounts, &pages.Totals, &journal.Totals)
	case !slices.Equal(pages.Paid, journal.Paid):
		return fmt.Errorf("%w: to the sample %d spark with pages, %d with a journal", errAmounts, sum(pages.Paid), sum(journal.Paid))
	case sum(pages.Paid) == 0:
		return fmt.Errorf("%w: nothing was paid", errAmounts)
	}
	return nil
}

func sum(all []uint64) (n uint64) {
	for _, v := range all {
		n += v
	}
	return n
}
