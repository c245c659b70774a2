// Command hexwaved is the Hexwave node: it follows the chain, serves queries and,
// with a validator's key, signs blocks. It only wires chain/app to CometBFT,
// files and flags.
package main

import (
	"fmt"
	"os"

	svrcmd "github.com/cosmos/cosmos-sdk/server/cmd"

	"github.com/hexwave/hexwave/chain/app"
)

// envPrefix begins the environment variables that stand for flags.
const envPrefix = "HEXWAVED"

func main() {
	app.Configure()
	root, err := newRoot()
	if err == nil {
		err = svrcmd.Execute(root, envPrefix, app.DefaultHome())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "hexwaved:", oneLine(err))
		os.Exit(1)
	}
}
