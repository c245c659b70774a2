// Command hexwaved is the Hexwave node: it follows the chain, serves queries and,
// with a validator's key, signs blocks. It only wires chain/app to CometBFT,
// files and flags.
package main

import (
	"os"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"
	sdkversion "github.com/cosmos/cosmos-sdk/version"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/cli"
	"github.com/hexwave/hexwave/internal/version"
)

// envPrefix begins the environment variables that stand for flags.
const envPrefix = "HEXWAVED"

func main() {
	app.Configure()
	build := version.Get()
	sdkversion.Name, sdkversion.AppName = app.Name, app.Binary
	sdkversion.Version, sdkversion.Commit = build.Version, build.Commit
	root, err := newRoot()
	if err == nil {
		err = svrcmd.Execute(root, envPrefix, app.DefaultHome())
	}
	if err != nil {
		cli.Report(os.Stderr, err)
	}
	os.Exit(int(cli.ExitCode(err)))
}
