package network

import (
	"os"
	"testing"
	"time"
)

func TestUsageOf(t *testing.T) {
	before, err := usageOf(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if before.rss < 1<<20 {
		t.Errorf("this process holds %d bytes", before.rss)
	}
	// The kernel counts in ticks of 10 ms: work until one more is seen.
	deadline := time.Now().Add(time.Minute)
	for after := before; after.cpu <= before.cpu; {
		if time.Now().After(deadline) {
			t.Fatal("a minute of work took no CPU time")
		}
		if after, err = sum(os.Getpid()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sum(os.Getpid(), 1<<30); err == nil {
		t.Error("a process that is none was summed up")
	}
	if all, err := machineCPU(); err != nil || all <= 0 {
		t.Errorf("the machine has used %v: %v", all, err)
	}
}

func TestCoresOf(t *testing.T) {
	at := func(s, validators, generator, machine int) sample {
		return sample{
			at: genesisTime.Add(time.Duration(s) * time.Second), validators: usage{cpu: time.Duration(validators) * time.Second},
			generator: time.Duration(generator) * time.Second, machine: time.Duration(machine) * time.Second,
		}
	}
	if got, want := coresOf([]sample{at(0, 5, 1, 100), at(4, 6, 1, 103), at(8, 17, 3, 118)}), (cores{1.5, 0.25, 0.5}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// The kernel's figures are not of one moment.
	if got := coresOf([]sample{at(0, 0, 0, 0), at(10, 10, 2, 11)}); got.others != 0 {
		t.Errorf("others used %v", got.others)
	}
}

func TestPart(t *testing.T) {
	var all []sample
	for n := range 10 {
		all = append(all, sample{waiting: int64(n) * 1e6})
	}
	waiting := func(s sample) int64 { return s.waiting }
	for _, tt := range []struct{ from, to, want float64 }{{0, 0.2, 0.5}, {0.8, 1, 8.5}, {0.95, 1, 9}, {0.3, 0.36, 3}, {0, 1, 4.5}} {
		if got := mean(part(all, tt.from, tt.to), waiting); got != tt.want {
			t.Errorf("mean from %v to %v is %v, want %v", tt.from, tt.to, got, tt.want)
		}
	}
}
