package devnet

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	pricetypes "github.com/hexwave/hexwave/chain/x/price/types"
)

// Prices of HXW in the files that the validators read, US$. One validator lies when the
// price moves.
const (
	firstPrice  = "0.27"
	secondPrice = "0.26"
	liedPrice   = "9.99"
	// secondUnits is secondPrice in 1e-8 US$.
	secondUnits = 26_000_000
)

// PriceFacts are what the chain makes of the validators' prices.
type PriceFacts struct {
	Votes     bool   // the price comes from vote extensions
	Reporters uint32 // validators that reported when it had moved
	Median    uint64 // 1e-8 US$
	Mint      uint64 // price to buy at
	Stale     bool
}

func (p paths) price(i int) string { return filepath.Join(p.dir, "prices", fmt.Sprintf("node%d", i)) }

// priceFlags make a validator vote with the price in its file.
func (r *run) priceFlags(i int) []string {
	return []string{"--price-source", "file:" + r.paths.price(i), "--price-poll", "1s", "--price-max-age", "24h"}
}

// writePrice puts a price into a validator's file; one that is half written is no
// number, so the file is replaced at once.
func (r *run) writePrice(i int, usd string) error {
	name := r.paths.price(i)
	if err := writeFile(name+".new", []byte(usd+"\n")); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// writePrices writes the first price of all validators and of the spare node.
func (r *run) writePrices() error {
	for i := range r.opt.Validators + 1 {
		if err := r.writePrice(i, firstPrice); err != nil {
			return err
		}
	}
	return nil
}

// awaitPrice waits until there is a price to buy credits at.
func (r *run) awaitPrice(ctx context.Context) error {
	return r.until(ctx, "price", func(ctx context.Context) error {
		p, err := r.price(ctx)
		if err == nil && (p.Stale || p.Latest.Time == 0) {
			err = fmt.Errorf("%d validators report one", p.Latest.Reporters)
		}
		return err
	})
}

func (r *run) price(ctx context.Context) (*pricetypes.QueryPriceResponse, error) {
	return pricetypes.NewQueryClient(r.chain.Conn()).Price(ctx, &pricetypes.QueryPriceRequest{})
}

// movePrice changes the price that the validators read, of one to a lie when there are
// enough that it must not count, and waits for what the chain makes of it.
func (r *run) movePrice(ctx context.Context) (PriceFacts, error) {
	for i := range r.opt.Validators {
		usd := secondPrice
		if i == r.opt.Validators-1 && r.opt.Validators >= 3 {
			usd = liedPrice
		}
		if err := r.writePrice(i, usd); err != nil {
			return PriceFacts{}, err
		}
	}
	var f PriceFacts
	err := r.until(ctx, "new price", func(ctx context.Context) error {
		p, err := r.price(ctx)
		if err != nil {
			return err
		}
		f = PriceFacts{
			Votes: p.Mode == pricetypes.MODE_VOTES, Reporters: p.Latest.Reporters, Median: p.Latest.Median, Mint: p.MintPrice, Stale: p.Stale,
		}
		if f.Median != secondUnits || int(f.Reporters) < r.opt.Validators {
			return fmt.Errorf("the median of %d validators is %d", f.Reporters, f.Median)
		}
		return nil
	})
	return f, err
}
