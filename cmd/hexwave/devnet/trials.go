package devnet

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hexwave/hexwave/cmd/hexwave/devnet/trial"
)

// trialLimit bounds the trials: three epochs, a vote and a node that joins.
const trialLimit = 4 * time.Minute

// Owners of the orgs on trial.
const (
	thriftyName = "thrifty"
	tardyName   = "tardy"
	overName    = "reckless"
)

// Trials are what the trials of a run left.
type Trials struct {
	Dry       trial.Dry
	Shortfall trial.Shortfall
	OverIssue trial.OverIssue
	Price     PriceFacts
	Vote      VoteFacts
	Spare     SpareFacts
}

// used is what all orgs on trial used.
func (t *Trials) used() []trial.Used {
	return []trial.Used{t.Dry.Used, t.Shortfall.Used, t.OverIssue.Used}
}

// settled is what they settled without fees, DC.
func (t *Trials) settled() (steps uint64) {
	for _, u := range t.used() {
		steps += u.Steps
	}
	return steps
}

// burned is the spark that the trials burned without buying credits: bonds, of which
// half of what a shortfall took went to who brought the voucher, and the fee for a key.
func (t *Trials) burned() uint64 {
	taken := t.Shortfall.Before - t.Shortfall.After
	return taken - taken/2 + t.OverIssue.Burned + t.Spare.Fee
}

// runTrials holds all trials beside the traffic. One that fails leaves its facts empty
// and does not stop the others.
func (r *run) runTrials(parent context.Context) (Trials, error) {
	ctx, cancel := context.WithTimeout(parent, trialLimit)
	defer cancel()
	var t Trials
	var mu sync.Mutex
	var all error
	var wg sync.WaitGroup
	for _, one := range []struct {
		what string
		hold func() error
	}{
		{"an org that runs dry", func() (err error) { t.Dry, err = r.stage(thriftyName, "alice").RunDry(ctx); return }},
		{"a router that settles too little", func() (err error) {
			t.Shortfall, err = r.stage(tardyName, r.layout.Hotspots[0].Owner).RunShortfall(ctx)
			return
		}},
		{"a lane that promises too much", func() (err error) { t.OverIssue, err = r.stage(overName, "alice").RunOverIssue(ctx); return }},
		{"validators that vote on a price", func() (err error) { t.Price, err = r.movePrice(ctx); return }},
		{"a parameter changed by vote", func() (err error) { t.Vote, err = r.changeParameter(ctx); return }},
		{"a validator that moves to a node that joined", func() (err error) { t.Spare, err = r.moveValidator(ctx); return }},
	} {
		wg.Go(func() {
			began := time.Now()
			err := one.hold()
			r.log.Info("trial over", "of", one.what, "took", time.Since(began).Round(time.Second).String())
			if err != nil {
				mu.Lock()
				defer mu.Unlock()
				all = errors.Join(all, fmt.Errorf("%s: %w", one.what, err))
			}
		})
	}
	wg.Wait()
	return t, all
}

// stage is where the org of an account is tried, with vouchers for an honest hotspot of
// the town that another account brings.
func (r *run) stage(payer, bringer string) *trial.Stage {
	seed := draw(r.layout.Seed, "trial lane", payer, 0)
	return &trial.Stage{
		Chain: r.chain, ChainID: ChainID, Hotspot: r.indexes[0], Bringer: r.layout.Account(bringer).key,
		Payer: r.layout.Account(payer).key, Lane: ed25519.NewKeyFromSeed(seed[:]),
	}
}
