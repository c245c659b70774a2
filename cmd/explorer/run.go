package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/hexwave/hexwave/explorer/api"
	"github.com/hexwave/hexwave/explorer/chainsource"
	"github.com/hexwave/hexwave/explorer/index"
	"github.com/hexwave/hexwave/explorer/journal"
	"github.com/hexwave/hexwave/explorer/source"
	"github.com/hexwave/hexwave/explorer/web"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/service"
)

// run wires the explorer together and returns when it is asked to stop or cannot go on.
func run(ctx context.Context, cfg Config, log *slog.Logger) (err error) {
	admin := service.NewAdmin("explorer", cfg.Metrics, log)
	if err := admin.Listen(ctx); err != nil {
		return err
	}
	listener, err := service.Listen(ctx, "listen", cfg.Listen)
	if err != nil {
		return err
	}
	node, err := chainsource.New(cfg.Node.RPC)
	if err != nil {
		return err
	}
	follower := &source.Follower{Source: node, Index: index.New(), Poll: cfg.Node.Poll.D(), Log: log, ChainID: cfg.Node.ChainID}
	if cfg.DataDir != "" {
		kept, err := remember(cfg, follower, log)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, kept.Close()) }()
	}
	page, err := web.Handler()
	if err != nil {
		return err
	}
	server := api.New(api.Options{
		Index: follower.Index, Web: page, Log: log, RatePerSecond: cfg.Limits.Rate, MaxStreams: cfg.Limits.Streams,
		Chain: func() api.Chain {
			s := follower.Status()
			return api.Chain{ID: s.ChainID, Head: s.Head, Err: s.Err}
		},
	})
	server.Register(admin.Registry())
	admin.AddCheck("index", func(context.Context) error { return server.Ready() })
	log.Info("serving the map", "url", "http://"+listener.Addr().String()+"/", "node", cfg.Node.RPC)
	if err := service.Notify(ctx, service.StateReady); err != nil {
		return err
	}
	err = service.Run(ctx, log, 0, admin.Task(),
		service.Task{Name: "http", Run: func(ctx context.Context) error { return service.ServeHTTP(ctx, listener, server) }},
		service.Task{Name: "follow", Run: follower.Run},
	)
	return explain(cfg, err)
}

// remember opens the journal, fills the index from it, and lets the follower add to it.
func remember(cfg Config, f *source.Follower, log *slog.Logger) (*journal.Journal, error) {
	kept, err := journal.Open(cfg.DataDir, f.Index.Apply)
	if err != nil {
		return nil, err
	}
	if id := kept.ChainID(); id != "" {
		if f.ChainID != "" && f.ChainID != id {
			return nil, errors.Join(explain(cfg, fmt.Errorf("%w: %q, not %q", journal.ErrOtherChain, id, f.ChainID)), kept.Close())
		}
		f.ChainID = id
	}
	log.Info("read blocks kept earlier", "height", f.Index.View().Height, "data_dir", cfg.DataDir)
	f.Keep = kept.Append
	return kept, nil
}

// explain adds what to do to errors that only a person can settle.
func explain(cfg Config, err error) error {
	switch {
	case errors.Is(err, source.ErrOtherChain) || errors.Is(err, journal.ErrOtherChain):
		if cfg.DataDir == "" {
			return cli.Errorf(cli.Failure, "explorer run --node.chain_id ID", "%w; set node.chain_id and node.rpc to the same chain, or start again", err)
		}
		return cli.Errorf(cli.Failure, "rm -r "+cfg.DataDir, "%w; point node.rpc at the right node, or delete data_dir if the chain was started anew", err)
	case errors.Is(err, source.ErrKeep):
		return cli.Errorf(cli.Failure, "", "%w; make room in data_dir %s", err, cfg.DataDir)
	}
	return err
}
