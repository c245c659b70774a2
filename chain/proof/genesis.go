package proof

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// MaxGenesis bounds a genesis file, bytes.
const MaxGenesis = 256 << 20

// powerReduction is how many spark of stake are one unit of power (chain/app).
const powerReduction = 100_000_000

// createValidator makes a founder a validator.
const createValidator = "/cosmos.staking.v1beta1.MsgCreateValidator"

// Genesis is who started a chain.
type Genesis struct {
	ChainID    string
	Validators []Validator
}

type genesisValidator struct {
	Key struct {
		Type  string `json:"type"`
		Value []byte `json:"value"`
	} `json:"pub_key"`
	Power string `json:"power"`
}

type genesisDoc struct {
	ChainID    string             `json:"chain_id"`
	Validators []genesisValidator `json:"validators"`
	Consensus  struct {
		Validators []genesisValidator `json:"validators"`
	} `json:"consensus"`
	State struct {
		Genutil struct {
			Txs []struct {
				Body struct {
					Messages []founder `json:"messages"`
				} `json:"body"`
			} `json:"gen_txs"`
		} `json:"genutil"`
	} `json:"app_state"`
}

// founder is a message by which one becomes a validator at genesis.
type founder struct {
	Type string `json:"@type"`
	Key  struct {
		Key []byte `json:"key"`
	} `json:"pubkey"`
	Stake struct {
		Amount string `json:"amount"`
	} `json:"value"`
}

// ParseGenesis reads the validators of a genesis document: those it lists, else
// the founders' transactions in it. Errors: ErrFormat.
func ParseGenesis(raw []byte) (*Genesis, error) {
	if len(raw) > MaxGenesis {
		return nil, fmt.Errorf("%w: genesis of %d bytes, limit %d", ErrFormat, len(raw), MaxGenesis)
	}
	var doc genesisDoc
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("%w: genesis: %w", ErrFormat, err)
	}
	g := &Genesis{ChainID: doc.ChainID}
	for _, v := range append(doc.Validators, doc.Consensus.Validators...) {
		if err := g.add(v.Key.Value, v.Power, 1); err != nil {
			return nil, err
		}
	}
	if len(g.Validators) == 0 {
		for _, tx := range doc.State.Genutil.Txs {
			for _, m := range tx.Body.Messages {
				if m.Type != createValidator {
					continue
				}
				if err := g.add(m.Key.Key, m.Stake.Amount, powerReduction); err != nil {
					return nil, err
				}
			}
		}
	}
	if len(g.Validators) > MaxValidators {
		return nil, fmt.Errorf("%w: genesis with %d validators, limit %d", ErrFormat, len(g.Validators), MaxValidators)
	}
	if _, err := setOf(g.Validators); err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	return g, nil
}

// ParseTrusted reads whom to trust: a genesis document, or a proof file, whose
// validators signed its header. Errors: ErrFormat, those of Verify.
func ParseTrusted(raw []byte) (*Genesis, error) {
	var kind struct {
		Format string `json:"format"`
	}
	if json.Unmarshal(raw, &kind) != nil || kind.Format == "" {
		return ParseGenesis(raw)
	}
	f, err := Parse(raw)
	if err != nil {
		return nil, err
	}
	if _, err := Verify(f, Trust{}); err != nil {
		return nil, err
	}
	return &Genesis{ChainID: f.ChainID, Validators: f.Validators}, nil
}

// add adds a validator of stake/unit power.
func (g *Genesis) add(key []byte, stake string, unit int64) error {
	n, err := strconv.ParseInt(stake, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: genesis: power %q", ErrFormat, stake)
	}
	if n /= unit; n != 0 { // who has no power signs nothing
		g.Validators = append(g.Validators, Validator{Key: key, Power: n})
	}
	return nil
}
