package devnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/cmd/hexwave/node"
)

// Options say what network to run.
type Options struct {
	Dir        string
	Bin        string // folder of the binaries
	Hotspots   int
	Devices    int
	Validators int
	Seed       uint64
	Cheats     bool
	Headless   bool
	For        time.Duration // of a headless run, from the ready line on
	Report     string        // file, "" for none
	Kills      []Kill
	PortsBase  int
	BlockTime  time.Duration
}

// Errors of a run.
var (
	// ErrOptions: the options contradict each other or a bound.
	ErrOptions = errors.New("cannot run such a network")
	// ErrBinary: a binary is missing.
	ErrBinary = errors.New("binary is missing")
	// ErrShort: figures of a headless run fell short.
	ErrShort = errors.New("figures fell short")

	errInterrupted = errors.New("stopped before the report was made")
)

// startLimit bounds the time to the ready line; a machine so slow cannot run the
// network either.
const startLimit = 90 * time.Second

// run is one run of a network.
type run struct {
	opt    Options
	paths  paths
	ports  ports
	layout Layout
	procs  *supervisor
	memory *memory
	chain  *node.Node
	nodes  []*node.Node
	http   http.Client
	log    *slog.Logger
	out    io.Writer

	started       time.Time
	readyAfter    time.Duration
	routes        document // of the org, signed
	wifiRoutes    document // of the carrier
	registrations [][]byte
	founders      []founder // of the validators, and the spare node
	trials        Trials
	// The Wi-Fi hotspot is no part of the town's radio, and so of no list.
	wifiRegistration []byte
	wifiIndex        uint32
	indexes          []uint32 // on chain, by hotspot of the layout
	ownerStart       []uint64 // balance of the owners once all is bought, by hotspot
	startSupply      uint64
	tried            int // of the commands of the ready block, how many worked
}

const validatorPrefix = "validator-"

// validatorName is the process of validator i, from 0; people count from 1.
func validatorName(i int) string { return validatorPrefix + strconv.Itoa(i+1) }

func (o Options) check() error {
	switch {
	case o.Validators < 1 || o.Validators > MaxValidators:
		return fmt.Errorf("%w: --validators must be 1 to %d", ErrOptions, MaxValidators)
	case o.Hotspots < 1 || o.Hotspots > MaxHotspots:
		return fmt.Errorf("%w: --hotspots must be 1 to %d", ErrOptions, MaxHotspots)
	case o.Devices < 0 || o.Devices > 8*devAddrBlocks-abpOffset:
		return fmt.Errorf("%w: --devices must be 0 to %d", ErrOptions, 8*devAddrBlocks-abpOffset)
	case o.BlockTime < 200*time.Millisecond || o.BlockTime > 30*time.Second:
		return fmt.Errorf("%w: --block-time must be 200ms to 30s", ErrOptions)
	case o.Headless && o.For <= 0:
		return fmt.Errorf("%w: --headless needs --for, such as --for 120s", ErrOptions)
	case !o.Headless && (o.For > 0 || o.Report != ""):
		return fmt.Errorf("%w: --for and --report belong to --headless", ErrOptions)
	}
	for _, k := range o.Kills {
		if o.Headless && k.After+downTime >= o.For {
			return fmt.Errorf("%w: %s is killed at %s, which leaves no time to come back within --for %s", ErrOptions, k.Process, k.After, o.For)
		}
	}
	for _, name := range []string{"hexwaved", "packetrouter", "hotspot", "payeragent", "explorer", "radiosim", "rogue", "wifisim"} {
		if _, err := os.Stat(filepath.Join(o.Bin, name)); err != nil {
			return fmt.Errorf("%w: %s is not in %s; build all with: make build", ErrBinary, name, o.Bin)
		}
	}
	return nil
}

// Up runs a network until ctx is done, or for a headless run until its time is
// over, its work is settled and its report is written. log gets progress, out
// the ready block and the report.
//
// Errors: ErrOptions, ErrBinary, ErrPorts, ErrFolder, ErrRunning, ErrNotReady,
// ErrDied, ErrShort.
func Up(ctx context.Context, opt Options, log *slog.Logger, out io.Writer) (err error) {
	if err := opt.check(); err != nil {
		return err
	}
	dir, err := filepath.Abs(opt.Dir)
	if err != nil {
		return fmt.Errorf("folder of the devnet: %w", err)
	}
	opt.Dir = dir
	r := &run{opt: opt, paths: paths{dir}, log: log, out: out, started: time.Now(), memory: &memory{}, http: http.Client{Timeout: 30 * time.Second}}
	if r.ports, err = choosePorts(opt.PortsBase); err != nil {
		return err
	}
	if err := prepareDir(dir); err != nil {
		return err
	}
	r.layout = NewLayout(opt.Seed, opt.Hotspots, opt.Devices, opt.Cheats)
	r.procs = newSupervisor(opt.Bin, r.paths.logs())

	// Children and the watch over them outlive ctx, so that a stop is orderly.
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() { r.procs.Run(life) })
	background.Go(func() { r.memory.Run(life, r.procs.Pids) })
	defer background.Wait()
	defer end()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	background.Go(func() {
		select {
		case err := <-r.procs.Died():
			cancel(err)
		case <-life.Done():
		}
	})
	m, err := r.live(ctx)
	r.stopAll()
	if cause := context.Cause(ctx); errors.Is(cause, ErrDied) {
		return cause // what failed after it is its consequence
	}
	if err != nil || !opt.Headless {
		return err
	}
	m.House = HouseFacts{ReadySeconds: r.readyAfter.Seconds(), PeakRSSMB: r.memory.PeakMB(), ProcessesLeft: r.procs.Left(), TriesOK: r.tried, Tries: len(r.tries())}
	return r.conclude(m)
}

