package million

import (
	"errors"
	"fmt"
	"slices"
	"time"

	rewards "github.com/hexwave/hexwave/chain/x/rewards/types"
)

// figures are what a whole epoch took with one of the ledgers.
type figures struct {
	first  int64 // height of the first block of the epoch
	blocks []Cost
	points int64         // bytes that the rewards module wrote in them
	move   time.Duration // the mean

	booking []Cost // the block that ends the epoch, until its points are in the pages
	swept   []Cost
	sweeps  int // blocks of the whole sweep

	before, after claimCosts // the cursor

	// In the end, at one height for both.
	height int64
	load   Sent
	paid   []uint64 // to the sample
	totals rewards.Totals

	disk     int64 // bytes of the database
	reopened time.Duration
	snapshot int64 // bytes
	taken    time.Duration
	restored time.Duration
}

var errAmounts = errors.New("the ledgers pay different amounts")

// same returns errAmounts unless two ledgers had the same load and paid the same,
// to each hotspot of the sample and to all together, and paid anything.
func same(pages, journal *figures) error {
	switch {
	case pages.height != journal.height || pages.load != journal.load:
		return fmt.Errorf("%w: for %+v at height %d with pages, for %+v at height %d with a journal", errAmounts,
			pages.load, pages.height, journal.load, journal.height)
	case pages.totals != journal.totals:
		return fmt.Errorf("%w: %v with pages, %v with a journal", errAmounts, &pages.totals, &journal.totals)
	case !slices.Equal(pages.paid, journal.paid):
		return fmt.Errorf("%w: to the sample %d spark with pages, %d with a journal", errAmounts, sum(pages.paid), sum(journal.paid))
	case sum(pages.paid) == 0:
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
