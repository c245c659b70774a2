package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/state"
	cmttypes "github.com/cometbft/cometbft/types"
)

// remember stores that a node's chain has the validator of this key, as two blocks after
// its transaction.
func remember(t *testing.T, cfg *cmtcfg.Config, file string) {
	t.Helper()
	key, err := readKey(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openRecorded(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s, err := state.MakeGenesisState(r.genesis)
	if err != nil {
		t.Fatal(err)
	}
	set := cmttypes.NewValidatorSet([]*cmttypes.Validator{cmttypes.NewValidator(key.PubKey, 10)})
	s.Validators, s.NextValidators = set, set.CopyIncrementProposerPriority(1)
	if err := errors.Join(r.states.Save(s), r.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestConsensusKeyIsSwapped(t *testing.T) {
	dir, _ := testnet(t, "--validators", "1")
	home := filepath.Join(dir, "node0")
	cfg := comet(t, home)
	if _, err := program(t, "consensus-key", "swap", "--home", home); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("swap without a next key gave %v", err)
	}
	out, err := program(t, "consensus-key", "init", "--home", home)
	if err != nil || !strings.Contains(out, `rotate-cons-pub-key '{"@type":"/cosmos.crypto.ed25519.PubKey","key":"`) {
		t.Fatalf("%s: %v", out, err)
	}
	if info, err := os.Stat(nextKey(cfg)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file is %v, %v", info, err)
	}
	if _, err := program(t, "consensus-key", "init", "--home", home); !errors.Is(err, errKeyExists) {
		t.Errorf("a second key gave %v", err)
	}
	if again, err := program(t, "consensus-key", "show", "--home", home); err != nil || again != out {
		t.Errorf("show gave %s: %v", again, err)
	}
	if _, err := program(t, "consensus-key", "swap", "--home", home); !errors.Is(err, errNotRotated) {
		t.Errorf("swap before the chain has the key gave %v", err)
	}
	present, next := read(t, cfg.PrivValidatorKeyFile()), read(t, nextKey(cfg))
	remember(t, cfg, nextKey(cfg))
	if out, err := program(t, "consensus-key", "swap", "--home", home); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	kept, err := filepath.Glob(filepath.Join(home, "config", "priv_validator_key.*.json"))
	if err != nil || len(kept) != 1 || read(t, kept[0]) != present || read(t, cfg.PrivValidatorKeyFile()) != next {
		t.Errorf("after the swap there are %v, %v", kept, err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