// interrupted tells that somebody wants the run to end, which is no failure.
func interrupted(ctx context.Context) bool {
	return ctx.Err() != nil && !errors.Is(context.Cause(ctx), ErrDied)
}

// live starts everything and stays until ctx or the run's time is over.
func (r *run) live(ctx context.Context) (Measured, error) {
	if err := r.start(ctx); err != nil {
		if interrupted(ctx) {
			return Measured{}, nil
		}
		return Measured{}, err
	}
	defer r.closeClients()
	faucetCtx, stopFaucet := context.WithCancel(ctx)
	defer stopFaucet()
	faucetDone := make(chan error, 1)
	go func() {
		faucetDone <- newFaucet(r.chain, r.layout.Account(faucetName)).Run(faucetCtx, r.ports.addr(offFaucet))
	}()
	if err := r.announce(); err != nil {
		return Measured{}, err
	}
	trialsDone := make(chan error, 1)
	if r.opt.Headless {
		go func() {
			var err error
			r.trials, err = r.runTrials(ctx)
			trialsDone <- err
		}()
	}
	killsDone := make(chan error, 1)
	go func() { killsDone <- runKills(ctx, r.log, r.procs, r.opt.Kills) }()
	if !r.opt.Headless {
		select {
		case <-ctx.Done():
			return Measured{}, nil
		case err := <-faucetDone:
			return Measured{}, fmt.Errorf("faucet: %w", err)
		}
	}
	if !sleep(ctx, r.opt.For) {
		return Measured{}, errInterrupted
	}
	if err := <-killsDone; err != nil {
		return Measured{}, err
	}
	r.try(ctx)
	trialErr := <-trialsDone
	m, err := r.finish(ctx)
	if trialErr != nil {
		m.Problems = append(m.Problems, "trials: "+trialErr.Error())
	}
	return m, err
}

// start brings the network up to the ready line.
func (r *run) start(parent context.Context) error {
	ctx, cancel := context.WithTimeoutCause(parent, startLimit, ErrNotReady)
	defer cancel()
	if err := r.prepare(ctx); err != nil {
		return err
	}
	for i := range r.opt.Validators {
		if err := r.procs.Start(ctx, validatorName(i), "hexwaved", r.startArgs(i)...); err != nil {
			return err
		}
	}
	if err := r.procs.Start(ctx, "wifisim", "wifisim", "run", "--topology", r.paths.wifiTopology(), "--listen", r.ports.addr(offWiFi)); err != nil {
		return err
	}
	if err := r.procs.Start(ctx, "radiosim", "radiosim", "run", "--topology", r.paths.topology(), "--listen", r.ports.addr(offRadio), "--log", r.paths.radioLog()); err != nil {
		return err
	}
	if err := r.dial(); err != nil {
		return err
	}
	if err := r.until(ctx, "first block", func(ctx context.Context) error {
		s, err := r.chain.Status(ctx)
		if err == nil && s.Height < 1 {
			err = errors.New("no block yet")
		}
		return err
	}); err != nil {
		return err
	}
	r.progress("first block")
	if err := r.awaitPrice(ctx); err != nil {
		return err
	}
	r.progress("first price")
	if err := r.baseline(ctx); err != nil {
		return err
	}
	if err := r.startExplorer(ctx); err != nil {
		return err
	}
	err := parallel(3, func(i int) error {
		switch i {
		case 0:
			return r.setupHotspots(ctx)
		case 1:
			return r.setupWiFi(ctx)
		}
		if err := r.setupOrg(ctx); err != nil {
			return err
		}
		if err := r.startRouter(ctx); err != nil {
			return err
		}
		if err := r.setupCarrier(ctx); err != nil {
			return err
		}
		return r.startPayer(ctx)
	})
	if err != nil {
		return err
	}
	r.progress("registered")
	if err := r.startHotspots(ctx); err != nil {
		return err
	}
	if err := r.awaitReady(ctx); err != nil {
		return err
	}
	for _, sim := range []int{offRadio, offWiFi} {
		if _, err := r.get(ctx, http.MethodPost, r.ports.url(sim)+"/start"); err != nil {
			return fmt.Errorf("start the traffic: %w", err)
		}
	}
	r.readyAfter = time.Since(r.started)
	return r.saveState(true)
}

