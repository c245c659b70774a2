package devnet

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hexwave/hexwave/chain/client"
	"github.com/hexwave/hexwave/proto/wire"
)

// StateFile is the name of the file that says what a devnet's folder holds.
const StateFile = "devnet.json"

// Errors of reading a devnet's folder.
var (
	// ErrNoDevnet: the folder holds no devnet.
	ErrNoDevnet = errors.New("no devnet here")
	// ErrRunning: the devnet of the folder runs.
	ErrRunning = errors.New("a devnet runs there already")
	// ErrFolder: the folder holds something else, which is not overwritten.
	ErrFolder = errors.New("folder is not empty and holds no devnet")
)

const keyWarning = "The keys in this file follow from the seed and are known to everybody. Never use them anywhere else."

// State is devnet.json: all that a command needs to talk to the network.
type State struct {
	Dir      string          `json:"-"`
	Warning  string          `json:"warning"`
	PID      int             `json:"pid"`
	Chain    string          `json:"chain_id"`
	Seed     uint64          `json:"seed"`
	Started  time.Time       `json:"started"`
	Ready    bool            `json:"ready"`
	URLs     URLs            `json:"urls"`
	Org      uint32          `json:"org"`
	Accounts []Account       `json:"accounts"`
	Hotspots []HotspotRecord `json:"hotspots"`
	WiFi     HotspotRecord   `json:"wifi_hotspot"`
}

// URLs are where things listen.
type URLs struct {
	Explorer   string   `json:"explorer"`
	Faucet     string   `json:"faucet"`
	Radio      string   `json:"radio"`
	Router     string   `json:"router"`
	RPC        []string `json:"rpc"`
	GRPC       []string `json:"grpc"`
	REST       []string `json:"rest"`
	HotspotAPI []string `json:"hotspot_api"`
	WiFiAPI    string   `json:"wifi_api"`
	WiFi       string   `json:"wifi"` // control of the Wi-Fi simulator
}

// HotspotRecord is a hotspot of the devnet, with its index on chain.
type HotspotRecord struct {
	Hotspot
	Index uint32 `json:"index"`
	ID    string `json:"id"`
	Words string `json:"words"`
}

// DefaultDir is ~/.hexwave/devnet, or one in the working folder for a user
// without a home.
func DefaultDir() string {
	home, err := os.UserHomeDir()
	if err != nil {
		home = "."
	}
	return filepath.Join(home, ".hexwave", "devnet")
}

// ReadState reads devnet.json of a folder. Errors: ErrNoDevnet.
func ReadState(dir string) (State, error) {
	var s State
	raw, err := os.ReadFile(filepath.Join(dir, StateFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("%s: %w", dir, ErrNoDevnet)
	}
	if err != nil {
		return s, fmt.Errorf("read devnet: %w", err)
	}
	s.Dir = dir
	if err := json.Unmarshal(raw, &s); err != nil || s.Chain == "" {
		return s, fmt.Errorf("%s: %w: %s is damaged", dir, ErrNoDevnet, StateFile)
	}
	for i, a := range s.Accounts {
		secret, err := hex.DecodeString(a.Private)
		if err == nil {
			s.Accounts[i].key, err = client.NewKey(secret)
		}
		if err != nil {
			return s, fmt.Errorf("account %s in %s: %w", a.Name, StateFile, err)
		}
	}
	return s, nil
}

// Running tells whether the process that started the devnet lives.
func (s State) Running() bool { return isDevnet(s.PID) }

// isDevnet looks at the command of a process: a number is reused.
func isDevnet(pid int) bool {
	if pid <= 0 {
		return false
	}
	link, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	if err != nil {
		return false
	}
	// A binary that was built anew since is shown as deleted.
	const deleted = " (deleted)"
	self, err := os.Executable()
	return err == nil && strings.TrimSuffix(filepath.Base(link), deleted) == strings.TrimSuffix(filepath.Base(self), deleted)
}

// Account finds an account by its name.
func (s State) Account(name string) (Account, bool) {
	for _, a := range s.Accounts {
		if a.Name == name {
			return a, true
		}
	}
	return Account{}, false
}

// Key is the account's key.
func (a Account) Key() *client.Key { return a.key }

// prepareDir empties the folder of an earlier devnet, or makes it.
func prepareDir(dir string) error {
	s, err := ReadState(dir)
	if err == nil && s.Running() {
		return fmt.Errorf("%s: %w (process %d); stop it with: hexwave devnet down --dir %s", dir, ErrRunning, s.PID, dir)
	}
	entries, readErr := os.ReadDir(dir)
	switch {
	case readErr != nil && !errors.Is(readErr, fs.ErrNotExist):
		return fmt.Errorf("look at %s: %w", dir, readErr)
	case len(entries) > 0 && err != nil:
		return fmt.Errorf("%s: %w", dir, ErrFolder)
	}
	for _, name := range []string{"validators", "hotspots", "router", "explorer", "payeragent", "prices", "logs"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("remove the last devnet: %w", err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o700); err != nil {
		return fmt.Errorf("make %s: %w", dir, err)
	}
	return nil
}

// saveState writes devnet.json. It replaces the file at once, so that a reader
// never sees half of it.
func (r *run) saveState(ready bool) error {
	s := State{
		Warning: keyWarning, PID: os.Getpid(), Chain: ChainID, Seed: r.opt.Seed, Started: r.started, Ready: ready,
		URLs: r.urls(), Org: orgNumber, Accounts: r.layout.Accounts,
	}
	for i, h := range r.layout.Hotspots {
		rec := recordOf(h)
		if i < len(r.indexes) {
			rec.Index = r.indexes[i]
		}
		s.Hotspots = append(s.Hotspots, rec)
	}
	s.WiFi = recordOf(r.layout.WiFi.Hotspot)
	s.WiFi.Index = r.wifiIndex
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("encode devnet: %w", err)
	}
	if err := writeFile(r.paths.state()+".new", append(raw, '\n')); err != nil {
		return err
	}
	return os.Rename(r.paths.state()+".new", r.paths.state())
}

func recordOf(h Hotspot) HotspotRecord {
	return HotspotRecord{Hotspot: h, ID: h.Key().String(), Words: wire.HotspotName(h.Key())}
}

func (r *run) urls() URLs {
	u := URLs{
		Explorer: r.ports.url(offExplorer), Faucet: r.ports.url(offFaucet), Radio: r.ports.url(offRadio),
		Router: r.ports.addr(offRouter), WiFiAPI: r.ports.url(offWiFiAPI), WiFi: r.ports.url(offWiFi),
	}
	for i := range r.opt.Validators {
		u.RPC = append(u.RPC, "http://"+r.ports.validator(i, portRPC))
		u.GRPC = append(u.GRPC, r.ports.validator(i, portGRPC))
		u.REST = append(u.REST, "http://"+r.ports.validator(i, portAPI))
	}
	for i := range r.layout.Hotspots {
		u.HotspotAPI = append(u.HotspotAPI, r.ports.url(offHotspotAPI+i))
	}
	return u
}
