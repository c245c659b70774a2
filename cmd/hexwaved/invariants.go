package main

import (
	"errors"
	"fmt"

	"cosmossdk.io/log/v2"
	"github.com/cosmos/cosmos-sdk/server"
	"github.com/spf13/cobra"

	"github.com/hexwave/hexwave/chain/app"
)

// errInvariant is returned when the state contradicts itself.
var errInvariant = errors.New("state does not add up")

func invariantsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "invariants",
		Short: "Check that a stopped node's state adds up",
		Long: `Reads the state after the node's last block and checks, module by module, what must
always hold: credits and escrows, windows and open challenges, the ledger of pay,
lanes and reservations. It changes nothing. The node must be stopped.`,
		Example: "hexwaved invariants --home ./net/node0",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			sctx := server.GetServerContextFromCmd(cmd)
			db, err := app.OpenDB(sctx.Config.RootDir, server.GetAppDBBackend(sctx.Viper))
			if err != nil {
				return err
			}
			a, err := openApp(log.NewNopLogger(), db, sctx.Viper)
			if err != nil {
				return errors.Join(err, db.Close())
			}
			defer func() { err = errors.Join(err, a.Close()) }()
			results, err := a.CheckInvariants()
			if err != nil {
				return err
			}
			return report(cmd, a.LastBlockHeight(), results)
		},
	}
}

func report(cmd *cobra.Command, height int64, results []app.Invariant) error {
	out := cmd.OutOrStdout()
	var failed error
	for _, r := range results {
		state := "ok"
		if r.Err != nil {
			state, failed = r.Err.Error(), errInvariant
		}
		if _, err := fmt.Fprintf(out, "%-12s %s\n", r.Module, state); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(out, "height %d\n", height)
	return errors.Join(failed, err)
}
