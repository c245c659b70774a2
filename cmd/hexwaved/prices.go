package main

import (
	"context"
	"fmt"
	"time"

	"cosmossdk.io/log/v2"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/spf13/cast"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/hexwave/hexwave/chain/pricesource"
)

// Settings of a validator's price sources: flags of start, or keys of app.toml.
const (
	flagPriceSource = "price-source"
	flagPricePoll   = "price-poll"
	flagPriceMaxAge = "price-max-age"
)

const (
	defaultPricePoll   = 30 * time.Second
	defaultPriceMaxAge = 2 * time.Minute
	// priceTimeout bounds one question to a source.
	priceTimeout = 10 * time.Second
)

func addPriceFlags(start *cobra.Command) {
	f := start.Flags()
	f.StringArray(flagPriceSource, nil, "where this validator learns the price of HXW, repeatable: file:PATH[#KEYS] or https://URL[#KEYS]")
	f.Duration(flagPricePoll, defaultPricePoll, "pause between two questions to a price source")
	f.Duration(flagPriceMaxAge, defaultPriceMaxAge, "age from which a price is not voted with")
}

// openPrices returns the poller of the configured sources, or nil when there are
// none.
func openPrices(logger log.Logger, opts servertypes.AppOptions) (*pricesource.Poller, error) {
	specs := cast.ToStringSlice(opts.Get(flagPriceSource))
	if len(specs) == 0 {
		return nil, nil
	}
	p, err := pricesource.NewPoller(specs, pricesource.Options{
		Every: cast.ToDuration(opts.Get(flagPricePoll)), Timeout: priceTimeout, MaxAge: cast.ToDuration(opts.Get(flagPriceMaxAge)),
		Report: func(source string, err error) {
			if err != nil {
				logger.Error("price source fails", "source", source, "reason", err.Error())
				return
			}
			logger.Info("price source works", "source", source)
		},
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", flagPriceSource, err)
	}
	return p, nil
}

// starter builds the application of the start command and runs what a running node
// needs beside it.
type starter struct{ prices *pricesource.Poller }

// newApp is newApp with price sources.
func (s *starter) newApp(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) servertypes.Application {
	prices, err := openPrices(logger, opts)
	if err != nil {
		panic(startError{err})
	}
	cfg, err := appConfig(opts)
	if err != nil {
		panic(startError{err})
	}
	if prices != nil { // a nil poller in the interface would not be nil
		s.prices, cfg.Price = prices, prices
	}
	a, err := buildApp(logger, db, opts, cfg)
	if err != nil {
		panic(startError{err})
	}
	return a
}

// run is the SDK's hook for goroutines that live as long as the node.
func (s *starter) run(_ *server.Context, _ client.Context, ctx context.Context, g *errgroup.Group) error {
	if s.prices != nil {
		g.Go(func() error { return s.prices.Run(ctx) })
	}
	return nil
}
