package main

import (
	"fmt"
	"path/filepath"
	"time"

	"cosmossdk.io/log/v2"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/client/flags"
	"github.com/cosmos/cosmos-sdk/server"
	servertypes "github.com/cosmos/cosmos-sdk/server/types"
	"github.com/spf13/cast"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/chain/app/vrf"
	"github.com/hexwave/hexwave/chain/x/poc/history"
	pockeeper "github.com/hexwave/hexwave/chain/x/poc/keeper"
)

// newApp is the SDK's hook that builds the application of commands other than start.
// The SDK gives it no way to return an error.
func newApp(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) servertypes.Application {
	a, err := openApp(logger, db, opts)
	if err != nil {
		panic(startError{err})
	}
	return a
}

// startError carries an error through newApp; start turns it back.
type startError struct{ error }

func openApp(logger log.Logger, db dbm.DB, opts servertypes.AppOptions) (*app.App, error) {
	cfg, err := appConfig(opts)
	if err != nil {
		return nil, err
	}
	return buildApp(logger, db, opts, cfg)
}

func buildApp(logger log.Logger, db dbm.DB, opts servertypes.AppOptions, cfg app.Config) (*app.App, error) {
	return app.New(logger, db, cfg, server.DefaultBaseappOptions(opts)...)
}

// appConfig is what every command that opens the state gives to the application.
func appConfig(opts servertypes.AppOptions) (app.Config, error) {
	home := cast.ToString(opts.Get(flags.FlagHome))
	keys, err := vrf.LoadAll(home)
	if err != nil {
		return app.Config{}, err
	}
	past, err := openHistory(home, opts)
	if err != nil {
		return app.Config{}, err
	}
	return app.Config{
		History: past,
		Home:    home,
		Options: opts,
		VRF:     keys,
		MaxTxs:  cast.ToInt(opts.Get(server.FlagMempoolMaxTxs)),
		Clock:   time.Now,
	}, nil
}

// flagHistory is how many blocks of settled challenges a node keeps for Explain.
const flagHistory = "poc-history-blocks"

// defaultHistory is four hours of blocks of 6 s: about 600 MB at a million
// hotspots.
const defaultHistory = 2_400

// openHistory opens the node's memory of settled challenges, or returns nil when it
// keeps none, as commands other than start do.
func openHistory(home string, opts servertypes.AppOptions) (pockeeper.History, error) {
	blocks := cast.ToUint64(opts.Get(flagHistory))
	if blocks == 0 {
		return nil, nil
	}
	db, err := dbm.NewDB("poc-history", server.GetAppDBBackend(opts), filepath.Join(home, "data"))
	if err != nil {
		return nil, fmt.Errorf("open history of challenges: %w", err)
	}
	return history.New(db, blocks), nil
}

// exportApp writes the state of a stopped node. It does not log, because the
// SDK's logger shares standard output with the export.
func exportApp(_ log.Logger, db dbm.DB, height int64, zeroHeight bool, _ []string,
	opts servertypes.AppOptions, modules []string,
) (servertypes.ExportedApp, error) {
	a, err := openApp(log.NewNopLogger(), db, opts)
	if err != nil {
		return servertypes.ExportedApp{}, err
	}
	if height > 0 {
		if err := a.LoadVersion(height); err != nil {
			return servertypes.ExportedApp{}, fmt.Errorf("load height %d: %w", height, err)
		}
	}
	return a.Export(zeroHeight, modules)
}
