package network

import (
	"context"
	"syscall"
	"time"
)

// sample is the state of the machine at a moment.
type sample struct {
	at         time.Time
	validators usage         // their CPU, and the memory of the largest
	generator  time.Duration // CPU of this process
	machine    time.Duration // CPU of everything that runs here
	waiting    int64         // bytes in the fullest mempool
}

// sampleEvery is the distance of samples.
const sampleEvery = 2 * time.Second

// watch samples for a while.
func watch(ctx context.Context, all []validator, rpcs []*rpc, during time.Duration) ([]sample, error) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	began := time.Now()
	var samples []sample
	for {
		s, err := look(ctx, all, rpcs)
		if err != nil {
			return nil, err
		}
		samples = append(samples, s)
		if time.Since(began) >= during {
			return samples, nil
		}
		select {
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		case <-tick.C:
		}
	}
}

func look(ctx context.Context, all []validator, rpcs []*rpc) (sample, error) {
	pids := make([]int, len(all))
	for i := range all {
		pids[i] = all[i].pid
	}
	u, err := sum(pids...)
	if err != nil {
		return sample{}, err
	}
	own, err := ownCPU()
	if err != nil {
		return sample{}, err
	}
	machine, err := machineCPU()
	if err != nil {
		return sample{}, err
	}
	s := sample{at: time.Now(), validators: u, generator: own, machine: machine}
	for _, r := range rpcs {
		// A node under load may answer late; the others tell enough.
		if _, size, err := r.waiting(ctx); err == nil {
			s.waiting = max(s.waiting, size)
		}
	}
	return s, nil
}

func ownCPU() (time.Duration, error) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, err
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), nil
}

// cores is how many cores were used, by whom.
type cores struct{ validators, generator, others float64 }

func coresOf(samples []sample) cores {
	a, b := samples[0], samples[len(samples)-1]
	wall := b.at.Sub(a.at).Seconds()
	c := cores{
		validators: (b.validators.cpu - a.validators.cpu).Seconds() / wall,
		generator:  (b.generator - a.generator).Seconds() / wall,
	}
	c.others = max(0, (b.machine-a.machine).Seconds()/wall-c.validators-c.generator)
	return c
}

// part returns the samples of a part of the time, between 0 and 1.
func part(samples []sample, from, to float64) []sample {
	n := float64(len(samples))
	return samples[int(from*n):max(int(from*n)+1, int(to*n))]
}

// mean returns the mean over samples, in 10^6.
func mean(samples []sample, of func(sample) int64) float64 {
	var all float64
	for _, s := range samples {
		all += float64(of(s))
	}
	return all / float64(len(samples)) / 1e6
}