func (r *run) progress(what string) {
	r.log.Info(what, "after", time.Since(r.started).Round(10*time.Millisecond).String())
}

// prepare writes all files, while hexwaved writes its own.
func (r *run) prepare(ctx context.Context) error {
	patch, err := genesisPatch(r.opt.BlockTime)
	if err != nil {
		return fmt.Errorf("encode genesis patch: %w", err)
	}
	if err := writeFile(r.paths.genesisPatch(), patch); err != nil {
		return err
	}
	if err := r.saveState(false); err != nil {
		return err
	}
	return parallel(2, func(i int) error {
		if i == 0 {
			return r.initValidators(ctx)
		}
		if err := r.writeConfigs(); err != nil {
			return err
		}
		return r.consents(ctx)
	})
}

func (r *run) initValidators(ctx context.Context) error {
	args := []string{
		"testnet", "init", "--validators", strconv.Itoa(r.opt.Validators), "--output", r.paths.validators(),
		"--chain-id", ChainID, "--base-port", strconv.Itoa(r.ports.base + offValidators), "--block-time", r.opt.BlockTime.String(),
		"--genesis-patch", r.paths.genesisPatch(), "--api", "--node-log-level", "warn",
		"--spares", "1", "--snapshot-every", strconv.Itoa(snapshotEvery),
	}
	for _, a := range r.layout.Accounts {
		args = append(args, "--account", fmt.Sprintf("%s=%d%s", a.Address, a.Balance, client.Denom))
	}
	out, err := r.output(ctx, "hexwaved", args...)
	if err != nil {
		return err
	}
	r.progress("genesis written")
	if r.founders, err = parseFounders(out, r.opt.Validators+1); err != nil {
		return err
	}
	return r.writePrices()
}

// startArgs are the arguments of hexwaved of node i.
func (r *run) startArgs(i int) []string {
	return append([]string{"start", "--home", r.paths.validator(i)}, r.priceFlags(i)...)
}

func (r *run) writeConfigs() error {
	town, err := r.layout.topology(r.ports)
	if err != nil {
		return fmt.Errorf("encode topology: %w", err)
	}
	if err := writeFile(r.paths.topology(), town); err != nil {
		return err
	}
	for i, h := range r.layout.Hotspots {
		key, err := h.keyFile()
		if err != nil {
			return fmt.Errorf("encode key of %s: %w", h.Name, err)
		}
		if err := writeFile(r.paths.hotspotKey(h.Name), key); err != nil {
			return err
		}
		if err := writeFile(r.paths.hotspotConf(h.Name), []byte(r.hotspotConfig(i))); err != nil {
			return err
		}
	}
	if err := r.writeRouter(); err != nil {
		return err
	}
	if err := r.writeWiFi(); err != nil {
		return err
	}
	return r.writeExplorer()
}

func (r *run) dial() error {
	for i := range r.opt.Validators {
		c, err := node.Dial("http://"+r.ports.validator(i, portRPC), r.ports.validator(i, portGRPC), ChainID)
		if err != nil {
			return err
		}
		r.nodes = append(r.nodes, c)
	}
	r.chain = r.nodes[0]
	return nil
}

func (r *run) closeClients() {
	for _, c := range r.nodes {
		_ = c.Close() // the node is about to be stopped anyway
	}
}

func (r *run) startHotspots(ctx context.Context) error {
	leaker := slices.IndexFunc(r.layout.Hotspots, func(h Hotspot) bool { return h.Role == Leaker })
	for _, h := range r.layout.Hotspots {
		binary, args := "hotspot", []string{"run", "--config", r.paths.hotspotConf(h.Name)}
		switch h.Role {
		case TagCopy, RSSI, Leaker, Colluder:
			binary = "rogue"
			args = append(args, "--mode", string(h.Role), "--lies", r.paths.lies(h.Name), "--seed", strconv.FormatUint(r.opt.Seed, 10))
		}
		if h.Role == Colluder {
			args = append(args, "--friend", r.ports.url(offHotspotAPI+leaker))
		}
		if err := r.procs.Start(ctx, h.Name, binary, args...); err != nil {
			return err
		}
	}
	return r.procs.Start(ctx, wifiName, "hotspot", "run", "--config", r.paths.hotspotConf(wifiName))
}

// stopAll ends the children: those that talk first, the chain last.
func (r *run) stopAll() {
	isValidator := func(name string) bool { return strings.HasPrefix(name, validatorPrefix) }
	r.procs.Stop(func(name string) bool { return !isValidator(name) })
	r.procs.Stop(isValidator)
}
