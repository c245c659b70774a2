package million

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"

	dbm "github.com/cosmos/cosmos-db"
	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"github.com/hexwave/hexwave/chain/app"
	"github.com/hexwave/hexwave/internal/bench"
)

// Options say what to run.
type Options struct {
	Seed     uint64
	Hotspots int
	Blocks   int    // measured
	Backend  string // goleveldb or pebbledb
	Dir      string // of the node
	Log      io.Writer
	Profile  string // file for a CPU profile of the measured blocks, or none
	Land     Land   // Country when it has no towns
	Fold     uint32 // fold_blocks of the journal; that of the chain when 0
}

func (o *Options) say(format string, a ...any) { _, _ = fmt.Fprintf(o.Log, format+"\n", a...) }

func (o *Options) world() (*World, error) {
	land := o.Land
	if land.Towns == 0 {
		land = Country()
	}
	return NewWorld(o.Seed, o.Hotspots, land)
}

// open opens the node of a directory.
func (o *Options) open(dir string, options ...func(*baseapp.BaseApp)) (*Node, error) {
	db, err := app.OpenDB(dir, dbm.BackendType(o.Backend))
	if err != nil {
		return nil, err
	}
	return NewNode(db, dir, options...)
}

// done marks a directory whose state is complete.
func (o *Options) done() string {
	return filepath.Join(o.Dir, fmt.Sprintf("filled-%d-%d", o.Seed, o.Hotspots))
}

// Fill makes the state of a million hotspots in Dir, unless it is there. It takes
// more memory than a node, so the measurement belongs into another process.
func (o *Options) Fill() error {
	if _, err := os.Stat(o.done()); err == nil {
		return nil
	}
	world, err := o.world()
	if err != nil {
		return err
	}
	node, err := o.open(o.Dir)
	if err != nil {
		return err
	}
	began := time.Now()
	filling := Filling{world: world}
	err = node.Genesis(func(ctx sdk.Context) (bool, error) { return filling.Step(ctx, &node.App.Keepers) })
	if err != nil {
		return err
	}
	for range 2 {
		if _, err := node.Block(nil, nil); err != nil {
			return err
		}
	}
	// Otherwise the database would still be sorting when the measurement begins.
	if db, ok := node.DB.DB.(*dbm.GoLevelDB); ok {
		if err := db.ForceCompact(nil, nil); err != nil {
			return err
		}
	}
	if err := node.App.Close(); err != nil {
		return err
	}
	o.say("state of %d hotspots: %.1f s", o.Hotspots, time.Since(began).Seconds())
	return os.WriteFile(o.done(), nil, 0o600)
}

// settled is how many blocks pass until as much is settled as is drawn.
const settled = 24

// Measure runs blocks on the state in Dir and returns what it took. The first
// blocks only fill the pipeline; from twice fold_blocks on, each block also adds
// its share of points to the ledger.
func (o *Options) Measure() ([]bench.Row, error) {
	world, err := o.world()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	node, err := o.open(o.Dir)
	if err != nil {
		return nil, err
	}
	start := time.Since(began)
	o.say("start: %.2f s", start.Seconds())
	if err := node.modernise(); err != nil {
		return nil, err
	}
	load := NewLoad(world)
	var costs []Cost
	for i := range settled + o.Blocks {
		if i == settled {
			if err := o.profile(node); err != nil {
				return nil, err
			}
		}
		c, err := o.block(node, load)
		if err != nil {
			return nil, err
		}
		if i >= settled {
			costs = append(costs, c)
		}
	}
	pprof.StopCPUProfile()
	for _, p := range node.DB.Parts() {
		o.say("%-24s %8.1f kB %7.1f writes a block", p.Name, float64(p.Bytes)/1e3/float64(o.Blocks), float64(p.Writes)/float64(o.Blocks))
	}
	o.say("sent %+v", load.Sent)
	steady := costs[len(costs)/2:]
	rows, err := o.rows(node, load, steady, start)
	if err != nil {
		return nil, err
	}
	more, err := o.epoch(node, load, steady)
	return append(rows, more...), errors.Join(err, node.App.Close())
}

// block runs one block with what is to be sent in it, and has the load hear its
// challenges.
func (o *Options) block(node *Node, load *Load) (Cost, error) {
	var c Cost
	txs, reports, err := load.Batches(node.App, node.height+1)
	if err != nil {
		return c, err
	}
	res, err := node.Block(txs, &c)
	if err != nil {
		return c, err
	}
	for n, r := range res.TxResults {
		if r.Code != 0 && n > 0 {
			return c, fmt.Errorf("batch %d at height %d: %s", n, node.height, r.Log)
		}
	}
	o.say("%4d: %5d reports, finalize %6.1f ms, commit %6.1f ms, %7.3f MB in %6d writes", node.height, reports,
		ms(c.Finalize), ms(c.Commit), float64(c.Bytes)/1e6, c.Writes)
	return c, load.Heard(node.App, node.height, res.Events)
}

func (o *Options) profile(node *Node) error {
	node.DB.Reset()
	if o.Profile == "" {
		return nil
	}
	f, err := os.Create(o.Profile)
	if err != nil {
		return err
	}
	return pprof.StartCPUProfile(f)
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
